"""The network of sites and lanes: from it the stages of any claim, ready for planning.

`queries.load_network` reads it; planning then asks the database nothing.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from app.core.errors import N_, Refusal
from app.deadlines.models import SiteKind
from app.deadlines.onward import Shared
from app.deadlines.rules import (
    AnyOf,
    Calendar,
    Chain,
    PlannedStage,
    Transit,
    TransitUnit,
    Work,
    effective_day,
)
from app.deadlines.stages import AT_THE_DEALER, FROM_THE_DEALER, LOADS, Load, Stage
from app.vocabulary import Remedy


class NoSite(Refusal):
    """A plant or a dealer has no calendar, so no day can be counted there."""

    message = N_("No calendar is kept for %(name)s yet")


class NoLane(Refusal):
    """Nobody drives from here to there."""

    message = N_("No lane leads from %(origin)s to %(destination)s")


class NoPaymentRun(Refusal):
    """The plant pays to no bank of that country."""

    message = N_("No payment run leads from %(origin)s to the banks of %(country)s")


class TooHeavy(Refusal):
    """There are lanes, but none that carries so much."""

    message = N_("No lane from %(origin)s to %(destination)s carries %(weight)s kg")


class ChosenIsTooHeavy(TooHeavy):
    """Another lane than the chosen one could carry it."""

    message = N_(
        "The lane that was chosen from %(origin)s to %(destination)s does not carry %(weight)s kg."
        " Choose another one."
    )


class NoNorm(Refusal):
    """The table of norms lacks a stage."""

    message = N_("No norm is set for the stage “%(stage)s”")


HEAVIEST = Decimal("Infinity")  # more than any lane with a limit carries
# A stage, a product group or "" for all, a remedy or None for all.
NormKey = tuple[str, str, Remedy | None]


class LaneRow(NamedTuple):
    """A version of a lane, as the table `lane` holds it."""

    id: int
    origin_id: int
    destination_id: int
    load: Load
    mode: str
    departures: Sequence[int]
    lead_days: int
    transit_days: int
    transit_unit: TransitUnit
    carrier_id: int | None
    customs_id: int | None
    border_days: int
    max_weight: Decimal | None
    cost: Decimal | None
    currency: str
    valid_from: date | None
    valid_to: date | None
    is_default: bool


class BufferRow(NamedTuple):
    """A buffer, as the table `promise_buffer` holds it."""

    plant_id: int | None
    starts_on: date | None
    ends_on: date | None
    working_days: int

    @property
    def is_dated(self) -> bool:
        """Tell whether it is for some days only."""
        return self.starts_on is not None or self.ends_on is not None

    def is_in_force(self, plant_id: int, day: date) -> bool:
        """Tell whether it is for what this plant has ready on this day."""
        return (
            self.plant_id in (None, plant_id)
            and (self.starts_on is None or self.starts_on <= day)
            and (self.ends_on is None or day <= self.ends_on)
        )


class Buffer(NamedTuple):
    """Working days between the earliest day and the promise: as set, and as work was seen to run.

    `seen` is by how much eight of ten stages on the way took longer than planned.
    """

    planned: int
    seen: int = 0

    @property
    def days(self) -> int:
        """The working days that are added."""
        return max(self)


@dataclass(frozen=True)
class Way:
    """A chain of stages between a dealer and a plant, for a kind of product and a remedy.

    `modes` says which lane a transport takes if not the usual one; `weight` is in kilograms.
    """

    dealer_id: int
    plant_id: int
    chain: tuple[Stage, ...]
    remedy: Remedy | None = None
    product_group: str = ""
    weight: Decimal | None = None
    modes: tuple[tuple[Stage, str], ...] = ()

    def __hash__(self) -> int:
        """Few fields tell most ways apart; the hash of a chain of words would cost more."""
        return hash((self.dealer_id, self.plant_id, len(self.chain), self.product_group))


@dataclass(frozen=True)
class Place:
    """A site with its calendar, and the version of the calendar."""

    id: int
    kind: SiteKind
    name: str
    country: str | None
    time_zone: str
    cut_off: time
    hours: tuple[time, time]
    version: int
    calendar: Calendar

    def effective_day(self, at: datetime) -> date:
        """Return the working day to which an event at this moment counts here."""
        return effective_day(at, self.time_zone, self.calendar, self.cut_off)


@dataclass(frozen=True)
class Network:
    """What `load_network` has read. It plans without asking the database again."""

    sites: Mapping[int, Place]
    plants: Mapping[int, Place]
    dealers: Mapping[int, Place]
    lanes: Mapping[tuple[int, int, Load], Sequence[LaneRow]]
    norms: Mapping[NormKey, int]
    buffers: Sequence[BufferRow]
    without_site: Mapping[tuple[SiteKind, int], str]
    overruns: Mapping[NormKey, int] = field(default_factory=dict)
    _shared: Shared = field(default_factory=Shared)
    _stages: dict[Way, Chain] = field(default_factory=dict)
    _versions: dict[Way, Mapping[str, int]] = field(default_factory=dict)

    def plant(self, plant_id: int) -> Place:
        """Return the site of a plant; raise `NoSite` when it has none."""
        return self.plants.get(plant_id) or self._no_site(SiteKind.PLANT, plant_id)

    def dealer(self, dealer_id: int) -> Place:
        """Return the site of a dealer; raise `NoSite` when it has none."""
        return self.dealers.get(dealer_id) or self._no_site(SiteKind.DEALER, dealer_id)

    def stages(self, way: Way) -> Chain:
        """Return the stages of a way, ready for planning; the same ones for the same way."""
        known = self._stages.get(way)
        if known is None:
            same = self._within_limits(way)
            known = self._stages.get(same)
            if known is None:
                stages = [self._stage(stage, way) for stage in way.chain]
                known = self._stages[same] = Chain(stages, self._shared)
            self._stages[way] = known
        return known

    def lanes_of(self, stage: Stage, way: Way) -> Sequence[LaneRow]:
        """Return every lane that can do a transport of this way, whatever its time or mode."""
        origin, destinations = self._ends(stage, way)
        load = LOADS[stage]
        return [
            lane
            for destination in destinations
            for lane in self.lanes.get((origin.id, destination.id, load), ())
        ]

    def norm(self, stage: Stage, way: Way) -> int:
        """Return the planned working days of a stage: the most special norm that fits."""
        return self.norms[self._norm_key(stage, way)]

    def buffer(self, way: Way, day: date) -> Buffer:
        """Return the buffer of what would be ready on this day: dated rows win, then a plant's.

        Where the work of this way was seen to take longer than planned, it is at least so much.
        """
        found = [row for row in self.buffers if row.is_in_force(way.plant_id, day)]
        best = max(found, key=lambda row: (row.is_dated, row.plant_id is not None), default=None)
        works = (stage for stage in way.chain if stage not in LOADS)
        seen = sum(self.overruns.get(self._norm_key(stage, way), 0) for stage in works)
        return Buffer(planned=best.working_days if best else 0, seen=max(seen, 0))

    def versions(self, way: Way) -> Mapping[str, int]:
        """Return the versions of the calendars that a way depends on, by the sites' ids."""
        same = self._within_limits(way)
        known = self._versions.get(same)
        if known is None:
            known = self._versions[same] = self._read_versions(way)
        return known

    def _read_versions(self, way: Way) -> dict[str, int]:
        ids = {self.plant(way.plant_id).id, self.dealer(way.dealer_id).id}
        for stage in way.chain:
            for lane in self._chosen(stage, way) if stage in LOADS else ():
                ids |= {lane.destination_id, lane.carrier_id or 0, lane.customs_id or 0}
        return {str(one): self.sites[one].version for one in sorted(ids - {0})}

    def lanes_for(self, stage: Stage, way: Way) -> Sequence[LaneRow]:
        """Return the lanes that carry what goes this way; what nobody has weighed may go by all."""
        return [lane for lane in self.lanes_of(stage, way) if not _is_too_heavy(way, lane)]

    def limits(self, ways: Iterable[Way]) -> dict[str, Decimal]:
        """Return what the lanes of these ways carry at most, by their modes; others carry all."""
        found: dict[str, Decimal] = {}
        for way in ways:
            for stage in way.chain:
                for lane in self.lanes_of(stage, way) if LOADS.get(stage) is Load.GOODS else ():
                    if lane.max_weight is not None:
                        known = found.get(lane.mode, lane.max_weight)
                        found[lane.mode] = min(known, lane.max_weight)
        return found

    @cached_property
    def _max_weights(self) -> list[Decimal]:
        lanes = chain.from_iterable(self.lanes.values())
        return sorted({lane.max_weight for lane in lanes if lane.max_weight is not None})

    def _within_limits(self, way: Way) -> Way:
        """Return the way with the limit of a lane for its weight, so that like ways are one."""
        if way.weight is None:
            return way
        place = bisect_left(self._max_weights, way.weight)
        is_heaviest = place == len(self._max_weights)
        return replace(way, weight=HEAVIEST if is_heaviest else self._max_weights[place])

    def _norm_key(self, stage: Stage, way: Way) -> NormKey:
        groups = (way.product_group, "") if way.product_group else ("",)
        remedies = (way.remedy, None) if way.remedy else (None,)
        for group in groups:
            for remedy in remedies:
                if (stage, group, remedy) in self.norms:
                    return stage, group, remedy
        raise NoNorm(stage=stage)

    def _stage(self, stage: Stage, way: Way) -> PlannedStage:
        if stage in LOADS:
            transits = tuple(self._transit(stage, way, lane) for lane in self._chosen(stage, way))
            return transits[0] if len(transits) == 1 else AnyOf(stage, transits)
        at_dealer = stage in AT_THE_DEALER
        place = self.dealer(way.dealer_id) if at_dealer else self.plant(way.plant_id)
        return Work(stage, place.calendar, self.norm(stage, way))

    def _transit(self, stage: Stage, way: Way, lane: LaneRow) -> Transit:
        origin, _ = self._ends(stage, way)
        carrier = self.sites[lane.carrier_id] if lane.carrier_id else origin
        customs = self.sites[lane.customs_id].calendar if lane.customs_id else None
        return Transit(
            stage,
            origin=origin.calendar,
            destination=self.sites[lane.destination_id].calendar,
            carrier=carrier.calendar,
            departures=frozenset(lane.departures),
            days=lane.transit_days,
            unit=lane.transit_unit,
            lead=lane.lead_days,
            border=customs,
            border_days=lane.border_days,
            valid_from=lane.valid_from,
            valid_to=lane.valid_to,
            cost=lane.cost,
            currency=lane.currency,
        )

    def _chosen(self, stage: Stage, way: Way) -> Sequence[LaneRow]:
        """Return the versions of the lane that is asked for, else of the usual one, else all."""
        able = self.lanes_for(stage, way)
        mode = dict(way.modes).get(stage)
        chosen = [lane for lane in able if (lane.mode == mode if mode else lane.is_default)]
        if chosen or (able and not mode):
            return chosen or able
        raise self._no_lane(stage, way, mode)

    def _ends(self, stage: Stage, way: Way) -> tuple[Place, Sequence[Place]]:
        plant, dealer = self.plant(way.plant_id), self.dealer(way.dealer_id)
        if stage in FROM_THE_DEALER:
            return dealer, (plant,)
        if LOADS[stage] is Load.MONEY:
            return plant, [
                place
                for place in self.sites.values()
                if place.kind is SiteKind.BANK and place.country == dealer.country
            ]
        return plant, (dealer,)

    def _no_site(self, kind: SiteKind, owner_id: int) -> Place:
        raise NoSite(name=self.without_site.get((kind, owner_id), str(owner_id)))

    def _no_lane(self, stage: Stage, way: Way, mode: str | None) -> Refusal:
        origin, destinations = self._ends(stage, way)
        heavy = [lane for lane in self.lanes_of(stage, way) if not mode or lane.mode == mode]
        if LOADS[stage] is Load.MONEY:
            country = self.dealer(way.dealer_id).country or ""
            return NoPaymentRun(origin=origin.name, country=country)
        destination = destinations[0].name
        if heavy:
            refusal = ChosenIsTooHeavy if mode else TooHeavy
            weight = f"{way.weight.normalize():f}" if way.weight else ""
            return refusal(origin=origin.name, destination=destination, weight=weight)
        return NoLane(origin=origin.name, destination=destination)


def _is_too_heavy(way: Way, lane: LaneRow) -> bool:
    return way.weight is not None and lane.max_weight is not None and way.weight > lane.max_weight
