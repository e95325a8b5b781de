"""Kinds of messages that stop on one connection while all the others go on.

A contract that lost a field of claims says nothing of acts. What was halted once and let go by a
person is not halted again for the same reason.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.outside import MAIL
from app.outbox.models import HaltedKind
from app.outbox.service import promise, wake_worker


def halt(connection: str, kind: str, reason: str, *, at: datetime) -> bool:
    """Let no message of this kind through; return whether that is news."""
    values = {"halted_at": at, "reason": reason, "released_at": None, "released_by": ""}
    query = (
        insert(HaltedKind)
        .values(connection=connection, kind=kind, **values)
        .on_conflict_do_update(
            index_elements=[HaltedKind.connection, HaltedKind.kind],
            set_=values,
            where=HaltedKind.reason != reason,
        )
        .returning(HaltedKind.kind)
    )
    if db.execute(query).first() is None:
        return False
    key = uuid5(NAMESPACE_OID, f"{connection}/{kind}/{at.isoformat()}")
    promise("mail.exchange_alarm", key, at=at, connection=MAIL)
    return True


def lift(connection: str, kinds: Iterable[str]) -> None:
    """The reason is gone: forget it."""
    mine = (HaltedKind.connection == connection, HaltedKind.kind.in_(list(kinds)))
    if db.execute(delete(HaltedKind).where(*mine).returning(HaltedKind.kind)).first() is not None:
        wake_worker()


def release(connection: str, kind: str, *, by: str, at: datetime) -> bool:
    """Let a kind go on although its reason is still there; return whether it was halted."""
    query = (
        update(HaltedKind)
        .where(
            HaltedKind.connection == connection,
            HaltedKind.kind == kind,
            HaltedKind.released_at.is_(None),
        )
        .values(released_at=at, released_by=by)
        .returning(HaltedKind.kind)
    )
    if db.execute(query).first() is None:
        return False
    wake_worker()
    return True


def list_halted() -> list[HaltedKind]:
    """Return what is halted now."""
    query = select(HaltedKind).where(HaltedKind.released_at.is_(None))
    return list(db.scalars(query.order_by(HaltedKind.connection, HaltedKind.kind)))
