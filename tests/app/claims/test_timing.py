"""The clocks of a claim's life: what starts, waits, moves and stops, and what never moves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Dealer
from app.claims import queries, remedy_law, service, timing
from app.claims.clock_models import ClaimClock, ClockState, PauseReason, StopReason
from app.claims.clock_table import clocks_for_page
from app.claims.forecast_models import NewsKind
from app.claims.law_changes import follow_demand
from app.claims.models import Claim
from app.claims.rules import CustomerKind
from app.claims.service import LineDecision
from app.core.db import db
from app.deadlines.law import change_rule, current_rules, load_rules, versions_of
from app.deadlines.sla import SlaClock
from app.deadlines.stages import Stage
from app.schedule.news import tell_news
from app.vocabulary import Remedy
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

E9_FILED = datetime(2026, 10, 19, 6, 0, tzinfo=UTC)  # Monday, before noon in Chelyabinsk


def consumers(world: World, demand: Remedy = Remedy.REPAIR, at: datetime = MONDAY) -> Claim:
    """File a claim in which a consumer complained a few days before.

    A repair was agreed in writing, for as long as the law allows at most.
    """
    claim = world.draft(at=at)
    claim.lines[0].demand = demand
    claim.customer_kind = CustomerKind.CONSUMER
    claim.demand_presented_on = at.date() - timedelta(days=3)
    if demand is Remedy.REPAIR:
        world.agree(claim, claim.demand_presented_on + timedelta(days=45), at)
    service.file_claim(claim, by=world.ann, at=at)
    db.flush()
    return claim


def running(claim: Claim) -> dict[str, ClaimClock]:
    return {str(one.rule_code or one.sla): one for one in timing.running_clocks(claim)}


def due_on(claim: Claim) -> date:
    """Return the stored day by which the worklist sorts."""
    db.flush()
    db.refresh(claim, ["due_on"])
    return claim.due_on


def decided(
    world: World,
    claim: Claim,
    at: datetime,
    *,
    accepted: bool = True,
    remedy: Remedy = Remedy.REPAIR,
) -> None:
    facts: tuple[Any, ...] = (remedy, None, "") if accepted else (None, "R03", "Broken")
    [line] = claim.lines
    decision = LineDecision(line.id, line.quantity if accepted else Decimal(0), *facts)
    service.decide(claim, [decision], promise_on=None, version=claim.version, by=world.cleo, at=at)


def test_a_consumers_claim_runs_by_the_law_from_the_day_of_the_demand(world: World) -> None:
    claim = consumers(world)

    clocks = running(claim)
    assert set(clocks) == {"RU-C-05", "first_response", "decision"}
    repair = clocks["RU-C-05"]
    assert (repair.trigger_on, repair.raw_on, repair.legal_on, repair.safe_on) == (
        date(2026, 11, 13), date(2026, 12, 28), date(2026, 12, 28), date(2026, 12, 28)
    )  # fmt: skip
    assert (repair.rule_version, repair.duty) == (1, "seller_or_manufacturer")
    assert clocks["decision"].legal_on == claim.answer_on == date(2026, 11, 23)


def test_a_dealers_own_claim_runs_by_the_contract_from_the_filing(world: World) -> None:
    claim = world.filed(demand=Remedy.REFUND)

    assert set(running(claim)) == {"RU-B-03", "first_response", "decision"}
    assert running(claim)["RU-B-03"].trigger_on == date(2026, 11, 16)


def test_the_trigger_is_the_day_of_the_place_where_it_happened(world: World) -> None:
    """Half past nine in the evening UTC is already tomorrow in Chelyabinsk and Novosibirsk."""
    late = datetime(2026, 11, 16, 21, 30, tzinfo=UTC)
    own = world.filed(demand=Remedy.REFUND, at=late)
    claim = world.draft(at=late)
    claim.customer_kind = CustomerKind.CONSUMER
    service.file_claim(claim, by=world.ann, at=late)

    assert running(own)["RU-B-03"].trigger_on == date(2026, 11, 17)
    assert running(claim)["RU-C-11"].trigger_on == date(2026, 11, 17)


def test_a_vip_is_answered_in_three_working_days_and_first_within_hours(world: World) -> None:
    db.execute(update(Dealer).where(Dealer.id == world.dealer.id).values(priority_class="VIP"))
    db.expire_all()

    clocks = running(world.filed())

    assert clocks["decision"].legal_on == date(2026, 11, 19)
    assert clocks["first_response"].legal_on == date(2026, 11, 16)


def test_taking_a_claim_is_the_first_response(world: World) -> None:
    claim = world.filed()

    service.take(claim, version=claim.version, by=world.cleo, at=MONDAY + timedelta(days=3))

    [first] = [one for one in timing.clocks_of(claim) if one.sla is SlaClock.FIRST_RESPONSE]
    assert (first.state, first.stopped_on) == (ClockState.BREACHED, date(2026, 11, 19))


def test_a_question_pauses_the_decision_and_never_the_law(world: World) -> None:
    """E9 with the portal's five days: due on 26 October, five working days of pause."""
    claim = consumers(world, Remedy.REPLACEMENT, at=E9_FILED)
    law = running(claim)["RU-C-02"]
    days_of_law = (law.trigger_on, law.raw_on, law.legal_on, law.safe_on)
    due = running(claim)["decision"].legal_on

    asked = datetime(2026, 10, 23, 6, 0, tzinfo=UTC)
    service.ask(claim, ["Which serial number?"], version=claim.version, by=world.cleo, at=asked)
    assert running(claim)["decision"].state is ClockState.PAUSED
    assert running(claim)["RU-C-02"].state is ClockState.RUNNING
    assert running(claim)["dealer_answer"].legal_on == claim.questions[0].answer_by
    answered = datetime(2026, 10, 29, 12, 20, tzinfo=UTC)  # 17:20 in Chelyabinsk, after the cut-off
    answers = {question.id: "OG-1" for question in claim.questions}
    db.flush()
    service.answer(claim, answers, version=claim.version, by=world.ann, at=answered)

    [pause] = timing.pauses_of(claim)
    assert (pause.reason, pause.paused_by_name, pause.resumed_by_name) == (
        PauseReason.NEEDS_INFO, "Cleo", "Ann"
    )  # fmt: skip
    assert (pause.paused_on, pause.resumed_on, pause.working_days) == (
        date(2026, 10, 23), date(2026, 10, 30), 5
    )  # fmt: skip
    assert due == date(2026, 10, 26)
    assert running(claim)["decision"].legal_on == claim.answer_on == date(2026, 11, 2)
    law = running(claim)["RU-C-02"]
    assert (law.trigger_on, law.raw_on, law.legal_on, law.safe_on) == days_of_law
    assert "dealer_answer" not in running(claim)


