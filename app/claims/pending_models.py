"""Decisions that were confirmed and take effect a little later, so that they can be undone."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.db import Base, words


class PendingState(StrEnum):
    """An open one takes effect when it is due; the others have ended."""

    OPEN = "open"
    UNDONE = "undone"
    MADE = "made"
    REFUSED = "refused"


class PendingDecision(Base):
    """A confirmed decision of a claim, with all that was typed; at most one of a claim is open.

    `version` is the claim's as the person saw it, `inputs` what `Decision.as_dict` keeps. Where it
    could no longer be made `refusal` says why, in the words of that person's language.
    """

    __tablename__ = "pending_decision"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="open_or_ended"),
        CheckConstraint("effective_at >= confirmed_at", name="effective_later"),
        Index(
            "uq_pending_decision_open",
            "claim_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_pending_decision_claim_id", "claim_id", "confirmed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id, ondelete="CASCADE"))
    state: Mapped[PendingState] = mapped_column(words(PendingState), default=PendingState.OPEN)
    version: Mapped[int]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    confirmed_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()
