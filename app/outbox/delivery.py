"""The one loop that keeps promises: lease, prepare, send, record.

A message is sent at least once and always under the same key. `sent_at` is committed before the
sending, so that after a crash everybody knows that the outcome is unknown; every write after the
lease carries its token, so that a worker which was too slow changes nothing any more.

What goes to a neighbour goes through a connection. While that is stopped its messages are not
touched: they keep their time and no attempt is counted, only a probe is sent now and then.
"""

import logging
import random
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import OperationalError

from app.core.clock import now
from app.core.db import db
from app.outbox import connections, doubts, evidence, leases
from app.outbox.doubts import Inquiry, StillQuiet
from app.outbox.history import note
from app.outbox.leases import Leased, LeaseLost, done, free
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.queries import is_due, is_first_of_its_queue
from app.outbox.rules import BREAK_AFTER, ConnectionState, Happening
from app.outbox.sharing import keep_together
from app.outbox.slots import one_slot
from connectors.errors import Closed, Denied, OutsideError, Rejected, Unavailable

LEASE = timedelta(minutes=3)  # longer than the longest call to a neighbour
MOST_FAILURES = 5
WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 30, 60, 120, 300, 600, 900))
JITTER = (0.8, 1.0)  # so that all that failed together does not come back together

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Keeper:
    """How a kind of promise is kept, in three functions.

    `prepare` reads what must be told through the message's connection, in a transaction; None means
    that nothing is owed any more. `send` tells it outside of any transaction and returns the reply.
    `record` writes the reply down in the transaction that marks the message as done; it must bear
    being called again. With an `inquiry` a message whose outcome is unknown is asked about before
    it is sent again. A local one is all `record` and changes nothing outside of our database.
    """

    prepare: Callable[[UUID, str], Any]
    send: Callable[[Any], Any]
    record: Callable[[UUID, Any, Any], None]
    inquiry: Inquiry | None = None
    is_local: bool = False


@dataclass(frozen=True)
class Link:
    """What a connection can bear: how many calls at once, and how to ask whether it works.

    Without a `ping` the next message is the question.
    """

    parallel: int = 2
    ping: Callable[[], object] | None = None


Keepers = Mapping[str, Keeper]
Links = Mapping[str, Link]
NO_LINKS: Links = {}


def local(function: Callable[[UUID], None]) -> Keeper:
    """Return a keeper that only changes our own database, in one transaction."""
    return Keeper(
        prepare=lambda subject_id, _connection: subject_id,
        send=lambda _: None,
        record=lambda subject_id, _message, _reply: function(subject_id),
        is_local=True,
    )


def deliver_due(keepers: Keepers, *, at: datetime, limit: int = 10, links: Links = NO_LINKS) -> int:
    """Try what is due at this moment, each message on its own; return how many were tried.

    The limit holds for each connection, so that none of them waits for another.
    """
    started = time.monotonic()
    tried = _deliver_batch(keepers, "", at=at, limit=limit)
    ways = sorted(links.keys() | _connections_due(at))
    random.shuffle(ways)  # so that not all workers wait for the same neighbour first
    for name in ways:
        passed = timedelta(seconds=time.monotonic() - started)
        link = links.get(name, Link())
        tried += _deliver_through(name, link, keepers, at=at + passed, limit=limit)
    return tried


def drain(keepers: Keepers, *, at: datetime | None = None, links: Links = NO_LINKS) -> int:
    """Deliver until nothing is due, at a given moment or at the present one; for checks."""
    total = 0
    while tried := deliver_due(keepers, at=at or now(), links=links):
        total += tried
    return total


def take_due(at: datetime, limit: int = 10, *which: ColumnElement[bool]) -> list[Leased]:
    """Lease what is due and commit the lease; other workers get other messages."""
    taken = leases.take(at, at + LEASE, limit, *which)
    db.commit()
    return taken


def next_wait(attempts: int) -> timedelta:
    """Return how long to leave a neighbour alone after so many attempts."""
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    return wait * random.uniform(*JITTER)  # noqa: S311  (spreads load, guards nothing)


def _connections_due(at: datetime) -> set[str]:
    """Return the connections that messages wait for, also those which nobody has set up."""
    query = select(OutboxMessage.connection).where(is_due(at), OutboxMessage.connection != "")
    names = set(db.scalars(query.distinct()))
    db.commit()
    return names


