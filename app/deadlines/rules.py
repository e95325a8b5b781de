"""Days: planning a chain of stages forward and backward, and last days.

All of it counts whole days. A stage is handed over on the day on which the one before it is
finished, moved to the next day on which the receiving side works; only then is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
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
from app.deadlines.onward import Chain, plain_legs
from app.deadlines.timetables import TransitUnit

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


class Plan(NamedTuple):
    """Legs in their order; without legs nothing is to be done on `day` and nothing takes time."""

    legs: Legs
    day: date

    @property
    def start(self) -> date:
        """The day on which the first stage starts."""
        return self.legs[0].start if self.legs else self.day

    @property
    def finish(self) -> date:
        """The day on which the last stage is over."""
        return self.legs[-1].finish if self.legs else self.day


@dataclass(frozen=True)
class LastDay:
    """A last day as counted, as the law moves it off a day off, and as one should plan it."""

    raw: date
    legal: date
    safe: date


def forward(stages: Sequence[PlannedStage], start: date) -> Plan:
    """Plan the stages one after the other from `start`; `finish` is the earliest end."""
    day = start.toordinal()
    legs = stages.legs(day) if isinstance(stages, Chain) else plain_legs(stages, day)
    return Plan(legs, start)


def backward(stages: Sequence[PlannedStage], due: date) -> Plan:
    """Plan the stages as late as `due` allows; each leg's `start` is its latest hand-over."""
    legs: list[Leg] = []
    day = due.toordinal()
    for stage in reversed(stages):
        course = stage.back(day)
        legs.append(as_leg(stage.stage, course))
        day = course[0]
    legs.reverse()
    return Plan(tuple(legs), due)


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
