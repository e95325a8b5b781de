from datetime import date, timedelta

import pytest

from app.deadlines.calendars import (
    Change,
    NoHolidays,
    country_calendar,
    years_around,
)
from app.deadlines.rules import Calendar
from tests.app.deadlines.places import CHE, GROUPAGE, MSK, YEARS


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        ("RU", date(2026, 12, 31), False),
        ("RU", date(2027, 2, 20), True),
        ("RU", date(2027, 2, 22), False),
        ("BY", date(2026, 4, 25), True),
        ("PL", date(2026, 12, 24), False),
        ("CZ", date(2026, 12, 24), False),
        ("PL", date(2026, 11, 11), False),
        ("CZ", date(2026, 11, 11), True),
        ("CZ", date(2026, 11, 17), False),
    ],
)
def test_a_country_works_as_its_government_says(country: str, day: date, works: bool) -> None:
    assert country_calendar(country, YEARS).is_working(day) is works


@pytest.mark.parametrize(
    ("country", "year", "days"),
    [("RU", 2026, 247), ("RU", 2027, 247), ("PL", 2026, 253), ("CZ", 2026, 250), ("BY", 2026, 254)],
)
def test_a_year_has_the_working_days_of_the_official_calendar(
    country: str, year: int, days: int
) -> None:
    assert _working_days(country_calendar(country, YEARS), year) == days


def test_an_inventory_closes_the_plant_alone() -> None:
    assert not CHE.is_working(date(2026, 12, 29))
    assert country_calendar("RU", YEARS).is_working(date(2026, 12, 29))


def test_a_place_may_open_on_a_holiday_and_close_on_a_working_saturday() -> None:
    changes = frozenset({Change(date(2027, 1, 4), True), Change(date(2027, 2, 20), False)})
    calendar = country_calendar("RU", YEARS, changes=changes)

    assert calendar.is_working(date(2027, 1, 4))
    assert not calendar.is_working(date(2027, 2, 20))


def test_a_dealer_of_six_days_works_on_saturdays_but_not_on_holidays() -> None:
    assert MSK.is_working(date(2026, 11, 14))
    assert not MSK.is_working(date(2027, 1, 2))


def test_the_groupage_carrier_rests_at_new_year_only() -> None:
    resting = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 7)]

    assert not any(GROUPAGE.is_working(day) for day in resting)
    assert GROUPAGE.is_working(date(2027, 1, 4))
    assert not GROUPAGE.is_working(date(2026, 11, 15))


def test_a_country_without_known_holidays_is_refused_by_name() -> None:
    with pytest.raises(NoHolidays, match="ZZ"):
        country_calendar("ZZ", YEARS)


def test_a_plan_at_the_end_of_december_knows_the_holidays_of_january() -> None:
    calendar = country_calendar("RU", years_around(date(2026, 12, 28)))

    assert calendar.add(date(2026, 12, 30), 1) == date(2027, 1, 11)


def _working_days(calendar: Calendar, year: int) -> int:
    first = date(year, 1, 1)
    days = (first + timedelta(days=step) for step in range((date(year + 1, 1, 1) - first).days))
    return sum(calendar.is_working(day) for day in days)
