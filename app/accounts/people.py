"""The verbs of those who look after people; apart from `service`, which is the front door."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import links
from app.accounts.audit import record
from app.accounts.models import PasswordLink, Person, RoleRequest
from app.accounts.policy import User
from app.accounts.queries import as_user, never_had_access, open_request_of
from app.accounts.rules import (
    AccountAction,
    needs_dealer,
    needs_department,
    role_before_a_grant,
    roles_beside,
)
from app.accounts.service import end_sign_ins, hash_password, set_password
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.core.outside import MAIL
from app.outbox.service import promise
from app.vocabulary import DEALERS, Language, Role

_ONE_EMAIL = "uq_person_email"


class EmailTaken(Refusal):
    message = N_("%(email)s cannot be used here. Give another e-mail address.")
    status = HTTPStatus.CONFLICT


class NotYourself(Refusal):
    message = N_("Nobody changes their own rights. Ask another administrator to do it.")


class RoleAskedAlready(Refusal):
    message = N_("Another role for this person already waits for a second person's approval.")
    status = HTTPStatus.CONFLICT


class RoleNotGranted(Refusal):
    message = N_("The role of this person has not been approved yet.")
    status = HTTPStatus.CONFLICT


class LinkIsDead(Refusal):
    message = N_("This link has already been used or has expired. Ask for a new one.")
    status = HTTPStatus.GONE


@dataclass(frozen=True)
class PersonFacts:
    """What an administrator says of a person."""

    name: str
    role: Role
    language: Language
    time_zone: str
    department_id: int | None = None


def add_person(
    email: str, facts: PersonFacts, *, dealer_id: int | None = None, by: User, at: datetime
) -> Person:
    """Add somebody, who cannot sign in before setting a password with a link.

    A role that needs a second person's word is asked for: until it is granted, a dealer's person
    is a clerk, and a person of the factory has no access.
    """
    dealer_id = by.dealer_id if by.is_dealer else dealer_id
    if by.is_dealer and facts.role not in DEALERS:
        raise NotAllowed
    first = role_before_a_grant(facts.role)
    person = Person(
        email=email,
        password_hash=hash_password(secrets.token_urlsafe()),
        dealer_id=dealer_id if needs_dealer(facts.role) else None,
        is_active=first is not None,
    )
    _write(person, facts)
    _take_role(person, first or facts.role, facts.department_id)
    try:
        with db.begin_nested():  # also two at once may add the same address
            db.add(person)
    except IntegrityError as error:
        if _ONE_EMAIL in str(error.orig):
            raise EmailTaken(email=email) from error
        raise
    record(AccountAction.ADDED, person, by=by, at=at, role=person.role)
    if first is not facts.role:
        _ask_for_role(person, facts, opens_access=first is None, by=by, at=at)
    if person.is_active:
        send_link(person, by=by, at=at)
    return person


def change_person(person: Person, facts: PersonFacts, *, by: User, at: datetime) -> bool:
    """Change what is said of a person, within their company; the next page they open knows it.

    Another role is asked for and not given: return whether a second person has to grant it.
    """
    if facts.role is person.role:
        _write(person, facts)
        _take_role(person, facts.role, facts.department_id)
        record(AccountAction.CHANGED, person, by=by, at=at)
        return False
    if person.id == by.id:
        raise NotYourself
    if facts.role not in roles_beside(person.role):
        raise NotAllowed
    _write(person, facts)
    opens_access = never_had_access(person.id)
    _ask_for_role(person, facts, opens_access=opens_access, by=by, at=at)
    return True


def grant_role(request: RoleRequest, *, by: User, at: datetime) -> Person:
    """Give the role that somebody else has asked for."""
    person = request.person
    record(AccountAction.ROLE_GRANTED, person, by=by, at=at, role=request.role, was=person.role)
    _take_role(person, request.role, request.department_id)
    _decide(request, granted=True, by=by, at=at)
    if request.opens_access:
        person.is_active = True
        send_link(person, by=by, at=at)
    return person


def refuse_role(request: RoleRequest, *, by: User, at: datetime) -> Person:
    """Refuse the role that somebody else has asked for; the person stays what they are."""
    record(AccountAction.ROLE_REFUSED, request.person, by=by, at=at, role=request.role)
    _decide(request, granted=False, by=by, at=at)
    return request.person


def deactivate(person: Person, *, by: User, at: datetime) -> None:
    """Shut somebody out, everywhere and at once."""
    if person.id == by.id:
        raise NotYourself
    person.is_active = False
    end_sign_ins(person.id, at=at)
    record(AccountAction.DEACTIVATED, person, by=by, at=at)


def reactivate(person: Person, *, by: User, at: datetime) -> None:
    """Let somebody in again who remembers their password, unless their role was never granted."""
    if never_had_access(person.id):
        raise RoleNotGranted
    person.is_active = True
    record(AccountAction.REACTIVATED, person, by=by, at=at)


def send_link(person: Person, *, by: User | None, at: datetime) -> PasswordLink:
    """Send the owner of an account a link to set a password; `by` None: the server's operator.

    Nobody else sees it: with it one could become that person.
    """
    if by and person.id == by.id:
        raise NotYourself
    if not person.is_active:
        raise NotAllowed
    link = links.make_link(person, by=by.id if by else None, at=at)
    record(AccountAction.LINK_SENT, person, by=by, at=at)
    promise("mail.password_link", link.id, at=at, connection=MAIL)
    return link


def holder_of(token: str, *, secret: str, at: datetime) -> Person:
    """Return whose password a link may set; raise `LinkIsDead` when it may not or no more."""
    link_id = links.read_token(token, secret=secret)
    link = db.get(PasswordLink, link_id) if link_id else None
    return _living(db.get(Person, link.person_id) if link else None, link, at)


def use_link(token: str, password: str, *, secret: str, at: datetime) -> Person:
    """Set the password, once; every sign-in of the person ends."""
    link_id = links.read_token(token, secret=secret)
    link = db.get(PasswordLink, link_id) if link_id else None
    query = select(Person).where(Person.id == (link.person_id if link else 0))
    # Of two who use the link at the same moment, the second finds a password that was set since.
    query = query.with_for_update().execution_options(populate_existing=True)
    person = _living(db.execute(query).scalar_one_or_none(), link, at)
    set_password(person, password, at=at)
    record(AccountAction.PASSWORD_SET, person, by=as_user(person), at=at)
    return person


def _living(person: Person | None, link: PasswordLink | None, at: datetime) -> Person:
    if person is None or link is None or not links.is_living(link, person, at=at):
        raise LinkIsDead
    return person


def _ask_for_role(
    person: Person, facts: PersonFacts, *, opens_access: bool, by: User, at: datetime
) -> None:
    if open_request_of(person.id):
        raise RoleAskedAlready
    request = RoleRequest(
        person_id=person.id,
        role=facts.role,
        department_id=facts.department_id if needs_department(facts.role) else None,
        opens_access=opens_access,
        requested_by=by.id,
        requested_at=at,
    )
    db.add(request)
    record(AccountAction.ROLE_REQUESTED, person, by=by, at=at, role=facts.role, was=person.role)


def _decide(request: RoleRequest, *, granted: bool, by: User, at: datetime) -> None:
    request.granted = granted
    request.decided_by = by.id
    request.decided_at = at


def _take_role(person: Person, role: Role, department_id: int | None) -> None:
    person.role = role
    person.department_id = department_id if needs_department(role) else None


def _write(person: Person, facts: PersonFacts) -> None:
    person.name = facts.name
    person.language = facts.language
    person.time_zone = facts.time_zone
