"""The plants, dealers and lanes of the worked examples."""

from collections.abc import Iterable
from datetime import date

from app.deadlines.calendars import (
    OFFICE_DAYS,
    SIX_DAYS,
    Change,
    country_calendar,
)
from app.deadlines.rules import Calendar, PlannedStage, Transit, TransitUnit, Work

YEARS = range(2025, 2029)
INVENTORY = frozenset({Change(date(2026, 12, 29), False), Change(date(2026, 12, 30), False)})

MON, TUE, WED, THU, FRI = range(5)
CHE = country_calendar("RU", YEARS, changes=INVENTORY, name="Челябинск")
LDZ = country_calendar("PL", YEARS, name="Łódź")
NSK = country_calendar("RU", YEARS, name="Новосибирск")
MSK = country_calendar("RU", YEARS, weekdays=SIX_DAYS, name="Москва")
BRN = country_calendar("CZ", YEARS, name="Brno")
NEW_YEAR = frozenset(
    Change(date(year, month, day), False)
    for year in YEARS
    for month, day in ((12, 31), (1, 1), (1, 2), (1, 3), (1, 7))
)
GROUPAGE = country_calendar(None, YEARS, weekdays=SIX_DAYS, changes=NEW_YEAR, name="groupage")
PALLET = country_calendar("PL", YEARS, name="pallet network")
OPEN = Calendar("always", OFFICE_DAYS)


def repair_chain(
    plant: Calendar, dealer: Calendar, inbound: Transit, outbound: Transit, *, repair_days: int
) -> list[PlannedStage]:
    """The whole way of a repair, with the usual norms."""
    return [
        Work("triage", plant, 1),
        Work("dealer_pack", dealer, 1),
        inbound,
        Work("intake", plant, 1),
        Work("diagnosis", plant, 2),
        Work("repair", plant, repair_days),
        Work("quality_check", plant, 1),
        outbound,
        Work("handover", dealer, 1),
    ]


def groupage(stage: str, origin: Calendar, destination: Calendar, days: Iterable[int]) -> Transit:
    """A lane of the Russian groupage carrier: four days."""
    return Transit(stage, origin, destination, GROUPAGE, frozenset(days), 4)


def pallet(stage: str, origin: Calendar, destination: Calendar, days: Iterable[int]) -> Transit:
    """A lane of the Polish pallet network: two working days."""
    return Transit(stage, origin, destination, PALLET, frozenset(days), 2, TransitUnit.WORKING_DAYS)


NSK_REPAIR = repair_chain(
    CHE,
    NSK,
    groupage("inbound", NSK, CHE, (MON, THU)),
    groupage("outbound", CHE, NSK, (TUE, FRI)),
    repair_days=3,
)
MSK_REPAIR = repair_chain(
    CHE,
    MSK,
    groupage("inbound", MSK, CHE, (TUE, THU)),
    groupage("outbound", CHE, MSK, (MON, WED, FRI)),
    repair_days=5,
)
BRN_REPAIR = repair_chain(
    LDZ,
    BRN,
    pallet("inbound", BRN, LDZ, (TUE, THU)),
    pallet("outbound", LDZ, BRN, (TUE, THU)),
    repair_days=4,
)
