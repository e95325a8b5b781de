"""Finding work orders."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import selectinload

from app.accounts.models import Dealer, Department
from app.accounts.policy import User
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.core.db import db
from app.core.i18n import local_name
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.vocabulary import Remedy
from app.work.models import WorkOrder
from app.work.policy import visible_to
from app.work.rules import OPEN, WorkState

BY_DUE_DAY = (WorkOrder.due_on, WorkOrder.id)


@dataclass(frozen=True)
class OrderRow:
    """A work order as a list shows it."""

    id: UUID
    version: int
    claim_id: UUID
    claim_number: str
    dealer: str
    item_name: str
    serial: str
    quantity: Decimal | None
    unit: str
    remedy: Remedy
    state: WorkState
    department: dict[str, str]
    opened_at: datetime
    due_on: date
    blocked_reason: str
    result: str
    finished_at: datetime | None
    round: int
    dispute_reason: str


def list_open(user: User, *, after: str = "") -> Page[OrderRow]:
    """Return a page of the open work of a person's department, first what is due first."""
    query = _rows().where(is_open_for(user), begins_after(after))
    query = query.order_by(*BY_DUE_DAY).limit(PAGE_SIZE + 1)
    rows = [OrderRow(*row) for row in db.execute(query)]
    return cut_page(rows, lambda row: (row.due_on, row.id), PAGE_SIZE)


def departments_at_work(claim: Claim) -> list[str]:
    """Return the departments with open work on a claim, first due first."""
    query = (
        select(Department.names)
        .join(WorkOrder, WorkOrder.department_id == Department.id)
        .where(WorkOrder.claim_id == claim.id, WorkOrder.state.in_(OPEN))
        .group_by(Department.id)
        .order_by(func.min(WorkOrder.position), Department.id)
    )
    return [local_name(names) for names in db.scalars(query)]


def opened_with(order: WorkOrder) -> list[WorkOrder]:
    """Return the open work that a department got together with an order, in all lines of a claim.

    Work that has to wait for other departments comes alone, once these are done.
    """
    is_alone = _had_to_wait(order)
    together = [one for one in open_with(order) if one.opened_at == order.opened_at]
    return [one for one in together if one.id == order.id or not (is_alone or _had_to_wait(one))]


def open_with(order: WorkOrder) -> list[WorkOrder]:
    """Return all open work of an order's department in its claim."""
    return _of_department(order, WorkOrder.state.in_(OPEN))


def cancelled_with(order: WorkOrder) -> list[WorkOrder]:
    """Return what an order's department no longer has to do in this round of its claim."""
    return _of_department(
        order, WorkOrder.state == WorkState.CANCELLED, WorkOrder.round == order.round
    )


def ready_after(order: WorkOrder) -> list[WorkOrder]:
    """Return the work on the same line that had to wait for this order and now can begin."""
    query = select(WorkOrder).where(
        *_on_line_of(order), WorkOrder.waits, WorkOrder.state == WorkState.QUEUED
    )
    later = query.where(WorkOrder.position > order.position)
    return [one for one in db.scalars(later.order_by(WorkOrder.position)) if not waits_for(one)]


def waits_for(order: WorkOrder) -> list[str]:
    """Return the departments that have to be done with the line before this order begins."""
    if not order.waits or order.state not in OPEN:
        return []
    query = (
        select(Department.names)
        .join(WorkOrder, WorkOrder.department_id == Department.id)
        .where(*_on_line_of(order), WorkOrder.position < order.position)
        .where(WorkOrder.state.in_(OPEN))
        .order_by(WorkOrder.position, Department.id)
    )
    return [local_name(names) for names in db.scalars(query)]


def count_open(user: User, department_id: int | None = None) -> int:
    """Return how much open work there is, on all pages together."""
    query = select(func.count(WorkOrder.id)).where(is_open_for(user, department_id))
    return int(db.scalar(query) or 0)


def is_open_for(user: User, department_id: int | None = None) -> ColumnElement[bool]:
    """Return the condition of open work that a person sees, of one department if it is given."""
    of_it = WorkOrder.department_id == department_id if department_id else true()
    return and_(visible_to(user), WorkOrder.state.in_(OPEN), of_it)


