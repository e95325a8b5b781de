"""The verbs of those who look after people; apart from `service`, which is the front door."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import links
from app.accounts.models import Person
from app.accounts.policy import User
from app.accounts.rules import needs_dealer, needs_department, roles_beside
from app.accounts.service import end_sign_ins, hash_password, set_password
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.vocabulary import DEALERS, Language, Role

_ONE_EMAIL = "uq_person_email"


class EmailTaken(Refusal):
    message = N_("%(email)s cannot be used here. Give another e-mail address.")
    status = HTTPStatus.CONFLICT


class NotYourself(Refusal):
    message = N_("Nobody changes their own rights. Ask another administrator to do it.")


class LinkIsDead(Refusal):
    message = N_("This link has been used or its time is over. Ask for a new one.")
    status = HTTPStatus.GONE


@dataclass(frozen=True)
class PersonFacts:
    """What an administrator says of a person."""

    name: str
    role: Role
    language: Language
    time_zone: str
    department_id: int | None = None


def add_person(email: str, facts: PersonFacts, *, dealer_id: int | None = None, by: User) -> Person:
    """Add somebody, who cannot sign in before setting a password with a link."""
    dealer_id = by.dealer_id if by.is_dealer else dealer_id
    if by.is_dealer and facts.role not in DEALERS:
        raise NotAllowed
    person = Person(
        email=email,
        password_hash=hash_password(secrets.token_urlsafe()),
        dealer_id=dealer_id if needs_dealer(facts.role) else None,
        is_active=True,
    )
    _write(person, facts)
    try:
        with db.begin_nested():  # also two at once may add the same address
            db.add(person)
    except IntegrityError as error:
        if _ONE_EMAIL in str(error.orig):
            raise EmailTaken(email=email) from error
        raise
    return person


def change_person(person: Person, facts: PersonFacts, *, by: User) -> None:
    """Change what is said of a person, within their company; the next page they open knows it."""
    if person.id == by.id and facts.role is not person.role:
        raise NotYourself
    if facts.role not in roles_beside(person.role):
        raise NotAllowed
    _write(person, facts)


def deactivate(person: Person, *, by: User, at: datetime) -> None:
    """Shut somebody out, everywhere and at once."""
    if person.id == by.id:
        raise NotYourself
    person.is_active = False
    end_sign_ins(person.id, at=at)


def reactivate(person: Person) -> None:
    """Let somebody in again who remembers their password."""
    person.is_active = True


def offer_link(person: Person, *, secret: str, by: User, at: datetime) -> str:
    """Return the secret part of a link for somebody else's password.

    Not for one's own: whoever finds a signed-in screen could keep the account with it.
    """
    if person.id == by.id:
        raise NotYourself
    if not person.is_active:
        raise NotAllowed
    return links.make_link(person, secret=secret, at=at)


def holder_of(token: str, *, secret: str, at: datetime) -> Person:
    """Return whose password a link may set; raise `LinkIsDead` when it may not or no more."""
    link = links.read_link(token, secret=secret, at=at)
    person = db.get(Person, link.person_id) if link else None
    return _living(person, link)


def use_link(token: str, password: str, *, secret: str, at: datetime) -> Person:
    """Set the password, once; every sign-in of the person ends."""
    link = links.read_link(token, secret=secret, at=at)
    query = select(Person).where(Person.id == (link.person_id if link else 0))
    # Of two who use the link at the same moment, the second finds another password's fingerprint.
    query = query.with_for_update().execution_options(populate_existing=True)
    person = _living(db.execute(query).scalar_one_or_none(), link)
    set_password(person, password, at=at)
    return person


def _living(person: Person | None, link: links.Link | None) -> Person:
    if person is None or link is None or not person.is_active:
        raise LinkIsDead
    if links.fingerprint_of(person) != link.fingerprint:
        raise LinkIsDead
    return person


def _write(person: Person, facts: PersonFacts) -> None:
    person.name = facts.name
    person.role = facts.role
    person.language = facts.language
    person.time_zone = facts.time_zone
    person.department_id = facts.department_id if needs_department(facts.role) else None
