"""The days that a claim needs for its promise, and the network that they are counted in."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, select

from app.accounts.models import Dealer, Plant
from app.core.db import Base, db
from app.deadlines.calendars import Change, country_calendar, days_between, years_around
from app.deadlines.measures import overruns
from app.deadlines.models import (
    CountryDay,
    Lane,
    PromiseBuffer,
    Site,
    SiteKind,
    SiteOverride,
    StageNorm,
)
from app.deadlines.network import (
    Buffer,
    BufferRow,
    LaneRow,
    Network,
    NoLane,
    NoNorm,
    NoPaymentRun,
    NoSite,
    Place,
    TooHeavy,
    Way,
)
from app.deadlines.rules import Leg, forward
from app.deadlines.stages import Load

__all__ = [
    "NoLane",
    "NoNorm",
    "NoPaymentRun",
    "NoSite",
    "Promise",
    "TooHeavy",
    "load_network",
    "load_place",
    "network_for",
    "promise_in",
]


R = TypeVar("R", LaneRow, BufferRow)
NO_CHANGES: frozenset[Change] = frozenset()


@dataclass(frozen=True)
class Promise:
    """The first possible day, the day to offer after it, and the legs that lead to the first.

    `buffer` lies between the two, in working days of the dealer. `versions` are those of the
    calendars it was computed with, by the sites' ids.
    """

    earliest_on: date
    proposed_on: date
    legs: tuple[Leg, ...]
    versions: Mapping[str, int]
    buffer: Buffer


def network_for(dealer_id: int, plant_id: int, *, at: datetime) -> Network:
    """Read the network between a dealer and a plant, for plans that begin about now.

    It knows as well by how much the stages were seen to miss their norms.
    """
    network = load_network(years_around(at.date()), dealer_ids=[dealer_id], plant_ids=[plant_id])
    return replace(network, overruns=overruns(network.norms, at.date()))


def promise_in(network: Network, ways: Collection[Way], *, at: datetime) -> Promise:
    """Return the promise for ways of one claim, with a network that is already read."""
    first = next(iter(ways))
    start = network.plant(first.plant_id).effective_day(at)

    plans = [(forward(network.stages(way), start), way) for way in ways]
    slowest, way = max(plans, key=lambda plan: (plan[0].finish, len(plan[0].legs)))

    buffer = network.buffer(way, slowest.finish)
    offered = network.dealer(way.dealer_id).calendar.add(slowest.finish, buffer.days)
    return Promise(slowest.finish, offered, slowest.legs, network.versions(way), buffer)


def load_network(
    years: range,
    *,
    dealer_ids: Collection[int] | None = None,
    plant_ids: Collection[int] | None = None,
) -> Network:
    """Read the network in a constant number of statements; ids narrow it to their sites."""
    wanted = (
        Site.kind.not_in((SiteKind.PLANT, SiteKind.DEALER))
        | _among(Site.dealer_id, dealer_ids)
        | _among(Site.plant_id, plant_ids)
    )
    ids = select(Site.id).where(wanted)
    owned = _places(wanted, years)
    return Network(
        without_site=_without_site(dealer_ids, plant_ids),
        sites={place.id: place for _, place in owned},
        plants={row.plant_id: place for row, place in owned if row.plant_id},
        dealers={row.dealer_id: place for row, place in owned if row.dealer_id},
        lanes=_lanes(ids),
        norms={
            (row.stage, row.product_group, row.remedy): row.working_days
            for row in db.execute(select(StageNorm.__table__))
        },
        buffers=_rows(PromiseBuffer, BufferRow),
    )


def load_place(kind: SiteKind, owner_id: int, years: range) -> Place:
    """Read the site of one plant or dealer; raise `NoSite` when it has none."""
    owner = Site.plant_id if kind is SiteKind.PLANT else Site.dealer_id
    for _, place in _places(owner == owner_id, years):
        return place
    named = Plant if kind is SiteKind.PLANT else Dealer
    raise NoSite(name=db.scalar(select(named.name).where(named.id == owner_id)) or str(owner_id))


def _among(column: Any, ids: Collection[int] | None) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.is_not(None) if ids is None else column.in_(ids)
    return found


def _without_site(
    dealer_ids: Collection[int] | None, plant_ids: Collection[int] | None
) -> dict[tuple[SiteKind, int], str]:
    """Return the names of those who have no calendar, for the sentence that says so."""
    plants = (
        select(literal(SiteKind.PLANT.value), Plant.id, Plant.name)
        .outerjoin(Site, Site.plant_id == Plant.id)
        .where(Site.id.is_(None), _among(Plant.id, plant_ids))
    )
    dealers = (
        select(literal(SiteKind.DEALER.value), Dealer.id, Dealer.name)
        .outerjoin(Site, Site.dealer_id == Dealer.id)
        .where(Site.id.is_(None), _among(Dealer.id, dealer_ids))
    )
    found = db.execute(plants.union_all(dealers))
    return {(SiteKind(kind), owner_id): name for kind, owner_id, name in found}


def _places(wanted: ColumnElement[bool], years: range) -> list[tuple[Any, Place]]:
    changes = _changes(select(Site.id).where(wanted), years)
    moved = _moved(years)
    name = func.coalesce(Plant.name, Dealer.name, Site.name).label("shown_name")
    query = (
        select(*Site.__table__.columns, name)
        .outerjoin(Plant, Plant.id == Site.plant_id)
        .outerjoin(Dealer, Dealer.id == Site.dealer_id)
        .where(wanted)
    )
    return [
        (row, _place(row, changes.get(row.id, NO_CHANGES), moved, years))
        for row in db.execute(query)
    ]


def _place(
    row: Any, changes: frozenset[Change], moved: Mapping[str, frozenset[Change]], years: range
) -> Place:
    calendar = country_calendar(
        row.country,
        years,
        weekdays=frozenset(row.weekdays),
        moved=moved.get(row.country, NO_CHANGES),
        changes=changes,
        name=row.shown_name,
    )
    return Place(
        row.id,
        row.kind,
        row.shown_name,
        row.country,
        row.time_zone,
        row.cut_off,
        (row.opens_at, row.closes_at),
        row.calendar_version,
        calendar,
    )


def _changes(site_ids: Select[int], years: range) -> dict[int, frozenset[Change]]:
    first, last = date(years.start, 1, 1), date(years.stop - 1, 12, 31)
    query = select(SiteOverride.__table__).where(
        SiteOverride.site_id.in_(site_ids),
        SiteOverride.starts_on <= last,
        SiteOverride.ends_on >= first,
    )
    found: dict[int, set[Change]] = defaultdict(set)
    for row in db.execute(query):
        days = days_between(max(row.starts_on, first), min(row.ends_on, last))
        found[row.site_id].update(Change(day, row.is_open) for day in days)
    return {site_id: frozenset(changes) for site_id, changes in found.items()}


def _moved(years: range) -> dict[str, frozenset[Change]]:
    found: dict[str, set[Change]] = defaultdict(set)
    for row in db.execute(select(CountryDay.__table__)):
        if row.day.year in years:
            found[row.country].add(Change(row.day, row.is_open))
    return {country: frozenset(changes) for country, changes in found.items()}


def _lanes(site_ids: Select[int]) -> dict[tuple[int, int, Load], list[LaneRow]]:
    found: dict[tuple[int, int, Load], list[LaneRow]] = defaultdict(list)
    between = (Lane.origin_id.in_(site_ids), Lane.destination_id.in_(site_ids))
    for lane in sorted(_rows(Lane, LaneRow, *between), key=lambda lane: lane.id):
        found[lane.origin_id, lane.destination_id, lane.load].append(lane)
    return dict(found)


def _rows(table: type[Base], row: type[R], *where: ColumnElement[bool]) -> list[R]:
    """Read the columns that a row names; objects of the session might remember older values."""
    query = select(*(table.__table__.c[name] for name in row._fields)).where(*where)
    return [row._make(found) for found in db.execute(query)]
