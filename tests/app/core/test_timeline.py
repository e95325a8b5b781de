"""Where days lie on a line."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.timeline import Stretch, Timeline, around, rows_for

MONDAY = date(2026, 11, 2)
TWO_WEEKS = Timeline(MONDAY, MONDAY + timedelta(days=13))
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_the_days_share_the_whole_width() -> None:
    line = Timeline(MONDAY, MONDAY + timedelta(days=3))

    assert [line.start_of(day) for day in line.all_days()] == [0, 25, 50, 75]
    assert line.middle_of(MONDAY) == 12.5
    assert line.stretch(MONDAY, MONDAY + timedelta(days=1)) == Stretch(0, 50)


def test_what_lies_outside_is_cut_at_the_edge_or_not_drawn() -> None:
    before, after = MONDAY - timedelta(days=9), MONDAY + timedelta(days=99)

    assert TWO_WEEKS.stretch(before, after) == Stretch(0, 100)
    assert TWO_WEEKS.stretch(before, MONDAY - timedelta(days=1)) is None
    assert TWO_WEEKS.stretch(after, after) is None
    assert TWO_WEEKS.start_of(after) == 100


def test_a_weekend_is_one_stretch() -> None:
    weekends = [day for day in TWO_WEEKS.all_days() if day.weekday() >= 5]

    assert len(weekends) == 4
    assert len(TWO_WEEKS.stretches(reversed(weekends))) == 2


def test_the_ticks_are_mondays_and_thin_out_on_a_long_line() -> None:
    year = Timeline(MONDAY + timedelta(days=2), MONDAY + timedelta(days=370))

    ticks = year.ticks(most=10)

    assert {tick.day.weekday() for tick in ticks} == {0}
    assert ticks[0].day == MONDAY + timedelta(days=7)
    assert 5 <= len(ticks) <= 10
    # The second one is the first of its year.
    assert [tick.is_minor for tick in ticks[:4]] == [False, False, False, True]


def test_a_line_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Timeline(MONDAY, MONDAY - timedelta(days=1))


@given(st.lists(days, min_size=1, max_size=12))
def test_a_line_around_days_holds_them_in_their_order(some: list[date]) -> None:
    line = around(some)

    places = [line.middle_of(day) for day in sorted(some)]

    assert all(day in line for day in some)
    assert places == sorted(places)
    assert 0 < min(places) <= max(places) < 100


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(1, 40))
def test_labels_in_the_same_row_never_meet(places: list[float], width: float) -> None:
    rows = rows_for(places, width)

    for row in set(rows):
        starts = sorted(
            min(max(place - width / 2, 0), 100 - width)
            for place, its in zip(places, rows, strict=True)
            if its == row
        )
        assert all(b - a >= width - 1e-6 for a, b in pairwise(starts))


def test_labels_far_from_each_other_share_a_row() -> None:
    assert rows_for([10, 50, 90], 20) == (0, 0, 0)
    assert rows_for([10, 15, 90], 20) == (0, 1, 0)


def test_a_tick_of_another_year_names_it_once_and_on_every_screen() -> None:
    line = Timeline(date(2026, 11, 2), date(2028, 2, 1))

    ticks = line.ticks(most=8)

    assert [tick.year for tick in ticks if tick.year] == [2027, 2028]
    assert not any(tick.is_minor for tick in ticks if tick.year)
    assert not any(tick.year for tick in Timeline(date(2026, 1, 5), date(2026, 12, 1)).ticks())
