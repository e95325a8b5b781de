"""Keeping the promises of alarms: who must know that the exchange needs a person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.outside import MAIL, outside
from app.core.reasons import words
from app.notifications.alarm_mails import DeadLetter, Reader, Stop, dead_letters, exchange_alarm
from app.outbox.delivery import Keeper
from app.outbox.halts import list_halted
from app.outbox.models import Connection, MessageState, OutboxMessage
from app.outbox.reminders import take_overdue
from app.outbox.rules import ALARMING, ESCALATED_AT
from app.outbox.service import promise
from app.vocabulary import Role
from connectors.mail.port import Letter


def remind(*, at: datetime) -> int:
    """Promise a reminder to everybody for whom a dead letter waits; return how many people.

    Its owner is mailed; all administrators are when it has none, or when its owner has been
    reminded in vain.
    """
    overdue = take_overdue(at)
    active = set(db.scalars(select(Person.id).where(Person.is_active)))
    readers = {one.owner_id for one in overdue if one.owner_id in active}
    if any(one.owner_id not in active or one.reminders >= ESCALATED_AT for one in overdue):
        readers |= {admin.id for admin in _administrators()}
    for person_id in sorted(one for one in readers if one is not None):
        promise("mail.dead_letters", _key_of(person_id), at=at, connection=MAIL)
    return len(readers)


def alarm_keepers(public_url: str) -> dict[str, Keeper]:
    """Return the keepers of both alarms; links lead to the exchange screen."""
    link = f"{public_url}/exchange"

    def remember(key: UUID, _connection: str) -> list[Letter] | None:
        person = db.get(Person, key.int)
        if person is None or not person.is_active:
            return None
        waiting = _waiting_for(person)
        return [dead_letters(_reader(person, link), waiting, at=now())] if waiting else None

    def alarm(key: UUID, _connection: str) -> list[Letter] | None:
        stops = _stops()
        if not stops:
            return None  # somebody was faster than the mail
        return [
            exchange_alarm(_reader(one, link), stops, key=str(key)) for one in _administrators()
        ]

    return {
        "mail.dead_letters": Keeper(remember, _send, lambda *_: None),
        "mail.exchange_alarm": Keeper(alarm, _send, lambda *_: None),
    }


def _send(letters: list[Letter]) -> None:
    """Send them all; one that went out twice is known by its key."""
    for letter in letters:
        outside().mail.send(letter)


def _key_of(person_id: int) -> UUID:
    """A promise names its subject by a UUID; a person has a number."""
    return UUID(int=person_id)


def _reader(person: Person, link: str) -> Reader:
    return Reader(person.id, person.name, person.email, person.language, link)


def _administrators() -> list[Person]:
    query = select(Person).where(Person.role == Role.ADMINISTRATOR, Person.is_active)
    return list(db.scalars(query.order_by(Person.id)))


def _waiting_for(person: Person) -> list[DeadLetter]:
    """Return the dead letters that a person is reminded of, the oldest first."""
    whose = OutboxMessage.owner_id == person.id
    if person.role is Role.ADMINISTRATOR:
        inactive = select(Person.id).where(Person.is_active.is_(False))
        whose = or_(
            whose,
            OutboxMessage.owner_id.is_(None),
            OutboxMessage.owner_id.in_(inactive),
            OutboxMessage.reminders >= ESCALATED_AT,
        )
    query = (
        select(Claim.number, OutboxMessage.last_error)
        .outerjoin(Claim, Claim.id == OutboxMessage.claim_id)
        .where(OutboxMessage.state == MessageState.PARKED, OutboxMessage.reminders > 0, whose)
        .order_by(OutboxMessage.parked_at, OutboxMessage.id)
    )
    return [DeadLetter(number or "", reason) for number, reason in db.execute(query)]


def _stops() -> Sequence[Stop]:
    titles = {name: known.title for name, known in outside().erps.items()}
    denied = select(Connection).where(Connection.state.in_(ALARMING))
    found = [Stop(titles.get(one.name, one.name), one.reason) for one in db.scalars(denied)]
    found += [Stop(titles.get(one.connection, ""), words(one.reason)) for one in list_halted()]
    return found