def begins_after(after: str) -> ColumnElement[bool]:
    """Return where a page begins; a key that is not one of ours begins at the beginning."""
    key = read_key(after, 2)
    try:
        start = (date.fromisoformat(key[0]), UUID(key[1])) if key else None
    except ValueError:
        start = None
    if start is None:
        return true()
    return tuple_(*BY_DUE_DAY) > tuple_(*(literal(part) for part in start))


def list_done(user: User) -> list[OrderRow]:
    """Return what was finished lately."""
    query = _rows().where(visible_to(user), WorkOrder.state == WorkState.DONE)
    query = query.order_by(WorkOrder.finished_at.desc()).limit(PAGE_SIZE)
    return [OrderRow(*row) for row in db.execute(query)]


def list_of_claim(claim_id: UUID) -> list[OrderRow]:
    """Return the work of a claim that somebody was already found to see."""
    query = _rows().where(WorkOrder.claim_id == claim_id)
    query = query.order_by(WorkOrder.round, ClaimLine.position, WorkOrder.position)
    return [OrderRow(*row) for row in db.execute(query)]


def get_order(user: User, order_id: UUID) -> WorkOrder | None:
    """Return one work order with its claim, or nothing for other departments' work."""
    query = (
        select(WorkOrder)
        .where(WorkOrder.id == order_id, visible_to(user))
        .options(
            selectinload(WorkOrder.claim).selectinload(Claim.lines),
            selectinload(WorkOrder.claim).selectinload(Claim.dealer),
            selectinload(WorkOrder.claim).selectinload(Claim.files).selectinload(ClaimFile.file),
            selectinload(WorkOrder.line),
            selectinload(WorkOrder.department),
        )
    )
    return db.execute(query).scalar_one_or_none()


def get_file(user: User, order_id: UUID, kept_id: int) -> ClaimFile | None:
    """Return a file of the order's line, or one of the whole claim."""
    query = (
        select(ClaimFile)
        .join(WorkOrder, WorkOrder.claim_id == ClaimFile.claim_id)
        .where(WorkOrder.id == order_id, ClaimFile.id == kept_id, visible_to(user))
        .where(or_(ClaimFile.line_id.is_(None), ClaimFile.line_id == WorkOrder.claim_line_id))
    )
    return db.execute(query).scalar_one_or_none()


def _had_to_wait(order: WorkOrder) -> bool:
    """Whether other departments came before an order on its line, done by now or not."""
    earlier = select(WorkOrder.id).where(*_on_line_of(order), WorkOrder.position < order.position)
    return order.waits and db.scalar(earlier.limit(1)) is not None


def _on_line_of(order: WorkOrder) -> tuple[ColumnElement[bool], ...]:
    return WorkOrder.claim_line_id == order.claim_line_id, WorkOrder.round == order.round


def _of_department(order: WorkOrder, *conditions: ColumnElement[bool]) -> list[WorkOrder]:
    query = (
        select(WorkOrder)
        .join(ClaimLine, ClaimLine.id == WorkOrder.claim_line_id)
        .where(
            WorkOrder.claim_id == order.claim_id,
            WorkOrder.department_id == order.department_id,
            *conditions,
        )
        .options(selectinload(WorkOrder.line))
    )
    return list(db.scalars(query.order_by(ClaimLine.position, WorkOrder.position)))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            WorkOrder.id,
            WorkOrder.version,
            WorkOrder.claim_id,
            Claim.number,
            Dealer.name,
            ClaimLine.item_name,
            ClaimLine.serial,
            ClaimLine.accepted_quantity,
            ClaimLine.unit,
            WorkOrder.remedy,
            WorkOrder.state,
            Department.names,
            WorkOrder.opened_at,
            WorkOrder.due_on,
            WorkOrder.blocked_reason,
            WorkOrder.result,
            WorkOrder.finished_at,
            WorkOrder.round,
            WorkOrder.dispute_reason,
        )
        .join(Claim, Claim.id == WorkOrder.claim_id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .join(ClaimLine, ClaimLine.id == WorkOrder.claim_line_id)
        .join(Department, Department.id == WorkOrder.department_id)
    )
