"""Policies of service: which one governs, how its day is counted, and how it is changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import NotAllowed, Refusal
from app.deadlines.policies import (
    GeneralPolicyNeeded,
    PolicyUnchanged,
    current_policies,
    remove_policy,
    save_policy,
    versions_of,
)
from app.deadlines.rules import EVERY_DAY, Calendar
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
    ("at", "ends_at"),
    [
        ("2026-11-16 11:00", "2026-11-16 15:00"),
        ("2026-11-16 14:00", "2026-11-16 18:00"),
        ("2026-11-16 16:30", "2026-11-17 11:30"),
        ("2026-11-16 03:00", "2026-11-16 13:00"),
        ("2026-11-16 21:00", "2026-11-17 13:00"),
        ("2026-11-20 17:00", "2026-11-23 12:00"),
        ("2026-11-21 10:00", "2026-11-23 13:00"),
        ("2026-11-03 17:00", "2026-11-05 12:00"),
    ],
    ids=["within a day", "to the end of it", "over a night", "before the door opens", "at night",
         "over a weekend", "on a Saturday", "over a holiday"],
)  # fmt: skip
def test_four_working_hours_are_hours_in_which_the_plant_works(at: str, ends_at: str) -> None:
    policy = Policy(SlaClock.FIRST_RESPONSE, VIP, 4, SlaUnit.WORKING_HOURS)
    began, ended = _local(at), _local(ends_at)

    assert OFFICE.hours_after(began, 4) == ended
    assert due_day(policy, OFFICE, began) == ended.date()


def test_forty_hours_take_as_many_days_as_the_plant_is_open_for_them() -> None:
    short = Office(CHE, "Asia/Yekaterinburg", time(15), time(9), time(17))

    assert short.hours_after(_local("2026-11-16 09:00"), 40) == _local("2026-11-20 17:00")


def test_an_hour_that_does_not_exist_is_not_worked_and_one_that_is_twice_is_twice() -> None:
    always = Calendar("always", EVERY_DAY)
    berlin = Office(always, "Europe/Berlin", time(15), time(0), time(23))
    zone = ZoneInfo("Europe/Berlin")

    spring = berlin.hours_after(datetime(2026, 3, 29, 0, 0, tzinfo=zone), 22)
    autumn = berlin.hours_after(datetime(2026, 10, 25, 0, 0, tzinfo=zone), 24)

    assert spring == datetime(2026, 3, 29, 23, 0, tzinfo=zone)
    assert autumn == datetime(2026, 10, 25, 23, 0, tzinfo=zone)


@pytest.mark.parametrize(
    ("paused", "resumed", "days"),
    [
        ("2026-11-16 10:00", "2026-11-16 10:05", 0),
        ("2026-11-16 14:58", "2026-11-16 15:03", 0),
        ("2026-11-16 16:30", "2026-11-16 16:35", 0),
        ("2026-11-16 23:58", "2026-11-17 00:03", 0),
        ("2026-11-20 16:00", "2026-11-23 09:00", 0),
        ("2026-11-21 10:00", "2026-11-22 10:00", 0),
        ("2026-11-16 10:00", "2026-11-17 10:00", 1),
        ("2026-10-23 11:00", "2026-10-29 17:20", 5),
    ],
)
def test_a_pause_takes_the_working_days_that_it_lasted(
    paused: str, resumed: str, days: int
) -> None:
    assert OFFICE.days_lost(_local(paused), _local(resumed)) == days


@given(st.integers(0, 20_000), st.integers(0, 30), st.sampled_from(range(1, 23)))
def test_what_is_answered_within_half_an_hour_takes_no_day_whatever_the_cut_off(
    minutes: int, later: int, hour: int
) -> None:
    office = Office(CHE, "Asia/Yekaterinburg", time(hour))
    asked = MONDAY_NOON + timedelta(minutes=minutes)

    assert office.days_lost(asked, asked + timedelta(minutes=later)) == 0


def _local(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo("Asia/Yekaterinburg"))


def test_the_usual_policies_have_every_clock() -> None:
    for clock in SlaClock:
        assert pick_policy(USUAL_POLICIES, clock, Scope()).clock is clock


def test_a_clock_without_any_policy_is_named() -> None:
    with pytest.raises(NoPolicy, match="auto_close"):
        pick_policy([decision(5)], SlaClock.AUTO_CLOSE, Scope())


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
        (
            Policy(SlaClock.AUTO_CLOSE, Scope(), 3, SlaUnit.WORKING_DAYS, is_pausable=True),
            NeverPaused,
        ),
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
