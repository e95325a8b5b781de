"""Writing promises."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.db import db
from app.core.outside import outside
from app.outbox.models import OutboxMessage

_PROMISED = "promised"


def promise(
    kind: str, subject_id: UUID, *, at: datetime, claim_id: UUID | None = None, queue: str = ""
) -> None:
    """Owe a consequence, in the same transaction as its cause; the worker keeps it.

    Messages with the same `queue` are kept one after the other.
    """
    db.add(
        OutboxMessage(
            kind=kind,
            subject_id=subject_id,
            claim_id=claim_id,
            queue=queue,
            created_at=at,
            due_at=at,
        )
    )
    db().info[_PROMISED] = True


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    """Wake the worker once the promise can be seen; before the commit it would find nothing."""
    if session.info.pop(_PROMISED, False):
        outside().doorbell.ring()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PROMISED, None)
