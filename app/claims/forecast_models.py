"""What is expected of a claim now, how that has moved, and what people told of its way.

Kept here, below those who compute it, so that lists, acts and mails of claims can show it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.db import Base, Code, words


class Outlook(StrEnum):
    """How the expected end stands to what was promised and to the law, the best first."""

    ON_TIME = "on_time"
    AT_RISK = "at_risk"
    BEYOND_SAFE = "beyond_safe"
    BEYOND_LEGAL = "beyond_legal"


class Cause(StrEnum):
    """Why a forecast was computed anew."""

    EVENT = "event"
    NEW_DAY = "new_day"
    MASTER_DATA = "master_data"


class ClaimForecast(Base):
    """The legs of an open claim as planned, expected and real, and where they lead.

    Before the decision it says what would be if the demand were accepted today; `decide_by` is
    the last day on which a decision still keeps the safe days. `calendars` are the versions of
    the calendars by site, `problem` says why no day can be told.
    """

    __tablename__ = "claim_forecast"
    __table_args__ = (
        CheckConstraint("(finish_on IS NULL) <> (problem IS NULL)", name="a_day_or_a_problem"),
        Index("ix_claim_forecast_outlook", "outlook", "finish_on"),
    )

    claim_id: Mapped[UUID] = mapped_column(
        ForeignKey(Claim.id, ondelete="CASCADE"), primary_key=True
    )
    legs: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    finish_on: Mapped[date | None]
    decide_by: Mapped[date | None]
    outlook: Mapped[Outlook] = mapped_column(words(Outlook))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    calendars: Mapped[dict[str, int]] = mapped_column(JSONB)
    computed_on: Mapped[date] = mapped_column(index=True)
    computed_at: Mapped[datetime]


class ForecastMove(Base):
    """The expected day moved, or its outlook changed: the log of it, never changed."""

    __tablename__ = "claim_forecast_move"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id, ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    cause: Mapped[Cause] = mapped_column(words(Cause))
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    from_outlook: Mapped[Outlook] = mapped_column(words(Outlook, name="from_outlook"))
    to_outlook: Mapped[Outlook] = mapped_column(words(Outlook, name="to_outlook"))


class NewsKind(StrEnum):
    """What somebody can tell of a stage: it began, departed, ended, or when it will end."""

    STARTED = "started"
    DEPARTED = "departed"
    FINISHED = "finished"
    EXPECTED = "expected"


class StageNews(Base):
    """What a person told of a stage of a claim's way; the last word on each question counts."""

    __tablename__ = "claim_stage_news"
    __table_args__ = (Index("ix_claim_stage_news_claim_id", "claim_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id, ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(Code)
    kind: Mapped[NewsKind] = mapped_column(words(NewsKind))
    day: Mapped[date | None]
    told_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    told_at: Mapped[datetime]


class Topic(StrEnum):
    """What a notice is about."""

    AT_RISK = "at_risk"
    BEYOND_SAFE = "beyond_safe"
    BEYOND_LEGAL = "beyond_legal"
    ANSWER_DUE = "answer_due"
    REPLY_DUE = "reply_due"
    PROMISE_DUE = "promise_due"
    LAW_DUE = "law_due"


class ClaimNotice(Base):
    """A notice about a due day to one person, sent once for each rung of the ladder.

    All notices of a `batch` go in one mail.
    """

    __tablename__ = "claim_notice"
    __table_args__ = (
        Index(
            "uq_claim_notice_once", "claim_id", "person_id", "topic", "due_on", "rung", unique=True
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    topic: Mapped[Topic] = mapped_column(words(Topic))
    due_on: Mapped[date]
    expected_on: Mapped[date | None]
    rung: Mapped[int] = mapped_column(default=0)
    batch: Mapped[UUID] = mapped_column(index=True)
    created_at: Mapped[datetime]
