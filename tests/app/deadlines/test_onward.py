"""What ways share is planned once, and each keeps its own names."""

from datetime import date

import pytest
from hypothesis import given, settings

from app.deadlines.days import NoCalendarData
from app.deadlines.onward import Chain, Shared, plain_legs
from app.deadlines.rules import Calendar, Work
from tests.app.deadlines import chains
from tests.app.deadlines.chains import Case, cases

OFFICE = frozenset(range(5))
MONDAY = date(2026, 11, 16).toordinal()


def way(name: str, *days: int) -> list[Work]:
    """Return works at a place of this name; all such places have the same working days."""
    calendar = Calendar(name, OFFICE, years=range(2026, 2028))
    return [Work(f"work {number}", calendar, one) for number, one in enumerate(days)]


def test_ways_with_like_calendars_have_the_same_legs() -> None:
    shared = Shared()
    ours, theirs = Chain(way("ours", 2, 3), shared), Chain(way("theirs", 2, 3), shared)

    assert ours.legs(MONDAY) is theirs.legs(MONDAY)
    assert Chain(way("alone", 2, 3)).legs(MONDAY) == ours.legs(MONDAY)


def test_ways_that_end_alike_share_their_end_only() -> None:
    shared = Shared()
    short, long = Chain(way("short", 3), shared), Chain(way("long", 2, 3), shared)
    renamed = Work("work 0", long[1].receiver, 3)
    other = Chain([*way("other", 5), renamed], shared)

    assert other.onward[1] is short.onward[0]
    assert other.onward[0] is not long.onward[0]
    assert other.legs(MONDAY)[1:] == short.legs(other.legs(MONDAY)[0].finish.toordinal())


def test_what_cannot_be_planned_is_refused_with_the_names_of_its_own_way() -> None:
    shared = Shared()
    end = date(2027, 12, 30).toordinal()

    for name in ("ours", "theirs"):
        with pytest.raises(NoCalendarData) as refused:
            Chain(way(name, 1, 9), shared).legs(end)
        assert refused.value.values["calendar"] == name


@settings(max_examples=60, deadline=None)
@given(cases())
def test_what_is_remembered_is_what_was_planned(case: Case) -> None:
    if not chains.can_be_planned(case):
        return
    shared, day = Shared(), case.start.toordinal()

    for chain in (Chain(case.stages, shared), Chain(case.stages, shared)):
        assert chain.legs(day) == plain_legs(case.stages, day)
