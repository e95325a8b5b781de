"""What may be promised: by the way of the goods, by the law, by whom, and with what in hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.promise_rules import (
    AgreementMissing,
    Limit,
    NoDayWithinLaw,
    PromiseBeyondCap,
    PromiseBeyondLaw,
    PromiseDays,
    PromiseNotSafe,
    PromiseTooEarly,
    ReasonForLatePromiseMissing,
    ReasonForPromiseMissing,
    ReceiverIsClosed,
    Wish,
    check_promise,
    reserve_for,
    safe_for_dealer,
    weigh,
)
from app.core.errors import Refusal
from app.deadlines.clocks import Agreement
from app.deadlines.rules import Calendar
from app.deadlines.stages import CHAINS
from app.vocabulary import Remedy

EARLIEST, OFFERED = date(2026, 11, 10), date(2026, 11, 12)
SAFE, LEGAL = date(2026, 11, 13), date(2026, 11, 16)
LATER = date(2026, 11, 20)
SIGNED = Wish(reason="The customer agrees", agreement_id=7)
REASON = Wish(reason="The customer waits")
HALF_A_YEAR_LATER = date(2027, 5, 12)
DEALER = Calendar("Dealer", frozenset(range(5)), closed=frozenset({date(2026, 11, 18)}))


def limit(
    agreement: Agreement = Agreement.NONE, safe: date = SAFE, legal: date | None = LEGAL
) -> Limit:
    return Limit("CZ-C-01 (par.19)", safe, legal, agreement)


def days(*limits: Limit, earliest: date = EARLIEST) -> PromiseDays:
    return weigh(earliest, OFFERED, limits, DEALER)


@pytest.mark.parametrize(
    ("limits", "earliest", "proposed"),
    [
        ((), EARLIEST, OFFERED),
        ((limit(),), EARLIEST, OFFERED),
        ((limit(safe=date(2026, 11, 11)),), EARLIEST, date(2026, 11, 11)),
        ((limit(safe=date(2026, 11, 11)), limit()), EARLIEST, date(2026, 11, 11)),
        ((limit(),), date(2026, 11, 17), date(2026, 11, 17)),
        ((limit(),), date(2026, 11, 18), date(2026, 11, 19)),
        ((limit(safe=date(2026, 11, 15)),), date(2026, 11, 14), date(2026, 11, 16)),
        ((limit(safe=date(2026, 11, 9)),), EARLIEST, EARLIEST),
    ],
    ids=[
        "no law",
        "buffer fits",
        "buffer is cut",
        "strictest",
        "hopeless",
        "hopeless and closed",
        "only a weekend is left",
        "a day before the earliest is none",
    ],
)
def test_the_proposal_is_safe_wherever_that_is_possible(
    limits: tuple[Limit, ...], earliest: date, proposed: date
) -> None:
    assert days(*limits, earliest=earliest).proposed == proposed


def test_the_example_of_brno_has_three_days_of_slack() -> None:
    """E8."""
    assert days(limit(Agreement.FREE)).slack == 3


@pytest.mark.parametrize(
    ("limits", "promised", "wish", "is_head", "refusal"),
    [
        ((), EARLIEST, Wish(), False, None),
        ((), OFFERED, Wish(), False, None),
        ((), LATER, Wish(), False, ReasonForLatePromiseMissing),
        ((), HALF_A_YEAR_LATER, Wish(), True, ReasonForLatePromiseMissing),
        ((), HALF_A_YEAR_LATER, REASON, False, None),
        ((), date(2026, 11, 18), REASON, True, ReceiverIsClosed),
        ((), date(2026, 11, 14), REASON, True, ReceiverIsClosed),
        ((), date(2026, 11, 9), Wish(), False, PromiseTooEarly),
        ((), date(2026, 11, 9), REASON, False, PromiseTooEarly),
        ((), date(2026, 11, 9), Wish(), True, ReasonForPromiseMissing),
        ((), date(2026, 11, 9), REASON, True, None),
        ((limit(),), SAFE, REASON, False, None),
        ((limit(),), LEGAL, Wish(), False, PromiseNotSafe),
        ((limit(),), LEGAL, Wish(), True, ReasonForLatePromiseMissing),
        ((limit(),), LEGAL, REASON, True, None),
        ((limit(),), LATER, Wish(), True, PromiseBeyondLaw),
        ((limit(),), LATER, SIGNED, True, PromiseBeyondLaw),
        ((limit(Agreement.CAPPED),), LATER, SIGNED, True, PromiseBeyondCap),
        ((limit(Agreement.FREE),), LATER, Wish(), True, AgreementMissing),
        ((limit(Agreement.FREE),), LATER, SIGNED, False, PromiseNotSafe),
        ((limit(Agreement.FREE),), LATER, SIGNED, True, None),
        ((limit(legal=None),), LATER, Wish(), False, PromiseNotSafe),
        ((limit(legal=None),), LATER, REASON, True, None),
        ((limit(Agreement.FREE), limit()), LATER, SIGNED, True, PromiseBeyondLaw),
    ],
)
def test_who_may_promise_which_day_with_what(
    limits: tuple[Limit, ...],
    promised: date,
    wish: Wish,
    is_head: bool,
    refusal: type[Refusal] | None,
) -> None:
    if refusal is None:
        check_promise(days(*limits), promised, wish, is_head=is_head)
        return
    with pytest.raises(refusal):
        check_promise(days(*limits), promised, wish, is_head=is_head)


def test_the_reserve_is_counted_back_from_a_day_on_which_the_dealer_works() -> None:
    """Poland, 14 days from 4 November: the dealer is closed on the last of them, a Wednesday."""
    assert safe_for_dealer(date(2026, 11, 18), DEALER, reserve=1) == date(2026, 11, 16)
    assert safe_for_dealer(date(2026, 11, 17), DEALER, reserve=1) == date(2026, 11, 16)
    assert safe_for_dealer(date(2026, 11, 18), DEALER, reserve=0) == date(2026, 11, 18)


def test_who_hands_over_by_plan_or_owes_nothing_needs_no_reserve() -> None:
    money, goods = CHAINS[Remedy.REFUND], CHAINS[Remedy.REPAIR]

    assert reserve_for(money, is_dealers_duty=True) == 1
    assert reserve_for(goods, is_dealers_duty=True) == 0
    assert reserve_for(money, is_dealers_duty=False) == 0


def test_a_refused_day_is_told_with_the_days_beside_it() -> None:
    with pytest.raises(ReceiverIsClosed, match="2026-11-17 or 2026-11-19"):
        check_promise(days(), date(2026, 11, 18), REASON, is_head=True)


def test_where_no_day_is_left_the_head_answers_for_one_with_a_reason() -> None:
    late = date(2026, 11, 17)
    hopeless = days(limit(), earliest=late)

    with pytest.raises(NoDayWithinLaw, match="2026-11-16"):
        check_promise(hopeless, late, REASON, is_head=False)
    with pytest.raises(ReasonForPromiseMissing):
        check_promise(hopeless, late, Wish(), is_head=True)
    check_promise(hopeless, late, REASON, is_head=True)


def test_a_dealer_who_is_closed_until_the_law_ends_leaves_no_day_either() -> None:
    closed = days(
        limit(safe=date(2026, 11, 13), legal=date(2026, 11, 15)), earliest=date(2026, 11, 14)
    )

    with pytest.raises(NoDayWithinLaw):
        check_promise(closed, date(2026, 11, 16), REASON, is_head=False)
    check_promise(closed, date(2026, 11, 16), REASON, is_head=True)


@given(
    earliest=st.integers(0, 30),
    safe=st.integers(0, 30),
    roll=st.integers(0, 3),
    promised=st.integers(0, 40),
    agreement=st.sampled_from(Agreement),
    is_head=st.booleans(),
)
def test_a_manager_alone_promises_only_what_is_feasible_and_safe(
    earliest: int, safe: int, roll: int, promised: int, agreement: Agreement, is_head: bool
) -> None:
    def day(number: int) -> date:
        return date(2026, 11, 1) + timedelta(days=number)

    weighed = days(limit(agreement, day(safe), day(safe + roll)), earliest=day(earliest))
    try:
        check_promise(weighed, day(promised), Wish(), is_head=is_head)
    except Refusal:
        return
    assert DEALER.is_working(day(promised))
    assert day(promised) <= weighed.proposed
    assert earliest <= promised <= safe + roll
    assert is_head or promised <= safe
