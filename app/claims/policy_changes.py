"""What another service policy would do to open claims, before and when it is saved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Dealer
from app.accounts.policy import User
from app.catalog.models import DefectCode, Item, Severity
from app.claims.clock_models import ClaimClock, ClaimPause, ClockState
from app.claims.models import Claim, ClaimLine
from app.core.db import db
from app.deadlines.offices import plant_office
from app.deadlines.policies import (
    check_removal,
    current_policies,
    remove_policy,
    save_policy,
)
from app.deadlines.sla import SAFETY, Office, Policy, Scope, SlaClock, check_policy, strictest


@dataclass(frozen=True)
class Move:
    """An open claim whose day would be another one; `days` is by how many it moves."""

    clock_id: int
    claim_id: UUID
    number: str
    dealer: str
    was: date
    becomes: date
    policy: Policy

    @property
    def days(self) -> int:
        """Calendar days, below 0 when it comes earlier."""
        return (self.becomes - self.was).days


def preview_policy(policy: Policy) -> list[Move]:
    """Return what would move if this policy were saved; refuse one that cannot work."""
    check_policy(policy)
    kept = [
        one for one in current_policies() if (one.clock, one.scope) != (policy.clock, policy.scope)
    ]
    return _moves(policy.clock, [*kept, policy])


def save_and_move(policy: Policy, *, by: User, at: datetime) -> list[Move]:
    """Save the next version of a policy; the clocks that run by it end on their new days."""
    save_policy(policy, by=by, at=at)
    return _move_clocks(policy.clock)


def preview_removal(clock: SlaClock, scope: Scope) -> list[Move]:
    """Return what would move if a special policy were removed; refuse what has to stay."""
    check_removal(scope)
    return _moves(
        clock, [one for one in current_policies() if (one.clock, one.scope) != (clock, scope)]
    )


def remove_and_move(clock: SlaClock, scope: Scope, *, by: User, at: datetime) -> list[Move]:
    """Remove a special policy; the clocks that run by it end by the more general one."""
    remove_policy(clock, scope, by=by, at=at)
    db.flush()  # the next statement reads what is in force without it
    return _move_clocks(clock)


def running_by(rule_code: str) -> int:
    """Return how many clocks of law run by a rule; they keep their version of it."""
    query = select(func.count(ClaimClock.id)).where(
        ClaimClock.rule_code == rule_code, ClaimClock.stopped_on.is_(None)
    )
    return db.execute(query).scalar_one()


def _move_clocks(changed: SlaClock) -> list[Move]:
    moves = _moves(changed, current_policies())
    clocks = {
        clock.id: clock
        for clock in db.scalars(
            select(ClaimClock).where(ClaimClock.id.in_([move.clock_id for move in moves]))
        )
    }
    for move in moves:
        clock = clocks[move.clock_id]
        clock.policy_id = move.policy.id
        clock.raw_on = clock.legal_on = clock.safe_on = move.becomes
        if clock.state is ClockState.BREACHED and move.becomes >= move.was:
            clock.state = ClockState.RUNNING  # the next midnight says whether it is late still
        if changed is SlaClock.DECISION:
            db.get_one(Claim, move.claim_id).answer_on = move.becomes
    return moves


def _moves(clock: SlaClock, policies: list[Policy]) -> list[Move]:
    """Return the running clocks of this kind that these policies would end on another day."""
    if clock is SlaClock.REMEDY:
        return []  # it ends on the promised day, whatever the policies say
    rows = _running(clock)
    cases = _cases(row.claim_id for row in rows)
    offices: dict[int, Office] = {}
    found = []
    for row in rows:
        if row.plant_id not in offices:
            offices[row.plant_id] = plant_office(row.plant_id, row.started_at)
        office = offices[row.plant_id]
        policy, day = strictest(policies, clock, cases[row.claim_id], office, row.started_at)
        becomes = office.calendar.add(day, row.paused_days)
        if becomes != row.legal_on:
            found.append(
                Move(row.id, row.claim_id, row.number, row.dealer, row.legal_on, becomes, policy)
            )
    return found


def _running(clock: SlaClock) -> list[Any]:
    paused = select(func.coalesce(func.sum(ClaimPause.working_days), 0)).where(
        ClaimPause.claim_id == ClaimClock.claim_id, ClaimPause.clock == clock
    )
    query = (
        select(
            ClaimClock.id,
            ClaimClock.claim_id,
            ClaimClock.started_at,
            ClaimClock.legal_on,
            Claim.number,
            Claim.plant_id,
            Dealer.name.label("dealer"),
            paused.scalar_subquery().label("paused_days"),
        )
        .join(Claim, Claim.id == ClaimClock.claim_id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .where(ClaimClock.sla == clock, ClaimClock.stopped_on.is_(None))
        .order_by(Claim.number, ClaimClock.id)
    )
    return list(db.execute(query))


def _cases(claim_ids: Iterable[UUID]) -> Mapping[UUID, list[Scope]]:
    """Return for each claim what the choice of its policies depends on, in one statement."""
    query = (
        select(
            ClaimLine.claim_id,
            ClaimLine.demand,
            Dealer.priority_class,
            func.coalesce(Item.product_group, "").label("product_group"),
            func.bool_or(DefectCode.severity == Severity.SAFETY)
            .over(partition_by=ClaimLine.claim_id)
            .label("is_dangerous"),
        )
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .outerjoin(Item, Item.id == ClaimLine.item_id)
        .outerjoin(DefectCode, DefectCode.code == ClaimLine.defect_code)
        .where(ClaimLine.claim_id.in_(set(claim_ids)))
    )
    found: dict[UUID, list[Scope]] = defaultdict(list)
    for row in db.execute(query):
        found[row.claim_id].append(
            Scope(
                dealer_class=row.priority_class,
                product_group=row.product_group,
                demand=row.demand,
                priority=SAFETY if row.is_dangerous else "",
            )
        )
    return found
