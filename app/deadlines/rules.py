"""Days: planning a chain of stages forward and backward, and last days.

All of it counts whole days. A stage is handed over on the day on which the one before it is
finished, moved to the next day on which the receiving side works; only then is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from app.deadlines.days import EVERY_DAY, Calendar, CalendarNeverOpens, NoCalendarData
from app.deadlines.legs import (
    AnyOf,
    Course,
    LaneNeverDeparts,
    Leg,
    Legs,
    PlannedStage,
    Transit,
    Work,
    as_leg,
)
from app.deadlines.timetables import Hops, TransitUnit, road_hops, work_hops

__all__ = [
    "EVERY_DAY",
    "AnyOf",
    "Calendar",
    "CalendarNeverOpens",
    "Chain",
    "Course",
    "LaneNeverDeparts",
    "LastDay",
    "Leg",
    "NoCalendarData",
    "Plan",
    "PlannedStage",
    "Transit",
    "TransitUnit",
    "Work",
    "as_leg",
    "backward",
    "effective_day",
    "forward",
    "legal_and_safe",
]

_DAY = timedelta(days=1)


class Chain(tuple[PlannedStage, ...]):
    """Stages in their order, made ready for many plans; what was planned once is remembered."""

    @cached_property
    def known(self) -> tuple[dict[int, tuple[Leg, int]], ...]:
        """The legs that were asked for, by the day of their hand-over, each with its last day.

        Claims of one dealer begin on few days, and leave with even fewer departures.
        """
        return tuple({} for _ in self)

    @cached_property
    def hops(self) -> tuple[Hops, ...] | None:
        """The ends of what can be done in one go; None if a stage has several ways.

        Works that follow each other at one place are as one work of all their days, and before a
        departure from there they are as days of its lead.
        """
        hops: list[Hops] = []
        place, days = None, 0
        for stage in self:
            if isinstance(stage, AnyOf):
                return None
            if place is not None and place is not stage.giver.days:
                hops.append(work_hops(place, days))
                days = 0
            if isinstance(stage, Work):
                place, days = stage.calendar.days, days + stage.days
            else:
                hops.append(road_hops(stage.road, days + stage.lead))
                place, days = None, 0
        if place is not None:
            hops.append(work_hops(place, days))
        return tuple(hops)


class Plan:
    """Legs in their order; without legs nothing is to be done and nothing takes time.

    A plan that goes forward makes its legs when somebody looks at them: most are only asked for
    their end.
    """

    __slots__ = ("_begun", "_finish", "_legs", "_stages")

    def __init__(
        self, stages: Sequence[PlannedStage], begun: int, finish: int, legs: Legs | None = None
    ) -> None:
        self._stages, self._begun, self._finish, self._legs = stages, begun, finish, legs

    @property
    def start(self) -> date:
        """The day on which the first stage starts."""
        return self.legs[0].start if self._stages else date.fromordinal(self._begun)

    @property
    def finish(self) -> date:
        """The day on which the last stage is over."""
        return date.fromordinal(self._finish)

    @property
    def legs(self) -> Legs:
        """The stages with their days."""
        if self._legs is None:
            self._legs = _legs(self._stages, self._begun)
        return self._legs


@dataclass(frozen=True)
class LastDay:
    """A last day as counted, as the law moves it off a day off, and as one should plan it."""

    raw: date
    legal: date
    safe: date


def forward(stages: Sequence[PlannedStage], start: date) -> Plan:
    """Plan the stages one after the other from `start`; `finish` is the earliest end."""
    begun = day = start.toordinal()
    hops = stages.hops if isinstance(stages, Chain) else None
    try:
        for first, finishes in hops or ():
            if day < first:
                raise IndexError  # which Python would count from the end
            day = finishes[day - first]
    except IndexError:
        hops = None  # the legs know which calendar ends
    if hops is not None:
        return Plan(stages, begun, day)
    legs = _legs(stages, begun)
    return Plan(stages, begun, legs[-1].finish.toordinal() if legs else begun, legs)


def backward(stages: Sequence[PlannedStage], due: date) -> Plan:
    """Plan the stages as late as `due` allows; each leg's `start` is its latest hand-over."""
    legs: list[Leg] = []
    finish = day = due.toordinal()
    for stage in reversed(stages):
        course = stage.back(day)
        legs.append(as_leg(stage.stage, course))
        day = course[0]
    legs.reverse()
    return Plan(stages, day, legs[-1].finish.toordinal() if legs else finish, tuple(legs))


def _legs(stages: Sequence[PlannedStage], day: int) -> Legs:
    legs: list[Leg] = []
    if isinstance(stages, Chain):
        for stage, known in zip(stages, stages.known, strict=True):
            leg, day = leave(stage, known, day)
            legs.append(leg)
        return tuple(legs)
    for stage in stages:
        course = stage.ahead(day)
        legs.append(as_leg(stage.stage, course))
        day = course[1]
    return tuple(legs)


def leave(
    stage: PlannedStage, known: dict[int, tuple[Leg, int]], handed_over: int
) -> tuple[Leg, int]:
    """Return the leg of a stage of a chain from this day on, and its last day."""
    found = known.get(handed_over)
    if found is None:
        course = stage.ahead(handed_over)
        found = known[handed_over] = as_leg(stage.stage, course), course[1]
    return found


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
