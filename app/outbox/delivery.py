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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.core.clock import now
from app.core.db import db
from app.core.reasons import reason_of
from app.outbox import connections, doubts, endings, evidence, leases
from app.outbox.doubts import Inquiry, NobodyKnows, StillQuiet
from app.outbox.leases import Leased, LeaseLost, Run, by_session, done
from app.outbox.models import OutboxMessage
from app.outbox.queries import is_due, is_first_of_its_queue
from app.outbox.reasons import OutboxReason
from app.outbox.rules import BREAK_AFTER, ConnectionState
from app.outbox.sharing import BATCH, IsOver, keep_all
from app.outbox.slots import one_slot
from connectors.errors import Closed, Denied, Foreign, OutsideError
from connectors.reasons import Reason

LEASE = timedelta(minutes=3)  # longer than the longest call to a neighbour
LOCAL_SECONDS = 1.0  # before somebody looks whether neighbours are waited for

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
Take = Callable[[datetime], list[Leased]]


def _never() -> bool:
    return False


def local(function: Callable[[UUID], None]) -> Keeper:
    """Return a keeper that only changes our own database, in one transaction."""
    return Keeper(
        prepare=lambda subject_id, _connection: subject_id,
        send=lambda _: None,
        record=lambda subject_id, _message, _reply: function(subject_id),
        is_local=True,
    )


def deliver_due(
    keepers: Keepers,
    *,
    at: datetime,
    limit: int = 10,
    links: Links = NO_LINKS,
    is_over: IsOver = _never,
    run: Run = by_session,
) -> int:
    """Try what is due at this moment; return how many messages were tried.

    The limit holds for each connection, so that none of them waits for another. What is local
    comes first, in batches, and only for so long that neighbours do not wait for it either. When
    it `is_over`, what has not been begun is given back.
    """
    started = time.monotonic()
    take_local = partial(take_due, limit=BATCH, only=_local_kinds(keepers), run=run)
    tried = _keep_local(keepers, take_local, at=at, is_over=is_over)
    ways = sorted(links.keys() | _connections_due(keepers, at))
    random.shuffle(ways)  # so that not all workers wait for the same neighbour first
    for name in ways:
        if is_over():
            break
        moment = at + timedelta(seconds=time.monotonic() - started)
        work = partial(_deliver_batch, keepers, name, limit=limit, is_over=is_over)
        tried += _deliver_through(name, links.get(name, Link()), work, at=moment)
    return tried


def drain(
    keepers: Keepers,
    *,
    at: datetime | None = None,
    links: Links = NO_LINKS,
    is_over: IsOver = _never,
    run: Run = by_session,
) -> int:
    """Deliver until nothing is due, at the present moment or, for checks, at a given one."""
    total = 0
    while tried := deliver_due(keepers, at=at or now(), links=links, is_over=is_over, run=run):
        total += tried
    return total


def take_due(
    at: datetime,
    limit: int = 10,
    connection: str = "",
    *,
    run: Run = by_session,
    **which: Any,
) -> list[Leased]:
    """Lease what is due and commit the lease; other workers get other messages."""
    taken = leases.take(run, at, at + LEASE, limit, connection, **which)
    db.commit()
    return taken


def _local_kinds(keepers: Keepers) -> list[str]:
    return [kind for kind, keeper in keepers.items() if keeper.is_local]


def _connections_due(keepers: Keepers, at: datetime) -> set[str]:
    """Return the connections that messages wait for, also those which nobody has set up.

    What is not local and goes through none waits at the one without a name.
    """
    is_local = (OutboxMessage.connection == "") & OutboxMessage.kind.in_(_local_kinds(keepers))
    query = select(OutboxMessage.connection).where(is_due(at), ~is_local)
    names = set(db.scalars(query.distinct()))
    db.commit()
    return names


def _deliver_through(connection: str, link: Link, work: Callable[..., int], *, at: datetime) -> int:
    """Do the work that is due for one connection, if it works and bears one more of us."""
    if not connection:
        return work(at=at)
    if not (_is_working(connection) or _probe(connection, link, at)):
        return 0
    if not _is_anything_due(connection, at):
        return 0
    with one_slot(connection, link.parallel) as is_ours:
        return work(at=at) if is_ours else 0


def _keep_local(keepers: Keepers, take: Take, *, at: datetime, is_over: IsOver) -> int:
    """Keep what changes only our own database, batch after batch for a short while."""
    started = time.monotonic()
    tried, passed = 0, 0.0
    while passed < LOCAL_SECONDS and not is_over():
        moment = at + timedelta(seconds=passed)
        taken = take(moment)
        left = keep_all(
            taken,
            lambda one: keepers[one.kind].record(one.subject_id, one.subject_id, None),
            lambda one, moment: _deliver(one, keepers, moment),
            at=moment,
            is_over=is_over,
        )
        if left:
            endings.give_back(left)
        tried += len(taken) - len(left)
        if len(taken) < BATCH:
            break
        passed = time.monotonic() - started
    return tried


def _deliver_batch(
    keepers: Keepers, connection: str, *, at: datetime, limit: int, is_over: IsOver
) -> int:
    started = time.monotonic()
    but = () if connection else _local_kinds(keepers)
    taken = take_due(at, limit, connection, but=but)
    for number, message in enumerate(taken):
        if is_over() or (number and connection and not _is_working(connection)):
            endings.give_back(taken[number:])
            return number
        passed = timedelta(seconds=time.monotonic() - started)
        _deliver(message, keepers, at + passed)
    return len(taken)


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


def _ping(link: Link) -> tuple[ConnectionState, Reason | None]:
    """Return what the answer means, and why where it is a bad one."""
    try:
        if link.ping is not None:
            link.ping()
    except Denied as error:
        return ConnectionState.DENIED, error.reason
    except Foreign as error:
        return ConnectionState.FOREIGN, error.reason
    except Closed as error:
        return ConnectionState.CLOSED, error.reason
    except OutsideError as error:
        return ConnectionState.BROKEN, error.reason
    except Exception as error:
        log.exception("connection.probe_failed")
        return ConnectionState.BROKEN, reason_of(error)
    return ConnectionState.WORKING, None


def _deliver(message: Leased, keepers: Keepers, at: datetime) -> None:
    """Keep one promise, or write down why not; only a lost database gets past here."""
    with evidence.listening():
        try:
            _keep(message, keepers[message.kind], at)
        except LeaseLost:
            db.rollback()
            log.warning("outbox.lease_lost", extra=endings.facts_of(message))
        except StillQuiet as pause:
            db.rollback()
            endings.wait_quietly(message, pause, at)
        except NobodyKnows:
            db.rollback()
            endings.park(message, at, last_error=Reason(OutboxReason.NOBODY_KNOWS))
        except OutsideError as error:
            db.rollback()
            endings.take_no(message, error, at)
        except OperationalError as error:
            db.rollback()
            log.info("outbox.postponed", extra=endings.facts_of(message) | {"reason": str(error)})
            endings.postpone(message, at, last_error=reason_of(error))
        except Exception as error:
            db.rollback()
            log.exception("outbox.failed", extra=endings.facts_of(message))
            endings.count_failure(message, at, error)
        finally:
            db.remove()


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
