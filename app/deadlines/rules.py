"""Days: calendars, planning a chain of stages forward and backward, and last days.

All of it counts whole days. A stage is handed over on the day on which the one before it is
finished, moved to the next day on which the receiving side works; only then is counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from app.core.errors import N_, Refusal

EVERY_DAY = frozenset(range(7))
# Longer than any closure that is not a mistake in the data.
_SEARCHED_DAYS = 400
_DAY = timedelta(days=1)


class CalendarNeverOpens(Refusal):
    """No working day within more than a year."""

    message = N_("The calendar “%(calendar)s” has no working day near %(day)s")


class LaneNeverDeparts(Refusal):
    """The days of departure never meet a working day of the origin and of the carrier."""

    message = N_("Nothing ever departs from %(origin)s to %(destination)s near %(day)s")


class TransitUnit(StrEnum):
    """How the days on the road are counted: all of them, or the carrier's working days."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True)
class Calendar:
    """The working days of somebody: weekdays from 0 = Monday, and the days that differ."""

    name: str
    weekdays: frozenset[int]
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether this day is a working day; a day opened on purpose always is."""
        return day in self.opened or (day.weekday() in self.weekdays and day not in self.closed)

    def on_or_after(self, day: date) -> date:
        """Return the first working day that is not before `day`."""
        return self._first_working(day, _days_from(day))

    def on_or_before(self, day: date) -> date:
        """Return the last working day that is not after `day`."""
        return self._first_working(day, _days_back_from(day))

    def add(self, day: date, working_days: int) -> date:
        """Return the day on which so many working days after `day` have passed."""
        for _ in range(working_days):
            day = self.on_or_after(day + _DAY)
        return day

    def sub(self, day: date, working_days: int) -> date:
        """Return the day that lies so many working days before `day`."""
        for _ in range(working_days):
            day = self.on_or_before(day - _DAY)
        return day

    def _first_working(self, near: date, days: Iterator[date]) -> date:
        for day in days:
            if self.is_working(day):
                return day
        raise CalendarNeverOpens(calendar=self.name, day=near.isoformat())


@dataclass(frozen=True)
class Leg:
    """A planned stage: handed over on `start`, done on `finish`; transports also depart."""

    stage: str
    start: date
    finish: date
    departure: date | None = None
    arrival: date | None = None

    def as_dict(self) -> dict[str, str]:
        """Return the leg as JSON keeps it, days in ISO 8601; what it has not is left out."""
        return {name: str(value) for name, value in vars(self).items() if value is not None}

    @classmethod
    def from_dict(cls, kept: Mapping[str, str]) -> Self:
        """Return the leg that `as_dict` kept."""
        days = {name: date.fromisoformat(day) for name, day in kept.items() if name != "stage"}
        return cls(stage=kept["stage"], **days)


@dataclass(frozen=True)
class Work:
    """A stage done at one place; the day of the hand-over is not counted."""

    stage: str
    calendar: Calendar
    days: int

    def leave(self, handed_over: date) -> Leg:
        """Return the leg that begins with this hand-over."""
        start = self.calendar.on_or_after(handed_over)
        return Leg(self.stage, start, self.calendar.add(start, self.days))

    def reach(self, due: date) -> Leg:
        """Return the latest leg that is finished by this day."""
        finish = self.calendar.on_or_before(due)
        return Leg(self.stage, self.calendar.sub(finish, self.days), finish)


@dataclass(frozen=True)
class Transit:
    """A stage on the road. It departs on the given weekdays if carrier and origin work.

    `lead` working days of the origin pass between hand-over and departure. A payment run is a
    transit as well: the run departs, the bank carries.
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

    def leave(self, handed_over: date) -> Leg:
        """Return the leg that takes the first departure after this hand-over."""
        start = self.origin.on_or_after(handed_over)
        ready = self.origin.add(start, self.lead)
        departure = next(filter(self._departs, _days_from(ready)), None)
        if departure is None:
            raise self._never(ready)
        return self._leg(start, departure)

    def reach(self, due: date) -> Leg:
        """Return the leg that takes the last departure which arrives by this day."""
        for day in filter(self._departs, _days_back_from(due)):
            if self.arrival(day) <= due:
                return self._leg(self.origin.sub(day, self.lead), day)
        raise self._never(due)

    def arrival(self, departure: date) -> date:
        """Return the day on which the destination receives what departed on this day."""
        if self.unit is TransitUnit.WORKING_DAYS:
            arrival = self.carrier.add(departure, self.days)
        else:
            arrival = departure + timedelta(days=self.days)
        if self.border and self.border_days:
            arrival = self.border.add(self.border.on_or_after(arrival), self.border_days)
        return self.destination.on_or_after(arrival)

    def _departs(self, day: date) -> bool:
        return (
            day.weekday() in self.departures
            and self.carrier.is_working(day)
            and self.origin.is_working(day)
        )

    def _leg(self, start: date, departure: date) -> Leg:
        arrival = self.arrival(departure)
        return Leg(self.stage, start, arrival, departure, arrival)

    def _never(self, near: date) -> LaneNeverDeparts:
        return LaneNeverDeparts(
            origin=self.origin.name, destination=self.destination.name, day=near.isoformat()
        )


PlannedStage = Work | Transit


@dataclass(frozen=True)
class Plan:
    """Legs in their order; without legs nothing is to be done and nothing takes time."""

    start: date
    finish: date
    legs: tuple[Leg, ...]


@dataclass(frozen=True)
class LastDay:
    """A last day as counted, as the law moves it off a day off, and as one should plan it."""

    raw: date
    legal: date
    safe: date


def forward(stages: Sequence[PlannedStage], start: date) -> Plan:
    """Plan the stages one after the other from `start`; `finish` is the earliest end."""
    legs: list[Leg] = []
    day = start
    for stage in stages:
        legs.append(stage.leave(day))
        day = legs[-1].finish
    return Plan(legs[0].start if legs else start, day, tuple(legs))


def backward(stages: Sequence[PlannedStage], due: date) -> Plan:
    """Plan the stages as late as `due` allows; each leg's `start` is its latest hand-over."""
    legs: list[Leg] = []
    day = due
    for stage in reversed(stages):
        legs.insert(0, stage.reach(day))
        day = legs[0].start
    return Plan(day, legs[-1].finish if legs else due, tuple(legs))


def effective_day(at: datetime, zone: str, calendar: Calendar, cut_off: time) -> date:
    """Return the working day to which a real event counts at a place; after the cut-off the next.

    Only for events: planned stages hand over on their day, whatever the hour.
    """
    local = at.astimezone(ZoneInfo(zone))
    late = local.time() > cut_off
    return calendar.on_or_after(local.date() + _DAY if late else local.date())


def legal_and_safe(raw: date, calendar: Calendar) -> LastDay:
    """Return how a statutory last day that may be a day off is reported and planned.

    Sources: ГК РФ 193, KC art. 115, § 607 o. z., Regulation (EEC) 1182/71.
    """
    return LastDay(raw, calendar.on_or_after(raw), calendar.on_or_before(raw))


def _days_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=step) for step in range(_SEARCHED_DAYS))


def _days_back_from(day: date) -> Iterator[date]:
    return (day - timedelta(days=step) for step in range(_SEARCHED_DAYS))
