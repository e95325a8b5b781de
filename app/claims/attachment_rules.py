"""The table of attachments that a demand or a defect makes mandatory or wanted."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from sqlalchemy import CheckConstraint, ForeignKey, Identity, delete, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.models import DefectCode
from app.claims.requirements import AttachmentKind, AttachmentLevel, Requirement
from app.core.db import Base, db, words
from app.core.errors import N_, Refusal
from app.vocabulary import Remedy

MOST_ATTACHMENTS = 10
MOST_RULES = 200


class AttachmentRule(Base):
    """A row of the table; without a demand or a defect it is for all of them."""

    __tablename__ = "attachment_rule"
    __table_args__ = (CheckConstraint("count BETWEEN 1 AND 10", name="asks_for_a_few"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    demand: Mapped[Remedy | None] = mapped_column(words(Remedy, name="demand"))
    defect_code: Mapped[str | None] = mapped_column(ForeignKey(DefectCode.code))
    kind: Mapped[AttachmentKind] = mapped_column(words(AttachmentKind))
    count: Mapped[int]
    level: Mapped[AttachmentLevel] = mapped_column(words(AttachmentLevel))
    names: Mapped[dict[str, str]] = mapped_column(JSONB)


class RuleIsThere(Refusal):
    message = N_("This rule exists already.")
    status = HTTPStatus.CONFLICT


class TooManyRules(Refusal):
    message = N_("At most %(most)s rules are possible. Remove one first.")


def list_rules() -> Sequence[AttachmentRule]:
    """Return the table: what is for all first, then by defect and demand."""
    query = select(AttachmentRule).order_by(
        AttachmentRule.defect_code.is_not(None),
        AttachmentRule.demand.is_not(None),
        AttachmentRule.defect_code,
        AttachmentRule.demand,
        AttachmentRule.id,
    )
    return db.scalars(query).all()


def all_requirements() -> Sequence[Requirement]:
    """Return the table as the rules read it."""
    return [_requirement(rule) for rule in list_rules()]


def add_rule(
    demand: Remedy | None,
    defect_code: str | None,
    kind: AttachmentKind,
    count: int,
    level: AttachmentLevel,
    names: Mapping[str, str],
) -> AttachmentRule:
    """Ask for attachments from now on; drafts see it at once, filed claims never."""
    asked = Requirement(demand, defect_code, kind, count, level, dict(names))
    known = all_requirements()
    if asked in known:
        raise RuleIsThere
    if len(known) >= MOST_RULES:
        raise TooManyRules(most=MOST_RULES)
    rule = AttachmentRule(**vars(asked))
    db.add(rule)
    return rule


def remove_rule(rule_id: int) -> AttachmentRule | None:
    """Take a rule away and return what it was, None when it is gone already."""
    query = delete(AttachmentRule).where(AttachmentRule.id == rule_id).returning(AttachmentRule)
    return db.scalars(query).one_or_none()


def _requirement(rule: AttachmentRule) -> Requirement:
    return Requirement(rule.demand, rule.defect_code, rule.kind, rule.count, rule.level, rule.names)
