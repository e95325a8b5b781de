"""The ways to the neighbours: stopping them, asking again, letting them go on.

Nothing here commits. A connection that nobody has had trouble with has no row and works.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.errors import N_, NotAllowed
from app.core.outside import MAIL
from app.core.reasons import words
from app.outbox.models import Connection
from app.outbox.rules import ALARMING, ASKED_AGAIN, BREAK_AFTER, ConnectionState, probe_wait
from app.outbox.service import promise
from connectors.errors import Closed, Denied, Foreign, OutsideError
from connectors.reasons import Reason

# Every message would otherwise write the same row.
NOTED_EVERY = timedelta(seconds=10)

_WORKING = {
    "state": ConnectionState.WORKING,
    "stopped_at": None,
    "paused_until": None,
    "paused_by": "",
    "reason": None,
    "stopped_by": None,
    "failures": 0,
    "probes": 0,
}

_STOPS: tuple[tuple[type[OutsideError], ConnectionState], ...] = (
    (Denied, ConnectionState.DENIED),
    (Foreign, ConnectionState.FOREIGN),
    (Closed, ConnectionState.CLOSED),
)

log = logging.getLogger(__name__)


class ConnectionIsHeld(NotAllowed):
    """A person has paused it, or its log-in is refused: no button may get past that."""

    message = N_("No requests may be sent there now: %(reason)s")


def is_working(name: str) -> bool:
    """Whether messages may take this connection now."""
    state = db.scalar(select(Connection.state).where(Connection.name == name))
    return state in (None, ConnectionState.WORKING)


def refuse_if_held(name: str) -> None:
    """Raise `ConnectionIsHeld` when only a person may let the connection go on.

    One that stopped by itself may be asked: whoever asks is as good as a probe.
    """
    held = Connection.state.in_((ConnectionState.PAUSED, ConnectionState.DENIED))
    found = db.scalar(select(Connection).where(Connection.name == name, held))
    if found is not None:
        raise ConnectionIsHeld(reason=found.reason)


def stop(
    name: str,
    state: ConnectionState,
    reason: Reason,
    *,
    at: datetime,
    message_id: int | None = None,
) -> None:
    """Stop a connection by itself, until a probe is answered; what stopped before stays stopped.

    `message_id` is the message whose attempt was answered so.
    """
    facts = {"connection": name, "state": state.value, "reason": str(reason)}
    level = logging.ERROR if state in ALARMING else logging.WARNING
    log.log(level, "connection.stopped", extra=facts)
    values = {
        "state": state,
        "stopped_at": at,
        "paused_until": at + probe_wait(state, 0),
        "paused_by": "",
        "reason": reason,
        "stopped_by": message_id,
        "probes": 0,
        "last_error": reason,
        "last_error_at": at,
    }
    is_news = _upsert(name, values, only_if=Connection.state == ConnectionState.WORKING) is not None
    if is_news and state in ALARMING:
        _alarm(name, at)


def stop_for(name: str, error: Exception, *, at: datetime, message_id: int | None = None) -> bool:
    """Stop a connection when an error is about all of it; return whether it is."""
    for kind, state in _STOPS:
        if isinstance(error, kind):
            stop(name, state, error.reason, at=at, message_id=message_id)
            return True
    return False


def note_failure(name: str, reason: Reason, *, at: datetime) -> None:
    """Count a failure; the last of several in a row breaks the connection."""
    trouble = {"last_error": reason, "last_error_at": at}
    failures = Connection.failures + 1
    count = _upsert(name, {**trouble, "failures": 1}, {**trouble, "failures": failures})
    if count is not None and count >= BREAK_AFTER:
        stop(name, ConnectionState.BROKEN, reason, at=at)


def note_answer(name: str, *, at: datetime) -> None:
    """Remember that the neighbour answered, whatever it said."""
    values = {"failures": 0, "last_success_at": at}
    is_news = or_(
        Connection.failures > 0,
        Connection.last_success_at.is_(None),
        Connection.last_success_at < at - NOTED_EVERY,
    )
    _upsert(name, values, only_if=is_news)


def take_probe(name: str, *, at: datetime) -> datetime | None:
    """Become the one who asks again; return the ticket, or None when it is nobody's turn.

    The moment of the next probe moves on with it, so that a prober who dies costs one wait.
    """
    due = (Connection.state.in_(ASKED_AGAIN), Connection.paused_until <= at)
    query = select(Connection).where(Connection.name == name, *due)
    found = db.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if found is None:
        return None
    found.probes += 1
    found.paused_until = ticket = at + probe_wait(found.state, found.probes)
    db.flush()  # the caller commits before it asks
    return ticket


def reopen(name: str, ticket: datetime, *, at: datetime, failures: int = 0) -> None:
    """Let a connection go on after its probe; a pause that came meanwhile stays."""
    log.info("connection.reopened", extra={"connection": name})
    facts = {"failures": failures, "last_success_at": at} if not failures else {}
    values = _WORKING | {"failures": failures} | facts
    _change(name, Connection.paused_until == ticket, values)


def keep_stopped(
    name: str, ticket: datetime, state: ConnectionState, reason: Reason | None, *, at: datetime
) -> None:
    """Write down why a probe was in vain."""
    values: dict[str, Any] = {"reason": reason, "last_error": reason, "last_error_at": at}
    values |= {"stopped_by": None}  # the neighbour says it to everybody
    if state in ALARMING:
        log.error("connection.stopped", extra={"connection": name, "state": state.value})
        if state is ConnectionState.DENIED:
            values |= {"paused_until": at + probe_wait(state, 0)}
        if db.scalar(select(Connection.state).where(Connection.name == name)) is not state:
            _alarm(name, at)
    _change(name, Connection.paused_until == ticket, values | {"state": state})


def pause(name: str, reason: str, *, by: str, at: datetime) -> None:
    """Stop a connection until a person lets it go on."""
    values = {
        "state": ConnectionState.PAUSED,
        "stopped_at": at,
        "paused_until": None,
        "paused_by": by,
        "reason": words(reason),
        "stopped_by": None,
    }
    _upsert(name, values)


def resume(name: str) -> None:
    """Let a connection go on, whatever stopped it; if the trouble is still there it stops again."""
    _change(name, Connection.state != ConnectionState.WORKING, _WORKING)


def list_connections(names: Collection[str]) -> list[Connection]:
    """Return these connections in the order of the names, also those without a row yet."""
    known = {one.name: one for one in db.scalars(select(Connection))}
    return [known.get(name) or _untroubled(name) for name in names]


def next_try(name: str, due_at: datetime) -> datetime | None:
    """Return when a message is tried next; None while a person has paused its connection."""
    query = select(Connection.state, Connection.paused_until).where(Connection.name == name)
    state, paused_until = db.execute(query).one_or_none() or (None, None)
    if state is ConnectionState.PAUSED:
        return None
    return max(due_at, paused_until) if paused_until else due_at


def _alarm(name: str, at: datetime) -> None:
    """Have the administrators told, once a stop: this one does not end by itself."""
    key = uuid5(NAMESPACE_OID, f"{name}/{at.isoformat()}")
    promise("mail.exchange_alarm", key, at=at, connection=MAIL)


def _untroubled(name: str) -> Connection:
    return Connection(name=name, state=ConnectionState.WORKING, failures=0, probes=0)


def _upsert(
    name: str,
    values: dict[str, Any],
    changes: dict[str, Any] | None = None,
    *,
    only_if: ColumnElement[bool] | None = None,
) -> int | None:
    """Write a connection's row; return its failures, None when the condition did not hold."""
    query = (
        insert(Connection)
        .values(name=name, **values)
        .on_conflict_do_update(
            index_elements=[Connection.name], set_=changes or values, where=only_if
        )
        .returning(Connection.failures)
        .execution_options(synchronize_session=False)
    )
    return db.scalar(query)


def _change(name: str, condition: ColumnElement[bool], values: dict[str, Any]) -> None:
    query = update(Connection).where(Connection.name == name, condition).values(**values)
    db.execute(query.execution_options(synchronize_session=False))
