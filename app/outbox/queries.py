"""What the exchange screen and the claim page ask about promises."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.core.db import db
from app.outbox.models import MessageState, OutboxMessage


@dataclass(frozen=True)
class MessageRow:
    """A promise as the exchange screen shows it; the errors are for administrators only."""

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


def list_messages(
    *,
    state: MessageState | None = None,
    kind: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[MessageRow]:
    """Return promises, the newest first; `before` is the last id of the page in front."""
    query = select(*_COLUMNS).order_by(OutboxMessage.id.desc()).limit(limit)
    if state is not None:
        query = query.where(OutboxMessage.state == state)
    if kind:
        query = query.where(OutboxMessage.kind == kind)
    if before is not None:
        query = query.where(OutboxMessage.id < before)
    return [MessageRow(*row) for row in db.execute(query)]


def waiting_for(claim_id: UUID) -> list[MessageRow]:
    """Return what is still owed because of a claim, in the order in which it was promised."""
    query = (
        select(*_COLUMNS)
        .where(OutboxMessage.claim_id == claim_id, OutboxMessage.state != MessageState.DONE)
        .order_by(OutboxMessage.id)
    )
    return [MessageRow(*row) for row in db.execute(query)]
