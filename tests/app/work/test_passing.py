"""A manager passes work on: he adds a department, redirects an order, takes one back."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from app.accounts.models import Department
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.core.db import db
from app.core.errors import NotAllowed, SomebodyWasFaster
from app.vocabulary import Remedy, Visibility
from app.work import passing, service
from app.work.models import WorkOrder
from app.work.rules import WorkState
from tests.app.conftest import SignIn
from tests.app.work.test_work import TUESDAY, done, opened, orders_of, route_also
from tests.app.world import World


def told(claim: Claim) -> list[HistoryEntry]:
    """Return what the history holds of passing on."""
    kinds = (HistoryKind.WORK_ADDED, HistoryKind.WORK_REDIRECTED, HistoryKind.WORK_TAKEN_BACK)
    query = select(HistoryEntry).where(
        HistoryEntry.claim_id == claim.id, HistoryEntry.kind.in_(kinds)
    )
    return list(db.scalars(query.order_by(HistoryEntry.id)))


def redirected(world: World, order: WorkOrder) -> WorkOrder:
    """Pass an order on to the finance department."""
    return passing.redirect(
        order,
        world.fay.department_id or 0,
        "Money is wanted",
        version=order.version,
        by=world.cleo,
        at=TUESDAY,
    )


def test_an_open_order_is_redirected_to_another_department_with_a_reason(world: World) -> None:
    claim = opened(world, Remedy.REPAIR)
    (order,) = orders_of(claim)
    service.start(order, version=1, by=world.dora, at=TUESDAY)

    other = redirected(world, order)

    assert (order.state, order.note) == (WorkState.CANCELLED, "Money is wanted")
    assert (other.state, other.department_id) == (WorkState.QUEUED, world.fay.department_id)
    assert (other.position, other.round, other.note) == (1, 1, "Money is wanted")
    (entry,) = told(claim)
    assert entry.kind is HistoryKind.WORK_REDIRECTED
    assert (entry.actor_name, entry.visibility) == ("Cleo", Visibility.INTERNAL)
    assert entry.facts["reason"] == "Money is wanted"
    assert entry.facts["to_department"] == {"en": "Finance"}
    done(other, world.fay)
    assert db.get_one(Claim, claim.id, populate_existing=True).state is ClaimState.RESOLVED


def test_work_may_come_back_to_the_department_that_it_was_taken_from(world: World) -> None:
    claim = opened(world, Remedy.REPAIR)
    other = redirected(world, orders_of(claim)[0])

    back = passing.redirect(
        other,
        world.dora.department_id or 0,
        "It can be repaired after all",
        version=other.version,
        by=world.cleo,
        at=TUESDAY,
    )

    assert back.department_id == world.dora.department_id
    assert [order.state for order in orders_of(claim)].count(WorkState.QUEUED) == 1


def test_a_department_is_added_behind_those_that_work_on_the_line(world: World) -> None:
    claim = opened(world, Remedy.REPAIR)
    quality = Department(code="quality", names={"en": "Quality"})
    db.add(quality)
    db.flush()

    order = passing.add_order(
        claim.id, claim.lines[0].id, quality.id, "Find the cause", by=world.cleo, at=TUESDAY
    )

    assert (order.position, order.waits, order.remedy) == (2, False, Remedy.REPAIR)
    # It has no part in the plan: it is due with the claim.
    assert order.due_on == claim.promise_on
    assert [entry.kind for entry in told(claim)] == [HistoryKind.WORK_ADDED]


def test_a_department_gets_the_same_line_once(world: World) -> None:
    claim = opened(world, Remedy.REPAIR)
    production = world.dora.department_id or 0

    with pytest.raises(passing.HasTheWorkAlready, match="Production"):
        passing.add_order(
            claim.id, claim.lines[0].id, production, "Again", by=world.cleo, at=TUESDAY
        )


def test_an_order_is_taken_back_while_another_department_works_on_the_line(world: World) -> None:
    route_also(world, Remedy.REPAIR, world.fay, position=2)
    claim = opened(world, Remedy.REPAIR)
    first, second = orders_of(claim)
    done(first, world.dora)

    passing.take_back(second, "Not needed", version=second.version, by=world.cleo, at=TUESDAY)

    assert (second.state, second.note) == (WorkState.CANCELLED, "Not needed")
    # Nothing is left to do: the claim is resolved.
    assert db.get_one(Claim, claim.id, populate_existing=True).state is ClaimState.RESOLVED


def test_the_last_department_of_a_line_is_not_taken_away(world: World) -> None:
    (order,) = orders_of(opened(world, Remedy.REPAIR))

    with pytest.raises(passing.LastDepartment):
        passing.take_back(order, "Not needed", version=1, by=world.cleo, at=TUESDAY)

    assert order.state is WorkState.QUEUED


def test_finished_work_is_not_passed_on_and_an_old_page_is_told(world: World) -> None:
    claim = opened(world, Remedy.REPAIR, Remedy.REFUND)
    first, second = orders_of(claim)
    done(first, world.dora)
    service.start(second, version=1, by=world.fay, at=TUESDAY)
    production = world.dora.department_id or 0

    with pytest.raises(NotAllowed):
        redirected(world, first)
    with pytest.raises(SomebodyWasFaster):
        passing.redirect(second, production, "Why", version=1, by=world.cleo, at=TUESDAY)


def test_passing_on_needs_words_and_a_claim_that_is_under_way(world: World) -> None:
    claim = opened(world, Remedy.REPAIR)
    (order,) = orders_of(claim)
    finance = world.fay.department_id or 0
    with pytest.raises(passing.PassingWordsMissing):
        passing.redirect(order, finance, "", version=1, by=world.cleo, at=TUESDAY)
    done(order, world.dora)

    with pytest.raises(passing.NoWorkUnderWay):
        passing.add_order(claim.id, claim.lines[0].id, finance, "Late", by=world.cleo, at=TUESDAY)


def test_a_manager_passes_work_on_from_the_claims_page(world: World, sign_in: SignIn) -> None:
    claim = opened(world, Remedy.REPAIR)
    line_id, (order,) = claim.lines[0].id, orders_of(claim)
    order_id, finance, production = order.id, world.fay.department_id, world.dora.department_id
    client = sign_in(world.cleo)
    assert f"/work/{order_id}/redirect" in client.get(f"/claims/{claim.id}").text

    form = {"line": str(line_id), "department": str(finance), "words": "Credit the transport"}
    assert client.post(f"/claims/{claim.id}/work", data=form).status_code == HTTPStatus.SEE_OTHER
    words = {"version": "1", "words": "Settled by money"}
    answer = client.post(f"/work/{order_id}/take-back", data=words)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    other = next(one for one in orders_of(claim) if one.department_id == finance)
    form = {"version": "1", "department": str(production), "words": "Repair it"}
    answer = client.post(f"/work/{other.id}/redirect", data=form)
    assert answer.status_code == HTTPStatus.SEE_OTHER

    page = client.get(f"/claims/{claim.id}/history").text
    for words_told in ("Credit the transport", "Settled by money", "Repair it"):
        assert words_told in page
    assert "Repair it" not in sign_in(world.ann).get(f"/claims/{claim.id}/history").text
    order = next(one for one in orders_of(claim) if one.state is WorkState.QUEUED)
    assert "Repair it" in sign_in(world.dora).get(f"/work/{order.id}").text


def test_neither_dealer_nor_department_passes_work_on(world: World, sign_in: SignIn) -> None:
    claim = opened(world, Remedy.REPAIR)
    url = f"/work/{orders_of(claim)[0].id}/redirect"

    for person in (world.ann, world.dora):
        client = sign_in(person)
        assert client.post(url, data={"version": "1"}).status_code == HTTPStatus.FORBIDDEN
    assert url not in sign_in(world.ann).get(f"/claims/{claim.id}").text
