"""How many working days each stage of a way really took, as far as people have told. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.deadlines.forecast import NOTHING, Actual
from app.deadlines.rules import Calendar, PlannedStage, Work

Stretch = list[Work]


@dataclass(frozen=True)
class Took:
    """A stage that is over, and how many working days of its place it took."""

    stage: str
    working_days: int
    finished_on: date


def days_taken(
    stages: Sequence[PlannedStage], start: date, actuals: Mapping[str, Actual]
) -> list[Took]:
    """Return what the stages took of which both the beginning and the end are known.

    Stages that a department told as one piece of work share its days by what was planned for each.
    What holds a transport is not shared: nobody knows how long the goods only waited.
    """
    found: list[Took] = []
    for stretch, began, ended in _stretches(stages, start, actuals):
        total = working_days(stretch[0].calendar, began, ended)
        shares = share(total, [work.days for work in stretch])
        found += (Took(work.stage, days, ended) for work, days in zip(stretch, shares, strict=True))
    return found


def working_days(calendar: Calendar, began: date, ended: date) -> int:
    """Return how many working days something took; its first day is not counted."""
    first = calendar.on_or_after(began)
    return calendar.count(first, ended) if ended > first else 0


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Part a number in proportion to the weights; the parts are whole and add up to it."""
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    parts, given, weight = [], 0, 0
    for one in weights:
        weight += one
        until = (2 * total * weight + whole) // (2 * whole)
        parts.append(until - given)
        given = until
    return parts


def _stretches(
    stages: Sequence[PlannedStage], start: date, actuals: Mapping[str, Actual]
) -> Iterator[tuple[Stretch, date, date]]:
    """Give the shortest runs of work at one place whose first beginning and last end are known."""
    began = start
    stretch: Stretch | None = []
    for stage in stages:
        told = actuals.get(stage.stage, NOTHING)
        if told.started_on:
            began, stretch = told.started_on, []
        stretch = _with(stretch, stage)
        if told.finished_on:
            if stretch and began <= told.finished_on:
                yield stretch, began, told.finished_on
            began, stretch = told.finished_on, []


def _with(stretch: Stretch | None, stage: PlannedStage) -> Stretch | None:
    """Return the run with another stage; None when it cannot be shared among its stages."""
    if stretch is None or not isinstance(stage, Work):
        return None
    is_elsewhere = bool(stretch) and stretch[0].calendar is not stage.calendar
    return None if is_elsewhere else [*stretch, stage]
