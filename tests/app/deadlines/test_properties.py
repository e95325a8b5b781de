"""What holds for every chain over every calendar; `run.py check deadlines` tries many more."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.deadlines.days import NoCalendarData
from app.deadlines.rules import Calendar, effective_day
from tests.app.deadlines import chains, walk
from tests.app.deadlines.chains import Case, cases, make_calendar

short = settings(max_examples=60, deadline=None)
ZONES = [f"Etc/GMT{-offset:+d}" for offset in range(-8, 13)]  # the sign is the other way round
WEEK = Calendar("week", frozenset(range(5)), years=range(2027, 2030))


@short
@given(cases())
def test_the_tables_say_what_a_walk_from_day_to_day_says(case: Case) -> None:
    chains.check_like_walking(case)


@short
@given(cases())
def test_the_latest_start_keeps_the_due_day_and_the_next_working_day_does_not(case: Case) -> None:
    assume(chains.can_be_planned(case))

    chains.check_both_directions(case)


@short
@given(cases())
def test_who_starts_later_never_ends_earlier(case: Case) -> None:
    assume(chains.can_be_planned(case))

    chains.check_order(case)


@short
@given(cases())
def test_no_stage_starts_or_is_received_on_a_closed_day(case: Case) -> None:
    assume(chains.can_be_planned(case))

    chains.check_closed_days(case)


@short
@given(cases())
def test_a_forecast_without_news_is_the_plan(case: Case) -> None:
    assume(chains.can_be_planned(case))

    chains.check_without_news(case)


@short
@given(st.data(), st.integers(0, 40))
def test_counting_and_finding_days_agree_with_a_walk(data: st.DataObject, days: int) -> None:
    calendar = make_calendar(lambda low, high: data.draw(st.integers(low, high)), "any")
    day = data.draw(st.dates(date(2027, 9, 1), date(2028, 10, 1)))
    later = day + timedelta(days=days)

    assert calendar.on_or_after(day) == walk.on_or_after(calendar, day)
    assert calendar.on_or_before(day) == walk.on_or_before(calendar, day)
    assert calendar.add(day, days) == walk.add(calendar, day, days)
    assert calendar.sub(day, days % 20) == walk.sub(calendar, day, days % 20)
    assert calendar.count(day, later) == walk.count(calendar, day, later)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("clock", "counts_today"),
    [(time(0), True), (time(15), True), (time(15, 0, 0, 1), False), (time(23, 59, 59), False)],
)
def test_the_cut_off_is_that_of_the_place_in_every_zone(
    zone: str, clock: time, counts_today: bool
) -> None:
    tuesday = date(2028, 2, 29)
    at = datetime.combine(tuesday, clock, tzinfo=ZoneInfo(zone))

    day = effective_day(at, zone, WEEK, time(15))

    assert day == (tuesday if counts_today else date(2028, 3, 1))


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/Anchorage", date(2027, 12, 31)), ("Asia/Kamchatka", date(2028, 1, 3))],
)
def test_new_years_eve_is_over_in_the_east_first(zone: str, day: date) -> None:
    at = datetime(2027, 12, 31, 14, 0, tzinfo=ZoneInfo("UTC"))

    assert effective_day(at, zone, WEEK, time(18)) == day


def test_the_twenty_ninth_of_february_is_a_day_like_others() -> None:
    assert WEEK.add(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert WEEK.sub(date(2028, 3, 1), 1) == date(2028, 2, 29)
    assert WEEK.count(date(2028, 2, 28), date(2028, 3, 6)) == 5


@pytest.mark.parametrize(
    ("day", "days", "year"), [(date(2029, 12, 31), 1, 2030), (date(2031, 1, 1), 0, 2031)]
)
def test_days_of_a_year_that_nobody_knows_are_refused_by_name(
    day: date, days: int, year: int
) -> None:
    with pytest.raises(NoCalendarData, match=f"“week” is not known for the year {year}"):
        WEEK.add(WEEK.on_or_after(day), days)


def test_the_year_before_the_known_ones_is_refused_too() -> None:
    with pytest.raises(NoCalendarData, match="2026"):
        WEEK.sub(date(2027, 1, 4), 3)
