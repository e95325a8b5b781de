"""How much time a claim has left, for whom, and the words for it."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, ngettext

from app.claims.rules import PROMISED, ClaimState
from app.core.errors import N_
from app.deadlines.calendars import is_near

SOON = 2  # working days, today included

_ANSWER = N_("Answer by %(day)s")
_REPLY = N_("Reply by %(day)s")
_PROMISE = N_("Promised by %(day)s")


@dataclass(frozen=True)
class Dates:
    """The days of a claim at the plant that a due date hangs on.

    `plant` and `dealer` are the countries whose working days are left: the dealer's for a reply.
    """

    plant: str
    dealer: str

    filed_on: date | None
    answer_on: date | None
    asked_on: date | None = None
    reply_on: date | None = None
    decided_on: date | None = None
    promise_on: date | None = None


@dataclass(frozen=True)
class Due:
    """What comes next and when: `percent` of the time is gone, `days` are left (below 0: late).

    `is_near`: few working days are left of those who have to act.
    """

    text: str
    on: date
    percent: int
    days: int
    is_near: bool

    @property
    def level(self) -> str:
        """How worrying it is: ok, soon or late."""
        if self.days < 0:
            return "late"
        return "soon" if self.is_near else "ok"

    def words(self) -> str:
        """Return what is left in words."""
        if self.days == 0:
            return str(gettext("Today"))
        if self.days < 0:
            return str(ngettext("%(num)s day late", "%(num)s days late", -self.days))
        return str(ngettext("%(num)s day left", "%(num)s days left", self.days))


def due_of(state: ClaimState, dates: Dates, today: date) -> Due | None:
    """Return the next day that counts in this state, None when nobody waits for one."""
    text, start, end, country = _span(state, dates)
    if start is None or end is None:
        return None
    return due_on(end, today, country, text=text, percent=_percent_gone(start, end, today))


def due_on(day: date, today: date, country: str, *, text: str = "", percent: int = 0) -> Due:
    """Return how near a day is to somebody who works in a country."""
    near = is_near(day, today, country, working_days=SOON)
    return Due(text, day, percent, (day - today).days, near)


def _span(state: ClaimState, dates: Dates) -> tuple[str, date | None, date | None, str]:
    if state in (ClaimState.SUBMITTED, ClaimState.VERIFICATION):
        return _ANSWER, dates.filed_on, dates.answer_on, dates.plant
    if state is ClaimState.NEEDS_INFO:
        return _REPLY, dates.asked_on, dates.reply_on, dates.dealer
    if state in PROMISED:
        return _PROMISE, dates.decided_on, dates.promise_on, dates.plant
    return "", None, None, ""


def _percent_gone(start: date, end: date, today: date) -> int:
    whole = (end - start).days
    if whole <= 0:
        return 100
    return max(0, min(100, 100 * (today - start).days // whole))
