"""The one loop that keeps promises: lease, prepare, send, record.

A message is sent at least once and always under the same key. `sent_at` is committed before the
sending, so that after a crash everybody knows that the outcome is unknown; every write after the
lease carries its token, so that a worker which was too slow changes nothing any more.
"""

import logging
import random
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased

from app.core.clock import now
from app.core.db import db
from app.outbox.models import MessageState, OutboxMessage
from connectors.errors import Rejected, Unavailable

LEASE = timedelta(minutes=3)  # longer than the longest call to a neighbour
MOST_FAILURES = 5
WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 30, 60, 120, 300, 600, 900))
JITTER = (0.8, 1.0)  # so that all that failed together does not come back together

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Keeper:
    """How a kind of promise is kept, in three functions.

    `prepare` reads what must be told, in a transaction; None means that nothing is owed any more.
    `send` tells it outside of any transaction and returns the reply. `record` writes the reply
    down in the transaction that marks the message as done; it must bear being called again.
    """

    prepare: Callable[[UUID], Any]
    send: Callable[[Any], Any]
    record: Callable[[UUID, Any, Any], None]


Keepers = Mapping[str, Keeper]


def local(function: Callable[[UUID], None]) -> Keeper:
    """Return a keeper that only changes our own database, in one transaction."""
    return Keeper(
        prepare=lambda subject_id: subject_id,
        send=lambda _: None,
        record=lambda subject_id, _message, _reply: function(subject_id),
    )


@dataclass(frozen=True)
class Leased:
    """A message that is ours until its lease runs out or somebody takes it over."""

    id: int
    kind: str
    subject_id: UUID
    attempts: int
    failures: int
    token: UUID


class LeaseLost(Exception):
    """Somebody else has taken the message over; what we did to it must not count."""


def deliver_due(keepers: Keepers, *, at: datetime, limit: int = 10) -> int:
    """Try what is due at this moment, each message on its own; return how many were tried."""
    started = time.monotonic()
    messages = take_due(at, limit)
    for message in messages:
        passed = timedelta(seconds=time.monotonic() - started)
        _deliver(message, keepers, at + passed)
    return len(messages)


def drain(keepers: Keepers, *, at: datetime | None = None) -> int:
    """Deliver until nothing is due, at a given moment or at the present one; for checks."""
    total = 0
    while tried := deliver_due(keepers, at=at or now()):
        total += tried
    return total


def take_due(at: datetime, limit: int = 10) -> list[Leased]:
    """Lease what is due and commit the lease; other workers get other messages."""
    due = (
        select(OutboxMessage.id)
        .where(_is_due(at), _is_first_of_its_queue())
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
            leased_until=at + LEASE,
            attempts=OutboxMessage.attempts + 1,
        )
        .returning(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.subject_id,
            OutboxMessage.attempts,
            OutboxMessage.failures,
        )
        .execution_options(synchronize_session=False)
    )
    rows = db.execute(query).all()
    db.commit()
    return sorted((Leased(*row, token) for row in rows), key=lambda message: message.id)


def next_wait(attempts: int) -> timedelta:
    """Return how long to leave a neighbour alone after so many attempts."""
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    return wait * random.uniform(*JITTER)  # noqa: S311  (spreads load, guards nothing)


def _deliver(message: Leased, keepers: Keepers, at: datetime) -> None:
    """Keep one promise, or write down why not; only a lost database gets past here."""
    try:
        _keep(message, keepers[message.kind], at)
    except LeaseLost:
        db.rollback()
        log.warning("outbox.lease_lost", extra=_facts(message))
    except (Unavailable, OperationalError) as error:
        db.rollback()
        log.info("outbox.postponed", extra=_facts(message) | {"reason": str(error)})
        _postpone(message, at, last_error=_words(error))
    except Rejected as error:
        db.rollback()
        log.warning("outbox.rejected", extra=_facts(message) | {"reason": str(error)})
        _park(message, last_error=str(error), details=error.details)
    except Exception as error:
        db.rollback()
        log.exception("outbox.failed", extra=_facts(message))
        _count_failure(message, at, error)
    finally:
        db.remove()


def _keep(message: Leased, keeper: Keeper, at: datetime) -> None:
    content = keeper.prepare(message.subject_id)
    if content is None:
        _mark_done(message, at)
        db.commit()
        return
    _write(message, sent_at=at, leased_until=at + LEASE)
    db.commit()

    reply = keeper.send(content)

    # First the row that proves our lease: its lock keeps everybody else away while we record.
    _mark_done(message, at)
    keeper.record(message.subject_id, content, reply)
    db.commit()


def _mark_done(message: Leased, at: datetime) -> None:
    _write(message, **_free(MessageState.DONE), done_at=at, last_error="", details="")


def _postpone(message: Leased, at: datetime, **facts: Any) -> None:
    _write_if_ours(
        message,
        **_free(MessageState.WAITING),
        due_at=at + next_wait(message.attempts),
        **facts,
    )


def _park(message: Leased, **facts: Any) -> None:
    _write_if_ours(message, **_free(MessageState.PARKED), **facts)


def _count_failure(message: Leased, at: datetime, error: Exception) -> None:
    """Postpone after a fault of our own; park it when trying again does not help."""
    facts = {
        "failures": message.failures + 1,
        "last_error": _words(error),
        "details": "".join(traceback.format_exception(error)),
    }
    if message.failures + 1 >= MOST_FAILURES:
        _park(message, **facts)
    else:
        _postpone(message, at, **facts)


def _write_if_ours(message: Leased, **values: Any) -> None:
    """Write and commit the end of an attempt; if the message is no longer ours, it is not."""
    try:
        _write(message, **values)
    except LeaseLost:
        db.rollback()
        return
    db.commit()


def _write(message: Leased, **values: Any) -> None:
    """Change a leased message; raise `LeaseLost` when the lease is no longer ours."""
    query = (
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.lease_token == message.token)
        .values(**values)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    if db.execute(query).first() is None:
        raise LeaseLost


def _free(state: MessageState) -> dict[str, Any]:
    return {"state": state, "lease_token": None, "leased_until": None}


def _is_due(at: datetime) -> ColumnElement[bool]:
    """Waiting and due, or left behind by a worker that died."""
    return or_(
        and_(OutboxMessage.state == MessageState.WAITING, OutboxMessage.due_at <= at),
        and_(OutboxMessage.state == MessageState.LEASED, OutboxMessage.leased_until <= at),
    )


def _is_first_of_its_queue() -> ColumnElement[bool]:
    """No earlier message of the same queue is still owed; a parked one blocks those behind it."""
    earlier = aliased(OutboxMessage)
    blocked = (
        select(earlier.id)
        .where(
            earlier.queue == OutboxMessage.queue,
            earlier.id < OutboxMessage.id,
            earlier.state != MessageState.DONE,
        )
        .exists()
    )
    return or_(OutboxMessage.queue == "", ~blocked)


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, Unavailable) else f"{type(error).__name__}: {error}"


def _facts(message: Leased) -> dict[str, Any]:
    return {
        "message_id": message.id,
        "promise": message.kind,
        "subject_id": str(message.subject_id),
        "attempts": message.attempts,
    }
