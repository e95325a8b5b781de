"""The promise as a row."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, words


class MessageState(StrEnum):
    """`waiting` also between two attempts; `parked` until a person has looked."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    PARKED = "parked"


class OutboxMessage(Base):
    """A consequence that is owed: its kind, whose it is, and how far it got.

    Messages with the same `queue` are kept in the order of their ids; an empty queue means that
    order does not matter. While leased, only the holder of `lease_token` may write here.
    `attempts` counts every try, `failures` only those that ended in a fault of our own.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint(
            "(state = 'leased') = (lease_token IS NOT NULL)", name="leased_means_a_token"
        ),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_means_a_moment"),
        Index(
            "ix_outbox_message_due",
            "due_at",
            "id",
            postgresql_where=text("state IN ('waiting', 'leased')"),
        ),
        Index("ix_outbox_message_queue", "queue", "id", postgresql_where=text("state <> 'done'")),
        Index("ix_outbox_message_subject_id", "subject_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    subject_id: Mapped[UUID]
    claim_id: Mapped[UUID | None] = mapped_column(index=True)
    queue: Mapped[str] = mapped_column(Code, default="")
    state: Mapped[MessageState] = mapped_column(words(MessageState), default=MessageState.WAITING)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    details: Mapped[str] = mapped_column(default="")


class Job(Base):
    """A job that runs by the clock, and when it last went well: silence is an alarm."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(Code, primary_key=True)
    succeeded_at: Mapped[datetime]
