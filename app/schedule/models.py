"""What is kept for people: the addresses of their calendars, and the ladder of reminders."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.claims.forecast_models import Topic
from app.core.db import Base, Code, words
from app.schedule.rules import Whose


class CalendarFeed(Base):
    """The secret address at which a person's calendar program reads what is due.

    Only the hash of the secret is kept. `reads` counts those since `counted_from`.
    """

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    token_hash: Mapped[str] = mapped_column(Code, unique=True)
    whose: Mapped[Whose] = mapped_column(words(Whose))
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    counted_from: Mapped[datetime]
    reads: Mapped[int] = mapped_column(default=0)


class Audience(StrEnum):
    """Who is reminded: whoever has to act (and their deputy while they are away), or the heads."""

    OWNER = "owner"
    HEAD = "head"


class ReminderRung(Base):
    """A rung: so many of the plant's working days before the due day; below 0: after it."""

    __tablename__ = "reminder_rung"
    __table_args__ = (UniqueConstraint("topic", "working_days", "audience"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    topic: Mapped[Topic] = mapped_column(words(Topic))
    working_days: Mapped[int]
    audience: Mapped[Audience] = mapped_column(words(Audience))
