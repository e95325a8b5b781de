"""The stages of a plan and their legs: work at a place, transit on a lane, either of several.

Each can be handed over on a day, and can be asked for the latest hand-over for a day that is due.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, Self

from app.core.errors import N_, Refusal
from app.deadlines.days import LONGEST_CLOSURE, Calendar, NoCalendarData
from app.deadlines.timetables import (
    Road,
    Timetable,
    TransitUnit,
    arrive,
    timetable,
)


class LaneNeverDeparts(Refusal):
    """The days of departure never meet a working day of the origin and of the carrier."""

    message = N_("Nothing ever departs from %(origin)s to %(destination)s near %(day)s")


class Leg(NamedTuple):
    """A planned stage: handed over on `start`, done on `finish`; transports also depart."""

    stage: str
    start: date
    finish: date
    departure: date | None = None
    arrival: date | None = None

    def as_dict(self) -> dict[str, str]:
        """Return the leg as JSON keeps it, days in ISO 8601; what it has not is left out."""
        start, finish = self.start.isoformat(), self.finish.isoformat()
        kept = {"stage": self.stage, "start": start, "finish": finish}
        if self.departure is not None:
            kept["departure"] = self.departure.isoformat()
        if self.arrival is not None:
            kept["arrival"] = self.arrival.isoformat()
        return kept

    @classmethod
    def from_dict(cls, kept: Mapping[str, str]) -> Self:
        """Return the leg that `as_dict` kept."""
        departure, arrival = kept.get("departure"), kept.get("arrival")
        return cls(
            kept["stage"],
            date.fromisoformat(kept["start"]),
            date.fromisoformat(kept["finish"]),
            date.fromisoformat(departure) if departure else None,
            date.fromisoformat(arrival) if arrival else None,
        )


Legs = tuple[Leg, ...]
# A leg inside the engine: start, finish, departure or 0. What departs finishes on its arrival.
Course = tuple[int, int, int]


class _Stage:
    """What every stage can: its two ways as legs, from its two ways in ordinals."""

    stage: str

    def leave(self, handed_over: date) -> Leg:
        """Return the leg that begins with this hand-over."""
        return as_leg(self.stage, self.ahead(handed_over.toordinal()))

    def reach(self, due: date) -> Leg:
        """Return the latest leg that is finished by this day."""
        return as_leg(self.stage, self.back(due.toordinal()))

    def ahead(self, handed_over: int) -> Course:
        """Return the days of `leave`."""
        raise NotImplementedError

    def back(self, due: int) -> Course:
        """Return the days of `reach`."""
        raise NotImplementedError

    @property
    def key(self) -> object:
        """What decides the days of a stage: with the same key they are the same."""
        raise NotImplementedError


@dataclass(frozen=True)
class Work(_Stage):
    """A stage done at one place; the day of the hand-over is not counted."""

    stage: str
    calendar: Calendar
    days: int

    def ahead(self, handed_over: int) -> Course:
        start, finish = self.calendar.start(handed_over, self.days)
        return start, finish, 0

    def back(self, due: int) -> Course:
        finish = self.calendar.previous(due)
        return self.calendar.back(finish, self.days), finish, 0

    @property
    def key(self) -> object:
        return self.stage, self.calendar.days, self.days

    @property
    def giver(self) -> Calendar:
        """The calendar in which the stage is begun."""
        return self.calendar

    @property
    def receiver(self) -> Calendar:
        """The calendar in which the stage is finished."""
        return self.calendar


@dataclass(frozen=True)
class Transit(_Stage):
    """A stage on the road. It departs on the given weekdays if carrier and origin work.

    `lead` working days of the origin pass between hand-over and departure. A payment run is a
    transit as well: the run departs, the bank carries. Nothing departs outside of the validity.
    """

    stage: str
    origin: Calendar
    destination: Calendar
    carrier: Calendar
    departures: frozenset[int]
    days: int
    unit: TransitUnit = TransitUnit.CALENDAR_DAYS
    lead: int = 0
    border: Calendar | None = None
    border_days: int = 0
    valid_from: date | None = None
    valid_to: date | None = None
    cost: Decimal | None = None
    currency: str = ""

    def ahead(self, handed_over: int) -> Course:
        start, ready = self.origin.start(handed_over, self.lead)
        departures, arrivals = self.timetable
        try:
            number = departures.before[max(ready - departures.first, 0)]
            return start, arrivals[number], departures.ordinals[number]
        except IndexError:
            raise self._never(ready) from None

    def back(self, due: int) -> Course:
        for calendar in self._calendars():
            calendar.refuse_outside(due)
        departures, arrivals = self.timetable
        number = bisect_right(arrivals, due) - 1
        if number < 0:
            raise self._never(due, ahead=False)
        departure = departures.ordinals[number]
        return self.origin.back(departure, self.lead), arrivals[number], departure

    @property
    def key(self) -> object:
        return self.stage, self.road, self.lead

    def arrive(self, departure: int) -> int:
        """Return when a departure is received, be it on the timetable or not."""
        arrival = arrive(self.road, departure)
        if arrival is None:
            year = date.fromordinal(departure).year
            raise NoCalendarData(calendar=self.destination.name, year=year)
        return arrival

    def has_departure(self, day: int) -> bool:
        """Tell whether the timetable has a departure on this day."""
        departures = self.timetable.departures
        index = day - departures.first
        return 0 <= index < len(departures.flags) and bool(departures.flags[index])

    @cached_property
    def timetable(self) -> Timetable:
        """The days of departure and the day on which each of them arrives."""
        return timetable(self.road)

    @cached_property
    def road(self) -> Road:
        """What decides the timetable."""
        return Road(
            self.origin.days,
            self.carrier.days,
            self.destination.days,
            self.border.days if self.border else None,
            self.departures,
            self.days,
            self.unit,
            self.border_days,
            self.valid_from,
            self.valid_to,
        )

    @property
    def giver(self) -> Calendar:
        """The calendar in which the stage is begun."""
        return self.origin

    @property
    def receiver(self) -> Calendar:
        """The calendar in which the stage is finished."""
        return self.destination

    def _calendars(self) -> tuple[Calendar, ...]:
        known = (self.origin, self.carrier, self.destination)
        return (*known, self.border) if self.border else known

    def _never(self, near: int, *, ahead: bool = True) -> Refusal:
        """Say why nothing departs: never at all, not then, or in a year that is not known."""
        known = self._calendars()
        shortest = min(known, key=_end) if ahead else max(known, key=_first)
        edge = _end(shortest) if ahead else _first(shortest) - 1
        departures = self.timetable.departures
        is_cut = departures.end < edge if ahead else departures.first > edge + 1
        if departures.ordinals and not is_cut and abs(edge - near) <= LONGEST_CLOSURE:
            return NoCalendarData(calendar=shortest.name, year=date.fromordinal(edge).year)
        return LaneNeverDeparts(
            origin=self.origin.name,
            destination=self.destination.name,
            day=date.fromordinal(near),
        )


@dataclass(frozen=True)
class AnyOf(_Stage):
    """A stage that has several ways, as the versions of a lane: the first to arrive is taken.

    Backward it may start as late as the best of its ways allows, so both directions agree.
    """

    stage: str
    ways: tuple[Transit, ...]

    def ahead(self, handed_over: int) -> Course:
        return min(
            self._possible(Transit.ahead, handed_over), key=lambda course: (course[1], course[2])
        )

    def back(self, due: int) -> Course:
        return max(self._possible(Transit.back, due))

    @property
    def key(self) -> object:
        return tuple(way.key for way in self.ways)

    @property
    def giver(self) -> Calendar:
        """The calendar in which the stage is begun."""
        return self.ways[0].origin

    @property
    def receiver(self) -> Calendar:
        """The calendar in which the stage is finished."""
        return self.ways[0].destination

    def arrive(self, departure: int) -> int:
        """Return when a departure is received, by the way that has it on its timetable."""
        ways = [way for way in self.ways if way.has_departure(departure)] or self.ways
        return min(way.arrive(departure) for way in ways)

    def _possible(self, find: Callable[[Transit, int], Course], day: int) -> list[Course]:
        found: list[Course] = []
        refusal: Refusal | None = None
        for way in self.ways:
            try:
                found.append(find(way, day))
            except LaneNeverDeparts as never:
                refusal = never
        if refusal and not found:
            raise refusal
        return found


PlannedStage = Work | Transit | AnyOf


def _first(calendar: Calendar) -> int:
    return calendar.days.first


def _end(calendar: Calendar) -> int:
    return calendar.days.end


def as_leg(stage: str, course: Course) -> Leg:
    """Return the leg with these days."""
    start, finish, departure = course
    finished_on = date.fromordinal(finish)
    if not departure:
        return Leg(stage, date.fromordinal(start), finished_on)
    departs_on = date.fromordinal(departure)
    return Leg(stage, date.fromordinal(start), finished_on, departs_on, finished_on)
