"""The administrator's table of service policies: asking, and saving the next version."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import select

from app.accounts.policy import User
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.deadlines.clock_models import SlaPolicy
from app.deadlines.sla import USUAL_POLICIES, Policy, Scope, SlaClock, check_policy
from app.vocabulary import Role


class PolicyUnchanged(Refusal):
    message = N_("This policy is in force already.")


class GeneralPolicyNeeded(Refusal):
    message = N_("The policy for everybody stays: change its days instead of removing it.")
    status = HTTPStatus.CONFLICT


def load_policies(*, at: datetime) -> None:
    """Put the usual policies into an empty table."""
    if db.execute(select(SlaPolicy.id).limit(1)).first() is None:
        db.add_all(_row(policy, 1, by=None, at=at) for policy in USUAL_POLICIES)


def current_policies() -> list[Policy]:
    """Return the policies in force."""
    return [row.as_policy() for row in db.scalars(_current())]


def list_policies() -> list[SlaPolicy]:
    """Return the policies in force as an administrator's page lists them."""
    return list(db.scalars(_current()))


def list_replaced(most: int = 100) -> list[SlaPolicy]:
    """Return the versions that are not in force any more, the last one replaced first."""
    query = select(SlaPolicy).where(SlaPolicy.replaced_at.is_not(None))
    return list(db.scalars(query.order_by(SlaPolicy.replaced_at.desc(), SlaPolicy.id).limit(most)))


def versions_of(clock: SlaClock, scope: Scope) -> list[SlaPolicy]:
    """Return every version of a policy, the newest first."""
    query = _of_scope(clock, scope).order_by(SlaPolicy.version.desc())
    return list(db.scalars(query))


def save_policy(policy: Policy, *, by: User, at: datetime) -> SlaPolicy:
    """Save a policy as the next version of its clock and scope; the one before is kept."""
    _check_administrator(by)
    check_policy(policy)
    versions = versions_of(policy.clock, policy.scope)
    current = next((row for row in versions if row.replaced_at is None), None)
    if current is not None and _is_same(current, policy):
        raise PolicyUnchanged

    if current is not None:
        current.replaced_at = at
        db.flush()  # one version of a policy is current: the old one goes first
    row = _row(policy, versions[0].version + 1 if versions else 1, by=by, at=at)
    db.add(row)
    db.flush()  # clocks are stamped with its id
    return row


def remove_policy(clock: SlaClock, scope: Scope, *, by: User, at: datetime) -> None:
    """Let a special policy end; the more general one holds again."""
    _check_administrator(by)
    check_removal(scope)
    current = db.scalars(
        _of_scope(clock, scope).where(SlaPolicy.replaced_at.is_(None))
    ).one_or_none()
    if current is None:
        raise NotAllowed
    current.replaced_at = at


def check_removal(scope: Scope) -> None:
    """Refuse to remove what holds for everybody."""
    if scope == Scope():
        raise GeneralPolicyNeeded


def _current() -> Any:
    query = select(SlaPolicy).where(SlaPolicy.replaced_at.is_(None))
    return query.order_by(SlaPolicy.clock, SlaPolicy.id)


def _of_scope(clock: SlaClock, scope: Scope) -> Any:
    return select(SlaPolicy).where(
        SlaPolicy.clock == clock,
        SlaPolicy.dealer_class == scope.dealer_class,
        SlaPolicy.product_group == scope.product_group,
        SlaPolicy.demand.is_not_distinct_from(scope.demand),
        SlaPolicy.priority == scope.priority,
    )


def _check_administrator(by: User) -> None:
    if by.role not in (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS):
        raise NotAllowed


def _is_same(row: SlaPolicy, policy: Policy) -> bool:
    return (row.amount, row.unit, row.is_pausable) == (
        policy.amount,
        policy.unit,
        policy.is_pausable,
    )


def _row(policy: Policy, version: int, *, by: User | None, at: datetime) -> SlaPolicy:
    return SlaPolicy(
        clock=policy.clock,
        dealer_class=policy.scope.dealer_class,
        product_group=policy.scope.product_group,
        demand=policy.scope.demand,
        priority=policy.scope.priority,
        version=version,
        amount=policy.amount,
        unit=policy.unit,
        is_pausable=policy.is_pausable,
        saved_at=at,
        saved_by=by.id if by else None,
    )
