"""Work orders follow their claim: to its new promise, to a revised decision, or away with it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app.accounts.policy import SYSTEM
from app.claims import service as claims
from app.claims.decided import versions_of
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.core.db import db
from app.vocabulary import Visibility
from app.work.models import WorkOrder
from app.work.rules import OPEN, WorkState
from app.work.service import (
    ROUTED,
    has_open_orders,
    last_round,
    moved_with_promise,
    note_step,
    open_round,
    still_fits,
    tell_departments,
)


def follow_claim(claim_id: UUID, *, at: datetime) -> None:
    """Let open orders follow their claim, and open those that a revised decision asks for.

    Nothing is left to do where all that is accepted was done before: the claim is resolved.
    """
    claim = db.get_one(Claim, claim_id, with_for_update=True)
    reason = _why_revised(claim)
    query = select(WorkOrder).where(WorkOrder.claim_id == claim.id, WorkOrder.state.in_(OPEN))
    gone, earlier = list[WorkOrder](), list[WorkOrder]()
    for order in db.scalars(query.execution_options(populate_existing=True)).all():
        order.version += 1
        was = order.due_on
        if claim.promise_on is None or not still_fits(order, claim):
            _take_away(order, reason, at)
            gone.append(order)
        elif order.promise_on != claim.promise_on:
            _move(order, claim.promise_on, at)
            earlier += [order] if order.due_on < was else []
    tell_departments("mail.work_cancelled", gone, at=at)
    tell_departments("mail.work_due_earlier", earlier, at=at)
    if claim.state not in ROUTED:
        return
    number = last_round(claim) or 1
    open_round(claim, _without_work(claim, number), number, at)
    claims.start_execution(claim, at=at)
    if not has_open_orders(claim):
        claims.resolve(claim, at=at)


def _why_revised(claim: Claim) -> str:
    """Return why the decision in force has replaced another one, "" for a first decision."""
    versions = versions_of(claim)
    return versions[-1].reason if versions and versions[-1].is_revision else ""


def _take_away(order: WorkOrder, reason: str, at: datetime) -> None:
    """Take an order back with the words of the revision, or cancel it without any."""
    order.state, order.blocked_reason = WorkState.CANCELLED, ""
    if not reason:
        note_step(order, HistoryKind.WORK_CANCELLED, SYSTEM, at)
        return
    order.note = reason
    note_step(order, HistoryKind.WORK_TAKEN_BACK, SYSTEM, at, Visibility.INTERNAL, reason=reason)


def _move(order: WorkOrder, promise_on: date, at: datetime) -> None:
    """Move the due day with the promise."""
    was = str(order.due_on)
    order.due_on = moved_with_promise(order, promise_on, at)
    order.promise_on = promise_on
    due_on = str(order.due_on)
    if due_on != was:
        note_step(order, HistoryKind.WORK_MOVED, SYSTEM, at, was_due_on=was, due_on=due_on)


def _without_work(claim: Claim, number: int) -> list[ClaimLine]:
    """Return the accepted lines on which nobody works or has worked in a round."""
    query = select(WorkOrder.claim_line_id).where(
        WorkOrder.claim_id == claim.id,
        WorkOrder.round == number,
        WorkOrder.state != WorkState.CANCELLED,
    )
    worked = set(db.scalars(query))
    return [line for line in claim.lines if line.remedy is not None and line.id not in worked]
