"""The dealers' sites and the lanes between them and their plants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import select

from app.accounts.models import Dealer
from app.core.db import db
from app.deadlines.models import Lane, Site, SiteDay
from app.deadlines.rules import TransitUnit
from app.seed.missing import add_missing

MON, TUE, WED, THU, FRI, SAT = range(6)
OFFICE_DAYS = [MON, TUE, WED, THU, FRI]
DEALER_CUT_OFF = time(17)
SIX_DAY_DEALERS = {"D02"}

# Days off of Tatarstan, which the country's calendar does not have.
REGIONAL_DAYS_OFF = {
    "D04": {
        date(2026, 3, 20): "Ураза-байрам",
        date(2026, 5, 27): "Курбан-байрам",
        date(2027, 8, 30): "День Республики Татарстан",
    },
}


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


_WORKDAYS = (MON, TUE, WED, THU, FRI)
_PALLET = TransitUnit.WORKING_DAYS

WAYS: dict[str, tuple[Way, ...]] = {
    "D01": (Way("ltl", (TUE, FRI), (MON, THU), 4),),
    "D02": (Way("ltl", (MON, WED, FRI), (TUE, THU), 4),),
    "D03": (Way("ltl", (MON, THU), (WED,), 5),),
    "D04": (Way("ltl", (TUE, THU, SAT), (MON, WED, FRI), 2),),
    "D05": (Way("van", _WORKDAYS, _WORKDAYS, 1),),
    "D06": (
        Way("rail", (THU,), (WED,), 14, days_to_plant=15),
        Way("air", _WORKDAYS, _WORKDAYS, 4, is_default=False),
    ),
    "D07": (Way("ltl", (WED, SAT), (TUE, FRI), 5),),
    "D08": (Way("ltl", (WED,), (FRI,), 5, border_days=1),),
    "D09": (Way("ltl", (MON, THU), (TUE, FRI), 6, border_days=1),),
    "D10": (Way("pallet", _WORKDAYS, _WORKDAYS, 1, unit=_PALLET),),
    "D11": (Way("pallet", (TUE, THU), (TUE, THU), 2, unit=_PALLET),),
    "D12": (Way("pallet", (MON, WED, FRI), (MON, WED, FRI), 2, unit=_PALLET),),
}


def load_lanes() -> None:
    """Give every dealer a site and the known ones their lanes; the dealers come from the ERP."""
    dealers = db.scalars(select(Dealer).order_by(Dealer.code)).all()
    add_missing(Site, (_site(dealer) for dealer in dealers))
    dealer_sites = _sites(Site.dealer_id)
    plant_sites = _sites(Site.plant_id)
    add_missing(
        SiteDay,
        (
            {"site_id": dealer_sites[dealer.id], "day": day, "is_open": False, "reason": reason}
            for dealer in dealers
            for day, reason in REGIONAL_DAYS_OFF.get(dealer.code, {}).items()
        ),
    )
    add_missing(
        Lane,
        (
            lane
            for dealer in dealers
            for way in WAYS.get(dealer.code, ())
            for lane in _there_and_back(
                way, dealer_site=dealer_sites[dealer.id], plant_site=plant_sites[dealer.plant_id]
            )
        ),
    )


def _site(dealer: Dealer) -> dict[str, Any]:
    six_days = dealer.code in SIX_DAY_DEALERS
    return {
        "dealer_id": dealer.id,
        "country": dealer.country,
        "time_zone": dealer.time_zone,
        "weekdays": [*OFFICE_DAYS, SAT] if six_days else OFFICE_DAYS,
        "cut_off": DEALER_CUT_OFF,
    }


def _sites(owner: Any) -> dict[int, int]:
    return dict(db.execute(select(owner, Site.id).where(owner.is_not(None))).all())


def _there_and_back(way: Way, *, dealer_site: int, plant_site: int) -> Iterator[dict[str, Any]]:
    both = {
        "mode": way.mode,
        "transit_unit": way.unit,
        "border_days": way.border_days,
        "is_default": way.is_default,
    }
    yield both | {
        "origin_id": plant_site,
        "destination_id": dealer_site,
        "departures": way.to_dealer,
        "transit_days": way.days,
    }
    yield both | {
        "origin_id": dealer_site,
        "destination_id": plant_site,
        "departures": way.to_plant,
        "transit_days": way.days_to_plant or way.days,
    }