def test_a_question_that_is_answered_within_minutes_moves_nothing(world: World) -> None:
    """Asked at 16:30 in Chelyabinsk, after the cut-off, and answered five minutes later."""
    claim = consumers(world, Remedy.REPLACEMENT, at=E9_FILED)
    due = running(claim)["decision"].legal_on
    asked = datetime(2026, 10, 20, 11, 30, tzinfo=UTC)
    service.ask(claim, ["Which serial number?"], version=claim.version, by=world.cleo, at=asked)
    db.flush()
    answers = {question.id: "OG-1" for question in claim.questions}

    answered = asked + timedelta(minutes=5)
    service.answer(claim, answers, version=claim.version, by=world.ann, at=answered)

    [pause] = timing.pauses_of(claim)
    assert pause.working_days == 0
    assert running(claim)["decision"].legal_on == claim.answer_on == due


def test_the_database_pauses_no_clock_of_the_law(world: World) -> None:
    claim = consumers(world)

    with pytest.raises(IntegrityError, match="law_never_pauses"):
        db.execute(
            update(ClaimClock)
            .where(ClaimClock.claim_id == claim.id, ClaimClock.rule_code == "RU-C-05")
            .values(state=ClockState.PAUSED)
        )


def test_a_decision_stops_the_answer_and_starts_the_remedy(world: World) -> None:
    claim = consumers(world)
    decided(world, claim, MONDAY)

    clocks = running(claim)
    assert set(clocks) == {"RU-C-05", "remedy"}
    assert clocks["remedy"].legal_on == claim.promise_on


