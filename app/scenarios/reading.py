"""Scenarios read from the fields of a line: calendars, stages, rules of law, days.

Everything becomes what the portal plans with. A left-out field has the default of `DEFAULTS`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from app.claims.promise_rules import DEALER_RESERVE_DAYS
from app.deadlines.calendars import OFFICE_DAYS, SIX_DAYS, USUAL_CUT_OFF, Change, country_calendar
from app.deadlines.clocks import Duration, LegalDays, Roll, Unit
from app.deadlines.forecast import Actual
from app.deadlines.rules import EVERY_DAY, Calendar, Chain, PlannedStage, Transit, TransitUnit, Work
from app.deadlines.stages import USUAL_BUFFER, USUAL_NORMS, Stage
from app.scenarios.fields import REQUIRED, Fields, WrongField

MOST_DAYS = 3_660  # ten years, for anything that is counted in days
USUAL_ZONE = "UTC"
USUAL_RECEIVER = "dealer"
# A plan may leave the days that are named: planned backward by months, forward by a closure too.
BEFORE, AFTER = timedelta(days=150), timedelta(days=400)
TRANSIT_UNITS = {"CD": TransitUnit.CALENDAR_DAYS, "WD": TransitUnit.WORKING_DAYS}
# The units of a period of law, and how long one of each can take; a working day with its holidays.
_LONGEST = {
    Unit.CALENDAR_DAYS: timedelta(days=1),
    Unit.WORKING_DAYS: timedelta(days=3),
    Unit.SIX_DAY_WEEK: timedelta(days=2),
    Unit.MONTHS: timedelta(days=31),
    Unit.YEARS: timedelta(days=366),
}

DEFAULTS = {
    "calendars.*.country": "null: no holidays",
    "calendars.*.week": f"{sorted(OFFICE_DAYS)}; Monday is 0",
    "calendars.*.closed": "[]",
    "calendars.*.open": "[]; a day that is open and closed is open",
    "calendars.*.zone": USUAL_ZONE,
    "calendars.*.cutoff": f"{USUAL_CUT_OFF:%H:%M}; what happens later counts to the next day",
    "stages[].work": "the portal's norm of a stage of this code ("
    + ", ".join(f"{stage.upper()} {days}" for stage, days in USUAL_NORMS.items())
    + "), else required",
    "stages[].at": "required for work: the calendar of the place",
    "stages[].from, to": "required for a transport: two calendars",
    "stages[].carrier": "the calendar of `from`",
    "stages[].departs": f"{sorted(EVERY_DAY)}, when `from` and the carrier work",
    "stages[].lead": "0 working days of `from` between hand-over and departure",
    "stages[].transit": "required for a transport",
    "stages[].unit": "CD; WD are working days of the carrier",
    "stages[].customs": "null: no border. An office whose calendar is not listed works as one"
    " with all defaults",
    "stages[].customs_days": "0 working days of the customs, which rolls to its next one",
    "stages[].valid_from, valid_to": "null: the lane is always valid",
    "start": "required; a day, to which no cut-off is applied",
    "due": "null: nothing is planned backward",
    "today": "the start",
    "actual": "{}; by stage the day on which it ended, or an object with started, departed,"
    " finished, expected",
    "calendar (law, event)": "{}: a calendar with all defaults",
    "n": "required",
    "unit": f"CD, else one of {', '.join(_LONGEST)}",
    "roll": f"{Roll.NEXT_WORKING}: off a day off; {Roll.NONE}",
    "law": "[]",
    "law[].calendar": "Monday to Friday in the country of the receiver, without closures of its"
    " own",
    "law[].binding": "true; a rule that is not binds no promise",
    "receiver": USUAL_RECEIVER,
    "buffer": f"{USUAL_BUFFER} working days of the receiver after the earliest day",
    "dealer_reserve": f"{DEALER_RESERVE_DAYS} working day of the receiver; none where the chain"
    " has the stage HANDOVER",
}


@dataclass(frozen=True)
class Period:
    """A period of law: from the day after its trigger on."""

    trigger: date
    duration: Duration
    roll: Roll
    days: LegalDays
    is_binding: bool = True
    code: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happens at a place, by its calendar, zone and cut-off."""

    at: datetime
    place: "Place"


