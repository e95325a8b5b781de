"""Changing the days of sites: their week, overrides one by one and by file, decrees.

Whoever changes the days of a site holds its row, so that two changes cannot contradict each other.
The version of the calendar is raised by the database, whichever door a change comes by.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Dealer, Plant
from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.i18n import Period
from app.deadlines.calendars import (
    USUAL_HOURS,
    country_calendar,
    days_between,
    lacks_decree,
    years_around,
)
from app.deadlines.days import LONGEST_CLOSURE
from app.deadlines.models import CountryDay, Site, SiteOverride
from app.deadlines.overrides import (
    SET_YEARS,
    Fault,
    FaultyFile,
    OverrideLine,
    read_overrides,
)
from app.deadlines.queries import load_network


class LastDayBeforeFirst(Refusal):
    message = N_("The last day is before the first. Swap them.")


class TooManyDays(Refusal):
    message = N_(
        "More than %(most)s days at once are too many. Change the week of the site instead."
    )


class DaysTooFar(Refusal):
    message = N_("Days before the year %(first)s and after %(last)s cannot be set.")


class ReasonMissing(Refusal):
    message = N_("Give the reason: it is shown wherever the day moves a deadline.")


class OverridesOverlap(Refusal):
    message = N_("The days %(days)s are set already (%(reason)s). Change those first.")


class ClosedForEver(Refusal):
    message = N_(
        "%(site)s would be closed for more than a year. Shorten the closure or open a weekday."
    )


class UnknownZone(Refusal):
    message = N_("The time zone “%(zone)s” is not known. Write it like Europe/Warsaw.")


class ClosesBeforeItOpens(Refusal):
    message = N_("The site closes before it opens. Swap the hours.")


@dataclass(frozen=True)
class Week:
    """The usual week of a site; the cut-off and the hours are in its own time zone."""

    country: str | None
    time_zone: str
    weekdays: frozenset[int]
    cut_off: time
    opens_at: time = USUAL_HOURS[0]
    closes_at: time = USUAL_HOURS[1]


@dataclass(frozen=True)
class MissingDecree:
    """A country that moves days by decree, and the year whose decree is not known yet."""

    country: str
    year: int


def change_week(site_id: int, week: Week, *, on: date) -> Site:
    """Change the usual week of a site, looking at the years around a day."""
    site = _held(site_id)
    if week.time_zone not in available_timezones():
        raise UnknownZone(zone=week.time_zone)
    country_calendar(week.country, years_around(on))  # refuses a country nobody knows
    if week.opens_at >= week.closes_at:
        raise ClosesBeforeItOpens
    if not week.weekdays:
        raise ClosedForEver(site=_names([site_id])[site_id])

    with db.begin_nested():  # a refusal leaves nothing half changed
        site.country = week.country
        site.time_zone = week.time_zone
        site.weekdays = sorted(week.weekdays)
        site.cut_off = week.cut_off
        site.opens_at, site.closes_at = week.opens_at, week.closes_at
        _refuse_closed_for_ever([site_id], years_around(on))
    return site


def override(
    site_id: int, starts_on: date, ends_on: date, *, is_open: bool, reason: str
) -> SiteOverride:
    """Open or close a site from a day to a day, both included."""
    _held(site_id)
    _refuse_contradictions(site_id, starts_on, ends_on, reason, but=None)

    row = SiteOverride(
        site_id=site_id, starts_on=starts_on, ends_on=ends_on, is_open=is_open, reason=reason
    )
    with db.begin_nested():
        db.add(row)
        _refuse_closed_for_ever([site_id], range(starts_on.year - 1, ends_on.year + 2))
    return row


def change_override(
    override_id: int, starts_on: date, ends_on: date, *, is_open: bool, reason: str
) -> SiteOverride:
    """Give an override other days, another meaning or another reason."""
    row = db.get_one(SiteOverride, override_id)
    _held(row.site_id)
    _refuse_contradictions(row.site_id, starts_on, ends_on, reason, but=override_id)

    with db.begin_nested():
        row.starts_on = starts_on
        row.ends_on = ends_on
        row.is_open = is_open
        row.reason = reason
        _refuse_closed_for_ever([row.site_id], range(starts_on.year - 1, ends_on.year + 2))
    return row


def remove_override(override_id: int) -> None:
    """Let a site follow its calendar again."""
    row = db.get_one(SiteOverride, override_id)
    _held(row.site_id)
    db.delete(row)


def import_overrides(text: str) -> int:
    """Save the overrides of a CSV file and return how many; with any fault none is saved.

    A line that names a country instead of a site brings in moved days of its decree.
    """
    lines = read_overrides(text)
    sites = _site_ids()
    countries = set(db.scalars(select(Site.country).where(Site.country.is_not(None)).distinct()))
    faults = [
        Fault(line.line, N_("no site and no country has the code “%(code)s”"), {"code": line.site})
        for line in lines
        if line.site.casefold() not in sites and line.site.upper() not in countries
    ]
    of_sites = [line for line in lines if line.site.casefold() in sites]
    ids = sorted({sites[line.site.casefold()] for line in of_sites})
    db.execute(select(Site.id).where(Site.id.in_(ids)).order_by(Site.id).with_for_update())
    faults += _known_overlaps(of_sites, sites)
    if faults:
        raise FaultyFile(sorted(faults, key=lambda fault: fault.line))

    first, last = min(line.starts_on for line in lines), max(line.ends_on for line in lines)
    with db.begin_nested():
        _save(of_sites, sites)
        _save_decrees([line for line in lines if line.site.casefold() not in sites])
        _refuse_closed_for_ever(ids, range(first.year - 1, last.year + 2))
    return len(lines)


def missing_decrees(today: date) -> list[MissingDecree]:
    """Return the countries of our sites whose moved days of this or the next year are unknown."""
    countries = select(Site.country).where(Site.country.is_not(None)).distinct()
    return _missing(db.scalars(countries), (today.year, today.year + 1))


def guessed_years(
    dealer_id: int, plant_id: int, days: Iterable[date | None]
) -> list[MissingDecree]:
    """Return for which years of these days the dealer's or plant's working days are a guess.

    Their country moves days by decree, and the decree of that year has not been imported.
    """
    years = {day.year for day in days if day}
    if not years:
        return []
    is_theirs = (Site.dealer_id == dealer_id) | (Site.plant_id == plant_id)
    countries = select(Site.country).where(is_theirs, Site.country.is_not(None)).distinct()
    return _missing(db.scalars(countries), sorted(years))


def _missing(countries: Iterable[str | None], years: Iterable[int]) -> list[MissingDecree]:
    wanted = sorted(filter(None, countries))
    brought_in: dict[str, set[int]] = defaultdict(set)
    known = select(CountryDay.country, CountryDay.day).where(CountryDay.country.in_(wanted))
    for country, day in db.execute(known):
        brought_in[country].add(day.year)
    return [
        MissingDecree(country, year)
        for country in wanted
        for year in years
        if lacks_decree(country, year, brought_in=brought_in[country])
    ]


def _held(site_id: int) -> Site:
    query = select(Site).where(Site.id == site_id).with_for_update()
    return db.scalars(query, execution_options={"populate_existing": True}).one()


def _refuse_contradictions(
    site_id: int, starts_on: date, ends_on: date, reason: str, *, but: int | None
) -> None:
    if starts_on > ends_on:
        raise LastDayBeforeFirst
    if (ends_on - starts_on).days >= LONGEST_CLOSURE:
        raise TooManyDays(most=LONGEST_CLOSURE)
    if starts_on.year not in SET_YEARS or ends_on.year not in SET_YEARS:
        raise DaysTooFar(first=SET_YEARS[0], last=SET_YEARS[-1])
    if not reason.strip():
        raise ReasonMissing
    query = (
        select(SiteOverride)
        .where(SiteOverride.site_id == site_id, SiteOverride.id.is_distinct_from(but))
        .where(SiteOverride.starts_on <= ends_on, SiteOverride.ends_on >= starts_on)
        .order_by(SiteOverride.starts_on)
    )
    if other := db.scalars(query.limit(1)).first():
        raise OverridesOverlap(**_days_of(other))


def _refuse_closed_for_ever(site_ids: Sequence[int], years: range) -> None:
    """Refuse when a site has no working day for longer than any closure that is meant."""
    db.flush()  # the network is read from the tables
    network = load_network(years)
    for site_id in site_ids:
        days = network.sites[site_id].calendar.days
        if any(
            b - a > LONGEST_CLOSURE for a, b in pairwise([days.first, *days.ordinals, days.end])
        ):
            raise ClosedForEver(site=network.sites[site_id].name)


def _names(site_ids: Iterable[int]) -> dict[int, str]:
    name = func.coalesce(Plant.name, Dealer.name, Site.name)
    query = (
        select(Site.id, name)
        .outerjoin(Plant, Plant.id == Site.plant_id)
        .outerjoin(Dealer, Dealer.id == Site.dealer_id)
    )
    return dict(db.execute(query.where(Site.id.in_(list(site_ids)))).all())


def _site_ids() -> dict[str, int]:
    """Return the sites by the codes of their plants and dealers, or their own, in small letters."""
    code = func.lower(func.coalesce(Plant.code, func.nullif(Dealer.code, ""), Site.code))
    query = (
        select(code, Site.id)
        .outerjoin(Plant, Plant.id == Site.plant_id)
        .outerjoin(Dealer, Dealer.id == Site.dealer_id)
    )
    return dict(db.execute(query).all())


def _known_overlaps(lines: Iterable[OverrideLine], sites: dict[str, int]) -> list[Fault]:
    known: dict[int, list[SiteOverride]] = defaultdict(list)
    for row in db.scalars(select(SiteOverride).where(SiteOverride.site_id.in_(sites.values()))):
        known[row.site_id].append(row)
    message = N_("the days %(days)s are set already (%(reason)s)")
    return [
        Fault(line.line, message, _days_of(row))
        for line in lines
        for row in known[sites[line.site.casefold()]]
        if row.starts_on <= line.ends_on and line.starts_on <= row.ends_on
    ]


def _days_of(row: SiteOverride) -> dict[str, str | Period]:
    return {"days": Period(row.starts_on, row.ends_on), "reason": row.reason}


def _save(lines: Iterable[OverrideLine], sites: dict[str, int]) -> None:
    db.add_all(
        SiteOverride(
            site_id=sites[line.site.casefold()],
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            is_open=line.is_open,
            reason=line.reason,
        )
        for line in lines
    )


def _save_decrees(lines: Iterable[OverrideLine]) -> None:
    """Write the moved days; a newer decree wins over what was known of the same day."""
    days = [
        {"country": line.site.upper(), "day": day, "is_open": line.is_open, "reason": line.reason}
        for line in lines
        for day in days_between(line.starts_on, line.ends_on)
    ]
    written = insert(CountryDay)
    changes = {"is_open": written.excluded.is_open, "reason": written.excluded.reason}
    if days:
        db.execute(
            written.on_conflict_do_update(index_elements=["country", "day"], set_=changes), days
        )
