"""Who is away and who stands in; reminders of those who are away reach the deputy as well."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, and_, cast, func, literal, select
from sqlalchemy.orm import aliased

from app.accounts.models import Absence, Person
from app.accounts.policy import User
from app.core.alphabet import alphabetical
from app.core.db import Moment, db
from app.core.errors import N_, NotAllowed, Refusal
from app.vocabulary import MANAGERS, Role


class EndsBeforeItStarts(Refusal):
    message = N_("The last day is before the first one.")


class StandsInForThemselves(Refusal):
    message = N_("Choose somebody else as the deputy.")


class AwayTwice(Refusal):
    message = N_("%(name)s is away on some of these days already.")


@dataclass(frozen=True)
class AbsenceRow:
    """An absence as the list shows it."""

    id: int
    name: str
    deputy: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Away:
    """Somebody is away until this day, the last one included, and who stands in."""

    until: date
    deputy: str


def list_absences(user: User, *, today: date) -> list[AbsenceRow]:
    """Return the absences that are not over and that somebody may arrange."""
    deputy = aliased(Person)
    query = (
        select(Absence.id, Person.name, deputy.name, Absence.starts_on, Absence.ends_on)
        .join(Person, Person.id == Absence.person_id)
        .join(deputy, deputy.id == Absence.deputy_id)
        .where(_arranged_by(user), Absence.ends_on >= today)
        .order_by(Absence.starts_on, Absence.id)
    )
    return [AbsenceRow(*row) for row in db.execute(query)]


def list_away(user: User) -> list[tuple[int, str]]:
    """Return the people for whom somebody may arrange an absence."""
    return _people(_arranged_by(user))


def list_deputies() -> list[tuple[int, str]]:
    """Return the people who can stand in."""
    return _people(Person.role.in_(MANAGERS))


def note_absence(
    person_id: int, deputy_id: int, starts_on: date, ends_on: date, *, by: User
) -> None:
    """Note that somebody is away and who stands in; raise when this cannot be."""
    query = select(Person).where(Person.id == person_id, _arranged_by(by), Person.is_active)
    # The lock keeps a second absence of the same person out until this one is there.
    person = db.scalars(query.with_for_update()).one_or_none()
    if person is None or deputy_id not in dict(list_deputies()):
        raise NotAllowed
    if ends_on < starts_on:
        raise EndsBeforeItStarts
    if deputy_id == person_id:
        raise StandsInForThemselves
    if _is_away(person_id, starts_on, ends_on):
        raise AwayTwice(name=person.name)

    db.add(Absence(person_id=person_id, deputy_id=deputy_id, starts_on=starts_on, ends_on=ends_on))


def drop_absence(absence_id: int, *, by: User) -> Absence | None:
    """Take an absence back and return it, None where this person may arrange no such one."""
    query = select(Absence).join(Person, Person.id == Absence.person_id)
    absence = db.scalars(query.where(Absence.id == absence_id, _arranged_by(by))).one_or_none()
    if absence is not None:
        db.delete(absence)
    return absence


def away_at(person_id: int, at: datetime) -> Away | None:
    """Return until when somebody is away who is away now, and who stands in; else None.

    Absences that follow each other without a day between are one. A deputy who is away too is
    passed over for the deputy's own.
    """
    absence = _absence_at(person_id, at)
    if absence is None:
        return None
    deputies, deputy_id = {person_id}, absence.deputy_id
    while deputy_id not in deputies and (theirs := _absence_at(deputy_id, at)):
        deputies.add(deputy_id)
        deputy_id = theirs.deputy_id
    return Away(_last_day(absence), db.get_one(Person, deputy_id).name)


def _is_away(person_id: int, starts_on: date, ends_on: date) -> bool:
    query = select(Absence.id).where(
        Absence.person_id == person_id,
        Absence.starts_on <= ends_on,
        Absence.ends_on >= starts_on,
    )
    return db.scalar(query.limit(1)) is not None


def _arranged_by(user: User) -> ColumnElement[bool]:
    """Managers arrange their own absences, heads those of all managers."""
    everybody = Person.role.in_(MANAGERS)
    return everybody if user.role is Role.HEAD_OF_CLAIMS else and_(everybody, Person.id == user.id)


def _people(which: ColumnElement[bool]) -> list[tuple[int, str]]:
    query = select(Person.id, Person.name).where(which, Person.is_active)
    query = query.order_by(alphabetical(Person.name))
    return [(person_id, name) for person_id, name in db.execute(query)]


def _absence_at(person_id: int, at: datetime) -> Absence | None:
    """Return the absence that holds the person's own day."""
    today = cast(func.timezone(Person.time_zone, literal(at, Moment())), Date)
    query = (
        select(Absence)
        .join(Person, Person.id == Absence.person_id)
        .where(Absence.person_id == person_id, today.between(Absence.starts_on, Absence.ends_on))
    )
    return db.scalars(query.order_by(Absence.id).limit(1)).one_or_none()


def _last_day(absence: Absence) -> date:
    query = (
        select(Absence.starts_on, Absence.ends_on)
        .where(Absence.person_id == absence.person_id, Absence.starts_on > absence.ends_on)
        .order_by(Absence.starts_on)
    )
    last = absence.ends_on
    for starts_on, ends_on in db.execute(query):
        if starts_on > last + timedelta(days=1):
            break
        last = ends_on
    return last
