"""Days on a line: where a picture draws them, in per cent of its width.

Per cent, because a picture may be as wide as the screen it is on, and its letters may not grow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_WEEK = 7
# How many weeks lie between two ticks, the narrowest first; 13 weeks are a quarter.
_STEPS = (1, 2, 4, 8, 13, 26, 52)


@dataclass(frozen=True)
class Stretch:
    """A part of the line, in per cent."""

    x: float
    width: float

    @property
    def end(self) -> float:
        """Where it ends."""
        return round(self.x + self.width, 3)


@dataclass(frozen=True)
class Tick:
    """A day that is named on the line; every second one is minor, for narrow screens.

    A `year` is named where it has begun since the tick before, and on every screen.
    """

    day: date
    x: float
    is_minor: bool
    year: int | None = None


@dataclass(frozen=True)
class Timeline:
    """All days from the first to the last, each as wide as the others."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a line ends after it begins")

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def start_of(self, day: date) -> float:
        """Where a day begins; days outside lie at the edge."""
        return self._percent((day - self.first).days)

    def middle_of(self, day: date) -> float:
        """Where a day has its noon; days outside lie at the edge."""
        return self._percent((day - self.first).days + 0.5)

    def stretch(self, start: date, end: date) -> Stretch | None:
        """From the beginning of a day to the end of another, as far as the line holds them."""
        if end < start or end < self.first or start > self.last:
            return None
        begins, ends = self.start_of(start), self.start_of(end + _DAY)
        return Stretch(begins, round(ends - begins, 3))

    def stretches(self, days: Iterable[date]) -> tuple[Stretch, ...]:
        """Draw days, each once; neighbours become one stretch."""
        runs: list[list[date]] = []
        for day in sorted({day for day in days if day in self}):
            if runs and runs[-1][1] + _DAY == day:
                runs[-1][1] = day
            else:
                runs.append([day, day])
        found = (self.stretch(start, end) for start, end in runs)
        return tuple(stretch for stretch in found if stretch)

    def all_days(self) -> Sequence[date]:
        """Return its days."""
        return [self.first + step * _DAY for step in range(self.days)]

    def ticks(self, most: int = 10) -> tuple[Tick, ...]:
        """Return Mondays with equal weeks between them, not more than `most`."""
        monday = self.first + timedelta(days=-self.first.weekday() % _WEEK)
        weeks = (self.last - monday).days // _WEEK + 1
        step = next((step for step in _STEPS if -(-weeks // step) <= most), weeks)
        days = [monday + timedelta(weeks=week) for week in range(0, weeks, step)]
        years = [self.first.year, *(day.year for day in days)]
        return tuple(
            Tick(day, self.start_of(day), place % 2 == 1 and day.year == before, _new(day, before))
            for place, (day, before) in enumerate(zip(days, years, strict=False))
        )

    def _percent(self, days: float) -> float:
        return round(100 * min(max(days, 0), self.days) / self.days, 3)


def _new(day: date, year_before: int) -> int | None:
    return day.year if day.year != year_before else None


def around(days: Iterable[date], *, margin: int = 1) -> Timeline:
    """Return the line that holds all these days and some more on both sides."""
    known = sorted(days)
    return Timeline(known[0] - margin * _DAY, known[-1] + margin * _DAY)


def rows_for(places: Sequence[float], width: float) -> tuple[int, ...]:
    """Say in which row each label stands, so that labels of this width never meet.

    Places and width are per cent of the line; a label is centred at its place, but never hangs
    over an edge. Labels that are early on the line get their rows first.
    """
    ends: list[float] = []
    rows = [0] * len(places)
    for label in sorted(range(len(places)), key=lambda one: places[one]):
        start = min(max(places[label] - width / 2, 0), 100 - width)
        row = next((row for row, end in enumerate(ends) if end <= start), len(ends))
        ends[row:] = [start + width, *ends[row + 1 :]]
        rows[label] = row
    return tuple(rows)
