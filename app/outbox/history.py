"""The history of a message: each time that it was not simply kept, and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from app.core.db import db
from app.outbox.models import MessageEvent
from app.outbox.rules import Happening

SHOWN = 100


@dataclass(frozen=True)
class EventRow:
    """What happened, in the neighbour's or our words."""

    at: datetime
    what: Happening
    words: str


def note(message_id: int, what: Happening, words: str, *, at: datetime) -> None:
    """Add a line, in the transaction of what it tells."""
    values = {"message_id": message_id, "at": at, "what": what, "words": words}
    db.execute(insert(MessageEvent).values(**values))


def history_of(message_id: int) -> list[EventRow]:
    """Return what happened to a message, the last first."""
    columns = (getattr(MessageEvent, name) for name in EventRow.__dataclass_fields__)
    query = select(*columns).where(MessageEvent.message_id == message_id)
    return [
        EventRow(*row) for row in db.execute(query.order_by(MessageEvent.id.desc()).limit(SHOWN))
    ]
