"""A job on an ERP as a row: asked for by somebody, done by a worker, and how it ended."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.core.db import Base, Code, words
from app.core.reasons import ReasonType
from connectors.reasons import Reason


class JobKind(StrEnum):
    """What is done to an ERP, or with what it holds."""

    READ = "read"
    READ_ALL = "read_all"
    COMPARE = "compare"
    EXAMINE = "examine"


# Two jobs of one slot would be in each other's way: of these a connection has one at a time.
SLOTS = {
    JobKind.READ: "feed",
    JobKind.READ_ALL: "feed",
    JobKind.COMPARE: "documents",
    JobKind.EXAMINE: "check",
}


class JobSource(StrEnum):
    """Where a job was asked for."""

    PAGE = "page"
    COMMAND = "command"
    ERP = "erp"
    SCHEDULE = "schedule"


class JobState(StrEnum):
    """`stopped` by the reason that is kept; `broken` when its worker died and nobody went on."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    BROKEN = "broken"


class ErpJob(Base):
    """A job; `asked_by` is nobody where no person asked.

    `tries` is how often it was begun: a worker whose number is not the last one changes nothing
    any more. `heartbeat_at` says when it was last seen at work. `rows` counts the rows read so
    far by kind, `result` what came of it. `is_asked_again`: something changed while it was read.
    """

    __tablename__ = "erp_job"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('waiting', 'running')) = (ended_at IS NULL)", name="ended_means_a_moment"
        ),
        Index(
            "uq_erp_job_open",
            "connection",
            "slot",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
        Index("ix_erp_job_asked_at", "connection", "slot", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    connection: Mapped[str] = mapped_column(Code)
    kind: Mapped[JobKind] = mapped_column(words(JobKind))
    slot: Mapped[str] = mapped_column(Code)
    source: Mapped[JobSource] = mapped_column(words(JobSource))
    state: Mapped[JobState] = mapped_column(words(JobState))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    tries: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    is_asked_again: Mapped[bool] = mapped_column(default=False)
    rows: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[Reason | None] = mapped_column(ReasonType)
