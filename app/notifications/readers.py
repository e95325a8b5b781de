"""Who gets a letter: whom it is meant for, else the nearest person who can act on it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, case, select

from app.accounts.models import Person
from app.accounts.queries import stand_ins
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.errors import N_
from app.core.i18n import texts_in
from app.vocabulary import DEALERS, MANAGERS, Role
from connectors.errors import Rejected
from connectors.mail.compose import is_address
from connectors.mail.port import Letter
from connectors.reasons import ReasonCode

_NOWHERE = ".invalid"  # reserved for names of no host (RFC 2606)


class LetterReason(ReasonCode):
    """Why a letter goes to nobody."""

    NOBODY = (
        "letter_nobody",
        N_("No recipient who could act on this e-mail can be reached."),
    )


INSTEAD = N_("You get this e-mail because %(name)s cannot be reached.")


@dataclass(frozen=True)
class Recipient:
    """Who gets a letter, and the name of whom it was meant for, "" when it is the same person."""

    person: Person
    instead_of: str = ""


def recipient(meant: Person | None, claim: Claim | None = None) -> Recipient:
    """Return who gets a letter that is meant for somebody, or for whoever looks after a claim.

    Raise `Rejected` when nobody can be reached: the letter then waits for the administrator.
    """
    if meant is not None and is_reachable(meant):
        return Recipient(meant)
    found = next((one for one in _others(meant, claim) if is_reachable(one)), None)
    if found is None:
        raise Rejected(LetterReason.NOBODY)
    return Recipient(found, meant.name if meant else "")


def recipients(meant: Iterable[Person], claim: Claim) -> Sequence[Recipient]:
    """Return everybody of those meant who can be reached, else the nearest one who can act."""
    people = list(meant)
    found = [Recipient(person) for person in people if is_reachable(person)]
    return found or [recipient(next(iter(people), None), claim)]


def is_reachable(person: Person) -> bool:
    """Whether somebody can sign in and has an address that a letter can be sent to."""
    return (
        person.is_active
        and is_address(person.email)
        and not person.email.lower().endswith(_NOWHERE)
    )


def readdressed(letter: Letter, to: Recipient) -> Letter:
    """Return the letter, with a line that says so when it was meant for somebody else."""
    if not to.instead_of:
        return letter
    words = texts_in(to.person.language).gettext(INSTEAD) % {"name": to.instead_of}
    return replace(letter, text=f"{words}\n\n{letter.text}")


def _others(meant: Person | None, claim: Claim | None) -> Iterator[Person]:
    """Yield who can act instead, the nearest first."""
    if meant is not None and meant.role in DEALERS:
        yield from _people(Person.dealer_id == meant.dealer_id, first=Role.DEALER_ADMIN)
    if meant is not None and meant.department_id is not None:
        yield from _people(Person.department_id == meant.department_id)
    managers = {meant.id} if meant is not None and meant.role in MANAGERS else set()
    if claim is not None and claim.manager_id is not None:
        yield from _people(Person.id == claim.manager_id)
        managers.add(claim.manager_id)
    for ids in stand_ins(managers, now()).values():
        yield from _people(Person.id.in_(ids))
    yield from _people(Person.role.in_(MANAGERS), first=Role.HEAD_OF_CLAIMS)
    yield from _people(Person.role == Role.ADMINISTRATOR)


def _people(which: ColumnElement[bool], *, first: Role | None = None) -> Iterable[Person]:
    is_first = case((Person.role == first, 0), else_=1)
    return db.scalars(select(Person).where(which, Person.is_active).order_by(is_first, Person.id))
