"""How late one may be and how it really goes: slack, and the forecast after every event.

Everything is pure. A plan is what was computed; what really happened replaces it piece by piece.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.deadlines.rules import (
    Chain,
    Course,
    Leg,
    Plan,
    PlannedStage,
    Work,
    as_leg,
    backward,
    forward,
)


@dataclass(frozen=True)
class Actual:
    """What is known of a stage as it went, in local days of the place where it happened.

    `expected_on` is the day that the department has typed for a stage that goes on. By
    `assumed_on` it must have been over, though nobody has said so who can know.
    """

    started_on: date | None = None
    departed_on: date | None = None
    finished_on: date | None = None
    expected_on: date | None = None
    assumed_on: date | None = None


NOTHING = Actual()


class ForecastLeg(NamedTuple):
    """A stage as it was planned, as it is expected now, and what is known of it.

    `is_overdue` tells that it should be over by now, so that it is expected on the next day.
    """

    plan: Leg
    forecast: Leg
    actual: Actual | None = None
    is_overdue: bool = False

    @property
    def stage(self) -> str:
        """The code of the stage."""
        return self.plan.stage

    @property
    def is_done(self) -> bool:
        """Tell whether somebody who can know has said that the stage is over."""
        return self.actual is not None and self.actual.finished_on is not None

    @property
    def is_over(self) -> bool:
        """Tell whether the stage is over, said by somebody or assumed."""
        return self.is_done or (self.actual is not None and self.actual.assumed_on is not None)


@dataclass(frozen=True)
class Schedule:
    """A plan between its earliest and its latest days; slack is in calendar days.

    `decide_by` is the last day to start at which the due day can still be kept.
    """

    earliest: Plan
    latest: Plan
    slack: int
    slack_of: tuple[int, ...]

    @property
    def decide_by(self) -> date:
        """The latest start of the first stage."""
        return self.latest.start


def schedule(stages: Sequence[PlannedStage], start: date, due: date) -> Schedule:
    """Plan from both ends; slack below 0 says by how many days the due day is missed."""
    earliest, latest = forward(stages, start), backward(stages, due)
    slack_of = (
        (late.start - early.start).days
        for early, late in zip(earliest.legs, latest.legs, strict=True)
    )
    return Schedule(earliest, latest, (due - earliest.finish).days, tuple(slack_of))


def decide_by(stages: Sequence[PlannedStage], safe: date) -> date:
    """Return the last day on which the first stage may begin if all is to be done by `safe`."""
    return backward(stages, safe).start


def reforecast(
    stages: Sequence[PlannedStage],
    start: date,
    actuals: Mapping[str, Actual],
    today: date,
    *,
    plan: Sequence[Leg] | None = None,
) -> tuple[ForecastLeg, ...]:
    """Return each leg as planned and as expected today; `plan` is the one that was kept, if any.

    A day on which a stage really ended replaces its planned one. The first stage that is not over
    ends on the next working day after today if its planned end has passed, or on the day that the
    department expects. Later stages follow anew. Without news nothing changes.
    """
    chain = stages if isinstance(stages, Chain) else Chain(stages)
    planned = forward(chain, start).legs if plan is None else plan
    ends = _known_ends(chain, actuals)
    told = _after_the_news(chain, actuals, ends)
    legs = []
    day = start.toordinal()
    for number, (stage, leg) in enumerate(zip(chain[:told], planned[:told], strict=True)):
        actual, is_overdue = actuals.get(stage.stage), False
        if number < len(ends):
            course = _past(stage, leg, actual or NOTHING, day, ends[number])
        else:
            since = today.toordinal() if number == len(ends) else 0
            course = _coming(stage, actual or NOTHING, day)
            is_overdue = course[1] < since
            if is_overdue:
                course = course[0], stage.receiver.ahead(since, 1), course[2]
        legs.append(ForecastLeg(leg, as_leg(stage.stage, course), actual, is_overdue))
        day = course[1]
    coming = chain.legs(day, told)
    legs += (ForecastLeg(*pair) for pair in zip(planned[told:], coming, strict=True))
    return tuple(legs)


def _after_the_news(
    stages: Sequence[PlannedStage], actuals: Mapping[str, Actual], ends: Sequence[object]
) -> int:
    """Return from which stage on nothing is known and none is under way: it follows as planned."""
    told = [number for number, stage in enumerate(stages, 1) if stage.stage in actuals]
    return min(max((len(ends) + 1, *told)), len(stages))


def _known_ends(
    stages: Sequence[PlannedStage], actuals: Mapping[str, Actual]
) -> list[tuple[int, bool]]:
    """Return the ends of the stages that are over, and whether somebody has told them.

    A stage of which nothing was told is over when a later one is, or when what a later one moves
    has departed, and ended by then at the latest: so it is assumed.
    """
    ends: list[tuple[int, bool]] = []
    if not actuals:
        return ends
    end = 0
    for stage in reversed(stages):
        actual = actuals.get(stage.stage, NOTHING)
        told = actual.finished_on
        over = told or actual.assumed_on
        end = over.toordinal() if over else end
        if end:
            ends.append((end, told is not None))
        if actual.departed_on:
            departed = actual.departed_on.toordinal()
            end = min(end or departed, departed)
    ends.reverse()
    return ends


def _past(
    stage: PlannedStage, leg: Leg, actual: Actual, handed_over: int, end: tuple[int, bool]
) -> Course:
    known_end, is_told = end
    start = actual.started_on.toordinal() if actual.started_on else stage.giver.next(handed_over)
    begun = start if actual.started_on else 0
    finish = known_end if is_told else min(max(leg.finish.toordinal(), begun), known_end)
    departed_on = actual.departed_on or leg.departure
    departure = min(departed_on.toordinal(), finish) if departed_on else 0
    return min(start, finish), finish, departure


def _coming(stage: PlannedStage, actual: Actual, handed_over: int) -> Course:
    """Return the days of a stage that is not over."""
    if actual.departed_on and not isinstance(stage, Work):
        departure = actual.departed_on.toordinal()
        start = min(stage.giver.next(handed_over), departure)
        finish = stage.arrive(departure)
    else:
        start, finish, departure = stage.ahead(handed_over)
    if actual.expected_on:
        finish = max(stage.receiver.next(actual.expected_on.toordinal()), start)
    return start, finish, departure
