"""Clocks of law, of contract and of service: what runs, and which day is its last.

All of it is pure and counts whole local days: the day of the event is never counted itself.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.deadlines.circumstances import Circumstance
from app.deadlines.rules import Calendar, LastDay, legal_and_safe
from app.vocabulary import Remedy

_MONTHS_OF_YEAR = 12
_HOURS_OF_DAY = 24
_POLICY_VALUE = re.compile(r"\b(\d{1,3})\s*(CD|WD6|WD|MO|YR|h)\b")
_LIKE_THE_DEMAND = "same as"


class Unit(StrEnum):
    """How a period is counted; the last six have no number of their own."""

    CALENDAR_DAYS = "CD"
    WORKING_DAYS = "WD"
    SIX_DAY_WEEK = "WD6"
    MONTHS = "MO"
    YEARS = "YR"
    SAME_DAY = "SAME_DAY"
    SAME_AS_DEMAND = "SAME_AS_DEMAND"
    BEFORE_REMEDY = "BEFORE_REMEDY"
    EVENT = "EVENT"
    NATIONAL = "NATIONAL"
    ASAP = "ASAP"
    REASONABLE = "REASONABLE"


COUNTED = frozenset(
    {Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.SIX_DAY_WEEK, Unit.MONTHS, Unit.YEARS}
)
VAGUE = frozenset({Unit.ASAP, Unit.REASONABLE})
# No day follows from these: the portal shows the rule, a person watches it.
EVENT_ONLY = frozenset({Unit.BEFORE_REMEDY, Unit.EVENT, Unit.NATIONAL})


class Party(StrEnum):
    """Between whom a rule holds: businesses, a business and a consumer, or anybody."""

    B2B = "B2B"
    B2C = "B2C"
    ANY = "ANY"


class Roll(StrEnum):
    """What becomes of a last day that is a day off."""

    NEXT_WORKING = "next_working"
    NONE = "none"


class Late(StrEnum):
    """What silence or lateness causes; the rule's text says it exactly."""

    DEEMED_ACCEPTED = "deemed_accepted"
    PENALTY_PER_DAY = "penalty_per_day"
    LOSES_RIGHT = "loses_right"
    RIGHT_TO_WITHDRAW = "right_to_withdraw"
    NONE = "none"


class StopsAt(StrEnum):
    """What ends a clock."""

    FILING = "filing"
    ANSWER = "answer"
    REMEDY = "remedy"
    EVENT = "event"


class StartsAt(StrEnum):
    """Whose day starts a clock: the customer's demand, the claim's filing, the return of the
    goods to the seller, or another event."""

    DEMAND = "demand"
    FILING = "filing"
    GOODS = "goods"
    EVENT = "event"


class Agreement(StrEnum):
    """Whether the parties may agree on a later day in writing: no, up to the period itself, yes."""

    NONE = "none"
    CAPPED = "capped"
    FREE = "free"


_STARTS = {
    "demand_presented": StartsAt.DEMAND,
    "claim_received": StartsAt.DEMAND,
    "claim_filed": StartsAt.DEMAND,
    "seller_informed": StartsAt.DEMAND,
    "declaration_received": StartsAt.DEMAND,
    "demand_received": StartsAt.FILING,
    "defect_notified": StartsAt.FILING,
    "goods_or_proof_of_sending_received": StartsAt.GOODS,
}

# What a demand is called in the rules; every demand wants an answer as well.
RESPONSE = "response"
DEMANDS: Mapping[Remedy, frozenset[str]] = {
    Remedy.REPAIR: frozenset({"repair"}),
    # A part for a defective thing mends it: the law knows it as a repair.
    Remedy.SPARE_PART: frozenset({"repair"}),
    Remedy.REPLACEMENT: frozenset({"replacement", "replacement_of_consumer_return"}),
    Remedy.REFUND: frozenset({"refund"}),
    Remedy.PRICE_REDUCTION: frozenset({"price_reduction"}),
    Remedy.DOCUMENTS: frozenset(),
}
_EU = "EU"
_EU_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
# Who is the dealer in the law's words: the one who owes a consumer the answer or the remedy.
DEALERS_DUTY = frozenset({"seller", "dealer"})
_CLAIMANTS: Mapping[Party, frozenset[str]] = {
    Party.B2C: frozenset({"consumer", "dealer_retailer"}),
    Party.B2B: frozenset({"dealer"}),
}
_KNOWN_DEMANDS = frozenset({RESPONSE}).union(*DEMANDS.values())


