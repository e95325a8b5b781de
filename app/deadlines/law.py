"""The rules of law and contract as the tables hold them: loading, asking, changing."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import select

from app.accounts.policy import User
from app.core.db import db
from app.core.errors import N_, Refusal
from app.deadlines.calendars import SIX_DAYS, Change, country_calendar, years_around
from app.deadlines.clock_models import ClockRule
from app.deadlines.clocks import LegalDays, Rule, StartsAt
from app.deadlines.models import CountryDay
from app.deadlines.statutes import check_rule, shipped_rules


class UnknownRule(Refusal):
    message = N_("There is no rule %(rule)s.")
    status = HTTPStatus.NOT_FOUND


class RuleUnchanged(Refusal):
    message = N_("Nothing is changed in the rule %(rule)s.")


def load_rules(*, at: datetime) -> int:
    """Bring the rules that come with the portal into the tables; return how many are new.

    A rule whose text differs from the shipped version it came from becomes its next version. What
    an administrator has changed since then stays: their version wins over the file.
    """
    present = {row.code: row for row in db.scalars(_current())}
    new = [
        rule
        for rule in shipped_rules()
        if rule.code not in present or _is_outdated(present[rule.code], rule)
    ]
    for rule in new:
        _write(rule, present.get(rule.code), by=None, at=at)
    return len(new)


def change_rule(rule: Rule, *, by: User, at: datetime) -> ClockRule:
    """Save the next version of a rule; clocks that run keep the version they began with."""
    present = db.scalars(_current().where(ClockRule.code == rule.code)).one_or_none()
    if present is None:
        raise UnknownRule(rule=rule.code)
    check_rule(rule)
    if replace(rule, version=present.version) == present.as_rule():
        raise RuleUnchanged(rule=rule.code)
    return _write(rule, present, by=by, at=at)


def current_rules(on: date) -> list[Rule]:
    """Return the rules that are in force on a day.

    Of a rule's versions the newest counts that has begun by then: a version that is valid from a
    day to come leaves the one before in force until that day.
    """
    return _in_force(_versions(), on)


def rules_from(triggers: Mapping[StartsAt, date]) -> list[Rule]:
    """Return for each start the rules that are in force on its own day."""
    versions = _versions()
    return [
        rule
        for starts_at, day in triggers.items()
        for rule in _in_force(versions, day)
        if rule.starts_at is starts_at
    ]


def list_rules() -> list[ClockRule]:
    """Return the present version of every rule."""
    return list(db.scalars(_current()))


def versions_of(code: str) -> list[ClockRule]:
    """Return every version of a rule, the newest first."""
    query = select(ClockRule).filter_by(code=code).order_by(ClockRule.version.desc())
    return list(db.scalars(query))


def legal_days(country: str, near: date) -> LegalDays:
    """Return the days by which a country's law counts, Monday to Friday and Monday to Saturday."""
    years = years_around(near)
    moved = frozenset(
        Change(row.day, row.is_open)
        for row in db.execute(
            select(CountryDay.day, CountryDay.is_open).where(CountryDay.country == country)
        )
        if row.day.year in years
    )
    return LegalDays(
        office=country_calendar(country, years, moved=moved, name=country),
        six_days=country_calendar(country, years, weekdays=SIX_DAYS, moved=moved, name=country),
    )


def _versions() -> list[Rule]:
    query = select(ClockRule).order_by(ClockRule.code, ClockRule.version.desc())
    return [row.as_rule() for row in db.scalars(query)]


def _in_force(versions: Iterable[Rule], on: date) -> list[Rule]:
    """Return the newest begun version of each rule, unless it has ended; newest come first."""
    begun: dict[str, Rule] = {}
    for rule in versions:
        if rule.valid_from is None or rule.valid_from <= on:
            begun.setdefault(rule.code, rule)
    return [rule for rule in begun.values() if rule.is_valid_on(on)]


def _current() -> Any:
    return select(ClockRule).where(ClockRule.replaced_at.is_(None)).order_by(ClockRule.code)


def _is_outdated(present: ClockRule, shipped: Rule) -> bool:
    is_ours = present.saved_by is None
    return is_ours and replace(shipped, version=present.version) != present.as_rule()


def _write(rule: Rule, present: ClockRule | None, *, by: User | None, at: datetime) -> ClockRule:
    if present is not None:
        present.replaced_at = at
        db.flush()  # one version of a rule is current: the old one goes first
    columns = asdict(rule) | {
        "demands": list(rule.demands),
        "instead_of": list(rule.instead_of),
    }
    columns["version"] = present.version + 1 if present else 1
    row = ClockRule(**columns, saved_at=at, saved_by=by.id if by else None)
    db.add(row)
    return row