@dataclass(frozen=True)
class Way:
    """A chain of stages from a day on, and what is known of it."""

    stages: Chain
    start: date
    due: date | None
    today: date
    actuals: Mapping[str, Actual]


@dataclass(frozen=True)
class Offer:
    """A way whose end is promised to a receiver, within what law allows."""

    way: Way
    receiver: Calendar
    law: tuple[Period, ...]
    buffer: int
    reserve: int


@dataclass(frozen=True)
class Place:
    """A calendar as it is given, before it is known which years are needed."""

    name: str
    country: str | None
    week: frozenset[int]
    closed: frozenset[date]
    opened: frozenset[date]
    zone: str
    cut_off: time

    def calendar(self, years: range) -> Calendar:
        """Return the working days of these years."""
        changes = {Change(day, False) for day in self.closed - self.opened}
        changes |= {Change(day, True) for day in self.opened}
        return country_calendar(
            self.country, years, weekdays=self.week, changes=frozenset(changes), name=self.name
        )

    def legal_days(self, years: range) -> LegalDays:
        """Return the days by which law counts here."""
        six = country_calendar(self.country, years, weekdays=SIX_DAYS, name=self.name)
        return LegalDays(self.calendar(years), six)


def read_event(fields: Fields) -> Event:
    """Return the event of a scenario."""
    return Event(fields.moment("at"), read_place(fields.child("calendar", {}), "calendar"))


def read_period(fields: Fields, place: Place | None = None, *, more: int = 0) -> Period:
    """Return a period of law, counted by its own calendar or by that of a place.

    `more` is, here and below, by how many years at both sides the calendars are longer.
    """
    if place is None or fields.has("calendar"):
        place = read_place(fields.child("calendar", {}), "calendar")
    trigger, reach = _read_reach(fields)
    return Period(
        trigger,
        Duration(fields.number("n", most=MOST_DAYS), _read_unit(fields)),
        Roll(fields.choice("roll", list(Roll), Roll.NEXT_WORKING)),
        place.legal_days(_years([trigger, reach], more)),
        is_binding=fields.flag("binding", default=True),
        code=fields.text("code", ""),
    )


def _read_reach(fields: Fields) -> tuple[date, date]:
    """Return the trigger of a period, and a day that it does not pass."""
    trigger = fields.day("trigger")
    amount = fields.number("n", most=MOST_DAYS)
    try:
        return trigger, trigger + amount * _LONGEST[_read_unit(fields)]
    except OverflowError:
        raise fields.wrong("n", "the period ends after the year 9999") from None


def _read_unit(fields: Fields) -> Unit:
    return Unit(fields.choice("unit", list(_LONGEST), Unit.CALENDAR_DAYS))


def read_way(
    fields: Fields, places: Mapping[str, Place], *, more: int, reach: Iterable[date] = ()
) -> Way:
    """Return the chain of a scenario with its days; `reach` are other days that it may touch."""
    start, due = fields.day("start"), fields.day("due", None)
    today = fields.day("today", start)
    given = fields.child("actual", {})
    actuals = {code: _actual(given, code) for code in given.names()}
    known = (day for actual in actuals.values() for day in vars(actual).values() if day)
    named = [start, today, *([due] if due else []), *known, *reach]
    calendars = _Calendars(places, _years(named, more))
    stages = Chain(_stage(one, calendars) for one in fields.children("stages"))
    if not stages:
        raise fields.wrong("stages", "at least one stage is needed")
    unknown = set(actuals) - {stage.stage for stage in stages}
    if unknown:
        raise given.wrong(min(unknown), "no stage has this code")
    return Way(stages, start, due, today, actuals)


