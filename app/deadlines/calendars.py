"""Calendars of countries from the library of holidays, and what carriers make of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from holidays import country_holidays

from app.core.errors import N_, Refusal
from app.deadlines.rules import EVERY_DAY, Calendar

OFFICE_DAYS = frozenset(range(5))
SIX_DAYS = frozenset(range(6))


class NoHolidays(Refusal):
    """The library of holidays does not know this country."""

    message = N_("The holidays of the country “%(country)s” are not known")


@dataclass(frozen=True)
class Change:
    """A day on which a place differs from the calendar of its country."""

    day: date
    is_open: bool


@dataclass(frozen=True)
class Carrier:
    """The working days of a carrier; without a country it does not know public holidays."""

    weekdays: frozenset[int]
    country: str | None = None
    closed: frozenset[tuple[int, int]] = frozenset()  # month and day of every year


# The lanes name their mode; `ltl` is groupage on the road. A mode that is not here keeps the
# calendar of its origin.
CARRIERS = {
    "ltl": Carrier(SIX_DAYS, closed=frozenset({(12, 31), (1, 1), (1, 2), (1, 3), (1, 7)})),
    "pallet": Carrier(OFFICE_DAYS, country="PL"),
    "van": Carrier(OFFICE_DAYS, country="RU"),
    "rail": Carrier(EVERY_DAY),
    "air": Carrier(OFFICE_DAYS),
}


def years_around(day: date) -> range:
    """Return the years in which a plan that begins near this day can move."""
    return range(day.year - 1, day.year + 3)


@lru_cache(maxsize=512)
def country_calendar(
    country: str,
    years: range,
    *,
    weekdays: frozenset[int] = OFFICE_DAYS,
    changes: frozenset[Change] = frozenset(),
    name: str = "",
) -> Calendar:
    """Return the calendar of a place: its weekdays, its country's holidays, its own changes.

    Days that a government moved are as the library knows them: a working Saturday is open, the
    Monday given for it closed. The place's own changes win over both.
    """
    opened, closed = _moved_days(country, years)
    own_open = {change.day for change in changes if change.is_open}
    own_closed = {change.day for change in changes if not change.is_open}
    return Calendar(
        name or country,
        weekdays,
        closed=(closed - own_open) | own_closed,
        opened=(opened - own_closed) | own_open,
    )


def carrier_calendar(mode: str, years: range, *, otherwise: Calendar) -> Calendar:
    """Return the calendar of the carrier who serves lanes of this mode."""
    carrier = CARRIERS.get(mode)
    if carrier is None:
        return otherwise
    if carrier.country:
        return country_calendar(carrier.country, years, weekdays=carrier.weekdays, name=mode)
    return Calendar(mode, carrier.weekdays, closed=_yearly(carrier.closed, years))


@lru_cache(maxsize=128)
def _moved_days(country: str, years: range) -> tuple[frozenset[date], frozenset[date]]:
    try:
        known = country_holidays(country, years=years)
    except NotImplementedError as error:
        raise NoHolidays(country=country) from error
    return frozenset(known.weekend_workdays), frozenset(known)


def _yearly(days: Iterable[tuple[int, int]], years: range) -> frozenset[date]:
    return frozenset(date(year, month, day) for year in years for month, day in days)
