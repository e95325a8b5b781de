"""The strip of a claim's legs: days become places on a line that all legs share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.timeline import Stretch, Tick, Timeline, around
from app.schedule.rules import Progress, Span, TrackedLeg, progress_of

MOST_TICKS = 9


@dataclass(frozen=True)
class Drawn:
    """A span on the line; the places of departure and arrival are None where nothing travels."""

    bar: Stretch
    departs: float | None
    arrives: float | None


@dataclass(frozen=True)
class Mark:
    """A day that is drawn through all legs: today, the promise, the legal day."""

    kind: str
    day: date
    x: float


@dataclass(frozen=True)
class Row:
    """A leg with its words' facts and its places."""

    leg: TrackedLeg
    progress: Progress
    plan: Drawn | None
    forecast: Drawn | None
    actual: Drawn | None
    assumed: Drawn | None
    closed: tuple[Stretch, ...]


@dataclass(frozen=True)
class Strip:
    """Everything that the template draws."""

    line: Timeline
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]


def draw_strip(
    legs: Sequence[TrackedLeg],
    *,
    today: date,
    days: Mapping[str, date | None],
    is_closed: Callable[[str, date], bool],
) -> Strip | None:
    """Draw the legs; without legs there is nothing to draw.

    `days` are the marks beside today, by their kind; `is_closed` knows for each stage on which
    days its place does not work.
    """
    if not legs:
        return None
    named = {"today": today} | {kind: day for kind, day in days.items() if day is not None}
    line = around([*_known_days(legs), *named.values()])
    rows = [
        _row(leg, progress, line, today, is_closed)
        for leg, progress in zip(legs, progress_of(tuple(legs)), strict=True)
    ]
    marks = [Mark(kind, day, line.middle_of(day)) for kind, day in named.items()]
    return Strip(line, tuple(rows), tuple(marks), line.ticks(MOST_TICKS))


def _known_days(legs: Iterable[TrackedLeg]) -> list[date]:
    spans = [
        span for leg in legs for span in (leg.plan, leg.forecast, leg.actual, leg.assumed) if span
    ]
    return [day for span in spans for day in span.days()]


def _row(
    leg: TrackedLeg,
    progress: Progress,
    line: Timeline,
    today: date,
    is_closed: Callable[[str, date], bool],
) -> Row:
    return Row(
        leg,
        progress,
        plan=_drawn(leg.plan, line, today),
        forecast=_drawn(leg.forecast, line, today),
        actual=_drawn(leg.actual, line, today),
        assumed=_drawn(leg.assumed, line, today),
        closed=line.stretches(day for day in line.all_days() if is_closed(leg.stage, day)),
    )


def _drawn(span: Span | None, line: Timeline, today: date) -> Drawn | None:
    """Place a span; one that still goes on is drawn until today."""
    if span is None:
        return None
    bar = line.stretch(span.start, span.finish or max(span.start, today))
    if bar is None:
        return None
    return Drawn(bar, _place(span.departure, line), _place(span.arrival, line))


def _place(day: date | None, line: Timeline) -> float | None:
    return None if day is None else line.middle_of(day)
