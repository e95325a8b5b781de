"""What the ERP holds of ours, and how far the change feed was read."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.db import Base, Code, words


class DocumentKind(StrEnum):
    """What of a claim has become a document of the ERP."""

    CLAIM = "claim"
    DECISION = "decision"
    ACT = "act"
    EVIDENCE = "evidence"


class ErpDocument(Base):
    """The ERP's receipt for something of ours; the id is the key that we gave it."""

    __tablename__ = "erp_document"
    __table_args__ = (Index("ix_erp_document_claim_id", "claim_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind))
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id))
    revision: Mapped[int]
    ref: Mapped[str] = mapped_column(Code)
    number: Mapped[str] = mapped_column(Code)
    dated_on: Mapped[date | None]
    posted: Mapped[bool]
    status: Mapped[str]
    confirmed_at: Mapped[datetime]


class Feed(Base):
    """How far a change feed was read, and when it last answered."""

    __tablename__ = "erp_feed"

    node: Mapped[str] = mapped_column(Code, primary_key=True)
    message_no: Mapped[int] = mapped_column(BigInteger, default=0)
    pulled_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")


class RejectedRow(Base):
    """A row of the feed that could not be used, with its reason; the good ones went on."""

    __tablename__ = "erp_rejected_row"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    node: Mapped[str] = mapped_column(Code)
    message_no: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Code)
    reason: Mapped[str]
    content: Mapped[str]
    rejected_at: Mapped[datetime]


class DeskAct(StrEnum):
    """What an administrator may do on the exchange screen."""

    PULL = "pull"
    RETRY = "retry"
    RETRY_CLASS = "retry_class"
    SETTLE = "settle"
    TAKE_OVER = "take_over"
    PAUSE = "pause"
    RESUME = "resume"


class ExchangeAction(Base):
    """Who did what to the exchange and when: written with the act, never changed.

    `kind` is the promise of the message, or of the class of messages, that it was done to.
    """

    __tablename__ = "exchange_action"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    act: Mapped[DeskAct] = mapped_column(words(DeskAct))
    message_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    kind: Mapped[str] = mapped_column(Code, default="")
    connection: Mapped[str] = mapped_column(Code, default="")
    messages: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
