"""Silence that accepts, in Poland: whom it threatens, when it comes, and who may contest it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from sqlalchemy import select, update

from app.accounts.models import Dealer
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.claims import confirming, service, tasks, timing
from app.claims.clock_models import ClockState, StopReason
from app.claims.decision_inputs import Decision
from app.claims.demands import change_demand
from app.claims.granting import PriceMissing
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim, ClaimEvent, ClaimLine
from app.claims.promising import promises_of
from app.claims.rules import Action, ClaimState, CustomerKind
from app.claims.service import LineDecision
from app.claims.silence import (
    LegalNoteMissing,
    NotAcceptedBySilence,
    accepted_by_silence,
    contest,
    deemed_accept,
    note_breaches,
)
from app.claims.silence_board import silence_board
from app.core.db import db
from app.core.errors import NotAllowed, SomebodyWasFaster
from app.core.money import Money, Portion
from app.deadlines.models import Lane
from app.notifications.service import keepers
from app.outbox.models import OutboxMessage
from app.vocabulary import Remedy, Role, Visibility
from app.work import service as work
from app.work.following import follow_claim
from app.work.models import WorkOrder
from app.work.rules import WorkState
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World, new_person

LAST_DAY = date(2026, 11, 30)  # fourteen days after Monday, 16 November
# The dealer's place is two hours east of the plant: the day has to be over at both of them.
OVER_AT_THE_DEALER = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
OVER_AT_BOTH = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)


@pytest.fixture
def head(world: World) -> User:
    person = new_person("hanna", Role.HEAD_OF_CLAIMS)
    db.add(person)
    db.commit()
    return as_user(person)


@pytest.fixture
def poland(world: World) -> World:
    db.execute(update(Dealer).where(Dealer.id == world.dealer.id).values(country="PL"))
    db.commit()
    db.expire_all()
    return world


def consumers(
    world: World, kind: CustomerKind = CustomerKind.CONSUMER, demand: Remedy = Remedy.REPAIR
) -> Claim:
    claim = world.draft()
    claim.lines[0].demand = demand
    claim.customer_kind = kind
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def owed(claim: Claim) -> Counter[str]:
    query = select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id)
    return Counter(db.scalars(query))


def test_the_board_names_days_and_money_of_what_silence_will_accept(poland: World) -> None:
    claim = consumers(poland)
    consumers(poland, CustomerKind.BUSINESS)
    consumers(poland, CustomerKind.SOLE_TRADER)

    [row] = silence_board(poland.cleo, today=date(2026, 11, 20))

    assert (row.claim_id, row.rule, row.basis) == (claim.id, "PL-C-01", "u.p.k. art.7a")
    assert (row.legal_on, row.safe_on, row.days_left) == (LAST_DAY, LAST_DAY, 10)
    assert row.worth == (Money(Decimal("62900.00"), "RUB"),)
    assert silence_board(poland.ben, today=date(2026, 11, 20)) == []


def test_a_changed_demand_moves_no_deadline_of_the_answer(poland: World) -> None:
    """Art. 7a counts from the complaint: 30 November stays, it does not become 14 December."""
    claim = consumers(poland)
    [line] = claim.lines

    change_demand(
        claim, line.id, Remedy.PRICE_REDUCTION, presented_on=date(2026, 11, 18),
        portion=Portion(Decimal(30)),
        version=claim.version, by=poland.cleo, at=datetime(2026, 11, 18, 9, tzinfo=UTC),
    )  # fmt: skip

    law = {one.rule_code: one for one in timing.clocks_of(claim) if one.rule_code}
    assert (law["PL-C-01"].legal_on, law["PL-C-01"].is_running) == (LAST_DAY, True)
    assert (law["PL-C-02"].stop_reason, law["PL-C-02"].is_running) == (
        StopReason.DEMAND_CHANGED, False
    )  # fmt: skip
    assert (law["PL-C-03"].legal_on, law["PL-C-03"].is_running) == (date(2026, 12, 2), True)
    assert claim.id in accepted_by_silence(at=OVER_AT_BOTH)


def test_an_answered_claim_is_not_threatened(poland: World) -> None:
    claim = consumers(poland)
    refused = LineDecision(claim.lines[0].id, Decimal(0), None, "R03", "Broken")
    service.decide(
        claim, [refused], promise_on=None, version=claim.version, by=poland.cleo, at=MONDAY
    )
    db.commit()

    assert silence_board(poland.cleo, today=MONDAY.date()) == []
    assert accepted_by_silence(at=OVER_AT_BOTH) == []
    with pytest.raises(NotAllowed):
        deemed_accept(claim, at=OVER_AT_BOTH)


@pytest.mark.parametrize(
    ("at", "is_over"),
    [
        (datetime(2026, 11, 30, 12, 0, tzinfo=UTC), False),
        (OVER_AT_THE_DEALER, False),
        (OVER_AT_BOTH, True),
    ],
)
def test_silence_accepts_when_the_last_day_is_over_at_both_places(
    poland: World, at: datetime, is_over: bool
) -> None:
    claim = consumers(poland)

    assert (claim.id in accepted_by_silence(at=at)) is is_over
    if not is_over:
        with pytest.raises(NotAllowed):
            deemed_accept(claim, at=at)


def test_silence_does_not_accept_what_was_confirmed_in_time(poland: World) -> None:
    claim = consumers(poland)
    line = claim.lines[0]
    refused = service.LineDecision(line.id, Decimal(0), None, "R03", "It was dropped")
    decision = Decision((refused,))
    assert claim.id in accepted_by_silence(at=OVER_AT_BOTH)

    confirming.confirm(
        claim,
        decision,
        version=claim.version,
        by=poland.cleo,
        at=MONDAY,
        wait=timedelta(seconds=30),
    )

    assert claim.id not in accepted_by_silence(at=OVER_AT_BOTH)


def test_elsewhere_silence_accepts_nothing(world: World) -> None:
    claim = consumers(world)

    assert accepted_by_silence(at=MONDAY + timedelta(days=400)) == []
    with pytest.raises(NotAllowed):
        deemed_accept(claim, at=MONDAY + timedelta(days=400))


@pytest.mark.parametrize("is_asked", [False, True], ids=["untouched", "asked"])
def test_silence_accepts_as_a_manager_would_have(poland: World, is_asked: bool) -> None:
    """A question is no answer: it pauses the service, never the law."""
    claim = consumers(poland)
    if is_asked:
        service.ask(claim, ["A photo?"], version=claim.version, by=poland.cleo, at=MONDAY)
        db.commit()
    before = owed(claim)

    deemed_accept(claim, at=OVER_AT_BOTH)
    db.commit()

    assert (claim.state, claim.deemed_accepted) == (ClaimState.ACCEPTED, True)
    [line] = claim.lines
    assert (line.accepted_quantity, line.remedy) == (line.quantity, Remedy.REPAIR)
    assert owed(claim) - before == {
        "erp.push_claim": 1, "erp.push_decision": 1, "act.issue_decided": 1,
        "mail.claim_decided": 1, "mail.deemed_accepted": 1, "work.open": 1, "forecast.renew": 1,
    }  # fmt: skip
    [answer] = [one for one in timing.clocks_of(claim) if one.rule_code == "PL-C-01"]
    assert (answer.state, answer.stop_reason) == (
        ClockState.BREACHED, StopReason.ACCEPTED_BY_SILENCE
    )  # fmt: skip
    assert {one.rule_code or one.sla for one in timing.running_clocks(claim)} == {
        "PL-C-02", "remedy"
    }  # fmt: skip
    last = db.scalars(
        select(ClaimEvent).filter_by(claim_id=claim.id).order_by(ClaimEvent.version.desc())
    ).first()
    assert last is not None
    assert (last.action, last.actor_id, last.facts["rule"]) == (
        Action.DEEM_ACCEPTED, None, "PL-C-01"
    )  # fmt: skip
    assert [one.promise_on for one in promises_of(claim)] == [claim.promise_on]


def test_midnight_accepts_what_is_due_once_and_marks_what_is_late(
    poland: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, own = consumers(poland), poland.filed()
    monkeypatch.setattr(tasks, "now", lambda: OVER_AT_BOTH)

    tasks.turn_midnight()
    version = db.get_one(Claim, claim.id).version
    tasks.turn_midnight()

    claim = db.get_one(Claim, claim.id)
    assert (claim.state, claim.version) == (ClaimState.ACCEPTED, version)
    states = {one.sla: one.state for one in timing.running_clocks(db.get_one(Claim, own.id))}
    assert states["decision"] is ClockState.BREACHED  # type: ignore[index]
    assert note_breaches(at=OVER_AT_BOTH) == 0


def test_what_hinders_an_acceptance_is_told_once_and_tried_again(
    poland: World, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = consumers(poland)
    lanes = db.execute(select(Lane)).scalars().all()
    for lane in lanes:
        lane.valid_to = date(2020, 1, 1)
    db.commit()
    monkeypatch.setattr(tasks, "now", lambda: OVER_AT_BOTH)

    tasks.turn_midnight()
    tasks.turn_midnight()

    assert db.get_one(Claim, claim.id).state is ClaimState.SUBMITTED
    kind = HistoryKind.ACCEPTANCE_NOT_RECORDED
    entry = db.scalars(select(HistoryEntry).filter_by(claim_id=claim.id, kind=kind)).one()
    assert (entry.visibility, entry.actor_id) == (Visibility.INTERNAL, None)
    (row,) = silence_board(head, today=date(2026, 12, 1))
    assert row.obstacle == entry.facts["reason"]
    assert owed(claim)["mail.acceptance_not_recorded"] == 1

    for lane in db.execute(select(Lane)).scalars():
        lane.valid_to = None
    db.commit()
    tasks.turn_midnight()
    assert db.get_one(Claim, claim.id).state is ClaimState.ACCEPTED


def test_a_price_that_silence_does_not_know_is_asked_of_the_head(
    poland: World, head: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = consumers(poland, demand=Remedy.REFUND)
    db.execute(update(ClaimLine).values(price=None, vat_rate=None, shipment_line_id=None))
    db.commit()
    monkeypatch.setattr(tasks, "now", lambda: OVER_AT_BOTH)

    tasks.turn_midnight()

    assert db.get_one(Claim, claim.id).state is ClaimState.SUBMITTED
    missing = PriceMissing(item=claim.lines[0].item_name).words_in(poland.plant.language)
    page = sign_in(head).get("/silence").get_data(as_text=True)
    assert f"Could not be recorded as accepted: {missing}" in unescape(page)


def test_the_head_of_claims_is_alerted(poland: World, head: User) -> None:
    claim = consumers(poland)
    deemed_accept(claim, at=OVER_AT_BOTH)

    post = keepers("https://claims.example")["mail.deemed_accepted"].prepare(claim.id, "mail")
    [(_, letter)] = post.letters

    assert letter.to == head.email
    assert "deemed accepted" in letter.subject


def test_the_head_contests_on_a_ground_of_law_and_the_claim_is_decided_anew(
    poland: World, head: User
) -> None:
    claim = consumers(poland)
    deemed_accept(claim, at=OVER_AT_BOTH)
    work.open_orders(claim.id, at=OVER_AT_BOTH)
    later = OVER_AT_BOTH + timedelta(days=1)

    contest(claim, "The buyer is a trader", version=claim.version, by=head, at=later)
    follow_claim(claim.id, at=MONDAY)

    assert (claim.state, claim.deemed_accepted, claim.promise_on) == (
        ClaimState.VERIFICATION, False, None
    )  # fmt: skip
    assert claim.lines[0].accepted_quantity is None
    assert set(db.scalars(select(WorkOrder.state))) == {WorkState.CANCELLED}
    [decision] = [one for one in timing.running_clocks(claim) if one.sla == "decision"]
    assert decision.legal_on == claim.answer_on

    refused = LineDecision(claim.lines[0].id, Decimal(0), None, "R03", "Broken")
    service.decide(claim, [refused], promise_on=None, version=claim.version, by=head, at=later)
    assert claim.state is ClaimState.REJECTED


def test_only_the_head_contests_and_only_with_a_note(poland: World, head: User) -> None:
    claim = consumers(poland)
    deemed_accept(claim, at=OVER_AT_BOTH)
    step = {"version": claim.version, "at": OVER_AT_BOTH}

    with pytest.raises(LegalNoteMissing):
        contest(claim, "", by=head, **step)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        contest(claim, "A note", by=poland.cleo, **step)  # type: ignore[arg-type]
    with pytest.raises(SomebodyWasFaster):
        contest(claim, "A note", by=head, version=1, at=OVER_AT_BOTH)


def test_what_a_person_accepted_is_not_contested(poland: World, head: User) -> None:
    claim = poland.filed()
    poland.accepted(claim)

    with pytest.raises(NotAcceptedBySilence):
        contest(claim, "A note", version=claim.version, by=head, at=MONDAY)


def test_the_head_contests_on_the_claims_page(poland: World, head: User, sign_in: SignIn) -> None:
    claim = consumers(poland)
    deemed_accept(claim, at=OVER_AT_BOTH)
    db.commit()
    number, client = claim.id, sign_in(head)

    assert "Contest the deemed acceptance" in client.get(f"/claims/{number}").text
    assert (
        client.post(f"/claims/{number}/contest", data={"version": claim.version}).status_code == 422
    )
    client.post(f"/claims/{number}/contest", data={"version": claim.version, "note": "A trader"})

    assert db.get_one(Claim, number).state is ClaimState.VERIFICATION
    assert "A trader" in client.get(f"/claims/{number}").text
