"""Calendars that answer at once: the working days of a span of years, listed and counted.

Each calendar keeps its working days in order, and for each day how many of them lie before it.
So a count is a subtraction and the n-th working day an index, however far it is.
Inside the engine a day is its ordinal (`date.toordinal`), for the sake of speed.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate, compress

from app.core.errors import N_, Refusal

EVERY_DAY = frozenset(range(7))
# For calendars that are written by hand; those of countries say for which years they know it.
KNOWN_YEARS = range(2015, 2046)
# Longer than any closure that is not a mistake in the data.
LONGEST_CLOSURE = 366


class CalendarNeverOpens(Refusal):
    """No working day within more than a year."""

    message = N_("The calendar “%(calendar)s” has no working day near %(day)s")


class NoCalendarData(Refusal):
    """The days of that year are not known, so none of them may be counted."""

    message = N_("The calendar “%(calendar)s” is not known for the year %(year)s")


class Days:
    """Chosen days of a span: `flags` has a byte for each day from `first` on, 1 if chosen.

    `ordinals` are the chosen ones, `before[i]` is how many of them lie before `first + i`.
    """

    __slots__ = ("before", "first", "flags", "ordinals")

    def __init__(self, first: int, flags: bytes) -> None:
        self.first = first
        self.flags = flags
        self.ordinals = list(compress(range(first, first + len(flags)), flags))
        self.before = list(accumulate(flags, initial=0))

    @property
    def end(self) -> int:
        """Return the day after the last one of the span."""
        return self.first + len(self.flags)

    def next(self, day: int) -> int:
        """Return the first chosen day from this one on; `LookupError` beyond the span."""
        return self.ordinals[self.before[self._index(day)]]

    def previous(self, day: int) -> int:
        """Return the last chosen day up to this one; `LookupError` beyond the span."""
        return self.ordinals[self._not_negative(self.before[self._index(day) + 1] - 1)]

    def ahead(self, day: int, steps: int) -> int:
        """Return the chosen day so many chosen days after this one."""
        if steps == 0:
            return day
        return self.ordinals[self.before[self._index(day) + 1] + steps - 1]

    def back(self, day: int, steps: int) -> int:
        """Return the chosen day so many chosen days before this one."""
        if steps == 0:
            return day
        return self.ordinals[self._not_negative(self.before[self._index(day)] - steps)]

    def each_ahead(self, days: Iterable[int], steps: int) -> list[int]:
        """Return the chosen day so many steps after each day; ends where the span does.

        The days are in their order, none of them is before the span, `steps` is not 0.
        """
        ordinals, before, first = self.ordinals, self.before, self.first - 1
        found: list[int] = []
        with suppress(IndexError):
            for day in days:
                found.append(ordinals[before[day - first] + steps - 1])
        return found

    def each_next(self, days: Iterable[int]) -> list[int]:
        """Return `next` of every day, under the same conditions."""
        return self.each_ahead((day - 1 for day in days), 1)

    def within(self, first: int, end: int) -> int:
        """Return the flags between two days of the span as one number, a bitmap of bytes."""
        return int.from_bytes(self.flags[first - self.first : end - self.first])

    def _index(self, day: int) -> int:
        return self._not_negative(day - self.first)

    def _not_negative(self, index: int) -> int:
        if index < 0:  # which Python would count from the end
            raise LookupError
        return index


def common_days(first: int, end: int, *chosen: Days) -> Days:
    """Return the days of a span that are chosen by all."""
    bitmap = chosen[0].within(first, end)
    for days in chosen[1:]:
        bitmap &= days.within(first, end)
    return Days(first, bitmap.to_bytes(max(end - first, 0)))


@lru_cache(maxsize=1024)
def weekly_days(first: int, end: int, weekdays: frozenset[int]) -> Days:
    """Return the days of a span that fall on these weekdays."""
    return Days(first, _weekly_flags(first, end, weekdays))


@dataclass(frozen=True)
class Calendar:
    """The working days of somebody: weekdays from 0 = Monday, and the days that differ.

    Days outside of `years` are refused, so that nobody counts through holidays nobody knows.
    """

    name: str
    weekdays: frozenset[int]
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()
    years: range = KNOWN_YEARS

    @cached_property
    def days(self) -> Days:
        """The working days; calendars that differ in their names only share them."""
        return _working_days(self.weekdays, self.closed, self.opened, self.years)

    def is_working(self, day: date) -> bool:
        """Tell whether this day is a working day; a day opened on purpose always is."""
        return bool(self.days.flags[self._index(day.toordinal())])

    def on_or_after(self, day: date) -> date:
        """Return the first working day that is not before `day`."""
        return date.fromordinal(self.next(day.toordinal()))

    def on_or_before(self, day: date) -> date:
        """Return the last working day that is not after `day`."""
        return date.fromordinal(self.previous(day.toordinal()))

    def add(self, day: date, working_days: int) -> date:
        """Return the day on which so many working days after `day` have passed."""
        return date.fromordinal(self.ahead(day.toordinal(), working_days))

    def sub(self, day: date, working_days: int) -> date:
        """Return the day that lies so many working days before `day`."""
        return date.fromordinal(self.back(day.toordinal(), working_days))

    def count(self, since: date, until: date) -> int:
        """Return how many working days lie from `since` on and before `until`."""
        before = self.days.before
        return before[self._index(until.toordinal())] - before[self._index(since.toordinal())]

    def next(self, day: int) -> int:
        """Return `on_or_after` in ordinals."""
        try:
            return self.days.next(day)
        except LookupError:
            raise self._unknown(day, ahead=True) from None

    def start(self, handed_over: int, working_days: int) -> tuple[int, int]:
        """Return the first working day from this one on, and the day so many of them after it."""
        days = self.days
        try:
            number = days.before[days._index(handed_over)]
            return days.ordinals[number], days.ordinals[number + working_days]
        except LookupError:
            start = self.next(handed_over)  # one of the two says what is not known
            return start, self.ahead(start, working_days)

    def previous(self, day: int) -> int:
        """Return `on_or_before` in ordinals."""
        try:
            return self.days.previous(day)
        except LookupError:
            raise self._unknown(day, ahead=False) from None

    def ahead(self, day: int, working_days: int) -> int:
        """Return `add` in ordinals."""
        try:
            return self.days.ahead(day, working_days)
        except LookupError:
            raise self._unknown(day, ahead=True) from None

    def back(self, day: int, working_days: int) -> int:
        """Return `sub` in ordinals."""
        try:
            return self.days.back(day, working_days)
        except LookupError:
            raise self._unknown(day, ahead=False) from None

    def refuse_outside(self, day: int) -> None:
        """Raise `NoCalendarData` for a day of a year that is not known."""
        if not self.days.first <= day < self.days.end:
            raise self._unknown(day, ahead=True)

    def _index(self, day: int) -> int:
        self.refuse_outside(day)
        return day - self.days.first

    def _unknown(self, day: int, *, ahead: bool) -> Refusal:
        """Say why there is no answer: closed for ever, or days of a year that is not known."""
        first, end, open_days = self.days.first, self.days.end, self.days.ordinals
        if not first <= day < end:
            return NoCalendarData(calendar=self.name, year=date.fromordinal(day).year)
        rest = [one for one in open_days if (one > day if ahead else one < day)]
        edge = end if ahead else first
        if not open_days or (not rest and abs(edge - day) > LONGEST_CLOSURE):
            return CalendarNeverOpens(calendar=self.name, day=date.fromordinal(day))
        year = self.years.stop if ahead else self.years.start - 1
        return NoCalendarData(calendar=self.name, year=year)


@lru_cache(maxsize=4096)
def _working_days(
    weekdays: frozenset[int], closed: frozenset[date], opened: frozenset[date], years: range
) -> Days:
    first, end = date(years.start, 1, 1).toordinal(), date(years.stop, 1, 1).toordinal()
    flags = bytearray(_weekly_flags(first, end, weekdays))
    _mark(flags, first, closed, 0)
    _mark(flags, first, opened, 1)
    return Days(first, bytes(flags))


def forget_days() -> None:
    """Free the listed days of calendars that are not in use any more."""
    _working_days.cache_clear()
    weekly_days.cache_clear()


def _weekly_flags(first: int, end: int, weekdays: frozenset[int]) -> bytes:
    monday = (first - 1) % 7  # the first day of the first year was a Monday
    week = bytes(day % 7 in weekdays for day in range(monday, monday + 7))
    return (week * ((end - first) // 7 + 1))[: max(end - first, 0)]


def _mark(flags: bytearray, first: int, days: Iterable[date], flag: int) -> None:
    for day in days:
        index = day.toordinal() - first
        if 0 <= index < len(flags):
            flags[index] = flag
