"""What each ERP holds of ours, and how far its change feed was read."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.db import Base, Code, words
from app.core.reasons import ReasonType
from app.erp.differences import Mending, What
from connectors.reasons import Reason


class DocumentKind(StrEnum):
    """What of a claim has become a document of the ERP."""

    CLAIM = "claim"
    DECISION = "decision"
    ACT = "act"
    EVIDENCE = "evidence"


class ErpDocument(Base):
    """The ERP's receipt for something of ours; the id is the key that we gave it.

    `object` is what was made of it over there, such as Справочник.Претензии, where that is known;
    `posted` is None where the ERP does not tell it.
    """

    __tablename__ = "erp_document"
    __table_args__ = (Index("ix_erp_document_claim_id", "claim_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    connection: Mapped[str] = mapped_column(Code)
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind))
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id))
    revision: Mapped[int]
    ref: Mapped[str] = mapped_column(Code)
    number: Mapped[str] = mapped_column(Code)
    dated_on: Mapped[date | None]
    posted: Mapped[bool | None]
    status: Mapped[str]
    object: Mapped[str] = mapped_column(default="", server_default="")
    confirmed_at: Mapped[datetime]


class Checkup(Base):
    """The last examination of a connection; `shape` is what the ERP's contract was then."""

    __tablename__ = "erp_checkup"

    connection: Mapped[str] = mapped_column(Code, primary_key=True)
    examined_at: Mapped[datetime]
    examined_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    shape: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))


class Reconciliation(Base):
    """The last comparison with an ERP: how much was asked for, and what was on its way."""

    __tablename__ = "erp_reconciliation"

    connection: Mapped[str] = mapped_column(Code, primary_key=True)
    compared_at: Mapped[datetime]
    compared_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    asked: Mapped[int]
    on_its_way: Mapped[int]


class Difference(Base):
    """A document that is not in the ERP as we believe. Mended ones stay: they are the log.

    `theirs` is the ERP's receipt as it was seen, None when it held nothing. The document has no
    foreign key: mending one that the ERP has lost removes our receipt.
    """

    __tablename__ = "erp_difference"
    __table_args__ = (
        CheckConstraint(
            "(mended_at IS NULL) = (mending IS NULL)", name="mended_means_in_a_certain_way"
        ),
        Index(
            "uq_erp_difference_open",
            "document_id",
            "what",
            unique=True,
            postgresql_where=text("mended_at IS NULL"),
        ),
        Index("ix_erp_difference_claim_id", "claim_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    connection: Mapped[str] = mapped_column(Code)
    document_id: Mapped[UUID]
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind))
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id))
    what: Mapped[What] = mapped_column(words(What))
    ours: Mapped[dict[str, Any]] = mapped_column(JSONB)
    theirs: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    found_at: Mapped[datetime]
    mended_at: Mapped[datetime | None]
    mended_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    mending: Mapped[Mending | None] = mapped_column(words(Mending))


class Feed(Base):
    """How far a change feed was read, and when it last answered.

    `restored_…`: when the ERP was last found gone back in time, after which message, and why.
    `full_since`: everything is being read anew since then, `full_at`: when that last ended.
    """

    __tablename__ = "erp_feed"

    connection: Mapped[str] = mapped_column(Code, primary_key=True)
    message_no: Mapped[int] = mapped_column(BigInteger, default=0)
    pulled_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[Reason | None] = mapped_column(ReasonType)
    restored_at: Mapped[datetime | None]
    restored_after: Mapped[int | None] = mapped_column(BigInteger)
    restored_reason: Mapped[Reason | None] = mapped_column(ReasonType)
    full_since: Mapped[datetime | None]
    full_at: Mapped[datetime | None]


class SeenRow(Base):
    """A row of ours that a full load under way has brought; forgotten when it has ended."""

    __tablename__ = "erp_seen"

    connection: Mapped[str] = mapped_column(Code, primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class MappingVersion(Base):
    """A version of a connection's mapping, never changed; the newest is in force.

    The first is the file's own, kept when the second is written; nobody has written that one here.
    """

    __tablename__ = "erp_mapping"

    connection: Mapped[str] = mapped_column(Code, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    reason: Mapped[str]


class RejectedRow(Base):
    """A row of the feed that could not be used, with its reasons; the good ones went on."""

    __tablename__ = "erp_rejected_row"
    __table_args__ = (Index("ix_erp_rejected_row_connection", "connection", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    connection: Mapped[str] = mapped_column(Code)
    message_no: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Code)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    content: Mapped[str]
    rejected_at: Mapped[datetime]


class Infobase(Base):
    """Which infobase is a connection's own: pinned at first sight, or by whom."""

    __tablename__ = "erp_infobase"

    connection: Mapped[str] = mapped_column(Code, primary_key=True)
    infobase: Mapped[str]
    pinned_at: Mapped[datetime]
    pinned_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))


class DeskAct(StrEnum):
    """What an administrator may do on the exchange screen."""

    PULL = "pull"
    PULL_FULL = "pull_full"
    RETRY = "retry"
    RETRY_CLASS = "retry_class"
    SEND_AGAIN = "send_again"
    SETTLE = "settle"
    TAKE_OVER = "take_over"
    PAUSE = "pause"
    RESUME = "resume"
    MAPPING = "mapping"
    HOME = "home"
    RELEASE = "release"
    INFOBASE = "infobase"


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
