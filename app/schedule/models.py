"""What the calendars of people need to be kept: the addresses of their feeds."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
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
