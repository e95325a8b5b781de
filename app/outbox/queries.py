"""What the exchange screen and the claim page ask about promises."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.core.db import db
from app.outbox.models import Job, MessageState, OutboxMessage


@dataclass(frozen=True)
class MessageRow:
    """A promise and how far it got; the errors are for administrators only."""

    id: int
    kind: str
    subject_id: UUID
    claim_id: UUID | None
    state: MessageState
    created_at: datetime
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    done_at: datetime | None
    last_error: str
    details: str


_COLUMNS = tuple(getattr(OutboxMessage, name) for name in MessageRow.__dataclass_fields__)


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
