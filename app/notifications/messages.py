"""Who is mailed about a message in the thread of a claim; a dealer never of an internal note."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Person
from app.core.db import db
from app.core.i18n import texts_in
from app.core.words import marked
from app.messages.models import Message
from app.notifications.concerned import office, workers
from app.notifications.letters import Post, keeper_of, post
from app.notifications.message_mails import MessageFacts, Reader, message_written
from app.notifications.readers import Recipient, is_reachable, recipient
from app.outbox.delivery import Keeper
from app.vocabulary import DEALERS, Language, Visibility
from app.work.models import WorkOrder
from app.work.rules import OPEN


def keeper(public_url: str) -> Keeper:
    """Return the keeper of these mails; links begin with `public_url`."""

    def prepare(message_id: UUID) -> Post | None:
        message = db.get_one(Message, message_id)
        facts = _facts(message, public_url)
        return post(
            message.claim_id,
            recipients_of(message),
            lambda person: message_written(facts, _reader(person)),
        )

    return keeper_of(prepare)


def recipients_of(message: Message) -> list[Recipient]:
    """Return who gets the letter: whom it concerns, else the nearest person who can act.

    A note that concerns nobody else stays in the thread.
    """
    found = readers_of(message)
    if found or message.visibility is Visibility.INTERNAL:
        return [Recipient(person) for person in found]
    claim = message.claim
    meant = claim.manager_id if _is_dealers(message.author) else claim.created_by
    return [recipient(db.get(Person, meant) if meant else None, claim)]


def readers_of(message: Message) -> list[Person]:
    """Return whom a message concerns: the other side, or of a note the factory's own people."""
    if message.visibility is Visibility.INTERNAL:
        found = {*office(message.claim), *_writers_of_notes(message), *_workers(message)}
        return _active(person for person in found - {message.author} if not _is_dealers(person))
    if _is_dealers(message.author):
        return _active(office(message.claim))
    return _active(_dealers(message))


def _dealers(message: Message) -> set[Person]:
    """Who filed the claim, and who of the dealer has written in its thread."""
    claim = message.claim
    written = select(Message.author_id).where(
        Message.claim_id == claim.id, Message.visibility == Visibility.PUBLIC
    )
    query = select(Person).where(
        Person.dealer_id == claim.dealer_id,
        (Person.id == claim.created_by) | Person.id.in_(written),
    )
    return set(db.scalars(query))


def _writers_of_notes(message: Message) -> set[Person]:
    written = select(Message.author_id).where(
        Message.claim_id == message.claim_id, Message.visibility == Visibility.INTERNAL
    )
    return set(db.scalars(select(Person).where(Person.id.in_(written))))


def _workers(message: Message) -> list[Person]:
    """The departments that have work on what the note is about."""
    orders = select(WorkOrder.department_id).where(
        WorkOrder.claim_id == message.claim_id, WorkOrder.state.in_(OPEN)
    )
    if message.line_id is not None:
        orders = orders.where(WorkOrder.claim_line_id == message.line_id)
    return workers(message.claim, Person.department_id.in_(orders))


def _active(people: Iterable[Person]) -> list[Person]:
    return sorted((one for one in people if is_reachable(one)), key=lambda person: person.id)


def _is_dealers(person: Person) -> bool:
    return person.role in DEALERS


def _facts(message: Message, public_url: str) -> MessageFacts:
    author = message.author
    return MessageFacts(
        message_id=message.id,
        number=message.claim.number or "",
        author=author.name,
        company=author.dealer.name if author.dealer else "",
        department=author.department.names if author.department else _role_names(author),
        is_note=message.visibility is Visibility.INTERNAL,
        text=message.text,
        files=[kept.file.name for kept in message.files],
        link=f"{public_url}/messages/{message.claim_id}",
    )


def _role_names(person: Person) -> dict[str, str]:
    return {one.value: texts_in(one).gettext(marked(person.role)) for one in Language}


def _reader(person: Person) -> Reader:
    return Reader(person.id, person.name, person.email, person.language)
