"""Timetables of lanes: the days of departure, and the day on which each of them arrives."""

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from app.deadlines.days import Days, common_days, weekly_days


class TransitUnit(StrEnum):
    """How the days on the road are counted: all of them, or the carrier's working days."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


class Timetable(NamedTuple):
    """Days of departure, and for each in its order the day on which it is received.

    There are fewer arrivals than departures where the calendars end before the goods arrive.
    """

    departures: Days
    arrivals: list[int]


class Road(NamedTuple):
    """What decides a timetable; lanes that share it share the timetable."""

    origin: Days
    carrier: Days
    destination: Days
    border: Days | None
    departures: frozenset[int]
    days: int
    unit: TransitUnit
    border_days: int
    valid_from: date | None
    valid_to: date | None


@lru_cache(maxsize=4096)
def timetable(road: Road) -> Timetable:
    """Return the timetable of a road for all the days that its calendars know."""
    first, end = _known_span(road)
    if road.valid_from:
        first = max(first, road.valid_from.toordinal())
    if road.valid_to:
        end = min(end, road.valid_to.toordinal() + 1)
    if first >= end:
        return Timetable(Days(first, b""), [])
    weekly = weekly_days(first, end, road.departures)
    departures = common_days(first, end, weekly, road.origin, road.carrier)
    return Timetable(departures, _arrivals(road, departures.ordinals))


def forget_timetables() -> None:
    """Free what is remembered of lanes: for a process that sees ever new ones, each once."""
    timetable.cache_clear()


def arrive(road: Road, departure: int) -> int | None:
    """Return when a departure is received, on the timetable or not; None if nobody knows."""
    first, _ = _known_span(road)
    found = _arrivals(road, [departure]) if departure >= first else []
    return found[0] if found else None


def _known_span(road: Road) -> tuple[int, int]:
    known = [days for days in (road.origin, road.carrier, road.destination, road.border) if days]
    return max(days.first for days in known), min(days.end for days in known)


def _arrivals(road: Road, departures: list[int]) -> list[int]:
    if road.days and road.unit is TransitUnit.WORKING_DAYS:
        arrivals = road.carrier.each_ahead(departures, road.days)
    else:
        arrivals = [day + road.days for day in departures]
    if road.border:  # customs that needs no day of its own clears on a day of its own all the same
        arrivals = road.border.each_next(arrivals)
        if road.border_days:
            arrivals = road.border.each_ahead(arrivals, road.border_days)
    return road.destination.each_next(arrivals)