def test_a_refusal_stops_every_deadline_and_promises_no_time_to_appeal(world: World) -> None:
    claim = consumers(world)
    decided(world, claim, MONDAY, accepted=False)

    assert running(claim) == {}


def test_the_law_of_a_repair_goes_on_until_the_dealer_has_the_goods(world: World) -> None:
    """All departments have pressed Finish; nobody has said that anything has arrived."""
    claim = consumers(world)
    decided(world, claim, MONDAY)
    service.start_execution(claim, at=MONDAY)
    later = MONDAY + timedelta(days=9)

    service.resolve(claim, at=later)
    assert set(running(claim)) == {"RU-C-05", "auto_close"}
    handed_over = (claim, Stage.HANDOVER, NewsKind.FINISHED)
    tell_news(*handed_over, date(2026, 11, 20), by=world.ann, at=later)
    [law] = [one for one in timing.clocks_of(claim) if one.rule_code == "RU-C-05"]
    assert (law.state, law.stopped_on) == (ClockState.STOPPED, date(2026, 11, 20))
    tell_news(*handed_over, None, by=world.ann, at=later)
    assert law.state is ClockState.RUNNING

    service.confirm(claim, version=claim.version, by=world.ann, at=later)
    assert (law.state, law.stopped_on) == (ClockState.STOPPED, later.date())


def test_a_day_after_the_law_stays_late_whenever_it_is_told(world: World) -> None:
    claim = consumers(world)
    decided(world, claim, MONDAY)
    service.start_execution(claim, at=MONDAY)
    [law] = [one for one in timing.clocks_of(claim) if one.rule_code == "RU-C-05"]
    service.resolve(claim, at=MONDAY + timedelta(days=9))
    after = law.legal_on + timedelta(days=1)

    told_at = datetime(after.year, after.month, after.day, 9, tzinfo=UTC)
    tell_news(claim, Stage.HANDOVER, NewsKind.FINISHED, after, by=world.ann, at=told_at)

    assert (law.state, law.stopped_on) == (ClockState.BREACHED, after)


def test_the_law_of_money_ends_when_finance_has_paid(world: World) -> None:
    claim = consumers(world, Remedy.REFUND)
    decided(world, claim, MONDAY, remedy=Remedy.REFUND)
    service.start_execution(claim, at=MONDAY)
    assert any(one.rule_code for one in running(claim).values())

    service.resolve(claim, at=MONDAY + timedelta(days=2))

    assert set(running(claim)) == {"auto_close"}


def test_a_remedy_that_was_none_runs_on_with_the_old_days_of_the_law(world: World) -> None:
    claim = consumers(world)
    decided(world, claim, MONDAY)
    service.start_execution(claim, at=MONDAY)
    before = {name: one.legal_on for name, one in running(claim).items()}
    service.resolve(claim, at=MONDAY + timedelta(days=9))
    remedy_law.end_remedy(claim, {Stage.HANDOVER}, at=MONDAY + timedelta(days=9))
    assert set(running(claim)) == {"auto_close"}

    service.dispute(
        claim, "Leaks", version=claim.version, by=world.ann, at=MONDAY + timedelta(days=50)
    )

    clocks = running(claim)
    assert set(clocks) == set(before)
    assert clocks["RU-C-05"].legal_on == before["RU-C-05"]
    assert clocks["RU-C-05"].state is ClockState.BREACHED
    assert clocks["remedy"].legal_on == claim.promise_on


def test_a_withdrawn_claim_has_no_clock_left(world: World) -> None:
    claim = consumers(world)

    service.cancel(claim, version=claim.version, by=world.ann, at=MONDAY)

    assert running(claim) == {}
    assert {one.stop_reason for one in timing.clocks_of(claim)} == {StopReason.WITHDRAWN}


def test_a_changed_demand_adds_its_own_clock_and_keeps_what_ran_before(world: World) -> None:
    claim = consumers(world)

    follow_demand(claim, claim.lines[0], Remedy.REFUND, presented_on=date(2026, 11, 18), at=MONDAY)

    assert running(claim)["RU-C-01"].legal_on == date(2026, 11, 30)
    [old] = [one for one in timing.clocks_of(claim) if one.rule_code == "RU-C-05"]
    assert (old.state, old.stop_reason) == (ClockState.STOPPED, StopReason.DEMAND_CHANGED)


