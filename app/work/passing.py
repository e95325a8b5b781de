"""Passing work on: a manager adds a department, redirects an open order or takes it back.

Why he does so is for the departments; the dealer sees who works on the claim now.
"""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Department
from app.accounts.policy import User
from app.claims import service as claims
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.promising import legs_of_lines
from app.claims.queries import last_dispute
from app.claims.rules import ClaimState
from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.i18n import local_name
from app.outbox.service import promise
from app.vocabulary import Visibility
from app.work.models import WorkOrder
from app.work.queries import ready_after, waits_for
from app.work.rules import WorkAction, WorkState
from app.work.service import (
    begun_at,
    due_day,
    has_open_orders,
    last_round,
    note_step,
    take_step,
    tell_departments,
    way_of,
)


class PassingWordsMissing(Refusal):
    message = N_("Say in a few words why: the department will read it.")


class NoWorkUnderWay(Refusal):
    message = N_("Departments work on a claim after it was accepted and until it is resolved.")
    status = HTTPStatus.CONFLICT


class HasTheWorkAlready(Refusal):
    message = N_("%(department)s has a work order for this line already.")
    status = HTTPStatus.CONFLICT


class LastDepartment(Refusal):
    message = N_("No other department works on this line: redirect the work order instead.")
    status = HTTPStatus.CONFLICT


def add_order(
    claim_id: UUID, line_id: UUID, department_id: int, words: str, *, by: User, at: datetime
) -> WorkOrder:
    """Let one more department work on an accepted line, beside those that do."""
    if not words:
        raise PassingWordsMissing
    claim = _lock(claim_id)
    line = next((one for one in claim.lines if one.id == line_id and one.remedy), None)
    if line is None:
        raise NoWorkUnderWay
    number = last_round(claim)
    positions = select(WorkOrder.position).filter_by(claim_line_id=line.id, round=number)
    position = max(db.scalars(positions), default=0) + 1
    order = _open(
        claim, line, department_id, words, position=position, waits=False, number=number, at=at
    )
    _note(order, HistoryKind.WORK_ADDED, words, by=by, at=at)
    _tell_of(order, at)
    return order


def redirect(
    order: WorkOrder, department_id: int, words: str, *, version: int, by: User, at: datetime
) -> WorkOrder:
    """Pass an open order on to another department, which begins it anew; return the new order."""
    if not words:
        raise PassingWordsMissing
    claim = _lock(order.claim_id)
    take_step(order, WorkAction.REASSIGN, version, note=words, blocked_reason="")
    successor = _open(
        claim,
        order.line,
        department_id,
        words,
        position=order.position,
        waits=order.waits,
        number=order.round,
        at=at,
    )
    names = successor.department.names
    _note(order, HistoryKind.WORK_REDIRECTED, words, by=by, at=at, to_department=names)
    tell_departments("mail.work_withdrawn", [order], at=at)
    _tell_of(successor, at)
    return successor


def take_back(order: WorkOrder, words: str, *, version: int, by: User, at: datetime) -> None:
    """Take an open order back; a claim of which nothing is left to do is resolved."""
    if not words:
        raise PassingWordsMissing
    claim = _lock(order.claim_id)
    if not _others_work_on(order):
        raise LastDepartment
    take_step(order, WorkAction.REASSIGN, version, note=words, blocked_reason="")
    _note(order, HistoryKind.WORK_TAKEN_BACK, words, by=by, at=at)
    tell_departments("mail.work_withdrawn", [order], at=at)
    tell_departments("mail.work_opened", ready_after(order), at=at)
    if not has_open_orders(claim):
        claims.resolve(claim, at=at)


def _lock(claim_id: UUID) -> Claim:
    claim = db.get_one(Claim, claim_id, with_for_update=True, populate_existing=True)
    if claim.state is not ClaimState.EXECUTION:
        raise NoWorkUnderWay
    return claim


def _open(
    claim: Claim,
    line: ClaimLine,
    department_id: int,
    words: str,
    *,
    position: int,
    waits: bool,
    number: int,
    at: datetime,
) -> WorkOrder:
    department = db.get_one(Department, department_id)
    known = select(WorkOrder.id).where(
        WorkOrder.claim_line_id == line.id,
        WorkOrder.round == number,
        WorkOrder.department_id == department_id,
        WorkOrder.state != WorkState.CANCELLED,
    )
    if db.scalar(known.limit(1)) is not None:
        raise HasTheWorkAlready(department=local_name(department.names))
    legs = legs_of_lines(claim, at=begun_at(claim, number, at))[line.id]
    order = WorkOrder(
        claim_id=claim.id,
        line=line,
        department=department,
        round=number,
        position=position,
        waits=waits,
        remedy=line.remedy,
        way=way_of(claim),
        opened_at=at,
        due_on=due_day(claim, legs, department.code),
        promise_on=claim.promise_on,
        note=words,
        dispute_reason=last_dispute(claim.id),
    )
    db.add(order)
    db.flush()
    return order


def _note(
    order: WorkOrder,
    kind: HistoryKind,
    words: str,
    *,
    by: User,
    at: datetime,
    **facts: dict[str, str],
) -> None:
    note_step(order, kind, by, at, Visibility.INTERNAL, reason=words, **facts)
    promise("forecast.renew", order.claim_id, at=at, claim_id=order.claim_id)


def _tell_of(order: WorkOrder, at: datetime) -> None:
    """Owe the department a mail about its new work, unless it has to wait for others."""
    if not waits_for(order):
        tell_departments("mail.work_opened", [order], at=at)


def _others_work_on(order: WorkOrder) -> bool:
    query = select(WorkOrder.id).where(
        WorkOrder.claim_line_id == order.claim_line_id,
        WorkOrder.round == order.round,
        WorkOrder.id != order.id,
        WorkOrder.state != WorkState.CANCELLED,
    )
    return db.scalar(query.limit(1)) is not None
