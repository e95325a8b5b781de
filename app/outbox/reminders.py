"""Dead letters that nobody has seen to: when to remind, and who has heard of them already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, update

from app.core.db import db
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.rules import REMIND_AFTER, REMIND_EVERY


@dataclass(frozen=True)
class Overdue:
    """A dead letter that is to be remembered once more, for the so manieth time."""

    message_id: int
    owner_id: int | None
    reminders: int


def take_overdue(at: datetime) -> list[Overdue]:
    """Return the dead letters that it is time to remind of, and count it as done.

    A message that is parked anew begins anew: `retry` forgets what was before.
    """
    query = (
        update(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.PARKED,
            OutboxMessage.parked_at <= at - REMIND_AFTER,
            or_(
                OutboxMessage.reminded_at.is_(None),
                OutboxMessage.reminded_at <= at - REMIND_EVERY,
            ),
        )
        .values(reminded_at=at, reminders=OutboxMessage.reminders + 1)
        .returning(OutboxMessage.id, OutboxMessage.owner_id, OutboxMessage.reminders)
        .execution_options(synchronize_session=False)
    )
    return [Overdue(*row) for row in db.execute(query)]
