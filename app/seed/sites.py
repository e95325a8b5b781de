"""Sites beside plants and dealers: carriers, banks, customs; the closures of all of them."""

from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Dealer, Plant
from app.core.db import db
from app.deadlines.calendars import USUAL_CUT_OFF
from app.deadlines.models import Site, SiteKind, SiteOverride
from app.seed.missing import add_missing

OFFICE_DAYS = [0, 1, 2, 3, 4]
SIX_DAYS = [*OFFICE_DAYS, 5]
CUT_OFFS = {"RU-CHE": time(15), "PL-LDZ": time(14)}
DEALER_CUT_OFF = USUAL_CUT_OFF
SIX_DAY_DEALERS = {"D02"}

# Groupage on the road, the Polish pallet network, own vans, and so on: name, country, weekdays.
# Who has no country works on public holidays.
CARRIERS: dict[str, tuple[str, str | None, list[int]]] = {
    "ltl": ("Автосборка «Демо-Карго»", None, SIX_DAYS),
    "pallet": ("Demo Palety", "PL", OFFICE_DAYS),
    "van": ("Фургон завода", "RU", OFFICE_DAYS),
    "rail": ("Демо-Рейл", None, [*SIX_DAYS, 6]),
    "air": ("Демо-Авиа", None, OFFICE_DAYS),
}

# Banks and customs of the countries in which somebody sits, as they are called there.
OFFICE_NAMES: dict[str, tuple[str, str]] = {
    "RU": ("Банки России", "Таможня России"),
    "BY": ("Банки Беларуси", "Таможня Беларуси"),
    "KZ": ("Банки Казахстана", "Таможня Казахстана"),
    "PL": ("Banki w Polsce", "Urząd celny w Polsce"),
    "CZ": ("Banky v Česku", "Celní úřad v Česku"),
    "DE": ("Banken in Deutschland", "Zollamt in Deutschland"),
}

# First day, last day, years later, reason.
Closure = tuple[tuple[int, int], tuple[int, int], int, str]
YEARLY: dict[str, tuple[Closure, ...]] = {
    "RU-CHE": (((12, 29), (12, 30), 0, "Инвентаризация"),),
    "ltl": (((12, 31), (1, 3), 1, "Новый год"), ((1, 7), (1, 7), 0, "Рождество")),
}

# Days off of Tatarstan, which the country's calendar does not have.
REGIONAL_DAYS_OFF = {
    "D04": {
        date(2026, 3, 20): "Ураза-байрам",
        date(2026, 5, 27): "Курбан-байрам",
        date(2027, 8, 30): "День Республики Татарстан",
    },
}


def load_plant_sites(years: range) -> None:
    """Give every plant its calendar and close it for inventory in these years."""
    plants = db.scalars(select(Plant).where(Plant.code.in_(CUT_OFFS))).all()
    add_missing(
        Site,
        (
            _site(SiteKind.PLANT, plant, cut_off=CUT_OFFS[plant.code], plant_id=plant.id)
            for plant in plants
        ),
    )
    _close_yearly(years)


def load_other_sites(years: range) -> None:
    """Add the carriers, the dealers' sites, and banks and customs in everybody's country."""
    add_missing(Site, (_carrier(code) for code in CARRIERS))
    dealers = db.scalars(select(Dealer).order_by(Dealer.code)).all()
    add_missing(
        Site,
        (
            _site(
                SiteKind.DEALER,
                dealer,
                weekdays=SIX_DAYS if dealer.code in SIX_DAY_DEALERS else OFFICE_DAYS,
                dealer_id=dealer.id,
            )
            for dealer in dealers
        ),
    )
    add_missing(Site, _offices())
    _close_yearly(years)
    _close_regions()


def sites_by_code() -> dict[str, int]:
    """Return the sites by the codes of their plants and dealers, or their own."""
    code = func.coalesce(Plant.code, Dealer.code, Site.code)
    query = select(code, Site.id).outerjoin(Plant, Plant.id == Site.plant_id)
    return dict(db.execute(query.outerjoin(Dealer, Dealer.id == Site.dealer_id)).all())


def _site(
    kind: SiteKind,
    owner: Plant | Dealer,
    *,
    weekdays: list[int] = OFFICE_DAYS,
    cut_off: time = DEALER_CUT_OFF,
    **owned: int,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "country": owner.country,
        "time_zone": owner.time_zone,
        "weekdays": weekdays,
        "cut_off": cut_off,
        **owned,
    }


def _carrier(code: str) -> dict[str, Any]:
    name, country, weekdays = CARRIERS[code]
    return {
        "kind": SiteKind.CARRIER,
        "code": code,
        "name": name,
        "country": country,
        "time_zone": "Europe/Moscow",
        "weekdays": weekdays,
        "cut_off": DEALER_CUT_OFF,
    }


def _offices() -> Iterator[dict[str, Any]]:
    """Give the banks and the customs of every country in which somebody sits."""
    sits = select(Site.country, func.min(Site.time_zone)).where(
        Site.kind.in_((SiteKind.PLANT, SiteKind.DEALER))
    )
    for country, zone in db.execute(sits.group_by(Site.country)):
        bank, customs = OFFICE_NAMES.get(country or "", (f"Bank {country}", f"Customs {country}"))
        for kind, name in ((SiteKind.BANK, bank), (SiteKind.CUSTOMS, customs)):
            yield {
                "kind": kind,
                "code": f"{kind}-{country}",
                "name": name,
                "country": country,
                "time_zone": zone,
                "weekdays": OFFICE_DAYS,
                "cut_off": DEALER_CUT_OFF,
            }


def _close_yearly(years: range) -> None:
    ids = sites_by_code()
    _close(
        (ids[code], date(year, *first), date(year + later, *last), reason)
        for code, closures in YEARLY.items()
        if code in ids
        for first, last, later, reason in closures
        for year in years
    )


def _close_regions() -> None:
    ids = sites_by_code()
    _close(
        (ids[code], day, day, reason)
        for code, days in REGIONAL_DAYS_OFF.items()
        if code in ids
        for day, reason in days.items()
    )


def _close(closures: Iterable[tuple[int, date, date, str]]) -> None:
    names = ("site_id", "starts_on", "ends_on", "reason")
    add_missing(
        SiteOverride,
        (dict(zip(names, closure, strict=True)) | {"is_open": False} for closure in closures),
    )
