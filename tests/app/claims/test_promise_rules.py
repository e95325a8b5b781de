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
    ReasonForPromiseMissing,
    Wish,
    check_promise,
    weigh,
)
from app.core.errors import Refusal
from app.deadlines.clocks import Agreement

EARLIEST, OFFERED = date(2026, 11, 10), date(2026, 11, 12)
SAFE, LEGAL = date(2026, 11, 13), date(2026, 11, 16)
LATER = date(2026, 11, 20)
SIGNED = Wish(agreement_id=7)
REASON = Wish(reason="The customer waits")


def limit(
    agreement: Agreement = Agreement.NONE, safe: date = SAFE, legal: date | None = LEGAL
) -> Limit:
    return Limit("CZ-C-01 (par.19)", safe, legal, agreement)


def days(*limits: Limit, earliest: date = EARLIEST) -> PromiseDays:
    return weigh(earliest, OFFERED, limits)


@pytest.mark.parametrize(
    ("limits", "earliest", "proposed"),
    [
        ((), EARLIEST, OFFERED),
        ((limit(),), EARLIEST, OFFERED),
        ((limit(safe=date(2026, 11, 11)),), EARLIEST, date(2026, 11, 11)),
        ((limit(safe=date(2026, 11, 11)), limit()), EARLIEST, date(2026, 11, 11)),
        ((limit(),), date(2026, 11, 18), date(2026, 11, 18)),
    ],
    ids=["no law", "buffer fits", "buffer is cut", "strictest", "hopeless"],
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
        ((), LATER, Wish(), False, None),
        ((), date(2026, 11, 9), Wish(), False, PromiseTooEarly),
        ((), date(2026, 11, 9), REASON, False, PromiseTooEarly),
        ((), date(2026, 11, 9), Wish(), True, ReasonForPromiseMissing),
        ((), date(2026, 11, 9), REASON, True, None),
        ((limit(),), SAFE, Wish(), False, None),
        ((limit(),), LEGAL, Wish(), False, PromiseNotSafe),
        ((limit(),), LEGAL, Wish(), True, None),
        ((limit(),), LATER, Wish(), True, PromiseBeyondLaw),
        ((limit(),), LATER, SIGNED, True, PromiseBeyondLaw),
        ((limit(Agreement.CAPPED),), LATER, SIGNED, True, PromiseBeyondCap),
        ((limit(Agreement.FREE),), LATER, Wish(), True, AgreementMissing),
        ((limit(Agreement.FREE),), LATER, SIGNED, False, PromiseNotSafe),
        ((limit(Agreement.FREE),), LATER, SIGNED, True, None),
        ((limit(legal=None),), LATER, Wish(), False, PromiseNotSafe),
        ((limit(legal=None),), LATER, Wish(), True, None),
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


def test_where_no_day_is_left_the_head_answers_for_one_with_a_reason() -> None:
    late = date(2026, 11, 18)
    hopeless = days(limit(), earliest=late)

    with pytest.raises(NoDayWithinLaw, match="2026-11-16"):
        check_promise(hopeless, late, REASON, is_head=False)
    with pytest.raises(ReasonForPromiseMissing):
        check_promise(hopeless, late, Wish(), is_head=True)
    check_promise(hopeless, late, REASON, is_head=True)


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
    assert earliest <= promised <= safe + roll
    assert is_head or promised <= safe
