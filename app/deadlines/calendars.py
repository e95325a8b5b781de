"""Calendars of places: the library's holidays of a country, and the days that differ."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from holidays import country_holidays

from app.core.errors import N_, Refusal
from app.deadlines.days import forget_days
from app.deadlines.rules import Calendar
from app.deadlines.timetables import forget_timetables

OFFICE_DAYS = frozenset(range(5))
SIX_DAYS = frozenset(range(6))
# What happens later on a day counts to the next working day, where a place sets no other time.
USUAL_CUT_OFF = time(17)
# The hours of a working day, where a place sets no others.
USUAL_HOURS = (time(9), time(18))
# A country that moved no day in so many years is taken as one that moves none.
_REMEMBERED_YEARS = 3


class NoHolidays(Refusal):
    """The library of holidays does not know this country."""

    message = N_("The holidays of the country “%(country)s” are not known")


@dataclass(frozen=True)
class Change:
    """A day on which a place differs from the calendar of its country."""

    day: date
    is_open: bool


def years_around(day: date) -> range:
    """Return the years in which a plan that begins near this day can move."""
    return range(day.year - 1, day.year + 3)


@lru_cache(maxsize=4096)
def country_calendar(
    country: str | None,
    years: range,
    *,
    weekdays: frozenset[int] = OFFICE_DAYS,
    moved: frozenset[Change] = frozenset(),
    changes: frozenset[Change] = frozenset(),
    name: str = "",
) -> Calendar:
    """Return the calendar of a place: its weekdays, its country's holidays, its own changes.

    Days that a government moved are as the library knows them: a working Saturday is open, the
    Monday given for it closed. `moved` are those that it does not know yet. The place's own
    changes win over all of them. Without a country there are no holidays.
    """
    opened, closed = _holidays(country, years) if country else (frozenset(), frozenset())
    for differing in (moved, changes):
        now_open = {change.day for change in differing if change.is_open}
        now_closed = {change.day for change in differing if not change.is_open}
        opened, closed = (opened - now_closed) | now_open, (closed - now_open) | now_closed
    return Calendar(name or country or "", weekdays, closed, opened, years)


def forget_calendars() -> None:
    """Free the calendars, their days and timetables; the holidays of countries are kept."""
    country_calendar.cache_clear()
    forget_days()
    forget_timetables()


def is_near(day: date, today: date, country: str, *, working_days: int) -> bool:
    """Tell whether a country has at most so many working days from today on and before `day`.

    Days off bring a day nearer, as nobody works on them. The days of a country that the library
    does not know are taken as those of an office week.
    """
    try:
        calendar = country_calendar(country, years_around(today))
    except NoHolidays:
        calendar = country_calendar(None, years_around(today))
    return day <= calendar.add(today - timedelta(days=1), working_days + 1)


def days_between(first: date, last: date) -> Iterator[date]:
    """Give the days from the first to the last, both included."""
    return (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))


def lacks_decree(country: str, year: int, *, brought_in: Collection[int] = ()) -> bool:
    """Tell whether the days that a country moves by decree are not known for this year yet.

    `brought_in` are the years for which an administrator has given them. A country that moved
    nothing in the years before needs no decree.
    """
    moving = _decreed_years(country) | set(brought_in)
    moves_days = any(before in moving for before in range(year - _REMEMBERED_YEARS, year))
    return moves_days and year not in moving


@lru_cache(maxsize=256)
def _holidays(country: str, years: range) -> tuple[frozenset[date], frozenset[date]]:
    try:
        known = country_holidays(country, years=years)
    except NotImplementedError as error:
        raise NoHolidays(country=country) from error
    return frozenset(known.weekend_workdays), frozenset(known)


@lru_cache(maxsize=64)
def _decreed_years(country: str) -> frozenset[int]:
    """Return the years for which the library has a country's moved days, all of them or some."""
    try:
        known = country_holidays(country)
    except NotImplementedError as error:
        raise NoHolidays(country=country) from error
    tables = (
        getattr(known, name, {})
        for name in ("special_public_holidays", "special_public_holidays_observed")
    )
    return frozenset(year for table in tables for year in table)