def read_offer(fields: Fields, places: Mapping[str, Place], *, more: int) -> Offer:
    """Return the promise of a scenario."""
    name = fields.text("receiver", USUAL_RECEIVER)
    if name not in places:
        raise fields.wrong("receiver", f"there is no calendar “{name}”")
    law = fields.children("law", is_required=False)
    reach = [day for one in law for day in _read_reach(one)]
    way = read_way(fields, places, more=more, reach=reach)
    receiver = places[name]
    by_law = replace(receiver, week=OFFICE_DAYS, closed=frozenset(), opened=frozenset())
    return Offer(
        way,
        receiver.calendar(_years([way.start, *reach], more)),
        tuple(read_period(one, by_law, more=more) for one in law),
        fields.number("buffer", USUAL_BUFFER, most=MOST_DAYS),
        fields.number("dealer_reserve", DEALER_RESERVE_DAYS, most=MOST_DAYS),
    )


def read_places(fields: Fields) -> dict[str, Place]:
    """Return the calendars of a scenario by their names."""
    return {name: read_place(one, name) for name, one in fields.named("calendars").items()}


def read_place(fields: Fields, name: str) -> Place:
    """Return a calendar."""
    return Place(
        name,
        fields.text("country", None),
        fields.weekdays("week", OFFICE_DAYS),
        fields.days("closed"),
        fields.days("open"),
        fields.zone("zone", USUAL_ZONE),
        fields.time("cutoff", USUAL_CUT_OFF),
    )


class _Calendars:
    """The calendars of a scenario for the years that it needs; each is made once."""

    def __init__(self, places: Mapping[str, Place], years: range) -> None:
        self._places, self._years = places, years

    def of(self, fields: Fields, name: str) -> Calendar:
        """Return the calendar that a field names."""
        wanted = fields.text(name)
        if wanted not in self._places:
            raise fields.wrong(name, f"there is no calendar “{wanted}”")
        return self._places[wanted].calendar(self._years)

    def of_customs(self, fields: Fields) -> Calendar | None:
        """Return the calendar of the customs office, if the goods pass one."""
        wanted = fields.text("customs", None)
        if wanted is None:
            return None
        place = self._places.get(wanted) or read_place(Fields({}), wanted)
        return place.calendar(self._years)


def _stage(fields: Fields, calendars: _Calendars) -> PlannedStage:
    code = fields.text("code")
    if fields.has("from") or fields.has("to"):
        if fields.has("work") or fields.has("at"):
            raise fields.wrong("work", "a stage is work at a place or a transport, not both")
        return _transit(code, fields, calendars)
    usual = USUAL_NORMS.get(Stage(code.lower())) if code.lower() in set(Stage) else None
    days = fields.number("work", REQUIRED if usual is None else usual, most=MOST_DAYS)
    return Work(code, calendars.of(fields, "at"), days)


def _transit(code: str, fields: Fields, calendars: _Calendars) -> Transit:
    origin, destination = calendars.of(fields, "from"), calendars.of(fields, "to")
    return Transit(
        code,
        origin,
        destination,
        calendars.of(fields, "carrier") if fields.has("carrier") else origin,
        fields.weekdays("departs", EVERY_DAY),
        fields.number("transit", most=MOST_DAYS),
        TRANSIT_UNITS[fields.choice("unit", list(TRANSIT_UNITS), "CD")],
        lead=fields.number("lead", 0, most=MOST_DAYS),
        border=calendars.of_customs(fields),
        border_days=fields.number("customs_days", 0, most=MOST_DAYS),
        valid_from=fields.day("valid_from", None),
        valid_to=fields.day("valid_to", None),
    )


def _actual(given: Fields, code: str) -> Actual:
    if not isinstance(given.value(code), dict):
        return Actual(finished_on=given.day(code))
    known = given.child(code)
    names = ("started", "departed", "finished", "expected")
    return Actual(**{f"{name}_on": known.day(name, None) for name in names})


def _years(days: Iterable[date], more: int) -> range:
    """Return the years that a scenario with these days may need."""
    known = tuple(days)
    try:
        return range((min(known) - BEFORE).year - more, (max(known) + AFTER).year + 1 + more)
    except OverflowError:
        raise WrongField("scenario", "a day is too far from the present") from None
