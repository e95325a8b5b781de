"""Who owes what by which day: the decisions, replies and promises of claims, the work orders.

Each question is asked under the policy of its own domain: what a person may not see is not due.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select

from app.accounts.models import Dealer, Plant
from app.accounts.policy import User
from app.claims.due import Due, due_on
from app.claims.models import Claim, ClaimLine, Question
from app.claims.policy import visible_to as claim_visible_to
from app.claims.rules import ClaimState
from app.core.db import db
from app.schedule.rules import DueKind, Whose
from app.vocabulary import Role
from app.work.models import WorkOrder
from app.work.policy import visible_to as order_visible_to
from app.work.rules import OPEN

MOST_DUES = 2000
OVERDUE_DAYS = 366
TO_ANSWER = (ClaimState.SUBMITTED, ClaimState.VERIFICATION)
TO_KEEP = (ClaimState.ACCEPTED, ClaimState.PARTIALLY_ACCEPTED, ClaimState.EXECUTION)

# Its rows have the columns of `DueRow`, in its order.
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class DueRow:
    """Something that is due; `subject_id` is a work order's if that is what is due, else a claim's.

    `sequence` grows with every change of the subject. `country` is where it has to be done.
    """

    kind: DueKind
    on: date
    subject_id: UUID
    number: str
    dealer: str
    item_name: str
    sequence: int
    changed_at: datetime
    country: str

    def seen_from(self, today: date) -> Due:
        """Return how near it is."""
        return due_on(self.on, today, self.country)


def list_dues(
    user: User, first: date, last: date, *, whose: Whose = Whose.ALL, most: int = MOST_DUES
) -> list[DueRow]:
    """Return what is due between two days, both included, the first day first."""
    found: list[DueRow] = []
    for kind, query, on in _questions(user, whose):
        rows = db.execute(query.where(on.between(first, last)).order_by(on).limit(most))
        found += [DueRow(kind, *row) for row in rows]
    return sorted(found, key=lambda due: (due.on, due.number, due.kind))[:most]


def list_overdue(user: User, today: date, *, whose: Whose = Whose.ALL) -> list[DueRow]:
    """Return what should have been done by now, the oldest first."""
    yesterday = today - timedelta(days=1)
    return list_dues(user, today - timedelta(days=OVERDUE_DAYS), yesterday, whose=whose)


def by_day(dues: Iterable[DueRow]) -> dict[date, list[DueRow]]:
    """Return the dues of each day that has any."""
    days: dict[date, list[DueRow]] = {}
    for due in dues:
        days.setdefault(due.on, []).append(due)
    return days


def _questions(user: User, whose: Whose) -> list[tuple[DueKind, Rows, Any]]:
    """Return what may be due for this person: its kind, its question, its column of the day."""
    if user.role is Role.DEPARTMENT_WORKER:
        return [(DueKind.WORK, _work_due(user), WorkOrder.due_on)]
    owed = (
        (DueKind.ANSWER, TO_ANSWER, Claim.answer_on, Plant.country),
        (DueKind.REPLY, (ClaimState.NEEDS_INFO,), _reply_on(), Dealer.country),
        (DueKind.PROMISE, TO_KEEP, Claim.promise_on, Plant.country),
    )
    return [
        (kind, _claims_due(user, whose, states, on, country), on)
        for kind, states, on, country in owed
    ]


def _claims_due(
    user: User, whose: Whose, states: Iterable[ClaimState], on: Any, country: Any
) -> Rows:
    query = (
        select(
            on,
            Claim.id,
            Claim.number,
            Dealer.name,
            _first_item(),
            Claim.version,
            Claim.changed_at,
            country,
        )
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .join(Plant, Plant.id == Claim.plant_id)
        .where(claim_visible_to(user), Claim.state.in_(tuple(states)))
    )
    if whose is Whose.MINE and user.is_manager:
        query = query.where(Claim.manager_id == user.id)
    return query


def _work_due(user: User) -> Rows:
    begun = func.coalesce(WorkOrder.started_at, WorkOrder.opened_at)
    return (
        select(
            WorkOrder.due_on,
            WorkOrder.id,
            Claim.number,
            Dealer.name,
            ClaimLine.item_name,
            WorkOrder.version + Claim.version,
            func.greatest(begun, Claim.changed_at),
            Plant.country,
        )
        .join(Claim, Claim.id == WorkOrder.claim_id)
        .join(Plant, Plant.id == Claim.plant_id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .join(ClaimLine, ClaimLine.id == WorkOrder.claim_line_id)
        .where(order_visible_to(user), WorkOrder.state.in_(OPEN))
    )


def _first_item() -> ColumnElement[str]:
    query = select(ClaimLine.item_name).where(ClaimLine.claim_id == Claim.id)
    first = query.order_by(ClaimLine.position).limit(1).scalar_subquery()
    return func.coalesce(first, literal(""))


def _reply_on() -> ColumnElement[date]:
    query = select(func.min(Question.answer_by)).where(
        Question.claim_id == Claim.id, Question.answered_at.is_(None)
    )
    return query.scalar_subquery()
