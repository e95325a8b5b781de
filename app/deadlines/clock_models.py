"""The rules of law and contract and the policies of service, each in all its versions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.core.db import Base, CleanCode, Code, words
from app.deadlines.circumstances import Circumstance
from app.deadlines.clocks import Agreement, Late, Party, Roll, Rule, StopsAt, Unit
from app.deadlines.sla import Policy, Scope, SlaClock, SlaUnit
from app.vocabulary import Remedy


class ClockRule(Base):
    """A version of a rule. It is never changed: a change is the next version.

    `valid_from` and `valid_to` are the law's days; `replaced_at` is when the next version came.
    """

    __tablename__ = "clock_rule"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="no_negative_period"),
        CheckConstraint(
            "unit NOT IN ('ASAP', 'REASONABLE') OR policy <> ''", name="vague_units_have_a_policy"
        ),
        CheckConstraint(
            "unit NOT IN ('CD', 'WD', 'WD6', 'MO', 'YR') OR amount > 0",
            name="counted_units_have_a_number",
        ),
        Index(
            "uq_clock_rule_current",
            "code",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    country: Mapped[str] = mapped_column(CleanCode(3))
    party: Mapped[Party] = mapped_column(words(Party))
    duty: Mapped[str] = mapped_column(Code)
    claimant: Mapped[str] = mapped_column(Code)
    demands: Mapped[list[str]] = mapped_column(ARRAY(Code))
    amount: Mapped[int]
    unit: Mapped[Unit] = mapped_column(words(Unit))
    policy: Mapped[str] = mapped_column(default="")
    trigger: Mapped[str]
    roll: Mapped[Roll] = mapped_column(words(Roll))
    pause: Mapped[str]
    stops_at: Mapped[StopsAt] = mapped_column(words(StopsAt))
    agreement: Mapped[Agreement] = mapped_column(words(Agreement))
    late: Mapped[Late] = mapped_column(words(Late))
    late_text: Mapped[str]
    basis: Mapped[str]
    source: Mapped[str]
    confidence: Mapped[str] = mapped_column(Code)
    without_sole_traders: Mapped[bool] = mapped_column(default=False)
    needs: Mapped[Circumstance | None] = mapped_column(words(Circumstance, name="needs"))
    instead_of: Mapped[list[str]] = mapped_column(ARRAY(Code), server_default="{}")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    replaced_at: Mapped[datetime | None]

    def as_rule(self) -> Rule:
        """Return the version as the pure rules know it."""
        return Rule(
            code=self.code,
            version=self.version,
            title=self.title,
            country=self.country,
            party=self.party,
            duty=self.duty,
            claimant=self.claimant,
            demands=tuple(self.demands),
            amount=self.amount,
            unit=self.unit,
            policy=self.policy,
            trigger=self.trigger,
            roll=self.roll,
            pause=self.pause,
            stops_at=self.stops_at,
            agreement=self.agreement,
            late=self.late,
            late_text=self.late_text,
            basis=self.basis,
            source=self.source,
            confidence=self.confidence,
            without_sole_traders=self.without_sole_traders,
            needs=self.needs,
            instead_of=tuple(self.instead_of),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class SlaPolicy(Base):
    """How long a clock of service may run; empty parts of the scope mean: any.

    Of the policies that fit a claim the most specific one wins. A change is the next version.
    """

    __tablename__ = "sla_policy"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="no_negative_period"),
        Index(
            "uq_sla_policy_current",
            "clock",
            "dealer_class",
            "product_group",
            "demand",
            "priority",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    clock: Mapped[SlaClock] = mapped_column(words(SlaClock))
    dealer_class: Mapped[str] = mapped_column(Code, default="")
    product_group: Mapped[str] = mapped_column(Code, default="")
    demand: Mapped[Remedy | None] = mapped_column(words(Remedy, name="demand"))
    priority: Mapped[str] = mapped_column(Code, default="")
    version: Mapped[int]
    amount: Mapped[int]
    unit: Mapped[SlaUnit] = mapped_column(words(SlaUnit))
    is_pausable: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    replaced_at: Mapped[datetime | None]

    def as_policy(self) -> Policy:
        """Return the version as the pure rules know it."""
        scope = Scope(self.dealer_class, self.product_group, self.demand, self.priority)
        return Policy(
            id=self.id,
            version=self.version,
            clock=self.clock,
            scope=scope,
            amount=self.amount,
            unit=self.unit,
            is_pausable=self.is_pausable,
        )