@dataclass(frozen=True)
class Duration:
    """A number of some unit."""

    amount: int
    unit: Unit


@dataclass(frozen=True)
class Rule:
    """One rule of law or contract in one of its versions; the texts are as lawyers wrote them.

    A rule that `needs` a circumstance holds for lines with it only, and there takes the place of
    the rules that it stands `instead_of` (their codes).
    """

    code: str
    title: str
    country: str
    party: Party
    duty: str
    claimant: str
    demands: tuple[str, ...]
    amount: int
    unit: Unit
    policy: str
    trigger: str
    roll: Roll
    pause: str
    stops_at: StopsAt
    agreement: Agreement
    late: Late
    late_text: str
    basis: str
    source: str
    confidence: str
    without_sole_traders: bool = False
    needs: Circumstance | None = None
    instead_of: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    version: int = 0

    @property
    def starts_at(self) -> StartsAt:
        """Whose day starts the clock."""
        return _STARTS.get(self.trigger, StartsAt.EVENT)

    @property
    def is_of_the_answer(self) -> bool:
        """It gives a period for the answer to the claim, whatever the claim demands."""
        is_of_answer = self.stops_at is StopsAt.ANSWER or RESPONSE in self.demands
        return is_of_answer and self.unit is not Unit.SAME_AS_DEMAND

    @property
    def is_watched(self) -> bool:
        """Something that happens in the portal starts it; every other rule is information."""
        return (
            self.starts_at is not StartsAt.EVENT
            and self.stops_at in (StopsAt.ANSWER, StopsAt.REMEDY)
            and self.unit not in EVENT_ONLY
            and any(self.claimant in claimants for claimants in _CLAIMANTS.values())
            and any(word in _KNOWN_DEMANDS for word in self.demands)
        )

    @property
    def is_fixed(self) -> bool:
        """The rule itself names the period; a vague one gets it from our policy."""
        return self.unit not in VAGUE and self.unit not in EVENT_ONLY

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the rule is in force on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class LegalDays:
    """The working days by which a country's law rolls and counts: offices, and Monday–Saturday."""

    office: Calendar
    six_days: Calendar


@dataclass(frozen=True)
class Case:
    """What the choice of rules depends on."""

    country: str
    party: Party
    demand: Remedy
    is_sole_trader: bool = False
    circumstances: frozenset[Circumstance] = frozenset()


def read_policy(text: str, demand: str = "") -> Duration | None:
    """Return the period that a policy's text names, that of the demand if it has one of its own.

    `10 WD replacement from stock; refund 10 CD` gives 10 calendar days to a refund.
    """
    if text.startswith(_LIKE_THE_DEMAND):
        return Duration(0, Unit.SAME_AS_DEMAND)
    parts = re.split(r"[;,]", text)
    own = [part for part in parts if demand and demand.replace("_", " ") in part]
    for part in (*own, *parts):
        if found := _POLICY_VALUE.search(part):
            return _duration(int(found[1]), found[2])
    return None


def duration_of(rule: Rule, demand: str = "") -> Duration | None:
    """Return how long a rule gives; None when no day follows from it."""
    if rule.unit in EVENT_ONLY:
        return None
    if rule.unit in VAGUE:
        return read_policy(rule.policy, demand)
    return Duration(rule.amount, rule.unit)


def raw_last_day(trigger: date, duration: Duration, days: LegalDays) -> date:
    """Return the last day as counted, day off or not."""
    amount = duration.amount
    if duration.unit is Unit.CALENDAR_DAYS:
        return trigger + timedelta(days=amount)
    if duration.unit is Unit.WORKING_DAYS:
        return days.office.add(trigger, amount)
    if duration.unit is Unit.SIX_DAY_WEEK:
        return days.six_days.add(trigger, amount)
    if duration.unit is Unit.MONTHS:
        return months_after(trigger, amount)
    if duration.unit is Unit.YEARS:
        return months_after(trigger, amount * _MONTHS_OF_YEAR)
    if duration.unit is Unit.SAME_DAY:
        return trigger
    raise ValueError(f"{duration.unit} has no last day of its own")