def test_what_was_overdue_stays_overdue_when_the_demand_changes(world: World) -> None:
    claim = consumers(world, Remedy.REPLACEMENT)
    late = datetime(2026, 11, 25, 6, tzinfo=UTC)  # seven days after the 13th are over

    follow_demand(claim, claim.lines[0], Remedy.REFUND, presented_on=date(2026, 11, 25), at=late)

    [old] = [one for one in timing.clocks_of(claim) if one.rule_code == "RU-C-02"]
    assert (old.state, old.stop_reason) == (ClockState.BREACHED, StopReason.DEMAND_CHANGED)


def test_a_changed_demand_of_a_dealer_restarts_no_clock_of_the_answer(world: World) -> None:
    """RU-B-02 gives seven days for the answer: from repair to a lower price it stays the same."""
    claim = world.filed()
    [line] = claim.lines
    answer = running(claim)["RU-B-02"].legal_on

    later = MONDAY + timedelta(days=3)
    follow_demand(claim, line, Remedy.PRICE_REDUCTION, presented_on=date(2026, 11, 18), at=later)
    follow_demand(claim, line, Remedy.REFUND, presented_on=date(2026, 11, 19), at=later)

    assert [one.legal_on for one in timing.clocks_of(claim) if one.rule_code == "RU-B-02"] == [
        answer
    ]
    assert running(claim)["RU-B-03"].trigger_on == date(2026, 11, 19)


def test_a_demand_that_came_to_us_too_late_is_overdue_from_the_beginning(world: World) -> None:
    claim = world.draft()
    claim.lines[0].demand = Remedy.REFUND
    claim.customer_kind = CustomerKind.CONSUMER
    claim.demand_presented_on = date(2026, 10, 1)

    service.file_claim(claim, by=world.ann, at=MONDAY)

    assert running(claim)["RU-C-01"].state is ClockState.BREACHED


def test_a_country_without_known_holidays_files_all_the_same(world: World) -> None:
    db.execute(update(Dealer).where(Dealer.id == world.dealer.id).values(country="XX"))
    db.expire_all()

    assert set(running(consumers(world))) == {"first_response", "decision"}


def test_a_changed_rule_is_a_new_version_and_running_clocks_keep_theirs(world: World) -> None:
    before = running(consumers(world))["RU-C-05"]
    [rule] = [one for one in current_rules(MONDAY.date()) if one.code == "RU-C-05"]

    changed = rule.__class__(**{**vars(rule), "amount": 30})
    change_rule(changed, by=world.admin, at=MONDAY)
    after = running(consumers(world))["RU-C-05"]

    assert (before.rule_version, after.rule_version) == (1, 2)
    assert (before.raw_on, after.raw_on) == (date(2026, 12, 28), date(2026, 12, 13))
    assert load_rules(at=MONDAY) == 0  # what an administrator has changed stays
    assert [row.version for row in versions_of("RU-C-05")] == [2, 1]


def test_a_version_of_a_day_to_come_leaves_the_law_of_today_in_force(world: World) -> None:
    """What was demanded before the law changed is due by the old law, whenever it is filed."""
    [rule] = [one for one in current_rules(MONDAY.date()) if one.code == "RU-C-01"]
    coming = date(2026, 11, 20)
    change_rule(replace(rule, amount=30, valid_from=coming), by=world.admin, at=MONDAY)

    before = consumers(world, Remedy.REFUND, at=datetime(2026, 11, 21, 6, tzinfo=UTC))
    after = consumers(world, Remedy.REFUND, at=datetime(2026, 11, 23, 6, tzinfo=UTC))

    assert before.demand_presented_on == date(2026, 11, 18)
    assert (running(before)["RU-C-01"].rule_version, running(after)["RU-C-01"].rule_version) == (
        1, 2
    )  # fmt: skip
    assert running(after)["RU-C-01"].raw_on == date(2026, 12, 20)


