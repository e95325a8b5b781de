"""Holding a message for a while; whoever holds it proves it by a token, or changes nothing.

The statements are built once and told by parameters what they are about: building one costs more
than the database does for it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Executable,
    Integer,
    Uuid,
    any_,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from app.core.db import Code, Moment, db, driver_of
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.queries import is_due, is_first_of_its_queue

_UNSYNCHRONISED = {"synchronize_session": False}
_ARE_OURS = (
    OutboxMessage.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
    OutboxMessage.lease_token == any_(bindparam("tokens", type_=ARRAY(Uuid))),
)
_LEASED = (
    "id",
    "kind",
    "subject_id",
    "connection",
    "attempts",
    "failures",
    "closings",
    "doubt_since",
)
_DUE = (
    select(OutboxMessage.id)
    .where(
        is_due(bindparam("at", type_=Moment())),
        is_first_of_its_queue(),
        OutboxMessage.connection == bindparam("way", type_=Code),
        (OutboxMessage.kind == any_(bindparam("kinds", type_=ARRAY(Code))))
        == bindparam("are_wanted", type_=Boolean),
    )
    .order_by(OutboxMessage.due_at, OutboxMessage.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(OutboxMessage)
    .where(OutboxMessage.id == _DUE.c.id)
    .values(
        state=MessageState.LEASED,
        lease_token=bindparam("token", type_=Uuid),
        leased_until=bindparam("until", type_=Moment()),
        attempts=OutboxMessage.attempts + 1,
    )
    .returning(
        *(getattr(OutboxMessage, name) for name in _LEASED),
        # Until the end of this transaction only; see `take`.
        func.set_config("synchronous_commit", "off", True),
    )
    .execution_options(**_UNSYNCHRONISED)
)
_LET_GO = (
    update(OutboxMessage)
    .where(*_ARE_OURS)
    .values(
        state=MessageState.WAITING,
        lease_token=None,
        leased_until=None,
        attempts=OutboxMessage.attempts - 1,
    )
    .execution_options(**_UNSYNCHRONISED)
)

Rows = Sequence[tuple[Any, ...]]
Run = Callable[[dict[str, Any]], Rows]


@dataclass(frozen=True)
class Leased:
    """A message that is ours until its lease runs out or somebody takes it over."""

    id: int
    kind: str
    subject_id: UUID
    connection: str
    attempts: int
    failures: int
    closings: int
    doubt_since: datetime | None
    token: UUID


class LeaseLost(Exception):
    """Somebody else has taken the message over; what we did to it must not count."""


def take(
    run: Run,
    at: datetime,
    until: datetime,
    limit: int,
    connection: str,
    *,
    only: Collection[str] | None = None,
    but: Collection[str] = (),
) -> list[Leased]:
    """Lease what is due for a connection, the first of each queue; others get other messages.

    Only messages of some kinds, or of all but some. The lease need not have reached the disk when
    it is committed: what the database forgets in a crash is due again, and its token opens nothing
    any more.
    """
    facts = {
        "at": at,
        "until": until,
        "most": limit,
        "way": connection,
        "kinds": list(but if only is None else only),
        "are_wanted": only is not None,
    }
    token = uuid4()
    rows = run(facts | {"token": token})
    taken = [Leased(**dict(zip(_LEASED, row, strict=False)), token=token) for row in rows]
    return sorted(taken, key=lambda message: message.id)


def by_session(facts: dict[str, Any]) -> Rows:
    """Take within the session's transaction."""
    return [tuple(row) for row in db.execute(_TAKE, facts)]


@contextmanager
def own_line() -> Iterator[Run]:
    """Give a connection that commits each lease by itself, open as long as one likes.

    Whoever waits for the next message takes it in one exchange with the database instead of four,
    in words and by a plan that were made before: SQLAlchemy would take as long to find them again
    as the database takes to follow them. Nobody asks first whether the line still lives: when it
    does not, there is another.
    """
    line = _open_line()
    taking = _TAKE.compile(dialect=db.get_bind().dialect)
    words = str(taking)
    known = {name: _plain(value) for name, value in taking.params.items()}

    def run(facts: dict[str, Any]) -> Rows:
        nonlocal line
        try:
            return driver_of(line).execute(words, known | facts).fetchall()
        except psycopg.OperationalError:
            if not driver_of(line).closed:
                raise
            line.invalidate()
            line = _open_line()
            return driver_of(line).execute(words, known | facts).fetchall()

    try:
        yield run
    finally:
        line.close()


def _open_line() -> PoolProxiedConnection:
    line = db.get_bind().engine.raw_connection()
    line.detach()  # what is set here is for nobody else
    driver_of(line).autocommit = True
    driver_of(line).execute("SET plan_cache_mode = force_generic_plan")
    return line


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def write(message: Leased, **values: Any) -> None:
    """Change a leased message; raise `LeaseLost` when the lease is no longer ours."""
    write_all([message], **values)


def write_all(messages: Sequence[Leased], **values: Any) -> None:
    """Change messages of one lease at once; raise `LeaseLost` when one is no longer ours."""
    news = {f"new_{name}": value for name, value in values.items()}
    changed = db.execute(_writing(*sorted(values)), _proof(messages) | news).all()
    if len(changed) != len(messages):
        raise LeaseLost


def extend(session: Session, kind: str, subject_id: UUID, *, until: datetime) -> None:
    """Keep the lease of a message whose sending takes long, from a thread beside it."""
    mine = (OutboxMessage.kind == kind, OutboxMessage.subject_id == subject_id)
    is_leased = OutboxMessage.state == MessageState.LEASED
    query = update(OutboxMessage).where(*mine, is_leased).values(leased_until=until)
    session.execute(query.execution_options(**_UNSYNCHRONISED))


def let_go(messages: Sequence[Leased]) -> None:
    """Let those of these that are still ours wait as if nobody had taken them."""
    db.execute(_LET_GO, _proof(messages))


def free(state: MessageState) -> dict[str, Any]:
    """Return what ends a lease in this state."""
    return {"state": state, "lease_token": None, "leased_until": None}


def done(at: datetime) -> dict[str, Any]:
    """Return what says that a promise is kept."""
    over = {"done_at": at, "doubt_since": None, "last_error": None, "details": ""}
    return free(MessageState.DONE) | over


def _proof(messages: Sequence[Leased]) -> dict[str, Any]:
    tokens = {message.token for message in messages}
    return {"ids": [message.id for message in messages], "tokens": list(tokens)}


@cache
def _writing(*names: str) -> Executable:
    """Return the statement that writes these columns."""
    columns = OutboxMessage.__table__.c
    news = {name: bindparam(f"new_{name}", type_=columns[name].type) for name in names}
    return (
        update(OutboxMessage)
        .where(*_ARE_OURS)
        .values(news)
        .returning(OutboxMessage.id)
        .execution_options(**_UNSYNCHRONISED)
    )
