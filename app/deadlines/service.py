"""Changing lanes and norms; what contradicts itself is refused, with what to do instead."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.i18n import Period
from app.deadlines.calendars import years_around
from app.deadlines.models import Lane, Site, SiteKind, StageNorm
from app.deadlines.queries import load_network
from app.deadlines.rules import TransitUnit
from app.deadlines.stages import LOADS, Load, Stage
from app.deadlines.timetables import Road, timetable
from app.vocabulary import Remedy


class NoDepartures(Refusal):
    message = N_("Choose at least one weekday on which the lane departs.")


class NothingDeparts(Refusal):
    message = N_(
        "Nothing would ever depart: on the chosen weekdays %(origin)s or %(carrier)s never works."
        " Choose other weekdays, another carrier or a longer validity."
    )


class LanesOverlap(Refusal):
    message = N_(
        "The lane “%(mode)s” is already valid %(validity)s. End that version first,"
        " or let this one begin later."
    )


class SecondDefault(Refusal):
    message = N_(
        "The lane “%(mode)s” is already marked as the usual one %(validity)s. "
        "Remove that mark first."
    )


class ValidityEndsTooEarly(Refusal):
    message = N_("The lane's last day is before its first. Swap them.")


class LeadsNowhere(Refusal):
    message = N_("Choose another destination: a lane leads to another site.")


class NegativeDays(Refusal):
    message = N_("The number of days cannot be negative.")


class CustomsMissing(Refusal):
    message = N_("Name the customs office by whose calendar the days at the border are counted.")


class CurrencyMissing(Refusal):
    message = N_("Name the currency of the costs.")


class WeightNotPositive(Refusal):
    message = N_("The greatest weight must be more than zero; leave it empty for any weight.")


class NotACarrier(Refusal):
    message = N_("%(site)s cannot serve here. Choose a carrier, a bank or customs.")


class NormIsGone(Refusal):
    message = N_("This norm no longer exists.")


class StageHasNoNorm(Refusal):
    message = N_("The stage “%(stage)s” uses a lane: its days are those of the lane.")


@dataclass(frozen=True)
class LaneFacts:
    """A version of a lane, as an administrator fills it in; an open end is None."""

    origin_id: int
    destination_id: int
    mode: str
    departures: frozenset[int]
    transit_days: int
    transit_unit: TransitUnit = TransitUnit.CALENDAR_DAYS
    load: Load = Load.GOODS
    lead_days: int = 0
    carrier_id: int | None = None
    customs_id: int | None = None
    border_days: int = 0
    max_weight: Decimal | None = None
    cost: Decimal | None = None
    currency: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    is_default: bool = False


def add_lane(facts: LaneFacts, *, on: date) -> Lane:
    """Add a version of a lane; `on` is the day around which it must have departures."""
    _check(facts, on, but=None)

    lane = Lane()
    _write(lane, facts)
    db.add(lane)
    return lane


def change_lane(lane_id: int, facts: LaneFacts, *, on: date) -> Lane:
    """Change a version of a lane in place; what departed before keeps its legs."""
    lane = db.get_one(Lane, lane_id, with_for_update=True, populate_existing=True)
    _check(facts, on, but=lane_id)

    _write(lane, facts)
    return lane


def set_norm(
    stage: Stage, working_days: int, *, product_group: str = "", remedy: Remedy | None = None
) -> None:
    """Plan so many working days for a stage, for a product group and a remedy or for all."""
    if stage in LOADS:
        raise StageHasNoNorm(stage=stage)
    if working_days < 0:
        raise NegativeDays

    row = insert(StageNorm).values(
        stage=stage, product_group=product_group, remedy=remedy, working_days=working_days
    )
    key = ("stage", "product_group", "remedy")
    db.execute(
        row.on_conflict_do_update(
            index_elements=key, set_={"working_days": row.excluded.working_days}
        )
    )


def drop_norm(stage: Stage, *, product_group: str, remedy: Remedy | None) -> None:
    """Let the more general norm be in force again."""
    norm = db.scalars(
        select(StageNorm).where(
            StageNorm.stage == stage,
            StageNorm.product_group == product_group,
            StageNorm.remedy.is_not_distinct_from(remedy),
        )
    ).one_or_none()
    if norm is None:
        raise NormIsGone
    db.delete(norm)


def _check(facts: LaneFacts, on: date, *, but: int | None) -> None:
    if not facts.departures:
        raise NoDepartures
    if facts.origin_id == facts.destination_id:
        raise LeadsNowhere
    if min(facts.transit_days, facts.lead_days, facts.border_days) < 0:
        raise NegativeDays
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        raise ValidityEndsTooEarly
    if facts.border_days and facts.customs_id is None:
        raise CustomsMissing
    if facts.cost is not None and not facts.currency:
        raise CurrencyMissing
    if facts.max_weight is not None and facts.max_weight <= 0:
        raise WeightNotPositive
    # Two versions of the lanes between the same ends must not be written at the same time.
    db.execute(select(Site.id).where(Site.id == facts.origin_id).with_for_update())
    _refuse_overlap(facts, but)
    _refuse_standstill(facts, on)


def _refuse_overlap(facts: LaneFacts, but: int | None) -> None:
    meets = func.daterange(Lane.valid_from, Lane.valid_to, "[]").op("&&")(
        func.daterange(facts.valid_from, facts.valid_to, "[]")
    )
    others = select(Lane).where(
        Lane.origin_id == facts.origin_id,
        Lane.destination_id == facts.destination_id,
        Lane.id.is_distinct_from(but),
        meets,
    )
    if same := db.scalars(others.where(Lane.mode == facts.mode).limit(1)).first():
        raise LanesOverlap(mode=same.mode, validity=_validity(same))
    usual = others.where(Lane.load == facts.load, Lane.is_default)
    if facts.is_default and (other := db.scalars(usual.limit(1)).first()):
        raise SecondDefault(mode=other.mode, validity=_validity(other))


def _refuse_standstill(facts: LaneFacts, on: date) -> None:
    """Refuse a lane whose departures never meet the working days of those who must work."""
    first = max(on, facts.valid_from or on)
    network = load_network(years_around(first))
    sites = network.sites
    origin, destination = sites[facts.origin_id], sites[facts.destination_id]
    carrier = sites[facts.carrier_id] if facts.carrier_id else origin
    customs = sites[facts.customs_id].calendar.days if facts.customs_id else None
    ends = (SiteKind.PLANT, SiteKind.DEALER)
    if facts.carrier_id and carrier.kind in ends:
        raise NotACarrier(site=carrier.name)
    road = Road(
        origin.calendar.days,
        carrier.calendar.days,
        destination.calendar.days,
        customs,
        facts.departures,
        facts.transit_days,
        facts.transit_unit,
        facts.border_days,
        facts.valid_from,
        facts.valid_to,
    )
    if not timetable(road).departures.ordinals:
        raise NothingDeparts(origin=origin.name, carrier=carrier.name)


def _write(lane: Lane, facts: LaneFacts) -> None:
    lane.origin_id = facts.origin_id
    lane.destination_id = facts.destination_id
    lane.load = facts.load
    lane.mode = facts.mode
    lane.departures = sorted(facts.departures)
    lane.lead_days = facts.lead_days
    lane.transit_days = facts.transit_days
    lane.transit_unit = facts.transit_unit
    lane.carrier_id = facts.carrier_id
    lane.customs_id = facts.customs_id
    lane.border_days = facts.border_days
    lane.max_weight = facts.max_weight
    lane.cost = facts.cost
    lane.currency = facts.currency
    lane.valid_from = facts.valid_from
    lane.valid_to = facts.valid_to
    lane.is_default = facts.is_default


def _validity(lane: Lane) -> Period:
    return Period(lane.valid_from, lane.valid_to)
