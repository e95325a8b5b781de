"""What runs for a claim: its clocks, their pauses, and the versions of its promise."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.core.clock import local_day
from app.core.db import Base, Code, words
from app.deadlines.circumstances import Circumstance
from app.deadlines.clock_models import ClockRule, SlaPolicy
from app.deadlines.clocks import StopsAt
from app.deadlines.sla import SlaClock


class ClockState(StrEnum):
    """A clock runs, waits in a pause, has stopped in time, or its last day has passed."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    BREACHED = "breached"


class StopReason(StrEnum):
    """Why a clock stopped."""

    DONE = "done"
    DEMAND_CHANGED = "demand_changed"
    PROMISE_CHANGED = "promise_changed"
    WITHDRAWN = "withdrawn"
    ACCEPTED_BY_SILENCE = "accepted_by_silence"
    OTHER_PERIOD = "other_period"
    DECISION_REVISED = "decision_revised"


class PauseReason(StrEnum):
    """What a clock of service waits for."""

    NEEDS_INFO = "needs_info"
    AWAITING_GOODS = "awaiting_goods"
    CUSTOMER_NOT_AVAILABLE = "customer_not_available"


class ClaimClock(Base):
    """A clock of law (of a line, by a rule) or of service (of the claim, by a policy).

    Clocks of law never pause, and their days never move: a changed demand starts a new row. A
    clock of service has one day; `raw_on`, `legal_on` and `safe_on` are the same for it.
    A breached clock still runs until `stopped_on`. All its days are days of one place, in `zone`.
    """

    __tablename__ = "claim_clock"
    __table_args__ = (
        ForeignKeyConstraint(["rule_code", "rule_version"], [ClockRule.code, ClockRule.version]),
        CheckConstraint(
            "(rule_code IS NULL) <> (policy_id IS NULL)"
            " AND (rule_code IS NULL) = (rule_version IS NULL)"
            " AND (policy_id IS NULL) = (sla IS NULL)",
            name="by_a_rule_or_by_a_policy",
        ),
        CheckConstraint("(rule_code IS NULL) = (line_id IS NULL)", name="law_is_of_a_line"),
        CheckConstraint("rule_code IS NULL OR state <> 'paused'", name="law_never_pauses"),
        CheckConstraint(
            "state NOT IN ('running', 'paused') OR stopped_on IS NULL", name="stopped_has_stopped"
        ),
        CheckConstraint(
            "state <> 'stopped' OR stopped_on IS NOT NULL", name="stopped_knows_the_day"
        ),
        CheckConstraint(
            "(stopped_on IS NULL) = (stop_reason IS NULL)", name="stopped_knows_the_reason"
        ),
        CheckConstraint("legal_on >= raw_on AND safe_on <= raw_on", name="safe_raw_legal"),
        Index(
            "ix_claim_clock_running_legal_on",
            "legal_on",
            "claim_id",
            postgresql_where=text("stopped_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey(ClaimLine.id), index=True)
    rule_code: Mapped[str | None] = mapped_column(Code)
    rule_version: Mapped[int | None]
    policy_id: Mapped[int | None] = mapped_column(ForeignKey(SlaPolicy.id))
    sla: Mapped[SlaClock | None] = mapped_column(words(SlaClock, name="sla"))
    duty: Mapped[str] = mapped_column(Code)
    stops_at: Mapped[StopsAt] = mapped_column(words(StopsAt))
    trigger_on: Mapped[date]
    raw_on: Mapped[date]
    legal_on: Mapped[date]
    safe_on: Mapped[date]
    state: Mapped[ClockState] = mapped_column(words(ClockState), default=ClockState.RUNNING)
    stopped_on: Mapped[date | None]
    stop_reason: Mapped[StopReason | None] = mapped_column(words(StopReason))
    started_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(Code)

    rule: Mapped[ClockRule | None] = relationship()
    policy: Mapped[SlaPolicy | None] = relationship()
    line: Mapped[ClaimLine | None] = relationship()

    @property
    def is_running(self) -> bool:
        """It still counts: nobody has done what it waits for."""
        return self.stopped_on is None

    def day_at(self, at: datetime) -> date:
        """Return the day of a moment where this clock counts."""
        return local_day(at, self.zone)


class LineCircumstance(Base):
    """A circumstance of a line that somebody noted, by which another period of law holds.

    `since_on` and `until_on` are days at the dealer; `until_on` is the last day that was agreed.
    """

    __tablename__ = "line_circumstance"
    __table_args__ = (
        UniqueConstraint("line_id", "kind"),
        CheckConstraint("until_on >= since_on", name="agreed_after_the_agreement"),
        CheckConstraint(
            "kind <> 'written_agreement' OR (until_on IS NOT NULL AND file_id IS NOT NULL)",
            name="agreements_have_a_day_and_a_paper",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id, ondelete="CASCADE"), index=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey(ClaimLine.id, ondelete="CASCADE"))
    kind: Mapped[Circumstance] = mapped_column(words(Circumstance, name="kind"))
    since_on: Mapped[date]
    until_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey(ClaimFile.id))
    noted_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    noted_by_name: Mapped[str]
    noted_at: Mapped[datetime]

    file: Mapped[ClaimFile | None] = relationship()


class ClaimPause(Base):
    """A pause of a clock of service: [`paused_on`, `resumed_on`) at the plant, by its cut-off.

    `working_days` is what it took: none when it ended on the day on which it began.
    """

    __tablename__ = "claim_pause"
    __table_args__ = (
        CheckConstraint(
            "(resumed_on IS NULL) = (resumed_at IS NULL)"
            " AND (resumed_on IS NULL) = (working_days IS NULL)",
            name="ended_wholly",
        ),
        CheckConstraint("resumed_on IS NULL OR resumed_on >= paused_on", name="ends_after_begin"),
        Index(
            "uq_claim_pause_open",
            "claim_id",
            "clock",
            unique=True,
            postgresql_where=text("resumed_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), index=True)
    clock: Mapped[SlaClock] = mapped_column(words(SlaClock, name="clock"))
    reason: Mapped[PauseReason] = mapped_column(words(PauseReason))
    paused_on: Mapped[date]
    paused_at: Mapped[datetime]
    paused_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    paused_by_name: Mapped[str]
    resumed_on: Mapped[date | None]
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    resumed_by_name: Mapped[str] = mapped_column(default="")
    working_days: Mapped[int | None]


class ClaimPromise(Base):
    """A version of the promise: who promised which day, what was known, and why it was changed."""

    __tablename__ = "claim_promise"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        CheckConstraint("number = 1 OR reason <> ''", name="changes_have_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey(Claim.id), index=True)
    number: Mapped[int]
    promise_on: Mapped[date]
    earliest_on: Mapped[date]
    safe_on: Mapped[date | None]
    legal_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey(ClaimFile.id))
    author_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    author_name: Mapped[str]
    promised_at: Mapped[datetime]

    agreement: Mapped[ClaimFile | None] = relationship()
