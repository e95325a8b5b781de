"""What the portal says to a scenario: each kind by the functions that claims are planned with."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from app.claims.promise_rules import Limit, reserve_for, safe_for_dealer, weigh
from app.core.errors import Refusal
from app.deadlines.calendars import forget_calendars
from app.deadlines.clocks import Agreement, last_day
from app.deadlines.forecast import ForecastLeg, decide_by, reforecast
from app.deadlines.rules import (
    LaneNeverDeparts,
    NoCalendarData,
    Plan,
    backward,
    effective_day,
    forward,
)
from app.scenarios.fields import Fields, WrongField
from app.scenarios.reading import (
    Offer,
    Period,
    Way,
    read_event,
    read_offer,
    read_period,
    read_places,
    read_way,
)

# So many lines share the calendars that are equal; more of them at once would fill the memory.
SHARING = 500
# A lane may depart on few days in years, such as on Saturdays that are working days.
MORE_YEARS = 3
NO_SCENARIO = "NO_SCENARIO"
Answer = dict[str, Any]


def answers(lines: Iterable[str]) -> Iterator[Answer]:
    """Give the answer to each line in its order; empty lines have none."""
    for number, line in enumerate(lines, start=1):
        if number % SHARING == 0:
            forget_calendars()
        if line.strip():
            yield _answer_line(line, number)


def answer(scenario: Any) -> Answer:
    """Return the days of a scenario, or why there are none."""
    key = scenario.get("id") if isinstance(scenario, dict) else None
    try:
        return {"id": key} | _tried(scenario)
    except WrongField as wrong:
        return {"id": key, "refused": NO_SCENARIO, "field": wrong.field, "words": str(wrong)}
    except Refusal as refusal:
        return {"id": key, "refused": code_of(refusal), "words": str(refusal)}


def _tried(scenario: Any) -> Answer:
    """Return the days; where the calendars are too short for them, try once with longer ones."""
    try:
        return _found(scenario, more=0)
    except (LaneNeverDeparts, NoCalendarData):
        return _found(scenario, more=MORE_YEARS)


def _found(scenario: Any, *, more: int) -> Answer:
    fields = Fields(scenario)
    fields.value("id")
    found = KINDS[fields.choice("kind", list(KINDS))](fields, more)
    unread = sorted(fields.unread())
    return found | ({"ignored": unread} if unread else {})


def code_of(refusal: Refusal) -> str:
    """Return the code of a refusal, such as `LANE_NEVER_DEPARTS`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(refusal).__name__).upper()


def answer_event(fields: Fields, _more: int) -> Answer:
    """Return the working day to which an event counts at its place."""
    event = read_event(fields)
    place, year = event.place, event.at.year
    calendar = place.calendar(range(year - 1, year + 3))
    day = effective_day(event.at, place.zone, calendar, place.cut_off)
    return {"effective": str(day)}


def answer_law(fields: Fields, more: int) -> Answer:
    """Return the last day of a period as counted, as the law moves it, and as it is planned."""
    period = read_period(fields, more=more)
    last = last_day(period.trigger, period.duration, period.roll, period.days)
    return {"raw": str(last.raw), "legal": str(last.legal), "safe": str(last.safe)}


def answer_plan(fields: Fields, more: int) -> Answer:
    """Return the chain planned from its start, from its due day, and as it is expected today."""
    way = read_way(fields, read_places(fields), more=more)
    earliest = forward(way.stages, way.start)
    latest = None if way.due is None else backward(way.stages, way.due)
    return {
        "forward": [[leg.stage, str(leg.start), str(leg.finish)] for leg in earliest.legs],
        "finish": str(earliest.finish),
        "backward": _latest_rows(latest, way.due) if latest and way.due else None,
        "decide_by": str(latest.start) if latest else None,
        "slack": (way.due - earliest.finish).days if way.due else None,
        "forecast": [_forecast_row(leg) for leg in _forecast(way)],
    }


def answer_promise(fields: Fields, more: int) -> Answer:
    """Return the days of a promise: the earliest, what law allows, what is proposed."""
    offer = read_offer(fields, read_places(fields), more=more)
    way, receiver = offer.way, offer.receiver
    earliest = forward(way.stages, way.start).finish
    limits = [_limit(period, offer) for period in offer.law if period.is_binding]
    days = weigh(earliest, receiver.add(earliest, offer.buffer), limits, receiver)
    return {
        "earliest": str(days.earliest),
        "safe": str(days.safe) if days.safe else None,
        "legal": str(days.legal) if days.legal else None,
        "proposed": str(days.proposed),
        "feasible": days.is_feasible,
        "decide_by": str(decide_by(way.stages, days.safe)) if days.safe else None,
    }


KINDS: dict[str, Callable[[Fields, int], Answer]] = {
    "plan": answer_plan,
    "law": answer_law,
    "event": answer_event,
    "promise": answer_promise,
}


def _answer_line(line: str, number: int) -> Answer:
    try:
        scenario = json.loads(line)
    except (ValueError, RecursionError) as error:
        words = f"line {number} is no JSON: {error}"
        return {"id": None, "refused": NO_SCENARIO, "field": f"line {number}", "words": words}
    return answer(scenario)


def _limit(period: Period, offer: Offer) -> Limit:
    last = last_day(period.trigger, period.duration, period.roll, period.days)
    chain = {stage.stage.lower() for stage in offer.way.stages}
    reserve = reserve_for(chain, is_dealers_duty=True, days=offer.reserve)
    safe = safe_for_dealer(last.safe, offer.receiver, reserve=reserve)
    return Limit(period.code, safe, last.legal, Agreement.NONE)


def _latest_rows(latest: Plan, due: date) -> list[list[str]]:
    """Return for each stage its latest hand-over and the day by which it has to be over.

    That is the latest hand-over of the next stage, be it a working day of this one or not.
    """
    legs = latest.legs
    dues = [*(leg.start for leg in legs[1:]), due]
    return [[leg.stage, str(leg.start), str(day)] for leg, day in zip(legs, dues, strict=True)]


def _forecast(way: Way) -> tuple[ForecastLeg, ...]:
    return reforecast(way.stages, way.start, way.actuals, way.today)


def _forecast_row(leg: ForecastLeg) -> list[str]:
    tag = "A" if leg.is_done else "O" if leg.is_overdue else "P"
    return [leg.stage, str(leg.forecast.start), str(leg.forecast.finish), tag]
