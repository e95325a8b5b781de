"""The promise as a row, the way to a neighbour, and what was said last on that way."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, words
from app.core.reasons import ReasonType
from app.outbox.rules import ConnectionState, Happening
from connectors.reasons import Reason


class MessageState(StrEnum):
    """`waiting` also between two attempts; `parked` until a person has looked."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    PARKED = "parked"


class OutboxMessage(Base):
    """A consequence that is owed: its kind, whose it is, and how far it got.

    Messages with the same `queue` are kept in the order of their ids; an empty queue means that
    order does not matter. `connection` is the way to a neighbour that the message takes; what stays
    in our own database has none. While leased, only the holder of `lease_token` may write here.
    `attempts` counts every try, `failures` only those that ended in a fault of our own, `closings`
    those in a row that closed the connection. A parked
    one is a dead letter; `owner_id` is the person who has taken it over. `doubt_since` is when it
    was sent, as long as nobody knows whether it had its effect. A trigger rings the worker for each
    statement that adds some.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint(
            "(state = 'leased') = (lease_token IS NOT NULL)", name="leased_means_a_token"
        ),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_means_a_moment"),
        CheckConstraint("owner_id IS NULL OR state = 'parked'", name="owners_of_dead_letters"),
        Index(
            "ix_outbox_message_due",
            "connection",
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
    connection: Mapped[str] = mapped_column(Code, default="")
    state: Mapped[MessageState] = mapped_column(words(MessageState), default=MessageState.WAITING)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    closings: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    doubt_since: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    owner_id: Mapped[int | None]
    reminded_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[Reason | None] = mapped_column(ReasonType)
    details: Mapped[str] = mapped_column(default="")


class MessageEvent(Base):
    """A line of a message's history; what simply went well leaves none."""

    __tablename__ = "message_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[int] = mapped_column(
        ForeignKey(OutboxMessage.id, ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    what: Mapped[Happening] = mapped_column(words(Happening))
    reason: Mapped[Reason | None] = mapped_column(ReasonType)


class Connection(Base):
    """The way to a neighbour: whether messages may take it now, and when to ask again if not.

    `failures` counts those in a row while it works, `probes` the answers in vain while it does not.
    `stopped_by` is the message whose attempt stopped it, None where a probe or a person did.
    """

    __tablename__ = "connection"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('working', 'paused')) = (paused_until IS NULL)",
            name="stopped_by_itself_means_asked_again",
        ),
        CheckConstraint("(state = 'working') = (stopped_at IS NULL)", name="stopped_means_since"),
    )

    name: Mapped[str] = mapped_column(Code, primary_key=True)
    state: Mapped[ConnectionState] = mapped_column(
        words(ConnectionState), default=ConnectionState.WORKING
    )
    stopped_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    paused_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[Reason | None] = mapped_column(ReasonType)
    stopped_by: Mapped[int | None] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(default=0)
    probes: Mapped[int] = mapped_column(default=0)
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[Reason | None] = mapped_column(ReasonType)
    last_error_at: Mapped[datetime | None]


class HaltedKind(Base):
    """A kind of messages that does not go through a connection, and why; the others do.

    Once released by a person the row stays: the same reason does not halt it again.
    """

    __tablename__ = "halted_kind"

    connection: Mapped[str] = mapped_column(Code, primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    halted_at: Mapped[datetime]
    reason: Mapped[str]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str] = mapped_column(default="")


class ExchangeRecord(Base):
    """The last conversation about a message, laid out, shortened and without secrets."""

    __tablename__ = "exchange_record"

    message_id: Mapped[int] = mapped_column(
        ForeignKey(OutboxMessage.id, ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(index=True)
    operation: Mapped[str]
    status: Mapped[int | None]
    request: Mapped[str]
    reply: Mapped[str]
    milliseconds: Mapped[int]


class Job(Base):
    """A job that runs by the clock, and when it last went well: silence is an alarm."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(Code, primary_key=True)
    succeeded_at: Mapped[datetime]
