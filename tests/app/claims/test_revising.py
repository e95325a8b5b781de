"""A decision is revised as the next version of it, until what it would break has happened."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.claims import confirming, service
from app.claims.clock_models import ClaimClock, StopReason
from app.claims.consequence_rules import SENTENCES, Consequence, DecisionStands, is_settled
from app.claims.consequences import TOLD, happened_to
from app.claims.decided import versions_of
from app.claims.decision_inputs import Decision
from app.claims.forecast_models import NewsKind, StageNews
from app.claims.holding import SerialAlreadyClaimed
from app.claims.models import Claim, ClaimEvent, Settlement
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.promising import promises_of
from app.claims.revising import NothingRevised, PromiseUnderWay, RevisionReasonMissing
from app.claims.rules import Action, ClaimState, CustomerKind
from app.core.db import db
from app.core.errors import SomebodyWasFaster
from app.deadlines.clocks import StopsAt
from app.deadlines.sla import SlaClock
from app.deadlines.stages import CHAINS, Stage
from app.outbox.models import OutboxMessage
from app.shipments.models import ShipmentLine
from app.shipments.service import NotEnoughLeft
from app.vocabulary import Remedy, Role
from app.work.service import open_orders
from tests.app.accounts.hiring import hire
from tests.app.claims.revisions import (
    TUESDAY,
    WEDNESDAY,
    WHY,
    accepting,
    decided,
    refusing,
    revised,
)
from tests.app.world import MONDAY, World, fill

REPAIR, REFUND = Remedy.REPAIR, Remedy.REFUND
ONE = Decimal(1)


def owed(claim: Claim) -> Counter[str]:
    query = select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id)
    return Counter(db.scalars(query))


def held(claim: Claim) -> list[Decimal]:
    ids = [line.shipment_line_id for line in claim.lines]
    query = select(ShipmentLine.claimed_quantity).where(ShipmentLine.id.in_(ids))
    return list(db.scalars(query.order_by(ShipmentLine.id)))


def clocks(claim: Claim) -> list[ClaimClock]:
    return list(db.scalars(select(ClaimClock).filter_by(claim_id=claim.id).order_by(ClaimClock.id)))


def tell(world: World, claim: Claim, stage: Stage, kind: NewsKind) -> None:
    news = StageNews(
        claim_id=claim.id,
        stage=stage,
        kind=kind,
        day=WEDNESDAY.date(),
        told_by=world.ann.id,
        told_at=WEDNESDAY,
    )
    db.add(news)
    db.flush()


def test_a_revision_is_the_next_version_with_its_reason_before_and_after(world: World) -> None:
    claim = decided(world, REPAIR, REPAIR)

    revised(claim, {2: accepting(claim.lines[1], REFUND, 1)}, by=world.cleo)

    first, second = versions_of(claim)
    assert (first.number, first.who, first.at, first.reason) == (1, "Cleo", TUESDAY, "")
    assert (second.number, second.who, second.at, second.reason) == (2, "Cleo", WEDNESDAY, WHY)
    assert [first.state, second.state] == [ClaimState.ACCEPTED, ClaimState.PARTIALLY_ACCEPTED]
    [(before, after)] = second.changes
    assert before is not None
    assert (before.position, before.remedy, before.accepted_quantity) == (2, "repair", Decimal(2))
    assert (after.remedy, after.accepted_quantity, after.rejected_quantity) == ("refund", ONE, ONE)
    assert after.granted is not None
    assert after.granted.amount == Decimal("62900.00")
    assert claim.state is ClaimState.PARTIALLY_ACCEPTED
    assert (claim.decided_at, claim.decided_by) == (WEDNESDAY, world.cleo.id)


def test_all_who_were_told_the_decision_are_told_its_revision(world: World) -> None:
    claim = decided(world, REPAIR)
    before, revision, number = owed(claim), claim.revision, claim.decision_revision

    revised(claim, {1: accepting(claim.lines[0], REFUND)}, by=world.cleo)

    assert owed(claim) - before == {
        "erp.push_claim": 1, "erp.push_decision": 2, "act.issue_decided": 1, "work.follow": 1,
        "mail.decision_revised": 1, "forecast.renew": 1,
    }  # fmt: skip
    assert (claim.revision, claim.decision_revision) == (revision + 1, number + 1)
    kept = db.scalars(select(Settlement.remedy).filter_by(claim_id=claim.id))
    assert set(kept) == {REPAIR, REFUND}


@pytest.mark.parametrize(
    ("reason", "remedy", "refusal"),
    [("", REFUND, RevisionReasonMissing), (WHY, REPAIR, NothingRevised)],
)
def test_a_revision_needs_a_reason_and_something_new(
    world: World, reason: str, remedy: Remedy, refusal: type[Exception]
) -> None:
    claim = decided(world, REPAIR)

    with pytest.raises(refusal):
        revised(claim, {1: accepting(claim.lines[0], remedy)}, by=world.cleo, reason=reason)

    assert claim.state is ClaimState.ACCEPTED
    assert len(versions_of(claim)) == 1


def test_what_is_rejected_now_is_given_back_and_what_is_accepted_now_is_held(world: World) -> None:
    claim = decided(world, REPAIR, None)
    assert held(claim) == [2, 0]
    first, second = claim.lines

    revised(claim, {1: accepting(first, REPAIR, 1), 2: accepting(second, REFUND)}, by=world.cleo)

    assert held(claim) == [1, 2]
    assert [line.reserved_quantity for line in claim.lines] == [1, 2]


def test_what_somebody_has_claimed_meanwhile_cannot_be_accepted_any_more(world: World) -> None:
    scarce = world.shipped(quantity=1, serial="S-1")
    claim = world.filed(scarce)
    refusal = [refusing(line) for line in claim.lines]
    service.decide(
        claim, refusal, promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
    )
    db.commit()
    world.filed(scarce)

    with pytest.raises((SerialAlreadyClaimed, NotEnoughLeft)):
        revised(claim, {1: accepting(claim.lines[0], REPAIR)}, by=world.cleo)


def test_deadlines_of_the_answer_never_start_again_and_those_of_the_remedy_go_on(
    world: World,
) -> None:
    claim = world.draft()
    claim.customer_kind = CustomerKind.CONSUMER
    service.file_claim(claim, by=world.ann, at=MONDAY)
    refusal = [refusing(line) for line in claim.lines]
    service.decide(
        claim, refusal, promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
    )
    db.commit()
    law = [clock for clock in clocks(claim) if clock.rule_code]
    assert any(clock.stops_at is StopsAt.REMEDY for clock in law)
    assert all(clock.stopped_on for clock in law)
    days = {clock.id: (clock.trigger_on, clock.legal_on) for clock in law}
    head = hire(Role.HEAD_OF_CLAIMS)  # the way of the goods is longer than the safe days

    again = {1: accepting(claim.lines[0], REPAIR)}
    revised(claim, again, by=head, promise_reason="The lorry goes on Thursdays only")
    db.expire_all()

    now = [clock for clock in clocks(claim) if clock.rule_code]
    assert {clock.id: (clock.trigger_on, clock.legal_on) for clock in now} == days
    for clock in now:
        assert clock.is_running == (clock.stops_at is StopsAt.REMEDY)
    service_clocks = [clock for clock in clocks(claim) if clock.sla and clock.is_running]
    assert [clock.sla for clock in service_clocks] == [SlaClock.REMEDY]
    assert service_clocks[0].legal_on == claim.promise_on


def test_nothing_runs_and_nothing_is_promised_for_what_is_rejected_now(world: World) -> None:
    claim = decided(world, REPAIR)

    revised(claim, {1: refusing(claim.lines[0])}, by=world.cleo)

    assert claim.state is ClaimState.REJECTED
    assert (claim.promise_on, claim.earliest_on, claim.logistics) == (None, None, [])
    assert not any(clock.is_running for clock in clocks(claim))
    remedy = [clock for clock in clocks(claim) if clock.sla is SlaClock.REMEDY]
    assert [clock.stop_reason for clock in remedy] == [StopReason.DECISION_REVISED]


def test_the_promise_gets_a_version_with_the_reason_and_stays_where_it_can_be_kept(
    world: World,
) -> None:
    claim = decided(world, REPAIR)
    was = claim.promise_on

    revised(claim, {1: accepting(claim.lines[0], REFUND)}, by=world.cleo)

    first, second = promises_of(claim)
    assert (first.promise_on, second.promise_on) == (was, was)
    assert (second.number, second.reason) == (2, WHY)


def test_another_day_is_promised_where_the_revised_decision_takes_longer(world: World) -> None:
    claim = decided(world, REFUND)
    was = claim.promise_on

    revised(claim, {1: accepting(claim.lines[0], REPAIR)}, by=world.cleo)

    assert claim.promise_on is not None
    assert was is not None
    assert claim.promise_on > was
    [event] = db.scalars(select(ClaimEvent).filter_by(claim_id=claim.id, action=Action.REVISE))
    assert event.facts["was"] == str(was)
    running = [one for one in clocks(claim) if one.sla is SlaClock.REMEDY and one.is_running]
    assert [one.legal_on for one in running] == [claim.promise_on]


@pytest.mark.parametrize(("stage", "kind"), list(TOLD))
def test_what_was_told_of_the_way_keeps_its_lines_and_no_others(
    world: World, stage: Stage, kind: NewsKind
) -> None:
    remedy = next((one for one, chain in CHAINS.items() if stage in chain), REPAIR)
    claim = decided(world, remedy, Remedy.DOCUMENTS)
    if stage not in CHAINS[remedy]:
        claim.way_choice = {"kind": "on_site_repair", "modes": {}}
        db.flush()
    tell(world, claim, stage, kind)
    first, second = claim.lines

    with pytest.raises(DecisionStands) as refused:
        revised(claim, {1: refusing(first)}, by=world.cleo)

    [broken] = refused.value.broken
    assert (broken.kind, broken.line_id, broken.on) == (
        TOLD[stage, kind], first.id, WEDNESDAY.date(),
    )  # fmt: skip
    assert "18 Nov 2026" in refused.value.words()
    revised(claim, {2: refusing(second)}, by=world.cleo)
    assert [line.remedy for line in claim.lines] == [remedy, None]


def test_a_report_that_was_taken_back_keeps_nothing(world: World) -> None:
    claim = decided(world, REPAIR)
    tell(world, claim, Stage.INBOUND, NewsKind.DEPARTED)
    db.add(
        StageNews(
            claim_id=claim.id, stage=Stage.INBOUND, kind=NewsKind.DEPARTED, day=None,
            told_by=world.ann.id, told_at=WEDNESDAY,
        )
    )  # fmt: skip
    db.flush()

    revised(claim, {1: refusing(claim.lines[0])}, by=world.cleo)

    assert claim.state is ClaimState.REJECTED


def test_lines_under_way_keep_their_promise(world: World) -> None:
    claim = decided(world, REPAIR, None)
    tell(world, claim, Stage.INBOUND, NewsKind.DEPARTED)
    was = claim.promise_on
    assert was is not None
    other = refusing(claim.lines[1])
    other = type(other)(other.line_id, other.accepted, None, "R03", "It was dropped twice")

    with pytest.raises(PromiseUnderWay):
        revised(claim, {2: other}, by=world.cleo, promise_on=was + timedelta(days=7))
    revised(claim, {2: other}, by=world.cleo)

    assert claim.promise_on == was
    assert len(promises_of(claim)) == 1
    assert claim.lines[1].reason_text == "It was dropped twice"


def test_what_silence_has_accepted_only_the_head_of_claims_contests(world: World) -> None:
    claim = decided(world, REPAIR)
    claim.deemed_accepted = True
    db.flush()

    with pytest.raises(DecisionStands, match="cannot be revised") as refused:
        revised(claim, {1: refusing(claim.lines[0])}, by=world.cleo)

    assert [one.kind for one in refused.value.broken] == [Consequence.DEEMED_ACCEPTED]


@pytest.mark.parametrize(
    ("remedy", "kind"),
    [(REPAIR, Consequence.RESULT_CONFIRMED), (None, Consequence.REFUSAL_ACCEPTED)],
)
def test_a_closed_claim_says_why_its_decision_stands(
    world: World, remedy: Remedy | None, kind: Consequence
) -> None:
    claim = decided(world, remedy)
    if remedy:
        service.start_execution(claim, at=TUESDAY)
        service.resolve(claim, at=TUESDAY)
    close = service.confirm if remedy else service.close_rejected
    close(claim, version=claim.version, by=world.ann, at=WEDNESDAY)

    happened = happened_to(claim)

    assert [one.kind for one in happened] == [kind]
    assert "18 Nov 2026" in happened[0].words()
    assert is_settled(happened, [line.id for line in claim.lines])


def test_every_consequence_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Consequence)


def test_of_two_revisions_the_second_is_told_who_was_faster(world: World) -> None:
    claim = decided(world, REPAIR)
    version = claim.version
    revised(claim, {1: accepting(claim.lines[0], REFUND)}, by=world.cleo)
    db.commit()

    with pytest.raises(SomebodyWasFaster, match="Cleo"):
        confirming.confirm(
            claim, Decision.present(claim), version=version, by=world.cleo, at=WEDNESDAY,
            wait=timedelta(0),
        )  # fmt: skip


def test_work_that_begins_before_the_revision_takes_effect_keeps_it_from_being_made(
    world: World,
) -> None:
    claim = decided(world, REPAIR)
    open_orders(claim.id, at=TUESDAY)
    decision = Decision(
        (accepting(claim.lines[0], REFUND),), reason=WHY, choice=Decision.present(claim).choice
    )
    wait = timedelta(seconds=30)
    pending = confirming.confirm(
        claim, decision, version=claim.version, by=world.cleo, at=WEDNESDAY, wait=wait
    )
    tell(world, claim, Stage.INBOUND, NewsKind.DEPARTED)
    db.commit()

    confirming.make_pending(pending.id, at=WEDNESDAY + wait)

    assert db.get_one(PendingDecision, pending.id).state is PendingState.REFUSED
    assert pending.refusal == (
        "The decision cannot be revised in this way: Line 1: the dealer sent the goods on 18 Nov"
        " 2026."
    )
    assert claim.lines[0].remedy is REPAIR
    assert len(versions_of(claim)) == 1


def test_a_revision_is_confirmed_like_a_decision_and_made_when_it_is_due(world: World) -> None:
    claim = decided(world, REPAIR)
    was = claim.promise_on
    decision = Decision((accepting(claim.lines[0], REFUND),), reason=WHY)
    wait = timedelta(seconds=30)

    outcome = confirming.try_out(
        claim, decision, version=claim.version, by=world.cleo, at=WEDNESDAY
    )
    pending = confirming.confirm(
        claim, decision, version=claim.version, by=world.cleo, at=WEDNESDAY, wait=wait
    )
    assert claim.lines[0].remedy is REPAIR
    confirming.make_pending(pending.id, at=WEDNESDAY + wait)

    [line] = outcome.lines
    before = outcome.was(line)
    assert before is not None
    assert (before.remedy, line.remedy) == (REPAIR, REFUND)
    assert outcome.was_promised_on == was
    assert "mail.decision_revised" in outcome.owed
    assert claim.lines[0].remedy is REFUND
    assert versions_of(claim)[-1].reason == WHY


def test_a_repaired_piece_of_an_unlisted_line_keeps_its_price(world: World) -> None:
    claim = decided(world, REFUND)
    line = claim.lines[0]
    fill(line, quantity=line.quantity, demand=REFUND)

    revised(claim, {1: accepting(line, REPAIR)}, by=world.cleo)
    revised(claim, {1: accepting(line, REFUND)}, by=world.cleo, at=WEDNESDAY + timedelta(hours=1))

    assert line.granted is not None
    assert line.granted.amount == Decimal("125800.00")
    assert [one.number for one in versions_of(claim)] == [1, 2, 3]
