"""The history of a message: each time that it was not simply kept, and why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from app.core.db import db
from app.outbox.models import MessageEvent, OutboxMessage
from app.outbox.rules import Happening
from connectors.reasons import Reason

SHOWN = 100


@dataclass(frozen=True)
class EventRow:
    """What happened, and why where there is a reason."""

    at: datetime
    what: Happening
    reason: Reason | None


def note(message_id: int, what: Happening, reason: Reason | None = None, *, at: datetime) -> None:
    """Add a line, in the transaction of what it tells."""
    values = {"message_id": message_id, "at": at, "what": what, "reason": reason}
    db.execute(insert(MessageEvent).values(**values))


def troubles_of(claim_id: UUID) -> list[EventRow]:
    """Return what did not go smoothly with the messages of a claim to its ERP, the last first."""
    columns = (getattr(MessageEvent, name) for name in EventRow.__dataclass_fields__)
    query = (
        select(*columns)
        .join(OutboxMessage, OutboxMessage.id == MessageEvent.message_id)
        .where(OutboxMessage.claim_id == claim_id, OutboxMessage.kind.startswith("erp."))
        .order_by(MessageEvent.id.desc())
        .limit(SHOWN)
    )
    return [EventRow(*row) for row in db.execute(query)]


def history_of(message_id: int) -> list[EventRow]:
    """Return what happened to a message, the last first."""
    columns = (getattr(MessageEvent, name) for name in EventRow.__dataclass_fields__)
    query = select(*columns).where(MessageEvent.message_id == message_id)
    return [
        EventRow(*row) for row in db.execute(query.order_by(MessageEvent.id.desc()).limit(SHOWN))
    ]
