"""A leg of a claim as it was planned, as it is expected now, and as it went; kinds of dues."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from app.deadlines.rules import Leg


class DueKind(StrEnum):
    """What somebody owes by a day."""

    ANSWER = "answer"
    REPLY = "reply"
    PROMISE = "promise"
    WORK = "work"


class Whose(StrEnum):
    """Which dues a calendar shows: one's own claims, or all that one may see."""

    MINE = "mine"
    ALL = "all"


class Progress(StrEnum):
    """How far a leg has got."""

    DONE = "done"
    ASSUMED = "assumed"
    CURRENT = "current"
    NEXT = "next"


@dataclass(frozen=True)
class Span:
    """From the hand-over to the end; transports also depart. Without an end it still goes on."""

    start: date
    finish: date | None
    departure: date | None = None
    arrival: date | None = None

    @classmethod
    def of(cls, leg: Leg) -> Self:
        """Return the days of a planned leg."""
        return cls(leg.start, leg.finish, leg.departure, leg.arrival)

    def days(self) -> tuple[date, ...]:
        """Return the days that are known."""
        known = (self.start, self.departure, self.arrival, self.finish)
        return tuple(day for day in known if day is not None)


@dataclass(frozen=True)
class TrackedLeg:
    """A stage with its three truths; what is not known is None.

    `assumed` is a stage that must be over, as a later one is, though nobody who can know said so.
    """

    stage: str
    plan: Span
    forecast: Span | None = None
    actual: Span | None = None
    assumed: Span | None = None

    @property
    def finish(self) -> date:
        """The best that is known of its end."""
        for span in (self.actual, self.assumed, self.forecast, self.plan):
            if span and span.finish:
                return span.finish
        return self.plan.start

    @property
    def days_late(self) -> int:
        """How many days later than planned it ended or is expected to end; below 0: earlier.

        Of what is only assumed nobody knows.
        """
        if self.assumed and not self.actual:
            return 0
        return (self.finish - self.plan.finish).days if self.plan.finish else 0


def progress_of(legs: tuple[TrackedLeg, ...]) -> tuple[Progress, ...]:
    """Say how far each leg has got: the one after the last that is over is under way."""
    over = [place for place, leg in enumerate(legs) if leg.assumed or _is_finished(leg)]
    present = over[-1] + 1 if over else 0
    return tuple(_progress(place - present, leg) for place, leg in enumerate(legs))


def _progress(behind: int, leg: TrackedLeg) -> Progress:
    if behind > 0:
        return Progress.NEXT
    if behind == 0:
        return Progress.CURRENT
    return Progress.DONE if _is_finished(leg) else Progress.ASSUMED


def _is_finished(leg: TrackedLeg) -> bool:
    return leg.actual is not None and leg.actual.finish is not None
