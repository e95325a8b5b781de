"""Policies of service: which one governs, how its day is counted, and how it is changed."""

from datetime import UTC, date, datetime, time

import pytest

from app.core.errors import NotAllowed, Refusal
from app.deadlines.policies import (
    GeneralPolicyNeeded,
    PolicyUnchanged,
    current_policies,
    remove_policy,
    save_policy,
    versions_of,
)
from app.deadlines.sla import (
    SAFETY,
    USUAL_POLICIES,
    NeverPaused,
    NoPolicy,
    Office,
    PeriodMissing,
    Policy,
    RemedyFollowsPromise,
    Scope,
    SlaClock,
    SlaUnit,
    due_day,
    pick_policy,
    strictest,
)
from app.vocabulary import Remedy
from tests.app.deadlines.places import CHE
from tests.app.world import MONDAY, World

OFFICE = Office(CHE, "Asia/Yekaterinburg", time(15))
MONDAY_NOON = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
DECISION = SlaClock.DECISION
VIP = Scope(dealer_class="VIP")


def decision(days: int, scope: Scope = Scope()) -> Policy:  # noqa: B008  (frozen)
    return Policy(DECISION, scope, days, SlaUnit.WORKING_DAYS, is_pausable=True)


@pytest.mark.parametrize(
    ("case", "days"),
    [
        (Scope(), 14),
        (Scope(dealer_class="GOLD"), 14),
        (VIP, 3),
        (Scope(demand=Remedy.REFUND), 7),
        (Scope(dealer_class="VIP", demand=Remedy.REFUND), 2),
        (Scope(dealer_class="VIP", product_group="bath"), 3),
        (Scope(product_group="bath"), 10),
        (Scope(dealer_class="VIP", priority=SAFETY), 1),
    ],
)
def test_the_most_specific_policy_wins(case: Scope, days: int) -> None:
    policies = [
        decision(14),
        decision(3, VIP),
        decision(7, Scope(demand=Remedy.REFUND)),
        decision(2, Scope(dealer_class="VIP", demand=Remedy.REFUND)),
        decision(10, Scope(product_group="bath")),
        decision(1, Scope(priority=SAFETY)),
    ]

    assert pick_policy(policies, DECISION, case).amount == days


def test_the_strictest_line_governs_the_claim() -> None:
    policies = [decision(5), decision(2, Scope(demand=Remedy.REFUND))]
    cases = [Scope(demand=Remedy.REPAIR), Scope(demand=Remedy.REFUND)]

    policy, due = strictest(policies, DECISION, cases, OFFICE, MONDAY_NOON)

    assert (policy.amount, due) == (2, date(2026, 11, 18))


@pytest.mark.parametrize(
    ("hour", "due"),
    [(6, date(2026, 11, 16)), (7, date(2026, 11, 17))],
    ids=["15:00", "16:00"],
)
def test_four_working_hours_end_today_or_on_the_next_working_day(hour: int, due: date) -> None:
    policy = Policy(SlaClock.FIRST_RESPONSE, VIP, 4, SlaUnit.WORKING_HOURS)

    at = datetime(2026, 11, 16, hour, 0, tzinfo=UTC)

    assert due_day(policy, OFFICE, at) == due


def test_the_usual_policies_have_every_clock() -> None:
    for clock in SlaClock:
        assert pick_policy(USUAL_POLICIES, clock, Scope()).clock is clock


def test_a_clock_without_any_policy_is_named() -> None:
    with pytest.raises(NoPolicy, match="appeal"):
        pick_policy([decision(5)], SlaClock.APPEAL, Scope())


def test_a_saved_policy_is_the_next_version_and_the_old_one_stays(world: World) -> None:
    save_policy(decision(4, VIP), by=world.admin, at=MONDAY)

    versions = versions_of(DECISION, VIP)
    assert [(row.version, row.amount, row.replaced_at) for row in versions] == [
        (2, 4, None),
        (1, 3, MONDAY),
    ]
    assert pick_policy(current_policies(), DECISION, VIP).version == 2


def test_a_removed_special_policy_leaves_the_general_one(world: World) -> None:
    remove_policy(DECISION, VIP, by=world.admin, at=MONDAY)

    assert pick_policy(current_policies(), DECISION, VIP).amount == 5


@pytest.mark.parametrize(
    ("policy", "refusal"),
    [
        (decision(5), PolicyUnchanged),
        (decision(0), PeriodMissing),
        (Policy(DECISION, Scope(), 3, SlaUnit.PROMISE), PeriodMissing),
        (Policy(SlaClock.APPEAL, Scope(), 3, SlaUnit.CALENDAR_DAYS, is_pausable=True), NeverPaused),
        (Policy(SlaClock.REMEDY, Scope(), 3, SlaUnit.WORKING_DAYS), RemedyFollowsPromise),
    ],
)
def test_a_policy_that_cannot_work_is_refused(
    world: World, policy: Policy, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        save_policy(policy, by=world.admin, at=MONDAY)


def test_the_general_policy_is_never_removed(world: World) -> None:
    with pytest.raises(GeneralPolicyNeeded):
        remove_policy(DECISION, Scope(), by=world.admin, at=MONDAY)


def test_a_dealer_changes_no_policy(world: World) -> None:
    with pytest.raises(NotAllowed):
        save_policy(decision(4), by=world.ann, at=MONDAY)
