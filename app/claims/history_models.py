"""Everything that was done about a claim besides its transitions, as rows that only grow."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.db import Base, words
from app.vocabulary import Visibility


class HistoryKind(StrEnum):
    """What was done; the transitions of the claim's state are `ClaimEvent`s."""

    DATA_CHANGED = "data_changed"
    LINE_ADDED = "line_added"
    LINE_REMOVED = "line_removed"
    FILE_ADDED = "file_added"
    FILE_REMOVED = "file_removed"
    MESSAGE_WRITTEN = "message_written"
    NOTE_WRITTEN = "note_written"
    LETTER_SENT = "letter_sent"
    ACT_ISSUED = "act_issued"
    WORK_OPENED = "work_opened"
    WORK_STARTED = "work_started"
    WORK_BLOCKED = "work_blocked"
    WORK_RESUMED = "work_resumed"
    WORK_FINISHED = "work_finished"
    WORK_CANCELLED = "work_cancelled"
    WORK_MOVED = "work_moved"
    WORK_ADDED = "work_added"
    WORK_REDIRECTED = "work_redirected"
    WORK_TAKEN_BACK = "work_taken_back"
    STAGE_TOLD = "stage_told"
    ERP_RECEIVED = "erp_received"
    ERP_CHANGED = "erp_changed"
    SHIPMENT_CHANGED = "shipment_changed"
    DECISION_NOT_MADE = "decision_not_made"
    ACCEPTANCE_NOT_RECORDED = "acceptance_not_recorded"
    DECISION_HANDED_ON = "decision_handed_on"
    DECISION_HANDED_BACK = "decision_handed_back"
    PROPOSAL_WITHDRAWN = "proposal_withdrawn"
    PROPOSAL_OBSOLETE = "proposal_obsolete"
    PROPOSAL_DECIDED = "proposal_decided"


class HistoryEntry(Base):
    """Something that somebody did about a claim, written in the transaction of what it tells.

    The database refuses to change or delete an entry of a filed claim. `actor_id` None is the
    portal itself. `facts` holds what the timeline says of it; its keys depend on `kind`.
    """

    __tablename__ = "claim_history"
    __table_args__ = (
        Index("ix_claim_history_claim_id", "claim_id", "id"),
        Index(
            "ix_claim_history_readdressed",
            "at",
            postgresql_where=text("jsonb_exists(facts, 'instead_of')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id, ondelete="CASCADE"))
    at: Mapped[datetime]
    kind: Mapped[HistoryKind] = mapped_column(words(HistoryKind))
    visibility: Mapped[Visibility] = mapped_column(words(Visibility), default=Visibility.PUBLIC)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    actor_name: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
