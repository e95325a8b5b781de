"""What the worker, the exchange screen and the claim page ask about promises."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import LateralFromClause

from app.core.db import db
from app.outbox.models import (
    Connection,
    ExchangeRecord,
    HaltedKind,
    Job,
    MessageState,
    OutboxMessage,
)
from app.outbox.rules import ALARMING
from connectors.reasons import Reason

DAY = timedelta(days=1)


@dataclass(frozen=True)
class MessageRow:
    """A promise and how far it got; the errors are for administrators only."""

    id: int
    kind: str
    connection: str
    subject_id: UUID
    claim_id: UUID | None
    state: MessageState
    created_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    done_at: datetime | None
    last_error: Reason | None
    details: str


_COLUMNS = tuple(getattr(OutboxMessage, name) for name in MessageRow.__dataclass_fields__)


@dataclass(frozen=True)
class Backlog:
    """How long messages wait and neighbours take; None where there is nothing to measure."""

    oldest_waiting_at: datetime | None
    slowest_ms: int | None
    longest_way: timedelta | None
    dead_letters: int
    without_owner: int
    oldest_parked_at: datetime | None


def is_due(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Waiting and due, or left behind by a worker that died; nothing that is halted."""
    is_free = or_(
        OutboxMessage.state == MessageState.WAITING,
        and_(OutboxMessage.state == MessageState.LEASED, OutboxMessage.leased_until <= at),
    )
    return and_(OutboxMessage.due_at <= at, is_free, ~is_halted())


def is_halted() -> ColumnElement[bool]:
    """Whether a message is of a kind that is halted on its connection."""
    return (
        select(HaltedKind.kind)
        .where(
            HaltedKind.connection == OutboxMessage.connection,
            HaltedKind.kind == OutboxMessage.kind,
            HaltedKind.released_at.is_(None),
        )
        .exists()
    )


def is_first_of_its_queue() -> ColumnElement[bool]:
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


def first_before_it() -> LateralFromClause:
    """The message that an undone one waits for: the first of its queue that is still owed."""
    earlier = aliased(OutboxMessage)
    return (
        select(earlier.id, earlier.state)
        .where(
            OutboxMessage.queue != "",
            OutboxMessage.state != MessageState.DONE,
            earlier.queue == OutboxMessage.queue,
            earlier.id < OutboxMessage.id,
            earlier.state != MessageState.DONE,
        )
        .order_by(earlier.id)
        .limit(1)
        .lateral("before")
    )


def count_alarms() -> int:
    """Return how many things wait for an administrator: dead letters, log-ins, halted kinds."""
    dead = select(func.count()).where(OutboxMessage.state == MessageState.PARKED)
    denied = select(func.count()).where(Connection.state.in_(ALARMING))
    halted = select(func.count()).where(HaltedKind.released_at.is_(None))
    total = dead.scalar_subquery() + denied.scalar_subquery() + halted.scalar_subquery()
    return db.scalar(select(total)) or 0


def backlog(at: datetime) -> Backlog:
    """Return what the exchange screen measures itself by."""
    is_parked = OutboxMessage.state == MessageState.PARKED
    owed = select(
        func.min(OutboxMessage.created_at).filter(OutboxMessage.state == MessageState.WAITING),
        func.count().filter(is_parked),
        func.count().filter(is_parked, OutboxMessage.owner_id.is_(None)),
        func.min(OutboxMessage.parked_at).filter(is_parked),
    ).where(OutboxMessage.state != MessageState.DONE)
    waiting_at, dead, without_owner, parked_at = db.execute(owed).one()
    said = ExchangeRecord.at > at - DAY
    slowest = select(func.max(ExchangeRecord.milliseconds)).where(said)
    way = func.max(OutboxMessage.done_at - OutboxMessage.created_at)
    longest = select(way).join(ExchangeRecord).where(said)
    slowest_ms = db.scalar(slowest)
    longest_way: timedelta | None = db.scalar(longest)  # type: ignore[assignment]
    return Backlog(waiting_at, slowest_ms, longest_way, dead, without_owner, parked_at)


def count_by_state() -> dict[MessageState, int]:
    """Return how many promises are in each state; what is done long ago counts too."""
    query = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    found: dict[MessageState, int] = dict(db.execute(query).all())
    return {state: found.get(state, 0) for state in MessageState}


def waiting_for(claim_id: UUID) -> list[MessageRow]:
    """Return what is still owed because of a claim, in the order in which it was promised."""
    query = (
        select(*_COLUMNS)
        .where(OutboxMessage.claim_id == claim_id, OutboxMessage.state != MessageState.DONE)
        .order_by(OutboxMessage.id)
    )
    return [MessageRow(*row) for row in db.execute(query)]


def last_runs() -> dict[str, datetime]:
    """Return when each job of the clock last went well."""
    found: dict[str, datetime] = dict(db.execute(select(Job.name, Job.succeeded_at)).all())
    return found
