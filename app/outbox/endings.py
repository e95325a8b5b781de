"""How an attempt ends that did not simply succeed: postponed, parked, or as if it had not been.

Each ending is committed, and each proves the lease: a worker that was too slow changes nothing.
"""

import logging
import random
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from app.core.db import db
from app.core.reasons import fault
from app.outbox import connections, evidence, leases
from app.outbox.doubts import StillQuiet
from app.outbox.history import note
from app.outbox.leases import Leased, LeaseLost, free
from app.outbox.models import MessageState
from app.outbox.reasons import OutboxReason
from app.outbox.rules import CLOSING_WAITS, MOST_CLOSINGS, MOST_TRANSIENT, Happening
from connectors.errors import Closed, OutsideError, Rejected, Transient, Unavailable
from connectors.reasons import Reason

MOST_FAILURES = 5
WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 30, 60, 120, 300, 600, 900))
JITTER = (0.8, 1.0)  # so that all that failed together does not come back together

log = logging.getLogger(__name__)


def next_wait(attempts: int) -> timedelta:
    """Return how long to wait before the next attempt after so many attempts."""
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    return wait * random.uniform(*JITTER)  # noqa: S311  (spreads load, guards nothing)


def take_no(message: Leased, error: OutsideError, at: datetime) -> None:
    """Record what a rejection means: for the connection, or for this message."""
    connection = message.connection
    facts = facts_of(message) | {"reason": str(error), "connection": connection}
    if connection and _closes_it_alone(message, error):
        log.warning("outbox.closes_alone", extra=facts)
        connections.note_answer(connection, at=at)
        values = {"times": message.closings + 1, "answer": error.reason}
        reason = Reason(OutboxReason.CLOSES_ALONE, values)
        park(message, at, last_error=reason, details=error.details)
        return
    if connection and connections.stop_for(connection, error, at=at, message_id=message.id):
        _wait_for_connection(message, error, at)
        return
    match error:
        case Transient() if message.attempts < MOST_TRANSIENT:
            log.info("outbox.postponed", extra=facts)
            if connection:
                connections.note_answer(connection, at=at)
            what = Happening.IN_DOUBT if error.outcome_unknown else Happening.POSTPONED
            postpone(message, at, what, last_error=error.reason)
        case Transient():
            log.warning("outbox.locked_for_days", extra=facts)
            park(message, at, last_error=error.reason, details=error.details)
        case Unavailable():
            log.info("outbox.postponed", extra=facts)
            if connection:
                connections.note_failure(connection, error.reason, at=at)
            what = Happening.IN_DOUBT if error.outcome_unknown else Happening.POSTPONED
            postpone(message, at, what, last_error=error.reason)
        case Rejected():
            log.warning("outbox.rejected", extra=facts)
            if connection:
                connections.note_answer(connection, at=at)
            park(message, at, last_error=error.reason, details=error.details)


def _closes_it_alone(message: Leased, error: OutsideError) -> bool:
    """Whether this message closes a connection that works for everybody else.

    It was tried again only after a ping had been answered, each time.
    """
    return isinstance(error, Closed) and message.closings + 1 >= MOST_CLOSINGS


def _wait_for_connection(message: Leased, error: OutsideError, at: datetime) -> None:
    """Let a message wait with its connection, and count when it was what closed it."""
    facts: dict[str, Any] = {"last_error": error.reason}
    if isinstance(error, Closed):
        wait = CLOSING_WAITS[min(message.closings, len(CLOSING_WAITS) - 1)]
        facts["closings"] = message.closings + 1
        facts |= {"due_at": at + wait} if wait else {}
    untry(message, at, Happening.STOPPED, **facts)


def postpone(
    message: Leased, at: datetime, what: Happening = Happening.POSTPONED, **facts: Any
) -> None:
    """Let a message wait; the longer, the more often it was tried."""
    due_at = at + next_wait(message.attempts)
    values = free(MessageState.WAITING) | {"due_at": due_at, "closings": 0}
    _write_if_ours(message, at, what, **values, **facts)


def park(message: Leased, at: datetime, **facts: Any) -> None:
    """Let a message wait until a person has looked."""
    values = free(MessageState.PARKED) | {"parked_at": at} | facts
    _write_if_ours(message, at, Happening.PARKED, **values)


def untry(message: Leased, at: datetime, what: Happening | None, **facts: Any) -> None:
    """Let a message wait as if it had not been tried: the trouble is not its own."""
    attempts = message.attempts - 1
    _write_if_ours(message, at, what, **free(MessageState.WAITING), attempts=attempts, **facts)


def wait_quietly(message: Leased, pause: StillQuiet, at: datetime) -> None:
    """Wait for an external system that may still be processing what was sent."""
    log.info("outbox.quiet", extra=facts_of(message) | {"until": pause.until.isoformat()})
    untry(message, at, None, due_at=pause.until, last_error=Reason(OutboxReason.STILL_QUIET))


def give_back(messages: Sequence[Leased]) -> None:
    """Return the rest of a batch: its connection has stopped, or somebody has to go."""
    leases.let_go(messages)
    db.commit()


def count_failure(message: Leased, at: datetime, error: Exception) -> None:
    """Postpone after a fault of our own; park it when trying again does not help."""
    facts: dict[str, Any] = {
        "failures": message.failures + 1,
        "last_error": fault(error),
        "details": "".join(traceback.format_exception(error)),
    }
    if message.failures + 1 >= MOST_FAILURES:
        park(message, at, **facts)
    else:
        postpone(message, at, **facts)


def facts_of(message: Leased) -> dict[str, Any]:
    """Return what the log says of a message."""
    return {
        "message_id": message.id,
        "promise": message.kind,
        "subject_id": str(message.subject_id),
        "attempts": message.attempts,
    }


def _write_if_ours(message: Leased, at: datetime, what: Happening | None, **values: Any) -> None:
    """Write and commit the end of an attempt; if the message is no longer ours, it is not.

    The state of the connection is updated even if the lease was lost.
    """
    with suppress(LeaseLost):
        leases.write(message, **values)
        evidence.keep(message.id, at=at)
        if what is not None:
            note(message.id, what, values.get("last_error"), at=at)
    db.commit()
