"""What the exchange screen asks about messages: all of them, one of them, those of a claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.db import db
from app.core.errors import N_
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.core.words import call
from app.erp.models import DeskAct, ExchangeAction
from app.outbox.models import ExchangeRecord, MessageState, OutboxMessage
from app.outbox.queries import first_before_it, is_halted
from connectors.reasons import Reason

SHOWN_ACTIONS = 20


class Age(StrEnum):
    """How long ago a message was promised, at least."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


AGES = {Age.HOUR: timedelta(hours=1), Age.DAY: timedelta(days=1), Age.WEEK: timedelta(weeks=1)}
call(
    {
        Age.HOUR: N_("older than an hour"),
        Age.DAY: N_("older than a day"),
        Age.WEEK: N_("older than a week"),
    }
)


@dataclass(frozen=True)
class Wanted:
    """Which messages to list; what is empty does not narrow."""

    state: MessageState | None = None
    kind: str = ""
    number: str = ""
    age: Age | None = None
    connection: str = ""

    @classmethod
    def read(cls, words: Mapping[str, str]) -> "Wanted":
        """Return what an address asks for; words that mean nothing are left out."""
        state, age = words.get("state", ""), words.get("age", "")
        return cls(
            state=MessageState(state) if state in set(MessageState) else None,
            kind=words.get("kind", ""),
            connection=words.get("connection", "")[:64],
            number=words.get("number", "").strip()[:64],
            age=Age(age) if age in set(Age) else None,
        )

    def words(self) -> dict[str, str]:
        """Return it for an address."""
        return {name: str(value) for name, value in vars(self).items() if value}

    def conditions(self, at: datetime) -> list[ColumnElement[bool]]:
        """Return it for a query over messages and their claims."""
        found = []
        if self.state:
            found.append(OutboxMessage.state == self.state)
        if self.kind:
            found.append(OutboxMessage.kind == self.kind)
        if self.connection:
            found.append(OutboxMessage.connection == self.connection)
        if self.number:
            found.append(Claim.number.icontains(self.number, autoescape=True))
        if self.age:
            found.append(OutboxMessage.created_at <= at - AGES[self.age])
        return found


@dataclass(frozen=True)
class ExchangeRow:
    """A promise as the exchange screen lists it, with its claim's number and its owner.

    `waits_for` is the message before it in its queue, `waits_for_person` whether that is parked.
    """

    id: int
    kind: str
    connection: str
    claim_number: str | None
    state: MessageState
    created_at: datetime
    due_at: datetime
    parked_at: datetime | None
    attempts: int
    sent_at: datetime | None
    done_at: datetime | None
    doubt_since: datetime | None
    last_error: Reason | None
    details: str
    owner: str | None
    owner_id: int | None
    waits_for: int | None
    waits_for_person: bool | None
    is_halted: bool
    reminders: int


@dataclass(frozen=True)
class Record:
    """The last conversation about a message, as it may be shown."""

    at: datetime
    operation: str
    status: int | None
    request: str
    reply: str
    milliseconds: int


@dataclass(frozen=True)
class DeadClass:
    """All dead letters of a kind."""

    kind: str
    count: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class ActionRow:
    """What somebody did to the exchange."""

    at: datetime
    who: str
    act: DeskAct
    message_id: int | None
    kind: str
    connection: str
    messages: int | None
    reason: str
    claim_number: str | None


@dataclass(frozen=True)
class ClaimMessageRow:
    """A message of a claim as its managers see it: never with the neighbour's raw words."""

    kind: str
    state: MessageState
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    attempts: int


def list_messages(wanted: Wanted, *, at: datetime, after: str = "") -> Page[ExchangeRow]:
    """Return a page of promises, the newest first; the raw errors are for administrators."""
    query = _messages().where(*wanted.conditions(at))
    key = read_key(after, 1)
    if key and key[0].isdigit():
        query = query.where(OutboxMessage.id < int(key[0]))
    query = query.order_by(OutboxMessage.id.desc()).limit(PAGE_SIZE + 1)
    return cut_page([ExchangeRow(*row) for row in db.execute(query)], lambda row: (row.id,))


def get_message(message_id: int) -> ExchangeRow | None:
    """Return one message."""
    row = db.execute(_messages().where(OutboxMessage.id == message_id)).one_or_none()
    return ExchangeRow(*row) if row else None


def get_record(message_id: int) -> Record | None:
    """Return what was said last about a message; None when nothing was, or not over SOAP."""
    columns = (getattr(ExchangeRecord, name) for name in Record.__dataclass_fields__)
    query = select(*columns).where(ExchangeRecord.message_id == message_id)
    row = db.execute(query).one_or_none()
    return Record(*row) if row else None


def list_dead_classes() -> list[DeadClass]:
    """Return how many dead letters of each kind there are."""
    query = (
        select(OutboxMessage.kind, func.count(), func.min(OutboxMessage.parked_at))
        .where(OutboxMessage.state == MessageState.PARKED)
        .group_by(OutboxMessage.kind)
        .order_by(OutboxMessage.kind)
    )
    return [DeadClass(*row) for row in db.execute(query)]


def list_actions(message_id: int | None = None) -> list[ActionRow]:
    """Return what was done to the exchange last, or to one message of it."""
    query = (
        select(
            ExchangeAction.at,
            Person.name,
            ExchangeAction.act,
            ExchangeAction.message_id,
            ExchangeAction.kind,
            ExchangeAction.connection,
            ExchangeAction.messages,
            ExchangeAction.reason,
            Claim.number,
        )
        .join(Person, Person.id == ExchangeAction.person_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == ExchangeAction.message_id)
        .outerjoin(Claim, Claim.id == OutboxMessage.claim_id)
        .order_by(ExchangeAction.id.desc())
        .limit(SHOWN_ACTIONS)
    )
    if message_id is not None:
        query = query.where(ExchangeAction.message_id == message_id)
    return [ActionRow(*row) for row in db.execute(query)]


def messages_of(claim_id: UUID) -> list[ClaimMessageRow]:
    """Return what the ERP is told because of a claim, in the order of the promises."""
    columns = (getattr(OutboxMessage, name) for name in ClaimMessageRow.__dataclass_fields__)
    query = (
        select(*columns)
        .where(OutboxMessage.claim_id == claim_id, OutboxMessage.kind.startswith("erp."))
        .order_by(OutboxMessage.id)
    )
    return [ClaimMessageRow(*row) for row in db.execute(query)]


def _messages() -> Select[Any]:
    before = first_before_it()
    elsewhere: dict[str, Any] = {
        "claim_number": Claim.number,
        "owner": Person.name,
        "is_halted": is_halted(),
        "waits_for": before.c.id,
        "waits_for_person": before.c.state == MessageState.PARKED,
    }
    columns = [
        elsewhere[name] if name in elsewhere else getattr(OutboxMessage, name)
        for name in ExchangeRow.__dataclass_fields__
    ]
    return (
        select(*columns)
        .outerjoin(Claim, Claim.id == OutboxMessage.claim_id)
        .outerjoin(Person, Person.id == OutboxMessage.owner_id)
        .outerjoin(before, true())
    )
