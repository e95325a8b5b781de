"""What the administrator's tables show: sites with their days, lanes between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Dealer, Plant
from app.catalog.models import Item
from app.core.alphabet import alphabetical
from app.core.db import db
from app.deadlines.models import CountryDay, Lane, Site, SiteKind, SiteOverride
from app.deadlines.rules import TransitUnit
from app.deadlines.stages import Load

MOST_ROWS = 300


@dataclass(frozen=True)
class SiteRow:
    """A site as the list of calendars shows it; `overrides` counts those to come."""

    id: int
    kind: SiteKind
    code: str
    name: str
    country: str | None
    time_zone: str
    weekdays: Sequence[int]
    cut_off: time
    opens_at: time
    closes_at: time
    version: int
    overrides: int


@dataclass(frozen=True)
class LaneLine:
    """A version of a lane as the list shows it."""

    id: int
    origin: str
    destination: str
    mode: str
    load: Load
    departures: Sequence[int]
    lead_days: int
    transit_days: int
    transit_unit: TransitUnit
    border_days: int
    cost: Decimal | None
    currency: str
    valid_from: date | None
    valid_to: date | None
    is_default: bool


def list_sites(search: str = "", *, today: date) -> list[SiteRow]:
    """Return the sites, plants first, with the number of their coming overrides."""
    query = _sites(today).limit(MOST_ROWS)
    if search:
        query = query.where(_contains(search, *_site_names(Site, Plant, Dealer)))
    return [SiteRow(*row) for row in db.execute(query)]


def get_site(site_id: int, *, today: date) -> SiteRow | None:
    """Return one site."""
    row = db.execute(_sites(today).where(Site.id == site_id)).first()
    return SiteRow(*row) if row else None


def list_overrides(site_id: int, since: date) -> list[SiteOverride]:
    """Return the overrides of a site that are not long past."""
    query = select(SiteOverride).where(
        SiteOverride.site_id == site_id, SiteOverride.ends_on >= since
    )
    return list(db.scalars(query.order_by(SiteOverride.starts_on)))


def get_override(site_id: int, override_id: int) -> SiteOverride | None:
    """Return an override of this site."""
    query = select(SiteOverride).filter_by(id=override_id, site_id=site_id)
    return db.scalars(query).one_or_none()


def list_decrees(country: str | None, since: date) -> list[CountryDay]:
    """Return the moved days of a country that were brought in."""
    query = select(CountryDay).where(CountryDay.country == country, CountryDay.day >= since)
    return list(db.scalars(query.order_by(CountryDay.day)))


def list_lanes(load: Sequence[Load], search: str = "") -> list[LaneLine]:
    """Return the versions of lanes for these loads, by their ends and modes."""
    origin, destination = aliased(Site), aliased(Site)
    start: Select[Any] = select(Lane.id).where(Lane.load.in_(load))
    half, origin_name = _named(start, origin, Lane.origin_id)
    whole, destination_name = _named(half, destination, Lane.destination_id)
    query: Select[*tuple[Any, ...]] = whole.with_only_columns(
        Lane.id, origin_name, destination_name, Lane.mode, Lane.load, Lane.departures,
        Lane.lead_days, Lane.transit_days, Lane.transit_unit, Lane.border_days, Lane.cost,
        Lane.currency, Lane.valid_from, Lane.valid_to, Lane.is_default,
    )  # fmt: skip
    if search:
        query = query.where(_contains(search, origin_name, destination_name, Lane.mode))
    query = query.order_by(
        alphabetical(origin_name), alphabetical(destination_name), Lane.mode, Lane.valid_from
    )
    return [LaneLine(*row) for row in db.execute(query.limit(MOST_ROWS))]


def get_lane(lane_id: int) -> Lane | None:
    """Return a version of a lane."""
    return db.get(Lane, lane_id)


def site_choices(*kinds: SiteKind) -> list[tuple[int, str]]:
    """Return the sites of these kinds as a form offers them."""
    code, name = _site_names(Site, Plant, Dealer)
    query = (
        select(Site.id, code, name)
        .outerjoin(Plant, Plant.id == Site.plant_id)
        .outerjoin(Dealer, Dealer.id == Site.dealer_id)
        .where(Site.kind.in_(kinds))
        .order_by(Site.kind != SiteKind.PLANT, code)
    )
    return [(id_, " · ".join(filter(None, (code, name)))) for id_, code, name in db.execute(query)]


def product_groups() -> list[str]:
    """Return the groups that norms and policies may name."""
    query = select(Item.product_group).where(Item.product_group != "").distinct()
    return list(db.scalars(query.order_by(Item.product_group)))


def _sites(today: date) -> Select[*tuple[Any, ...]]:
    coming = (
        select(func.count())
        .where(SiteOverride.site_id == Site.id, SiteOverride.ends_on >= today)
        .scalar_subquery()
    )
    code, name = _site_names(Site, Plant, Dealer)
    return (
        select(
            Site.id, Site.kind, code, name, Site.country, Site.time_zone, Site.weekdays,
            Site.cut_off, Site.opens_at, Site.closes_at, Site.calendar_version, coming,
        )
        .outerjoin(Plant, Plant.id == Site.plant_id)
        .outerjoin(Dealer, Dealer.id == Site.dealer_id)
        .order_by(Site.kind != SiteKind.PLANT, Site.kind == SiteKind.DEALER, code)
    )  # fmt: skip


def _named(
    query: Select[Any], site: Any, site_id: ColumnElement[int] | Any
) -> tuple[Select[Any], ColumnElement[str]]:
    plant, dealer = aliased(Plant), aliased(Dealer)
    joined = (
        query.join(site, site.id == site_id)
        .outerjoin(plant, plant.id == site.plant_id)
        .outerjoin(dealer, dealer.id == site.dealer_id)
    )
    code, name = _site_names(site, plant, dealer)
    return joined, func.concat_ws(literal(" · ", String), func.nullif(code, ""), name)


def _site_names(site: Any, plant: Any, dealer: Any) -> tuple[Any, Any]:
    code = func.coalesce(plant.code, func.nullif(dealer.code, ""), site.code, literal(""))
    return code, func.coalesce(plant.name, dealer.name, site.name)


def _contains(search: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(column.icontains(search, autoescape=True) for column in columns))
