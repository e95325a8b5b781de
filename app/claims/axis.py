"""The days that a decision weighs against each other, on one axis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.timeline import Stretch, Tick, Timeline, around, rows_for

MOST_TICKS = 8
LABEL_WIDTH = 15  # per cent of the axis on a desk's screen
COMFORTABLE_DAYS = 5
SATURDAY = 5


class Slack(StrEnum):
    """How much room is left between the earliest day and the last one that is safe."""

    COMFORTABLE = "comfortable"
    TIGHT = "tight"
    NONE = "none"


@dataclass(frozen=True)
class Point:
    """A named day. `label` is where its label is centred, `row` keeps labels apart."""

    kind: str
    day: date
    x: float
    label: float
    row: int


@dataclass(frozen=True)
class Axis:
    """Everything that the template draws."""

    line: Timeline
    points: tuple[Point, ...]
    rows: int
    weekends: tuple[Stretch, ...]
    ticks: tuple[Tick, ...]
    room: Stretch | None


def slack_of(days: int) -> Slack:
    """Say how comfortable so many calendar days are."""
    if days > COMFORTABLE_DAYS:
        return Slack.COMFORTABLE
    return Slack.TIGHT if days > 0 else Slack.NONE


def draw_axis(days: Mapping[str, date | None], *, room: tuple[date, date] | None = None) -> Axis:
    """Draw the days that are known; `room` is the stretch within which a promise is sound."""
    known = {kind: day for kind, day in days.items() if day is not None}
    line = around([*known.values(), *(room or ())], margin=2)
    places = [line.middle_of(day) for day in known.values()]
    rows = rows_for(places, LABEL_WIDTH)
    points = [
        Point(kind, day, x, _label_place(x), row)
        for (kind, day), x, row in zip(known.items(), places, rows, strict=True)
    ]
    return Axis(
        line,
        tuple(points),
        max(rows) + 1,
        line.stretches(day for day in line.all_days() if day.weekday() >= SATURDAY),
        line.ticks(MOST_TICKS),
        line.stretch(*room) if room else None,
    )


def _label_place(x: float) -> float:
    half = LABEL_WIDTH / 2
    return min(max(x, half), 100 - half)
