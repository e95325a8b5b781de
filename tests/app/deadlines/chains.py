"""Random calendars, lanes and chains, and what must hold for every one of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from app.core.errors import Refusal
from app.deadlines.forecast import reforecast, schedule
from app.deadlines.rules import (
    AnyOf,
    Calendar,
    Chain,
    Leg,
    PlannedStage,
    Transit,
    TransitUnit,
    Work,
    backward,
    forward,
)
from tests.app.deadlines import walk

T = TypeVar("T")
YEARS = range(2027, 2030)  # with a 29 February in the middle
FIRST = date(2027, 10, 1)
SPREAD = 365
# Chooses a number between two, both included: by chance, or as hypothesis likes it.
Choose = Callable[[int, int], int]


@dataclass(frozen=True)
class Case:
    """A chain with a day to start, a day that is due and the present day."""

    stages: Chain
    start: date
    due: date
    today: date


def make_case(choose: Choose) -> Case:
    """Make up calendars, stages over them and three days."""
    pool = [make_calendar(choose, name) for name in ("plant", "dealer", "carrier", "customs")]
    stages = tuple(_make_stage(choose, f"stage {number}", pool) for number in range(choose(1, 6)))
    return Case(Chain(stages), _day(choose), _day(choose), _day(choose))


def make_calendar(choose: Choose, name: str) -> Calendar:
    closures = [(_day(choose), choose(1, 12)) for _ in range(choose(0, 4))]
    return Calendar(
        name,
        _weekdays(choose),
        closed=frozenset(
            first + timedelta(days=step) for first, days in closures for step in range(days)
        ),
        opened=frozenset(_day(choose) for _ in range(choose(0, 3))),
        years=YEARS,
    )


def _make_stage(choose: Choose, name: str, pool: Sequence[Calendar]) -> PlannedStage:
    kind = choose(0, 4)
    if kind < 2:
        return Work(name, _one(choose, pool), choose(0, 6))
    lane = Transit(
        name,
        _one(choose, pool),
        _one(choose, pool),
        _one(choose, pool),
        _weekdays(choose),
        choose(0, 10),
        _one(choose, list(TransitUnit)),
        lead=choose(0, 2),
        border=_one(choose, [None, *pool]),
        border_days=choose(0, 2),
    )
    return _versions(choose, lane) if kind == 4 else lane


def _versions(choose: Choose, lane: Transit) -> AnyOf:
    """Give a lane that changes its days, its departures and its lead on some day."""
    changes_on = _day(choose)
    after = replace(
        lane,
        valid_from=changes_on,
        days=choose(0, 10),
        departures=_weekdays(choose),
        lead=choose(0, 2),
    )
    return AnyOf(lane.stage, (replace(lane, valid_to=changes_on - timedelta(days=1)), after))


def _one(choose: Choose, of: Sequence[T]) -> T:
    return of[choose(0, len(of) - 1)]


def _weekdays(choose: Choose) -> frozenset[int]:
    mask = choose(1, 127)
    return frozenset(day for day in range(7) if mask >> day & 1)


def _day(choose: Choose) -> date:
    return FIRST + timedelta(days=choose(0, SPREAD))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return make_case(lambda low, high: draw(_integers(low, high)))


@cache
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def check(case: Case) -> bool:
    """Check everything; return whether the chain could be planned at all."""
    check_like_walking(case)
    if not can_be_planned(case):
        return False
    for what in (check_both_directions, check_order, check_closed_days, check_without_news):
        what(case)
    return True


def can_be_planned(case: Case) -> bool:
    """Tell whether the chain has days in both directions within the known years."""
    try:
        forward(case.stages, case.start)
        backward(case.stages, case.due)
    except Refusal:
        return False
    return True


def check_like_walking(case: Case) -> None:
    """The tables give what a walk from day to day gives, also where it gets lost."""
    assert _planned(case.stages, case.start) == _walked(case.stages, case.start)
    assert _planned_back(case.stages, case.due) == _walked_back(case.stages, case.due)


def check_both_directions(case: Case) -> None:
    """The latest start keeps the due day; the next working day after it does not."""
    latest = backward(case.stages, case.due).start
    assert forward(case.stages, latest).finish <= case.due
    too_late = case.stages[0].giver.add(latest, 1)
    try:
        assert forward(case.stages, too_late).finish > case.due
    except Refusal:
        return  # later than every day that is known


def check_order(case: Case) -> None:
    """A later start never ends earlier, a later due day never has to start earlier."""
    days = sorted((case.start, case.today))
    try:
        earlier, later = (forward(case.stages, day).finish for day in days)
        assert earlier <= later
    except Refusal:
        pass
    dues = sorted((case.due, case.today))
    try:
        earlier, later = (backward(case.stages, day).start for day in dues)
        assert earlier <= later
    except Refusal:
        pass


def check_closed_days(case: Case) -> None:
    """No stage starts or is received on a closed day, and none before the one ahead of it ends."""
    legs = forward(case.stages, case.start).legs
    for stage, leg in zip(case.stages, legs, strict=True):
        assert walk.is_working(stage.giver, leg.start)
        assert walk.is_working(stage.receiver, leg.finish)
    days = [day for leg in legs for day in (leg.start, leg.departure or leg.start, leg.finish)]
    assert days == sorted(days)


def check_without_news(case: Case) -> None:
    """Without news a forecast is the plan; slack is what is between both ends of the plan."""
    plan = forward(case.stages, case.start)
    legs = reforecast(case.stages, case.start, {}, plan.legs[0].finish)
    assert tuple(leg.forecast for leg in legs) == plan.legs == tuple(leg.plan for leg in legs)
    both = schedule(case.stages, case.start, case.due)
    assert both.slack == (case.due - plan.finish).days
    assert (case.start <= both.decide_by) <= (plan.finish <= case.due)


def _planned(stages: Sequence[PlannedStage], day: date) -> list[Leg] | None:
    try:
        plan = forward(stages, day)
        assert plan.finish == plan.legs[-1].finish
        return list(plan.legs)
    except Refusal:
        return None


def _planned_back(stages: Sequence[PlannedStage], day: date) -> list[Leg] | None:
    try:
        return list(backward(stages, day).legs)
    except Refusal:
        return None


def _walked(stages: Sequence[PlannedStage], day: date) -> list[Leg] | None:
    try:
        return walk.walk_forward(stages, day)
    except walk.Lost:
        return None


def _walked_back(stages: Sequence[PlannedStage], day: date) -> list[Leg] | None:
    try:
        return walk.walk_backward(stages, day)
    except walk.Lost:
        return None
