"""A work order: what one department owes to one claim line."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Department, Person
from app.claims.models import Claim, ClaimLine
from app.core.db import Base, Code, words
from app.vocabulary import Remedy
from app.work.rules import WorkState


class WorkOrder(Base):
    """Work of a department for a claim line; `round` grows when the dealer disputes the result.

    `due_on` is the end of the department's own part of the plan, `promise_on` the promise of the
    claim that it was planned for. What `waits` begins when all work of lower positions on the line
    is done. `note` is what a manager said when he passed it on, or took it back.
    `dispute_reason` is what the dealer said of the result of the round before. `way` is the kind of
    way that the line went when it was routed, "" for the usual one.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        Index(
            "uq_work_order_one_a_department",
            "claim_line_id",
            "department_id",
            "round",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
        ),
        CheckConstraint("state <> 'done' OR result <> ''", name="done_means_a_result"),
        CheckConstraint(
            "(state = 'blocked') = (blocked_reason <> '')", name="blocked_means_a_reason"
        ),
        Index(
            "ix_work_order_open",
            "department_id",
            "due_on",
            "id",
            postgresql_where=text("state IN ('queued', 'in_progress', 'blocked')"),
        ),
        Index("ix_work_order_department_id_claim_id", "department_id", "claim_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), index=True)
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey(ClaimLine.id))
    department_id: Mapped[int] = mapped_column(ForeignKey(Department.id))
    round: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=1)
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    remedy: Mapped[Remedy] = mapped_column(words(Remedy))
    way: Mapped[str] = mapped_column(Code, default="", server_default="")
    state: Mapped[WorkState] = mapped_column(words(WorkState), default=WorkState.QUEUED)
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    promise_on: Mapped[date]
    started_at: Mapped[datetime | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    blocked_reason: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    finished_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    result: Mapped[str] = mapped_column(default="")
    dispute_reason: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="", server_default="")

    claim: Mapped[Claim] = relationship()
    line: Mapped[ClaimLine] = relationship()
    department: Mapped[Department] = relationship()