def last_day(trigger: date, duration: Duration, roll: Roll, days: LegalDays) -> LastDay:
    """Return a period's last day as counted, as reported and as one should plan it."""
    rolled = legal_and_safe(raw_last_day(trigger, duration, days), days.office)
    if roll is Roll.NEXT_WORKING:
        return rolled
    # What does not roll is lost on a day off; it is still planned for the working day before.
    return LastDay(rolled.raw, rolled.raw, rolled.safe)


def months_after(day: date, months: int) -> date:
    """Return the same number in a later month, or that month's last day if it has none.

    Sources: ГК РФ 192, KC art. 112, § 605 odst. 2 o. z.
    """
    whole = day.year * _MONTHS_OF_YEAR + day.month - 1 + months
    year, month = divmod(whole, _MONTHS_OF_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def rules_for(rules: Iterable[Rule], case: Case, starts: Collection[StartsAt]) -> list[Rule]:
    """Return the rules that run for a demand from these starts on.

    The directives of the EU stand in only where the country's own law has no rule for the demand.
    A rule for a circumstance of the case takes the place of the usual one.
    """
    wanted = DEMANDS[case.demand] | {RESPONSE}
    candidates = [
        rule
        for rule in rules
        if rule.starts_at in starts
        and rule.claimant in _CLAIMANTS[case.party]
        and wanted & set(rule.demands)
        and not (case.is_sole_trader and rule.without_sole_traders)
        and (rule.needs is None or rule.needs in case.circumstances)
        and rule.stops_at in (StopsAt.ANSWER, StopsAt.REMEDY)
    ]
    replaced = {code for rule in candidates for code in rule.instead_of}
    candidates = [rule for rule in candidates if rule.code not in replaced]
    national = [rule for rule in candidates if rule.country == case.country]
    if national or case.country not in _EU_MEMBERS.split():
        return national
    return [rule for rule in candidates if rule.country == _EU]


def named_demand(rule: Rule, demand: Remedy) -> str:
    """Return the word by which the rule knows the demand."""
    return next((word for word in rule.demands if word in DEMANDS[demand]), RESPONSE)


def clock_days(
    rules: Iterable[Rule],
    demand: Remedy,
    triggers: Mapping[StartsAt, date],
    days: LegalDays,
    *,
    agreed: date | None = None,
) -> list[tuple[Rule, date, LastDay]]:
    """Return what runs for a demand: each rule with its first and its last days.

    A rule that runs as long as the demand itself takes the strictest fixed rule of the demand. One
    that needs a written agreement ends on the `agreed` day, at the latest after its own period.
    """
    found: list[tuple[Rule, date, LastDay]] = []
    like_the_demand: list[Rule] = []
    for rule in rules:
        duration = duration_of(rule, named_demand(rule, demand))
        if duration is None:
            continue
        if duration.unit is Unit.SAME_AS_DEMAND:
            like_the_demand.append(rule)
            continue
        trigger = triggers[rule.starts_at]
        last = last_day(trigger, duration, rule.roll, days)
        if agreed and rule.needs is Circumstance.WRITTEN_AGREEMENT:
            last = legal_and_safe(min(agreed, last.raw), days.office)
        found.append((rule, trigger, last))
    leading = min(
        (one for one in found if one[0].stops_at is StopsAt.REMEDY),
        key=lambda one: one[2].raw,
        default=None,
    )
    if leading is not None:
        found += [(rule, leading[1], leading[2]) for rule in like_the_demand]
    return found


@dataclass(frozen=True)
class Span:
    """Somebody had the ball from a day until another day, which is not counted any more."""

    holder: str
    start: date
    end: date


def days_with(spans: Iterable[Span], calendar: Calendar) -> dict[str, int]:
    """Return the working days for which each holder had the ball."""
    totals: dict[str, int] = {}
    for span in spans:
        days = calendar.count(span.start, span.end)
        totals[span.holder] = totals.get(span.holder, 0) + days
    return totals


def is_silent_consent(rule: Rule, legal: date, today: date, *, is_answered: bool) -> bool:
    """Tell whether silence has accepted: the rule says so, nobody answered, and it is too late."""
    return rule.late is Late.DEEMED_ACCEPTED and not is_answered and today > legal


def _duration(amount: int, unit: str) -> Duration:
    if unit == "h":
        return Duration(-(-amount // _HOURS_OF_DAY), Unit.CALENDAR_DAYS)
    return Duration(amount, Unit(unit))
