"""The lanes between dealers and their plants, and the payment runs of the plants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.accounts.models import Dealer, Plant
from app.core.db import db
from app.deadlines.models import Lane, Site, SiteKind
from app.deadlines.rules import TransitUnit
from app.deadlines.stages import Load
from app.seed.missing import add_missing
from app.seed.sites import load_other_sites, sites_by_code

MON, TUE, WED, THU, FRI, SAT = range(6)
PAYMENT_RUNS = (TUE, THU)
OFF_CYCLE_COST = {"RU": (Decimal(600), "RUB"), "PL": (Decimal(40), "PLN")}


@dataclass(frozen=True)
class Way:
    """A regular transport between a dealer and its plant, there and back."""

    mode: str
    to_dealer: tuple[int, ...]
    to_plant: tuple[int, ...]
    days: int
    days_to_plant: int | None = None
    unit: TransitUnit = TransitUnit.CALENDAR_DAYS
    border_days: int = 0
    is_default: bool = True
    cost: int | None = None
    max_weight: int | None = None
    load: Load = Load.GOODS


_WORKDAYS = (MON, TUE, WED, THU, FRI)
_PALLET = TransitUnit.WORKING_DAYS


def _air(days: int, cost: int) -> Way:
    return Way("air", _WORKDAYS, _WORKDAYS, days, is_default=False, cost=cost, max_weight=80)


def _technician(days: int, cost: int) -> Way:
    """A technician of the plant travels to the customer; nothing has to come back."""
    unit = TransitUnit.WORKING_DAYS
    return Way("technician", _WORKDAYS, (), days, unit=unit, cost=cost, load=Load.TECHNICIAN)


WAYS: dict[str, tuple[Way, ...]] = {
    "D01": (Way("ltl", (TUE, FRI), (MON, THU), 4, cost=4200), _air(2, 14500)),
    "D02": (Way("ltl", (MON, WED, FRI), (TUE, THU), 4, cost=4600), _air(1, 12800)),
    "D03": (Way("ltl", (MON, THU), (WED,), 5, cost=5100), _air(2, 15200)),
    "D04": (Way("ltl", (TUE, THU, SAT), (MON, WED, FRI), 2, cost=2900), _technician(2, 21000)),
    "D05": (Way("van", _WORKDAYS, _WORKDAYS, 1, cost=1500), _technician(1, 6000)),
    "D06": (
        Way("rail", (THU,), (WED,), 14, days_to_plant=15, cost=9800),
        _air(4, 38000),
    ),
    "D07": (Way("ltl", (WED, SAT), (TUE, FRI), 5, cost=5600),),
    "D08": (Way("ltl", (WED,), (FRI,), 5, border_days=1, cost=6400),),
    "D09": (Way("ltl", (MON, THU), (TUE, FRI), 6, border_days=1, cost=7100),),
    "D10": (
        Way("pallet", _WORKDAYS, _WORKDAYS, 1, unit=_PALLET, cost=160),
        _technician(1, 700),
    ),
    "D11": (Way("pallet", (TUE, THU), (TUE, THU), 2, unit=_PALLET, cost=340),),
    "D12": (Way("pallet", (MON, WED, FRI), (MON, WED, FRI), 2, unit=_PALLET, cost=420),),
}
CURRENCIES = {"RU": "RUB", "PL": "PLN"}


def load_lanes(at: datetime) -> None:
    """Give everybody a site and the known dealers their lanes; the dealers come from the ERP."""
    load_other_sites(range(at.year - 1, at.year + 3))
    sites = sites_by_code()
    plants = {plant.id: plant for plant in db.scalars(select(Plant))}
    add_missing(
        Lane,
        (
            lane
            for dealer in db.scalars(select(Dealer).order_by(Dealer.code))
            for way in WAYS.get(dealer.code, ())
            for lane in _there_and_back(way, dealer, plants[dealer.plant_id], sites)
        ),
    )
    add_missing(Lane, _payment_runs(sites))


def _there_and_back(
    way: Way, dealer: Dealer, plant: Plant, sites: dict[str, int]
) -> Iterator[dict[str, Any]]:
    here, there = sites[plant.code], sites[dealer.code]
    both = {
        "load": way.load,
        "mode": way.mode,
        "transit_unit": way.unit,
        "carrier_id": sites.get(way.mode),
        "border_days": way.border_days,
        "is_default": way.is_default,
        "cost": way.cost,
        "currency": CURRENCIES[plant.country],
        "max_weight": way.max_weight,
    }
    yield both | {
        "origin_id": here,
        "destination_id": there,
        "departures": way.to_dealer,
        "transit_days": way.days,
        "customs_id": sites[f"customs-{dealer.country}"],
    }
    if way.to_plant:
        yield both | {
            "origin_id": there,
            "destination_id": here,
            "departures": way.to_plant,
            "transit_days": way.days_to_plant or way.days,
            "customs_id": sites[f"customs-{plant.country}"],
        }


def _payment_runs(sites: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Give each plant its regular run and one off the cycle to the banks of every country."""
    banks = db.scalars(select(Site.code).where(Site.kind == SiteKind.BANK)).all()
    for plant in db.scalars(select(Plant).where(Plant.code.in_(sites))):
        cost, currency = OFF_CYCLE_COST[plant.country]
        for bank in banks:
            run = {
                "origin_id": sites[plant.code],
                "destination_id": sites[bank or ""],
                "load": Load.MONEY,
                "transit_days": 1,
                "transit_unit": TransitUnit.WORKING_DAYS,
                "carrier_id": sites[f"bank-{plant.country}"],
                "border_days": 0,
            }
            usual = {"mode": "payment", "departures": PAYMENT_RUNS, "is_default": True}
            own = {"mode": "off_cycle", "departures": _WORKDAYS, "is_default": False}
            yield run | usual | {"cost": None, "currency": ""}
            yield run | own | {"cost": cost, "currency": currency}
