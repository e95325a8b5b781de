"""Ways out when a day cannot be kept: each with its own days and costs. Pure.

A way that cannot be gone, for want of a lane, of a norm or of a departure, is no option.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.errors import Refusal
from app.deadlines.network import Network, Way
from app.deadlines.rules import AnyOf, Leg, Plan, PlannedStage, Transit, forward
from app.deadlines.stages import LOADS, OTHER_CHAINS, Load, OptionKind, Stage
from app.deadlines.ways import Wanted, WayChoice, transports, ways_of
from app.vocabulary import Remedy

Costs = tuple[tuple[str, Decimal], ...]  # currency and amount
Plans = Mapping[Way, Plan]


@dataclass(frozen=True)
class Aim:
    """What a claim wants and weighs, the way chosen for it, and the day on which it starts."""

    dealer_id: int
    plant_id: int
    wanted: frozenset[Wanted]
    choice: WayChoice
    start: date
    weight: Decimal | None = None

    @property
    def ways(self) -> list[Way]:
        """The ways of all that is wanted."""
        return ways_of(self.dealer_id, self.plant_id, self.wanted, self.choice, weight=self.weight)


Instead = tuple[Remedy, Remedy]  # a remedy, and the one that takes its place
Candidate = tuple[OptionKind, Aim, Instead | None]  # a kind of way out, the claim as it would be
DueOf = Callable[[WayChoice, Instead | None], date]


@dataclass(frozen=True)
class Option:
    """A way out: what to choose for it, its earliest day, and what its lanes cost.

    `instead` says which remedy becomes which other one. Slack is in calendar days; below 0 even
    this way misses the day that is due.
    """

    kind: OptionKind
    choice: WayChoice
    instead: Instead | None
    earliest: date
    slack: int
    costs: Costs

    @property
    def key(self) -> str:
        """Name the option among those of the same claim."""
        modes = (f"{stage}={mode}" for stage, mode in self.choice.modes)
        return " ".join((self.kind, self.instead[1] if self.instead else "", *modes))

    @property
    def is_in_time(self) -> bool:
        """Tell whether it keeps the day that is due."""
        return self.slack >= 0


@dataclass(frozen=True)
class LaneChoice:
    """The lanes of a transport by mode; `usual` is empty where the first departure is taken."""

    stage: Stage
    usual: str
    others: tuple[str, ...]
    chosen: str


def options(network: Network, aim: Aim, due_of: DueOf) -> list[Option]:
    """Return the feasible ways that end sooner than the present one: in time, early, cheap first.

    `due_of` tells the day that a way has to keep; law may ask for another one of another remedy.
    When the present way is in time, there is nothing to look for.
    """
    plans = _plans(network, aim)
    slowest = max(plans, key=lambda way: plans[way].finish)
    now = plans[slowest].finish
    if now <= due_of(aim.choice, None):
        return []
    found = {
        option.key: option
        for candidate in _others(network, aim, slowest)
        if (option := _weigh(network, candidate, due_of)) and option.earliest < now
    }
    return sorted(found.values(), key=_rank)


def _rank(option: Option) -> tuple[Any, ...]:
    """Of two that end on one day the cheaper goes first; what costs nobody knows how much is last.

    Amounts of two currencies are not compared: those of one stand together.
    """
    costs = option.costs
    return not option.is_in_time, option.earliest, len(costs) != 1, costs, option.key


def costs_of(network: Network, plans: Plans) -> Costs:
    """Return what the lanes cost, by currency; what leaves together is paid for once."""
    paid: dict[tuple[str, date | None], Transit] = {}
    for way, plan in plans.items():
        for stage, leg in zip(network.stages(way), plan.legs, strict=True):
            lane = _lane_of(stage, leg)
            if lane and lane.cost is not None:
                paid[leg.stage, leg.departure] = lane
    costs: dict[str, Decimal] = {}
    for lane in paid.values():
        costs[lane.currency] = costs.get(lane.currency, Decimal(0)) + (lane.cost or 0)
    return tuple(sorted(costs.items()))


def lanes_to_choose(network: Network, ways: Iterable[Way]) -> list[LaneChoice]:
    """Return the transports that more than one lane can do, each with what can be chosen."""
    found = []
    for stage, way in transports(ways):
        lanes = network.lanes_for(stage, way)
        modes = {lane.mode for lane in lanes}
        usual = {lane.mode for lane in lanes if lane.is_default}
        if len(modes) > 1:
            chosen = dict(way.modes).get(stage, "")
            others = tuple(sorted(modes - usual))
            found.append(LaneChoice(stage, next(iter(sorted(usual)), ""), others, chosen))
    return found


def _others(network: Network, aim: Aim, slowest: Way) -> Iterator[Candidate]:
    yield from _by_other_lanes(network, aim)
    remedy = slowest.remedy
    for other in OTHER_CHAINS:
        if remedy is None or remedy not in other.remedies:
            continue
        then = other.remedy_then(remedy)
        instead = (remedy, then) if then is not remedy else None
        wanted = {(then if old is remedy else old, group) for old, group in aim.wanted}
        is_usual = other.kind is OptionKind.REFUND
        kind = aim.choice.kind if is_usual else other.kind
        changed = replace(aim, wanted=frozenset(wanted), choice=WayChoice(kind, aim.choice.modes))
        yield other.kind, changed, instead
        if is_usual:
            for money, faster, _ in _by_other_lanes(network, changed):
                yield money, faster, instead


def _by_other_lanes(network: Network, aim: Aim) -> Iterator[Candidate]:
    """Give the claim with another mode on one of its lanes, and with it on all that have it."""
    by_mode: dict[str, list[Stage]] = {}
    for stage, way in transports(aim.ways):
        for mode in _other_modes(network, stage, way):
            by_mode.setdefault(mode, []).append(stage)
    for mode, stages in by_mode.items():
        kind = OptionKind.OTHER_LANE
        if LOADS[stages[0]] is Load.MONEY:
            kind = OptionKind.OFF_CYCLE_PAYMENT
        for changed in {tuple(stages), *((stage,) for stage in stages)}:
            yield kind, replace(aim, choice=aim.choice.by(dict.fromkeys(changed, mode))), None


def _other_modes(network: Network, stage: Stage, way: Way) -> list[str]:
    lanes = network.lanes_of(stage, way)
    chosen = dict(way.modes).get(stage)
    taken = {lane.mode for lane in lanes if (lane.mode == chosen if chosen else lane.is_default)}
    return sorted({lane.mode for lane in lanes} - taken)


def _weigh(network: Network, candidate: Candidate, due_of: DueOf) -> Option | None:
    kind, aim, instead = candidate
    try:
        plans = _plans(network, aim)
        costs = costs_of(network, plans)
    except Refusal:
        return None
    earliest = max(plan.finish for plan in plans.values())
    choice = aim.choice.settled(remedy for remedy, _ in aim.wanted)
    slack = (due_of(choice, instead) - earliest).days
    return Option(kind, choice, instead, earliest, slack, costs)


def _plans(network: Network, aim: Aim) -> Plans:
    return {way: forward(network.stages(way), aim.start) for way in aim.ways}


def _lane_of(stage: PlannedStage, leg: Leg) -> Transit | None:
    if isinstance(stage, AnyOf):
        return next((way for way in stage.ways if _is_by(way, leg)), None)
    return stage if isinstance(stage, Transit) else None


def _is_by(way: Transit, leg: Leg) -> bool:
    if leg.departure is None or not way.has_departure(leg.departure.toordinal()):
        return False
    return way.arrive(leg.departure.toordinal()) == leg.finish.toordinal()
