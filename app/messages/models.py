"""A message of a claim's thread, its attachments, and how far each person has read."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.core.db import Base, words
from app.vocabulary import Visibility


class Message(Base):
    """What somebody wrote about a claim, for ever: the database refuses to change or delete it.

    `number` grows with every message of the portal and gives the thread its order. `line_id` names
    the one line that it is about; None is the whole claim. An internal message is a note that only
    the manufacturer's people see.
    """

    __tablename__ = "claim_message"
    __table_args__ = (Index("ix_claim_message_claim_id_number", "claim_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey(ClaimLine.id))
    visibility: Mapped[Visibility] = mapped_column(words(Visibility))
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    written_at: Mapped[datetime]

    claim: Mapped[Claim] = relationship()
    author: Mapped[Person] = relationship()
    files: Mapped[list[ClaimFile]] = relationship(
        secondary="claim_message_file", order_by=ClaimFile.id
    )


class MessageFile(Base):
    """An attachment of the claim that came with a message."""

    __tablename__ = "claim_message_file"

    message_id: Mapped[UUID] = mapped_column(ForeignKey(Message.id), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey(ClaimFile.id), primary_key=True, unique=True)


class ReadMark(Base):
    """The number of the last message of a claim that a person has seen."""

    __tablename__ = "claim_message_read"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), primary_key=True)
    read_to: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime]
