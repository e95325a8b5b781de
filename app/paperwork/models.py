"""An act that was issued."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from acts.facts import ActKind
from app.claims.models import Claim
from app.core.db import Base, Code, words
from app.files.models import StoredFile
from app.vocabulary import Language


class ActNumber(Base):
    """The number of a claim's acts of a kind: the same for all revisions, taken before the first.

    It is committed before the act is rendered, so that nobody waits for the dealer's series
    meanwhile, and belongs to this act whatever becomes of the attempt: the series has no gaps.
    """

    __tablename__ = "act_number"

    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), primary_key=True)
    kind: Mapped[ActKind] = mapped_column(words(ActKind), primary_key=True)
    number: Mapped[str] = mapped_column(Code)


class Act(Base):
    """A document of a claim. Its id follows from claim, kind and revision and is the ERP's key.

    Revisions are counted through the claim: all acts of a later one take the place of the earlier
    ones. `is_decided` tells the acts of a decision from those of a demand.
    """

    __tablename__ = "act"
    __table_args__ = (UniqueConstraint("claim_id", "kind", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), index=True)
    kind: Mapped[ActKind] = mapped_column(words(ActKind))
    revision: Mapped[int]
    is_decided: Mapped[bool] = mapped_column(default=False, server_default=false())
    number: Mapped[str] = mapped_column(Code)
    language: Mapped[Language] = mapped_column(words(Language))
    file_id: Mapped[UUID] = mapped_column(ForeignKey(StoredFile.id))
    issued_at: Mapped[datetime]

    claim: Mapped[Claim] = relationship()
    file: Mapped[StoredFile] = relationship()
