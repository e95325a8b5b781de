"""Work orders follow a revised decision: what no longer fits goes, what is missing is opened."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.accounts.policy import User
from app.claims.consequence_rules import DecisionStands
from app.claims.departments import LineDepartments, choose_departments, chosen_for
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim
from app.claims.promise_rules import Wish
from app.claims.revising import revise
from app.claims.rules import ClaimState
from app.core.db import db
from app.deadlines.ways import USUAL
from app.outbox.models import OutboxMessage
from app.vocabulary import Remedy, Visibility
from app.work import consequences as _consequences  # noqa: F401  (registers what is begun)
from app.work import passing, service
from app.work.following import follow_claim
from app.work.models import WorkOrder
from app.work.rules import WorkState
from tests.app.claims.revisions import (
    TUESDAY,
    WEDNESDAY,
    WHY,
    accepting,
    decided,
    refusing,
    revised,
)
from tests.app.world import World

LATER = WEDNESDAY + timedelta(minutes=1)
REPAIR, REFUND = Remedy.REPAIR, Remedy.REFUND
QUEUED, CANCELLED, DONE = WorkState.QUEUED, WorkState.CANCELLED, WorkState.DONE


def worked(world: World, *remedies: Remedy | None) -> Claim:
    """Return a decided claim with its work orders."""
    claim = decided(world, *remedies)
    service.open_orders(claim.id, at=TUESDAY)
    db.commit()
    return claim


def follow(claim: Claim) -> None:
    follow_claim(claim.id, at=LATER)
    db.commit()
    db.expire_all()


def orders(claim: Claim) -> list[WorkOrder]:
    query = select(WorkOrder).where(WorkOrder.claim_id == claim.id)
    found = db.scalars(query.order_by(WorkOrder.opened_at, WorkOrder.id))
    return sorted(found, key=lambda one: (one.line.position, one.opened_at, one.state))


def states(claim: Claim) -> list[tuple[int, Remedy, WorkState]]:
    return [(order.line.position, order.remedy, order.state) for order in orders(claim)]


def done(order: WorkOrder, by: User) -> None:
    service.start(order, version=order.version, by=by, at=TUESDAY)
    service.finish(order, "Mended", version=order.version, by=by, at=TUESDAY)


def test_what_no_longer_fits_is_taken_back_with_the_reason_and_the_new_work_opened(
    world: World,
) -> None:
    claim = worked(world, REPAIR, REPAIR)
    revised(claim, {2: accepting(claim.lines[1], REFUND)}, by=world.cleo)

    follow(claim)

    assert states(claim) == [(1, REPAIR, QUEUED), (2, REPAIR, CANCELLED), (2, REFUND, QUEUED)]
    _, gone, new = orders(claim)
    assert gone.note == WHY
    assert new.department.code == "finance"
    [entry] = db.scalars(select(HistoryEntry).filter_by(kind=HistoryKind.WORK_TAKEN_BACK))
    assert (entry.facts["reason"], entry.visibility) == (WHY, Visibility.INTERNAL)
    assert claim.state is ClaimState.EXECUTION


def test_a_rejecting_revision_takes_all_work_back(world: World) -> None:
    claim = worked(world, REPAIR)
    revised(claim, {1: refusing(claim.lines[0])}, by=world.cleo)

    follow(claim)

    assert states(claim) == [(1, REPAIR, CANCELLED)]
    assert orders(claim)[0].note == WHY
    assert claim.state is ClaimState.REJECTED


def test_an_accepting_revision_of_a_rejected_claim_opens_its_work(world: World) -> None:
    claim = decided(world, None)
    revised(claim, {1: accepting(claim.lines[0], REPAIR)}, by=world.cleo)

    follow(claim)

    assert states(claim) == [(1, REPAIR, QUEUED)]
    assert claim.state is ClaimState.EXECUTION


def test_work_that_a_manager_has_passed_on_stays_as_he_left_it(world: World) -> None:
    claim = worked(world, REPAIR, REPAIR)
    finance = world.fay.department_id
    assert finance is not None
    added = passing.add_order(
        claim.id, claim.lines[0].id, finance, "Count the money too", by=world.cleo, at=TUESDAY
    )
    first = next(one for one in orders(claim) if one.line.position == 1 and one.id != added.id)
    passing.take_back(first, "Not needed", version=first.version, by=world.cleo, at=TUESDAY)
    revised(claim, {2: refusing(claim.lines[1])}, by=world.cleo)

    follow(claim)

    assert states(claim) == [(1, REPAIR, CANCELLED), (1, REPAIR, QUEUED), (2, REPAIR, CANCELLED)]


def test_another_way_is_other_work(world: World) -> None:
    claim = worked(world, REPAIR)
    (order,) = orders(claim)
    claim.way_choice = {"kind": "on_site_repair", "modes": {}}
    claim.state = ClaimState.ACCEPTED
    db.flush()

    follow(claim)

    assert [(one.way, one.state) for one in orders(claim)] == [
        ("", CANCELLED),
        ("on_site_repair", QUEUED),
    ]
    assert orders(claim)[0].id == order.id


def test_nothing_left_to_do_resolves_the_claim(world: World) -> None:
    claim = worked(world, REPAIR, REPAIR)
    done(orders(claim)[0], world.dora)
    revised(claim, {2: refusing(claim.lines[1])}, by=world.cleo)

    follow(claim)

    assert states(claim) == [(1, REPAIR, DONE), (2, REPAIR, CANCELLED)]
    assert claim.state is ClaimState.RESOLVED


def test_a_line_that_is_accepted_after_the_others_were_done_is_worked_on(world: World) -> None:
    claim = worked(world, REPAIR, None)
    done(orders(claim)[0], world.dora)
    assert states(claim) == [(1, REPAIR, DONE)]
    revised(claim, {2: accepting(claim.lines[1], REPAIR)}, by=world.cleo)

    follow(claim)

    assert states(claim) == [(1, REPAIR, DONE), (2, REPAIR, QUEUED)]
    assert claim.state is ClaimState.EXECUTION
    assert claim.resolved_at is None


def test_work_that_has_begun_or_ended_keeps_its_line(world: World) -> None:
    claim = worked(world, REPAIR, REPAIR)
    first, second = orders(claim)
    service.start(first, version=first.version, by=world.dora, at=TUESDAY)
    done(second, world.dora)

    with pytest.raises(DecisionStands) as refused:
        revised(claim, {number: refusing(claim.lines[number - 1]) for number in (1, 2)},
                by=world.cleo)  # fmt: skip

    assert refused.value.words() == (
        "The decision cannot be revised in this way: Line 1: Production started the work order on"
        " 17 Nov 2026. To change the line, redirect the work order first. Line 2: Production"
        " finished the work order on 17 Nov 2026."
    )


def test_a_redirected_order_has_not_begun(world: World) -> None:
    claim = worked(world, REPAIR)
    (order,) = orders(claim)
    service.start(order, version=order.version, by=world.dora, at=TUESDAY)
    finance = world.fay.department_id
    assert finance is not None
    passing.redirect(
        order, finance, "Wait for the laboratory", version=order.version, by=world.cleo, at=TUESDAY
    )

    revised(claim, {1: refusing(claim.lines[0])}, by=world.cleo)

    assert claim.state is ClaimState.REJECTED


def test_a_department_does_not_begin_what_was_revised_a_moment_ago(world: World) -> None:
    claim = worked(world, REPAIR)
    (order,) = orders(claim)
    revised(claim, {1: accepting(claim.lines[0], REFUND)}, by=world.cleo)

    with pytest.raises(service.NoLongerFits):
        service.start(order, version=order.version, by=world.dora, at=LATER)


def test_the_last_order_may_be_finished_before_the_revised_work_is_opened(world: World) -> None:
    claim = worked(world, REPAIR, None)
    (order,) = orders(claim)
    service.start(order, version=order.version, by=world.dora, at=TUESDAY)
    revised(claim, {2: accepting(claim.lines[1], REPAIR)}, by=world.cleo)

    service.finish(order, "Mended", version=order.version, by=world.dora, at=LATER)
    follow(claim)

    assert states(claim) == [(1, REPAIR, DONE), (2, REPAIR, QUEUED)]
    assert claim.state is ClaimState.EXECUTION


def test_the_departments_of_work_that_goes_on_stay_and_those_of_new_work_are_chosen(
    world: World,
) -> None:
    production, finance = world.dora.department_id, world.fay.department_id
    assert production is not None
    assert finance is not None
    claim = decided(world, REPAIR, REPAIR)
    kept = LineDepartments(claim.lines[0].id, (finance,), "They have the spare part")
    choose_departments(claim, [kept], by=world.cleo, at=TUESDAY)
    service.open_orders(claim.id, at=TUESDAY)
    chosen = LineDepartments(claim.lines[1].id, (production,), "Production pays for this")
    revise(
        claim,
        [accepting(claim.lines[0], REPAIR), accepting(claim.lines[1], REFUND)],
        WHY,
        wish=Wish(),
        choice=USUAL,
        departments=[chosen],
        version=claim.version,
        by=world.cleo,
        at=WEDNESDAY,
    )

    follow(claim)

    assert [(one.line.position, one.department.code, one.state) for one in orders(claim)] == [
        (1, "finance", QUEUED),
        (2, "production", CANCELLED),
        (2, "production", QUEUED),
    ]
    assert {row.line_id: row.reason for row in chosen_for(line.id for line in claim.lines)} == {
        claim.lines[0].id: "They have the spare part",
        claim.lines[1].id: "Production pays for this",
    }


def test_departments_get_a_mail_about_work_that_is_taken_back_and_about_new_work(
    world: World,
) -> None:
    claim = worked(world, REPAIR)
    db.execute(delete(OutboxMessage))
    revised(claim, {1: accepting(claim.lines[0], REFUND)}, by=world.cleo)

    follow(claim)

    query = select(OutboxMessage.kind).where(OutboxMessage.kind.startswith("mail.work"))
    assert sorted(db.scalars(query)) == ["mail.work_cancelled", "mail.work_opened"]
