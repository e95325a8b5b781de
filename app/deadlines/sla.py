"""Policies of service: how long each clock of the portal may run for whom. All of it is pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.core.errors import N_, Refusal
from app.deadlines.calendars import USUAL_HOURS
from app.deadlines.rules import Calendar, effective_day
from app.vocabulary import Remedy

SAFETY = "safety"  # the priority of a claim about something dangerous


class SlaClock(StrEnum):
    """The clocks that the portal promises to its dealers, and asks of them."""

    FIRST_RESPONSE = "first_response"
    DECISION = "decision"
    DEALER_ANSWER = "dealer_answer"
    DEALER_SHIPS = "dealer_ships"
    REMEDY = "remedy"
    AUTO_CLOSE = "auto_close"


# Whose duty each clock measures.
DUTY = {
    SlaClock.FIRST_RESPONSE: "manufacturer",
    SlaClock.DECISION: "manufacturer",
    SlaClock.DEALER_ANSWER: "dealer",
    SlaClock.DEALER_SHIPS: "dealer",
    SlaClock.REMEDY: "manufacturer",
    SlaClock.AUTO_CLOSE: "dealer",
}
# Waiting for the dealer can pause these; nothing pauses the others.
MAY_PAUSE = frozenset({SlaClock.DECISION})


class SlaUnit(StrEnum):
    """How a clock of service is counted; `promise` runs until the promised day."""

    WORKING_DAYS = "WD"
    CALENDAR_DAYS = "CD"
    WORKING_HOURS = "WH"
    PROMISE = "PROMISE"


class NoPolicy(Refusal):
    """The administrator's table has no row for a clock, not even a general one."""

    message = N_("No service policy is set for the deadline “%(clock)s”")


class PeriodMissing(Refusal):
    message = N_("Give a period of at least 1.")


class NeverPaused(Refusal):
    message = N_("Only the decision deadline can be paused while the dealer answers.")


class RemedyFollowsPromise(Refusal):
    message = N_("The remedy is due on the promised day; it has no period of its own.")


@dataclass(frozen=True)
class Scope:
    """For whom a policy holds; an empty part means: any."""

    dealer_class: str = ""
    product_group: str = ""
    demand: Remedy | None = None
    priority: str = ""

    def covers(self, case: "Scope") -> bool:
        """Tell whether a case falls into this scope."""
        return all(
            not mine or mine == theirs
            for mine, theirs in zip(_parts(self), _parts(case), strict=True)
        )

    @property
    def weight(self) -> tuple[int, tuple[bool, ...]]:
        """How specific the scope is: by the number of its parts, then by their rank."""
        named = tuple(bool(part) for part in _parts(self))
        return sum(named), named


@dataclass(frozen=True)
class Policy:
    """One clock's period for a scope, in one version."""

    clock: SlaClock
    scope: Scope
    amount: int
    unit: SlaUnit
    is_pausable: bool = False
    id: int = 0
    version: int = 0


@dataclass(frozen=True)
class Office:
    """The place whose days a clock of service counts."""

    calendar: Calendar
    time_zone: str
    cut_off: time
    opens_at: time = USUAL_HOURS[0]
    closes_at: time = USUAL_HOURS[1]

    def day_of(self, at: datetime) -> date:
        """Return the working day to which an event counts here."""
        return effective_day(at, self.time_zone, self.calendar, self.cut_off)

    def local_day(self, at: datetime) -> date:
        """Return the calendar day of a moment here."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def hours_after(self, at: datetime, hours: int) -> datetime:
        """Return the moment at which so many working hours after this one have passed.

        They are the hours that pass between opening and closing, also when clocks are moved.
        """
        left = timedelta(hours=hours)
        day = self.calendar.on_or_after(self.local_day(at))
        while True:
            begin = max(at.astimezone(UTC), self._moment(day, self.opens_at))
            end = self._moment(day, self.closes_at)
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, timedelta(0))
            day = self.calendar.add(day, 1)

    def days_lost(self, paused_at: datetime, resumed_at: datetime) -> int:
        """Return the working days that a pause takes, [day of the pause, day of the resume).

        Both ends count to working days by the same cut-off, so what is answered within minutes
        takes no day; nor does what ends on the day on which it began, whatever the cut-off is.
        """
        if self.local_day(paused_at) == self.local_day(resumed_at):
            return 0
        return self.calendar.count(self.day_of(paused_at), self.day_of(resumed_at))

    def _moment(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, ZoneInfo(self.time_zone)).astimezone(UTC)


_VIP = Scope(dealer_class="VIP")
_SAFETY = Scope(priority=SAFETY)
USUAL_POLICIES = (
    Policy(SlaClock.FIRST_RESPONSE, Scope(), 1, SlaUnit.WORKING_DAYS),
    Policy(SlaClock.FIRST_RESPONSE, _VIP, 4, SlaUnit.WORKING_HOURS),
    Policy(SlaClock.FIRST_RESPONSE, _SAFETY, 4, SlaUnit.WORKING_HOURS),
    Policy(SlaClock.DECISION, Scope(), 5, SlaUnit.WORKING_DAYS, is_pausable=True),
    Policy(SlaClock.DECISION, _VIP, 3, SlaUnit.WORKING_DAYS, is_pausable=True),
    Policy(SlaClock.DEALER_ANSWER, Scope(), 5, SlaUnit.WORKING_DAYS),
    Policy(SlaClock.DEALER_SHIPS, Scope(), 5, SlaUnit.WORKING_DAYS),
    Policy(SlaClock.REMEDY, Scope(), 0, SlaUnit.PROMISE),
    Policy(SlaClock.AUTO_CLOSE, Scope(), 10, SlaUnit.WORKING_DAYS),
)


def pick_policy(policies: Iterable[Policy], clock: SlaClock, case: Scope) -> Policy:
    """Return the most specific policy that covers the case."""
    fitting = [one for one in policies if one.clock is clock and one.scope.covers(case)]
    if not fitting:
        raise NoPolicy(clock=clock)
    return max(fitting, key=lambda one: one.scope.weight)


def due_day(policy: Policy, office: Office, at: datetime) -> date:
    """Return the day on which a clock that starts at this moment ends."""
    if policy.unit is SlaUnit.WORKING_HOURS:
        return office.local_day(office.hours_after(at, policy.amount))
    if policy.unit is SlaUnit.CALENDAR_DAYS:
        return office.day_of(at) + timedelta(days=policy.amount)
    return office.calendar.add(office.day_of(at), policy.amount)


def strictest(
    policies: Iterable[Policy],
    clock: SlaClock,
    cases: Iterable[Scope],
    office: Office,
    at: datetime,
) -> tuple[Policy, date]:
    """Return the policy and the day that govern a claim of several lines: the earliest day."""
    policies = tuple(policies)
    picked = [pick_policy(policies, clock, case) for case in cases] or [
        pick_policy(policies, clock, Scope())
    ]
    return min(((one, due_day(one, office, at)) for one in picked), key=lambda pair: pair[1])


def check_policy(policy: Policy) -> None:
    """Refuse a policy that cannot work."""
    if policy.clock is SlaClock.REMEDY:
        if policy.unit is not SlaUnit.PROMISE:
            raise RemedyFollowsPromise
        return
    if policy.unit is SlaUnit.PROMISE or policy.amount < 1:
        raise PeriodMissing
    if policy.is_pausable and policy.clock not in MAY_PAUSE:
        raise NeverPaused


def _parts(scope: Scope) -> tuple[str, ...]:
    # The order is the rank: of two equally specific scopes the earlier part wins.
    return (scope.priority, scope.dealer_class, scope.demand or "", scope.product_group)
