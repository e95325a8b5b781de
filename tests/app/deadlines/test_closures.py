"""Changing calendars: what contradicts itself is refused, the version tells of every change."""

from datetime import date, time

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.deadlines.calendars import NoHolidays, lacks_decree
from app.deadlines.closures import (
    ClosedForEver,
    DaysTooFar,
    LastDayBeforeFirst,
    MissingDecree,
    OverridesOverlap,
    ReasonMissing,
    TooManyDays,
    UnknownZone,
    Week,
    change_override,
    change_week,
    guessed_years,
    import_overrides,
    missing_decrees,
    override,
    remove_override,
)
from app.deadlines.models import CountryDay, Site, SiteKind, SiteOverride
from app.deadlines.overrides import FaultyFile
from app.deadlines.queries import load_network
from app.deadlines.rules import Calendar
from tests.app.world import World

DECEMBER = date(2026, 12, 28)
HEADER = "site;from;to;state;reason\n"
OFFICE = frozenset(range(5))

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def plant_id(world: World) -> int:
    """The site of the plant."""
    return db.scalars(select(Site.id).where(Site.kind == SiteKind.PLANT)).one()


def test_a_closed_plant_does_not_work_and_its_version_grows(plant_id: int) -> None:
    before = _version(plant_id)

    override(plant_id, DECEMBER, date(2026, 12, 30), is_open=False, reason="inventory")
    db.flush()

    assert not _calendar(plant_id).is_working(date(2026, 12, 29))
    assert _version(plant_id) == before + 1


def test_every_change_of_the_days_makes_a_new_version(plant_id: int) -> None:
    row = override(plant_id, DECEMBER, DECEMBER, is_open=False, reason="inventory")
    versions = [_version(plant_id)]

    change_override(row.id, DECEMBER, date(2026, 12, 29), is_open=False, reason="inventory")
    versions.append(_version(plant_id))
    change_week(plant_id, _week(weekdays=OFFICE | {5}), on=DECEMBER)
    versions.append(_version(plant_id))
    remove_override(row.id)
    versions.append(_version(plant_id))
    db.add(CountryDay(country="RU", day=date(2028, 1, 9), is_open=False, reason="decree"))
    versions.append(_version(plant_id))

    assert versions == sorted(set(versions))


def test_a_site_may_open_on_a_holiday(plant_id: int) -> None:
    override(plant_id, date(2027, 1, 4), date(2027, 1, 6), is_open=True, reason="urgent work")

    assert _calendar(plant_id).is_working(date(2027, 1, 5))


def test_a_day_has_one_override_only(plant_id: int) -> None:
    override(plant_id, DECEMBER, date(2026, 12, 30), is_open=False, reason="inventory")

    with pytest.raises(OverridesOverlap, match="2026-12-28 – 2026-12-30 are set already"):
        override(plant_id, date(2026, 12, 30), date(2027, 1, 2), is_open=True, reason="party")
    assert _count(SiteOverride) == 1


