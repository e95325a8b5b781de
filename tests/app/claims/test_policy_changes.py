"""Another service policy: which open claims move by how much, seen before and done on saving."""

from datetime import date, timedelta

import pytest

from app.claims import service, timing
from app.claims.models import Claim
from app.claims.policy_changes import (
    preview_policy,
    preview_removal,
    remove_and_move,
    save_and_move,
)
from app.core.db import db
from app.deadlines.policies import GeneralPolicyNeeded
from app.deadlines.sla import PeriodMissing, Policy, Scope, SlaClock, SlaUnit
from app.vocabulary import Remedy
from tests.app.world import MONDAY, World


def decision(days: int, scope: Scope) -> Policy:
    return Policy(SlaClock.DECISION, scope, days, SlaUnit.WORKING_DAYS, is_pausable=True)


def due(claim: Claim) -> date:
    return timing.decision_due(timing.running_clocks(claim))


def test_the_preview_names_the_open_claims_that_move_and_changes_nothing(world: World) -> None:
    repair, refund = world.filed(), world.filed(demand=Remedy.REFUND)
    answered = world.filed(demand=Remedy.REFUND)
    world.accepted(answered, Remedy.REFUND)

    [move] = preview_policy(decision(2, Scope(demand=Remedy.REFUND)))

    assert (move.claim_id, move.number, move.dealer) == (refund.id, refund.number, "North Stoves")
    assert (move.was, move.becomes, move.days) == (date(2026, 11, 23), date(2026, 11, 18), -5)
    assert due(refund) == due(repair) == date(2026, 11, 23)


def test_saving_moves_them_and_stamps_the_new_version(world: World) -> None:
    repair, refund = world.filed(), world.filed(demand=Remedy.REFUND)

    save_and_move(decision(2, Scope(demand=Remedy.REFUND)), by=world.admin, at=MONDAY)
    db.flush()

    assert (due(refund), refund.answer_on) == (date(2026, 11, 18), date(2026, 11, 18))
    assert due(repair) == date(2026, 11, 23)
    [clock] = [one for one in timing.running_clocks(refund) if one.sla is SlaClock.DECISION]
    assert clock.policy is not None
    assert (clock.policy.amount, clock.policy.demand) == (2, Remedy.REFUND)


def test_the_days_of_a_pause_stay_beside_the_new_period(world: World) -> None:
    claim = world.filed()
    tuesday = MONDAY + timedelta(days=1)
    service.ask(claim, ["A photo?"], version=claim.version, by=world.cleo, at=tuesday)
    db.flush()
    answers = {question.id: "Here" for question in claim.questions}
    service.answer(
        claim, answers, version=claim.version, by=world.ann, at=MONDAY + timedelta(days=3)
    )
    assert due(claim) == date(2026, 11, 25)

    [move] = preview_policy(decision(3, Scope()))

    assert move.becomes == date(2026, 11, 23)  # three days from Monday, and two of the pause


def test_without_a_special_policy_its_claims_fall_back_to_the_general_one(world: World) -> None:
    refund = world.filed(demand=Remedy.REFUND)
    special = Scope(demand=Remedy.REFUND)
    save_and_move(decision(2, special), by=world.admin, at=MONDAY)
    db.flush()

    [move] = preview_removal(SlaClock.DECISION, special)
    assert due(refund) == date(2026, 11, 18)
    remove_and_move(SlaClock.DECISION, special, by=world.admin, at=MONDAY)
    db.flush()

    assert (move.was, move.becomes) == (date(2026, 11, 18), date(2026, 11, 23))
    assert (due(refund), refund.answer_on) == (date(2026, 11, 23), date(2026, 11, 23))


def test_what_holds_for_everybody_cannot_be_removed(world: World) -> None:
    with pytest.raises(GeneralPolicyNeeded):
        preview_removal(SlaClock.DECISION, Scope())


def test_a_policy_that_cannot_work_has_no_preview(world: World) -> None:
    with pytest.raises(PeriodMissing):
        preview_policy(decision(0, Scope()))