def _deliver_through(
    connection: str, link: Link, keepers: Keepers, *, at: datetime, limit: int
) -> int:
    """Try what is due for one connection, if it works and bears one more of us."""
    if not (_is_working(connection) or _probe(connection, link, at)):
        return 0
    if not _is_anything_due(connection, at):
        return 0
    with one_slot(connection, link.parallel) as is_ours:
        return _deliver_batch(keepers, connection, at=at, limit=limit) if is_ours else 0


def _deliver_batch(keepers: Keepers, connection: str, *, at: datetime, limit: int) -> int:
    started = time.monotonic()
    taken = take_due(at, limit, OutboxMessage.connection == connection)
    # Each is the first of its queue, so that their order among each other is free.
    own = [message for message in taken if _is_local(message, keepers)]
    together = keep_together(own, lambda one: _record(one, keepers), at=at)
    rest = [message for message in taken if message not in own[:together]]
    for number, message in enumerate(rest):
        if number and connection and not _is_working(connection):
            _give_back(rest[number:])
            return together + number
        passed = timedelta(seconds=time.monotonic() - started)
        _deliver(message, keepers, at + passed)
    return len(taken)


def _record(message: Leased, keepers: Keepers) -> None:
    keepers[message.kind].record(message.subject_id, message.subject_id, None)


def _is_local(message: Leased, keepers: Keepers) -> bool:
    return message.kind in keepers and keepers[message.kind].is_local


def _is_working(connection: str) -> bool:
    is_working = connections.is_working(connection)
    db.commit()  # no transaction stays open while a neighbour is spoken to
    return is_working


def _is_anything_due(connection: str, at: datetime) -> bool:
    """Look before taking one of the few slots."""
    mine = OutboxMessage.connection == connection
    query = select(OutboxMessage.id).where(is_due(at), is_first_of_its_queue(), mine)
    is_due_now = db.scalar(query.limit(1)) is not None
    db.commit()
    return is_due_now


def _probe(connection: str, link: Link, at: datetime) -> bool:
    """Ask a stopped connection whether it works again, when it is time and nobody else does."""
    ticket = connections.take_probe(connection, at=at)
    db.commit()
    if ticket is None:
        return False
    state, reason = _ping(link)
    if state is not ConnectionState.WORKING:
        connections.keep_stopped(connection, ticket, state, reason, at=at)
    elif link.ping is None:
        # Nothing was asked: the first message that fails stops the connection again.
        connections.reopen(connection, ticket, at=at, failures=BREAK_AFTER - 1)
    else:
        connections.reopen(connection, ticket, at=at)
    db.commit()
    return _is_working(connection)


def _ping(link: Link) -> tuple[ConnectionState, str]:
    """Return what the answer means, and the words of a bad one."""
    try:
        if link.ping is not None:
            link.ping()
    except Denied as error:
        return ConnectionState.DENIED, str(error)
    except Closed as error:
        return ConnectionState.CLOSED, str(error)
    except OutsideError as error:
        return ConnectionState.BROKEN, str(error)
    except Exception as error:
        log.exception("connection.probe_failed")
        return ConnectionState.BROKEN, _words(error)
    return ConnectionState.WORKING, ""


def _deliver(message: Leased, keepers: Keepers, at: datetime) -> None:
    """Keep one promise, or write down why not; only a lost database gets past here."""
    with evidence.listening():
        try:
            _keep(message, keepers[message.kind], at)
        except LeaseLost:
            db.rollback()
            log.warning("outbox.lease_lost", extra=_facts(message))
        except StillQuiet as pause:
            db.rollback()
            _wait_quietly(message, pause, at)
        except OutsideError as error:
            db.rollback()
            _take_no(message, error, at)
        except OperationalError as error:
            db.rollback()
            log.info("outbox.postponed", extra=_facts(message) | {"reason": str(error)})
            _postpone(message, at, last_error=_words(error))
        except Exception as error:
            db.rollback()
            log.exception("outbox.failed", extra=_facts(message))
            _count_failure(message, at, error)
        finally:
            db.remove()


def _take_no(message: Leased, error: OutsideError, at: datetime) -> None:
    """Write down what the neighbour's no means: for its connection, or for this message."""
    connection = message.connection
    facts = _facts(message) | {"reason": str(error), "connection": connection}
    if connection and connections.stop_for(connection, error, at=at):
        _untry(message, at, Happening.STOPPED, last_error=str(error))
        return
    match error:
        case Unavailable():
            log.info("outbox.postponed", extra=facts)
            if connection:
                connections.note_failure(connection, str(error), at=at)
            what = Happening.IN_DOUBT if error.outcome_unknown else Happening.POSTPONED
            _postpone(message, at, what, last_error=str(error))
        case Rejected():
            log.warning("outbox.rejected", extra=facts)
            if connection:
                connections.note_answer(connection, at=at)
            _park(message, at, last_error=str(error), details=error.details)


