"""Writing promises, and what an administrator may do with those that got stuck."""

from collections.abc import Collection
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.errors import N_, Refusal
from app.outbox.models import Job, MessageState, OutboxMessage
from app.outbox.reasons import OutboxReason
from connectors.doorbell.port import CHANNEL
from connectors.reasons import Reason

# Written at once and not as an object of the session: half the time, and nobody reads it back.
_PROMISE = insert(cast("Table", OutboxMessage.__table__)).inline()
_STUCK = (MessageState.WAITING, MessageState.PARKED)
_AGAIN = {
    "state": MessageState.WAITING,
    "failures": 0,
    "closings": 0,
    "owner_id": None,
    "parked_at": None,
    "reminded_at": None,
    "reminders": 0,
}


class MessageInWork(Refusal):
    """The worker holds the message, or it is done already."""

    message = N_("This message is being sent or has been done already")


def promise(
    kind: str,
    subject_id: UUID,
    *,
    at: datetime,
    claim_id: UUID | None = None,
    queue: str = "",
    connection: str = "",
    due_at: datetime | None = None,
) -> None:
    """Owe a consequence, in the same transaction as its cause; the worker keeps it.

    Messages with the same `queue` are kept one after the other; what is told to a neighbour names
    the `connection` to it. It is kept at once, or not before `due_at`. The table itself rings the
    worker when this is committed.
    """
    facts = {
        "kind": kind,
        "subject_id": subject_id,
        "claim_id": claim_id,
        "queue": queue,
        "connection": connection,
        "created_at": at,
        "due_at": due_at or at,
    }
    db.execute(_PROMISE, facts)


def retry(message_id: int, *, at: datetime) -> bool:
    """Try a parked or waiting message again now; return whether there is such a message."""
    return _settle(message_id, **_AGAIN, due_at=at)


def send_again(message_id: int, *, at: datetime) -> bool:
    """Send a message in doubt once more, because a person has seen that it never arrived."""
    return _settle(message_id, **_AGAIN, due_at=at, doubt_since=None)


def retry_kind(kind: str, *, at: datetime, unresolved: Collection[str] = ()) -> int:
    """Try every parked message of a kind again now; return how many there were.

    Those in doubt on the connections `unresolved` are left to a person, one by one.
    """
    is_open = OutboxMessage.doubt_since.is_not(None) & OutboxMessage.connection.in_(unresolved)
    query = (
        update(OutboxMessage)
        .where(OutboxMessage.kind == kind, OutboxMessage.state == MessageState.PARKED, ~is_open)
        .values(**_AGAIN, due_at=at)
        .returning(OutboxMessage.id)
    )
    count = len(db.execute(query).all())
    if count:
        wake_worker()
    return count


def wake_worker() -> None:
    """Have the worker look for what is due, as soon as this is committed."""
    db.execute(select(func.pg_notify(CHANNEL, "")))


def take_over(message_id: int, *, owner_id: int) -> bool:
    """Make somebody the owner of a dead letter; return whether it is still one."""
    query = (
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state == MessageState.PARKED)
        .values(owner_id=owner_id)
        .returning(OutboxMessage.id)
    )
    return db.execute(query).first() is not None


def done_by_hand(message_id: int, reason: str, *, by: str, at: datetime) -> bool:
    """Take a message as kept because a person has seen to it; what waits behind it goes on.

    Return whether there is such a message.
    """
    return _settle(
        message_id,
        state=MessageState.DONE,
        done_at=at,
        last_error=Reason(OutboxReason.DONE_BY_HAND, {"name": by, "words": reason}),
        owner_id=None,
        doubt_since=None,
    )


def note_run(job: str, *, at: datetime) -> None:
    """Note that a job of the clock went well; whoever watches alarms when it has not for long."""
    first = insert(Job).values(name=job, succeeded_at=at)
    db.execute(first.on_conflict_do_update(index_elements=[Job.name], set_={"succeeded_at": at}))


def _settle(message_id: int, **values: object) -> bool:
    """Change a message that nobody is working on; raise `MessageInWork` when somebody is."""
    query = (
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state.in_(_STUCK))
        .values(**values)
        .returning(OutboxMessage.id)
    )
    if db.execute(query).first() is None:
        if db.get(OutboxMessage, message_id) is None:
            return False
        raise MessageInWork
    wake_worker()
    return True
