"""The stretch of days that a calendar shows: a month of whole weeks, a week, an agenda."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

AGENDA_DAYS = 28
_WEEK = 7
_DAY = timedelta(days=1)
# Far enough for every claim, near enough for every calendar.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class View(StrEnum):
    """How the calendar looks."""

    MONTH = "month"
    WEEK = "week"
    AGENDA = "agenda"


@dataclass(frozen=True)
class Period:
    """The days from the first to the last, and a day of the period before and after it."""

    view: View
    day: date
    first: date
    last: date
    before: date
    after: date

    @property
    def weeks(self) -> list[list[date]]:
        """Return its days in rows of seven."""
        days = [self.first + step * _DAY for step in range((self.last - self.first).days + 1)]
        return [days[start : start + _WEEK] for start in range(0, len(days), _WEEK)]


def period_around(view: View, day: date) -> Period:
    """Return the period in which a day lies; an agenda begins with it."""
    day = min(max(day, FIRST_DAY), LAST_DAY)
    if view is View.AGENDA:
        length = timedelta(days=AGENDA_DAYS)
        return Period(view, day, day, day + length - _DAY, day - length, day + length)
    if view is View.WEEK:
        monday = _monday(day)
        week = timedelta(weeks=1)
        return Period(view, day, monday, monday + 6 * _DAY, monday - week, monday + week)
    begins = day.replace(day=1)
    next_month = (begins + timedelta(days=31)).replace(day=1)
    sunday = _monday(next_month - _DAY) + 6 * _DAY
    return Period(view, day, _monday(begins), sunday, (begins - _DAY).replace(day=1), next_month)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
