"""The same rules as a plain walk, day by day: slow, short, and the measure of the fast ones.

It knows nothing of tables and indexes. Where the known years end it gives up with `Lost`.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from app.deadlines.rules import AnyOf, Calendar, Leg, PlannedStage, Transit, TransitUnit, Work

DAY = timedelta(days=1)


class Lost(LookupError):
    """No such day within the known years."""


def is_working(calendar: Calendar, day: date) -> bool:
    if day.year not in calendar.years:
        raise Lost
    if day in calendar.opened:
        return True
    return day.weekday() in calendar.weekdays and day not in calendar.closed


def on_or_after(calendar: Calendar, day: date) -> date:
    while not is_working(calendar, day):
        day += DAY
    return day


def on_or_before(calendar: Calendar, day: date) -> date:
    while not is_working(calendar, day):
        day -= DAY
    return day


def add(calendar: Calendar, day: date, working_days: int) -> date:
    for _ in range(working_days):
        day = on_or_after(calendar, day + DAY)
    return day


def sub(calendar: Calendar, day: date, working_days: int) -> date:
    for _ in range(working_days):
        day = on_or_before(calendar, day - DAY)
    return day


def count(calendar: Calendar, since: date, until: date) -> int:
    return sum(is_working(calendar, since + step * DAY) for step in range((until - since).days))


def walk_forward(stages: Sequence[PlannedStage], start: date) -> list[Leg]:
    legs: list[Leg] = []
    for stage in stages:
        legs.append(leave(stage, legs[-1].finish if legs else start))
    return legs


def walk_backward(stages: Sequence[PlannedStage], due: date) -> list[Leg]:
    legs: list[Leg] = []
    for stage in reversed(stages):
        legs.insert(0, reach(stage, legs[0].start if legs else due))
    return legs


def leave(stage: PlannedStage, day: date) -> Leg:
    if isinstance(stage, AnyOf):
        legs = [leg for way in stage.ways if (leg := _leave_if_possible(way, day))]
        if not legs:
            raise Lost
        return min(legs, key=lambda leg: (leg.finish, leg.departure))
    if isinstance(stage, Work):
        start = on_or_after(stage.calendar, day)
        return Leg(stage.stage, start, add(stage.calendar, start, stage.days))
    start = on_or_after(stage.origin, day)
    departure = add(stage.origin, start, stage.lead)
    while not departs(stage, departure):
        departure += DAY
    arrival = arrive(stage, departure)
    return Leg(stage.stage, start, arrival, departure, arrival)


def reach(stage: PlannedStage, due: date) -> Leg:
    if isinstance(stage, AnyOf):
        legs = [leg for way in stage.ways if (leg := _reach_if_possible(way, due))]
        if not legs:
            raise Lost
        return max(legs, key=lambda leg: (leg.start, leg.finish, leg.departure))
    if isinstance(stage, Work):
        finish = on_or_before(stage.calendar, due)
        return Leg(stage.stage, sub(stage.calendar, finish, stage.days), finish)
    for departure in _back_from(due):
        if departs(stage, departure) and (arrival := arrive(stage, departure)) <= due:
            start = sub(stage.origin, departure, stage.lead)
            return Leg(stage.stage, start, arrival, departure, arrival)
    raise Lost


def departs(lane: Transit, day: date) -> bool:
    works = is_working(lane.carrier, day) and is_working(lane.origin, day)
    began = lane.valid_from is None or lane.valid_from <= day
    ended = lane.valid_to is not None and lane.valid_to < day
    return works and began and not ended and day.weekday() in lane.departures


def arrive(lane: Transit, departure: date) -> date:
    if lane.unit is TransitUnit.WORKING_DAYS:
        arrival = add(lane.carrier, departure, lane.days)
    else:
        arrival = departure + lane.days * DAY
    if lane.border:
        arrival = add(lane.border, on_or_after(lane.border, arrival), lane.border_days)
    return on_or_after(lane.destination, arrival)


def _leave_if_possible(way: Transit, day: date) -> Leg | None:
    try:
        return leave(way, day)
    except Lost:
        return None


def _reach_if_possible(way: Transit, due: date) -> Leg | None:
    try:
        return reach(way, due)
    except Lost:
        return None


def _back_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day -= DAY
