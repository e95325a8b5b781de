"""Holding a message for a while; whoever holds it proves it by a token, or changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update

from app.core.db import db
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.queries import is_due, is_first_of_its_queue


@dataclass(frozen=True)
class Leased:
    """A message that is ours until its lease runs out or somebody takes it over."""

    id: int
    kind: str
    subject_id: UUID
    connection: str
    attempts: int
    failures: int
    doubt_since: datetime | None
    token: UUID


class LeaseLost(Exception):
    """Somebody else has taken the message over; what we did to it must not count."""


def take(at: datetime, until: datetime, limit: int, *which: ColumnElement[bool]) -> list[Leased]:
    """Lease what is due, the first of each queue; other workers get other messages."""
    due = (
        select(OutboxMessage.id)
        .where(is_due(at), is_first_of_its_queue(), *which)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    token = uuid4()
    query = (
        update(OutboxMessage)
        .where(OutboxMessage.id == due.c.id)
        .values(
            state=MessageState.LEASED,
            lease_token=token,
            leased_until=until,
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.subject_id,
            OutboxMessage.connection,
            OutboxMessage.attempts,
            OutboxMessage.failures,
            OutboxMessage.doubt_since,
        )
        .execution_options(synchronize_session=False)
    )
    rows = db.execute(query).all()
    return sorted((Leased(*row, token) for row in rows), key=lambda message: message.id)


def write(message: Leased, **values: Any) -> None:
    """Change a leased message; raise `LeaseLost` when the lease is no longer ours."""
    write_all([message], **values)


def write_all(messages: Sequence[Leased], **values: Any) -> None:
    """Change messages of one lease at once; raise `LeaseLost` when one is no longer ours."""
    query = (
        update(OutboxMessage)
        .where(*_are_ours(messages))
        .values(**values)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    if len(db.execute(query).all()) != len(messages):
        raise LeaseLost


def hold(messages: Sequence[Leased]) -> None:
    """Keep everybody else away from messages of one lease until the transaction ends."""
    query = select(OutboxMessage.id).where(*_are_ours(messages)).with_for_update()
    if len(db.execute(query).all()) != len(messages):
        raise LeaseLost


def _are_ours(messages: Sequence[Leased]) -> tuple[ColumnElement[bool], ...]:
    ids = [message.id for message in messages]
    tokens = {message.token for message in messages}
    return OutboxMessage.id.in_(ids), OutboxMessage.lease_token.in_(tokens)


def free(state: MessageState) -> dict[str, Any]:
    """Return what ends a lease in this state."""
    return {"state": state, "lease_token": None, "leased_until": None}


def done(at: datetime) -> dict[str, Any]:
    """Return what says that a promise is kept."""
    over = {"done_at": at, "doubt_since": None, "last_error": "", "details": ""}
    return free(MessageState.DONE) | over