def _keep(message: Leased, keeper: Keeper, at: datetime) -> None:
    content = keeper.prepare(message.subject_id, message.connection)
    if content is None:
        _mark_done(message, at)
        db.commit()
        return
    reply = None
    if keeper.inquiry is not None and message.doubt_since is not None:
        leases.write(message, leased_until=at + LEASE)
        db.commit()
        reply = doubts.ask(message, keeper.inquiry, content, at=at)
        if reply is None:
            db.commit()
            doubts.keep_quiet(message, keeper.inquiry, content, at=at)
    if reply is None:
        reply = _send(message, keeper, content, at)

    # First the row that proves our lease: its lock keeps everybody else away while we record.
    _mark_done(message, at)
    keeper.record(message.subject_id, content, reply)
    evidence.keep(message.id, at=at)
    if message.connection:
        connections.note_answer(message.connection, at=at)
    db.commit()


def _send(message: Leased, keeper: Keeper, content: Any, at: datetime) -> Any:
    """Commit that it may have been sent, then send it; only a clear no takes that back.

    What stays in the house is not announced: uncommitted, it has not happened.
    """
    if keeper.is_local:
        return keeper.send(content)
    in_doubt = {} if keeper.inquiry is None else {"doubt_since": at}
    leases.write(message, sent_at=at, leased_until=at + LEASE, **in_doubt)
    db.commit()
    try:
        return keeper.send(content)
    except OutsideError as error:
        if in_doubt and not error.outcome_unknown:
            leases.write(message, doubt_since=None)
            db.commit()
        raise


def _mark_done(message: Leased, at: datetime) -> None:
    leases.write(message, **done(at))


def _postpone(
    message: Leased, at: datetime, what: Happening = Happening.POSTPONED, **facts: Any
) -> None:
    due_at = at + next_wait(message.attempts)
    _write_if_ours(message, at, what, **free(MessageState.WAITING), due_at=due_at, **facts)


def _park(message: Leased, at: datetime, **facts: Any) -> None:
    values = free(MessageState.PARKED) | {"parked_at": at} | facts
    _write_if_ours(message, at, Happening.PARKED, **values)


def _untry(message: Leased, at: datetime, what: Happening | None, **facts: Any) -> None:
    """Let a message wait as if it had not been tried: the trouble is not its own."""
    attempts = message.attempts - 1
    _write_if_ours(message, at, what, **free(MessageState.WAITING), attempts=attempts, **facts)


def _wait_quietly(message: Leased, pause: StillQuiet, at: datetime) -> None:
    """Leave a neighbour alone that may still be at work on what was sent."""
    log.info("outbox.quiet", extra=_facts(message) | {"until": pause.until.isoformat()})
    _untry(message, at, None, due_at=pause.until, last_error=str(pause))


def _give_back(messages: Sequence[Leased]) -> None:
    """Return the rest of a batch whose connection has stopped."""
    for message in messages:
        attempts = message.attempts - 1
        with suppress(LeaseLost):
            leases.write(message, **free(MessageState.WAITING), attempts=attempts)
    db.commit()


def _count_failure(message: Leased, at: datetime, error: Exception) -> None:
    """Postpone after a fault of our own; park it when trying again does not help."""
    facts: dict[str, Any] = {
        "failures": message.failures + 1,
        "last_error": _words(error),
        "details": "".join(traceback.format_exception(error)),
    }
    if message.failures + 1 >= MOST_FAILURES:
        _park(message, at, **facts)
    else:
        _postpone(message, at, **facts)


def _write_if_ours(message: Leased, at: datetime, what: Happening | None, **values: Any) -> None:
    """Write and commit the end of an attempt; if the message is no longer ours, it is not.

    What the attempt has taught us about the connection is true in either case.
    """
    with suppress(LeaseLost):
        leases.write(message, **values)
        evidence.keep(message.id, at=at)
        if what is not None:
            note(message.id, what, str(values.get("last_error", "")), at=at)
    db.commit()


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _facts(message: Leased) -> dict[str, Any]:
    return {
        "message_id": message.id,
        "promise": message.kind,
        "subject_id": str(message.subject_id),
        "attempts": message.attempts,
    }