@pytest.mark.parametrize(
    ("first", "last", "reason", "refusal"),
    [
        (DECEMBER, date(2026, 12, 27), "inventory", LastDayBeforeFirst),
        (DECEMBER, DECEMBER, " ", ReasonMissing),
        (DECEMBER, date(2027, 12, 30), "inventory", TooManyDays),
        (date(1, 1, 1), date(1, 1, 2), "inventory", DaysTooFar),
    ],
)
def test_days_that_make_no_sense_are_refused(
    plant_id: int, first: date, last: date, reason: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        override(plant_id, first, last, is_open=False, reason=reason)


def test_a_calendar_that_is_closed_for_ever_is_refused_and_stays_as_it_was(plant_id: int) -> None:
    override(plant_id, date(2027, 2, 1), date(2027, 12, 31), is_open=False, reason="rebuilding")
    version = _version(plant_id)

    with pytest.raises(ClosedForEver, match="Огнеград"):
        override(plant_id, date(2028, 1, 1), date(2028, 2, 29), is_open=False, reason="still")

    assert (_version(plant_id), _count(SiteOverride)) == (version, 1)


def test_a_week_without_days_zone_or_country_is_refused(plant_id: int) -> None:
    with pytest.raises(ClosedForEver):
        change_week(plant_id, _week(weekdays=frozenset()), on=DECEMBER)
    with pytest.raises(UnknownZone, match="Mars/Olympus"):
        change_week(plant_id, _week(time_zone="Mars/Olympus"), on=DECEMBER)
    with pytest.raises(NoHolidays):
        change_week(plant_id, _week(country="ZZ"), on=DECEMBER)


def test_a_file_closes_sites_and_brings_in_a_decree(plant_id: int) -> None:
    saved = import_overrides(
        "\ufeff" + HEADER + "RU-CHE;28.12.2026;30.12.2026;closed;inventory\n"
        "D01;2026-12-28;;closed;move\n"
        "RU;2028-02-19;2028-02-19;open;decree of 2028\n"
    )

    assert saved == 3
    assert not _calendar(plant_id).is_working(date(2026, 12, 30))
    assert _calendar(plant_id, 2028).is_working(date(2028, 2, 19))


def test_a_file_with_faults_names_every_line_and_saves_nothing() -> None:
    override_of_plant = "RU-CHE;2026-12-28;2026-12-30;closed;inventory\n"
    import_overrides(HEADER + override_of_plant)

    with pytest.raises(FaultyFile) as refusal:
        import_overrides(
            HEADER
            + "RU-CHE;2026-13-01;2026-12-30;closed;inventory\n"
            + "NOWHERE;2026-12-28;2026-12-28;closed;inventory\n"
            + "RU-CHE;2027-03-01;2027-02-01;shut;\n"
        )

    lines = [fault.line for fault in refusal.value.faults]
    assert lines == [2, 4, 4, 4]
    with pytest.raises(FaultyFile) as refusal:
        import_overrides(
            HEADER + "NOWHERE;2026-12-28;2026-12-28;closed;inventory\n" + override_of_plant
        )
    assert [fault.line for fault in refusal.value.faults] == [2, 3]
    assert _count(SiteOverride) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("site;from\nD01;2026-12-28\n", 1),
        (HEADER + "D01;2026-12-28\n", 2),
        (HEADER + "D01;2026-12-28;2026-12-30;closed;a\nd01;2026-12-30;;open;b\n", 3),
        (HEADER + 'D01;2026-12-28;2026-12-30;closed;"a\n', 2),
        (HEADER + "D01;1026-12-28;1026-12-30;closed;a\n", 2),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_line(text: str, line: int) -> None:
    with pytest.raises(FaultyFile) as refusal:
        import_overrides(text)

    assert [fault.line for fault in refusal.value.faults] == [line]


def test_a_country_that_moves_days_is_missed_until_its_decree_is_in() -> None:
    assert lacks_decree("BY", 2029)
    assert not lacks_decree("BY", 2026)
    assert not lacks_decree("PL", 2029)
    assert not lacks_decree("BY", 2029, brought_in={2029})


def test_the_administrator_is_told_which_decrees_are_missing() -> None:
    far = date(2029, 11, 1)
    assert MissingDecree("RU", 2030) in missing_decrees(far)

    import_overrides(HEADER + "RU;2030-02-23;2030-02-23;closed;decree of 2030\n")

    assert MissingDecree("RU", 2030) not in missing_decrees(far)


def test_days_of_a_year_without_its_decree_are_a_guess(world: World) -> None:
    days = (date(2027, 12, 30), None, date(2028, 1, 12))
    assert guessed_years(world.dealer.id, world.plant.id, days) == [MissingDecree("RU", 2028)]
    assert guessed_years(world.dealer.id, world.plant.id, days[:2]) == []

    import_overrides(HEADER + "RU;2028-02-23;2028-02-23;closed;decree of 2028\n")

    assert guessed_years(world.dealer.id, world.plant.id, days) == []


def _week(**changes: object) -> Week:
    facts = {"country": "RU", "time_zone": "Asia/Yekaterinburg", "weekdays": OFFICE}
    return Week(**({"cut_off": time(15)} | facts | changes))  # type: ignore[arg-type]


def _calendar(site_id: int, year: int = 2026) -> Calendar:
    db.flush()
    return load_network(range(year - 1, year + 2)).sites[site_id].calendar


def _version(site_id: int) -> int:
    db.flush()
    return db.execute(select(Site.calendar_version).where(Site.id == site_id)).scalar_one()


def _count(table: type[SiteOverride]) -> int:
    return db.scalars(select(func.count()).select_from(table)).one()