def test_a_rule_that_has_ended_starts_nothing_any_more(world: World) -> None:
    [rule] = [one for one in current_rules(MONDAY.date()) if one.code == "RU-C-01"]
    change_rule(replace(rule, valid_to=date(2026, 11, 1)), by=world.admin, at=MONDAY)

    assert "RU-C-01" not in running(consumers(world, Remedy.REFUND))


def test_the_page_shows_what_counts_now_and_who_had_the_ball(app: Flask, world: World) -> None:
    claim = consumers(world, Remedy.REFUND)
    asked = MONDAY + timedelta(days=1)
    service.ask(claim, ["A photo?"], version=claim.version, by=world.cleo, at=asked)
    db.flush()

    with app.test_request_context():
        events = queries.events_of(claim.id)
        page = clocks_for_page(claim, events, at=MONDAY + timedelta(days=4))

    assert page.governing is not None
    assert page.governing.basis.startswith("RU-C-01")
    assert page.held == {"factory": 1, "dealer": 3}
    assert {row.state for row in page.rows} == {
        ClockState.RUNNING, ClockState.PAUSED, ClockState.STOPPED
    }  # fmt: skip


def test_the_page_says_overdue_before_the_task_of_the_night_has_marked_it(
    app: Flask, world: World
) -> None:
    claim = consumers(world, Remedy.REFUND)
    db.flush()

    with app.test_request_context():
        events = queries.events_of(claim.id)
        on_time = clocks_for_page(claim, events, at=MONDAY)
        late = clocks_for_page(claim, events, at=MONDAY + timedelta(days=60))

    assert {row.state for row in on_time.rows} == {ClockState.RUNNING}
    assert {row.state for row in late.rows} == {ClockState.BREACHED}
    assert running(claim)["RU-C-01"].state is ClockState.RUNNING


def test_the_day_that_counts_is_the_first_end_of_all_that_runs(world: World) -> None:
    """E9: the service waits for the dealer, the law goes on and governs."""
    refund, own = consumers(world, Remedy.REFUND), world.filed()
    service.ask(refund, ["A photo?"], version=refund.version, by=world.cleo, at=MONDAY)
    service.take(own, version=own.version, by=world.cleo, at=MONDAY)
    db.flush()

    assert due_on(refund) == date(2026, 11, 23)
    assert due_on(own) == date(2026, 11, 23)
    service.answer(
        refund,
        {question.id: "Here" for question in refund.questions},
        version=refund.version,
        by=world.ann,
        at=MONDAY + timedelta(days=4),
    )
    assert running(refund)["decision"].legal_on == date(2026, 11, 27)
    assert due_on(refund) == date(2026, 11, 23)

    service.cancel(own, version=own.version, by=world.ann, at=MONDAY)
    assert due_on(own) == date.max


def test_the_claims_page_names_rule_and_days(world: World, sign_in: SignIn) -> None:
    claim = consumers(world)
    db.commit()

    page = sign_in(world.cleo).get(f"/claims/{claim.id}").text

    assert "RU-C-05 · ЗоЗПП ст.20 п.1" in page
    assert "Repair for the consumer" in page
    assert "28 Dec 2026" in page
    assert "never pauses" in page


def test_the_claims_page_says_what_being_late_means_in_the_readers_language(
    world: World, sign_in: SignIn
) -> None:
    claim = consumers(world)
    db.commit()
    client = sign_in(world.cleo)

    english = client.get(f"/claims/{claim.id}").text
    client.post("/language", data={"language": "ru"})
    russian = client.get(f"/claims/{claim.id}").text

    assert "45 calendar days is only the cap of a WRITTEN agreement" in english
    assert "45 календарных дней — лишь предел ПИСЬМЕННОГО соглашения" in russian


def test_a_dealer_says_what_the_customer_is(world: World, sign_in: SignIn) -> None:
    claim = world.draft()
    db.commit()
    client = sign_in(world.ann)

    page = client.get(f"/claims/{claim.id}/edit").text
    assert "sole_trader" not in page  # only Poland knows them
    client.post(
        f"/claims/{claim.id}/edit",
        data={"dealer_reference": "R-1", "customer_kind": "consumer"},
    )

    assert db.get_one(Claim, claim.id).customer_kind is CustomerKind.CONSUMER
