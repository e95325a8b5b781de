"""Decisions that are not made yet: confirmed ones, and those that wait for the head of claims."""

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
    """An open one takes effect when it is due, one that was handed on waits; others have ended."""

    OPEN = "open"
    UNDONE = "undone"
    MADE = "made"
    REFUSED = "refused"
    HANDED_ON = "handed_on"
    HANDED_BACK = "handed_back"
    WITHDRAWN = "withdrawn"
    OBSOLETE = "obsolete"


class PendingDecision(Base):
    """A decision of a claim that is not made yet, with all that was typed.

    At most one of a claim is open, and at most one is handed on to the head of claims, `note` being
    what its author says of it and `answer` why it came back. `version` is the claim's as the person
    saw it, `inputs` what `Decision.as_dict` keeps. Where it could no longer be made `refusal` says
    why, in the words of that person's language.
    """

    __tablename__ = "pending_decision"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('open', 'handed_on')) = (ended_at IS NULL)", name="open_or_ended"
        ),
        CheckConstraint("state <> 'handed_back' OR answer <> ''", name="handed_back_with_words"),
        CheckConstraint("effective_at >= confirmed_at", name="effective_later"),
        Index(
            "uq_pending_decision_open",
            "claim_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "uq_pending_decision_handed_on",
            "claim_id",
            unique=True,
            postgresql_where=text("state = 'handed_on'"),
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
    ended_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    refusal: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="", server_default="")
    answer: Mapped[str] = mapped_column(default="", server_default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    ender: Mapped[Person | None] = relationship(foreign_keys=[ended_by])

    @property
    def is_revision(self) -> bool:
        """Whether it takes the place of a former decision: only then it has a reason."""
        return bool(self.inputs.get("reason"))
