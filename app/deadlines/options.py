"""Ways out when a day cannot be kept: each with its own plan, dates and costs. Pure.

A way that cannot be gone, for want of a lane, of a norm or of a departure, is no option.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.core.errors import Refusal
from app.deadlines.forecast import Schedule, schedule
from app.deadlines.network import Network, Way
from app.deadlines.rules import AnyOf, Leg, PlannedStage, Transit
from app.deadlines.stages import LOADS, OTHER_CHAINS, Load, OptionKind, Stage

Costs = tuple[tuple[str, Decimal], ...]  # currency and amount


@dataclass(frozen=True)
class Option:
    """A way out: by which way, from the earliest to the latest days, at which costs of lanes."""

    kind: OptionKind
    way: Way
    schedule: Schedule
    costs: Costs

    @property
    def finish(self) -> date:
        """The earliest day on which this way is at its end."""
        return self.schedule.earliest.finish

    @property
    def is_in_time(self) -> bool:
        """Tell whether it keeps the day that is due."""
        return self.schedule.slack >= 0


def options(network: Network, way: Way, start: date, *, due: date) -> list[Option]:
    """Return the feasible ways out from a day: those in time first, then the earliest."""
    found = [
        option
        for kind, other in _others(network, way)
        if (option := _weigh(network, kind, other, start, due))
    ]
    return sorted(found, key=lambda option: (not option.is_in_time, option.finish, option.kind))


def costs_of(stages: Iterable[PlannedStage], legs: Iterable[Leg]) -> Costs:
    """Return what the lanes of a plan cost, by currency; a lane without a price adds nothing."""
    costs: dict[str, Decimal] = {}
    for stage, leg in zip(stages, legs, strict=True):
        lane = _lane_of(stage, leg)
        if lane and lane.cost is not None:
            costs[lane.currency] = costs.get(lane.currency, Decimal(0)) + lane.cost
    return tuple(sorted(costs.items()))


def _others(network: Network, way: Way) -> Iterator[tuple[OptionKind, Way]]:
    yield from _by_other_lanes(network, way)
    for kind, remedies, chain in OTHER_CHAINS:
        if way.remedy in remedies:
            other = replace(way, chain=chain, modes=())
            yield kind, other
            if kind is OptionKind.REFUND:
                yield from _by_other_lanes(network, other)


def _by_other_lanes(network: Network, way: Way) -> Iterator[tuple[OptionKind, Way]]:
    """Give the way with another mode on one of its lanes, and with it on all that have it."""
    moved = [stage for stage in way.chain if stage in LOADS]
    by_mode: dict[str, list[Stage]] = {}
    for stage in moved:
        for mode in _other_modes(network, stage, way):
            by_mode.setdefault(mode, []).append(stage)
    for mode, stages in by_mode.items():
        kind = OptionKind.OTHER_LANE
        if LOADS[stages[0]] is Load.MONEY:
            kind = OptionKind.OFF_CYCLE_PAYMENT
        for changed in {tuple(stages), *((stage,) for stage in stages)}:
            kept = dict(way.modes) | dict.fromkeys(changed, mode)
            yield kind, replace(way, modes=tuple(sorted(kept.items())))


def _other_modes(network: Network, stage: Stage, way: Way) -> list[str]:
    lanes = network.lanes_of(stage, way)
    chosen = dict(way.modes).get(stage)
    taken = {lane.mode for lane in lanes if (lane.mode == chosen if chosen else lane.is_default)}
    return sorted({lane.mode for lane in lanes} - taken)


def _weigh(network: Network, kind: OptionKind, way: Way, start: date, due: date) -> Option | None:
    try:
        stages = network.stages(way)
        weighed = schedule(stages, start, due)
    except Refusal:
        return None
    return Option(kind, way, weighed, costs_of(stages, weighed.earliest.legs))


def _lane_of(stage: PlannedStage, leg: Leg) -> Transit | None:
    if isinstance(stage, AnyOf):
        return next((way for way in stage.ways if _is_by(way, leg)), None)
    return stage if isinstance(stage, Transit) else None


def _is_by(way: Transit, leg: Leg) -> bool:
    if leg.departure is None or not way.has_departure(leg.departure.toordinal()):
        return False
    return way.arrive(leg.departure.toordinal()) == leg.finish.toordinal()
