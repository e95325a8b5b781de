"""The verbs of a work order."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from app.accounts.models import Person
from app.accounts.policy import SYSTEM, User
from app.claims import parts
from app.claims import service as claims
from app.claims.departments import assigned_to
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.parts import PartEntry
from app.claims.promising import legs_of_lines
from app.claims.queries import last_dispute
from app.claims.rules import ClaimState
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal, SomebodyWasFaster
from app.core.outside import MAIL
from app.deadlines.legs import Leg
from app.deadlines.offices import plant_office
from app.deadlines.stages import OptionKind
from app.deadlines.ways import WayChoice
from app.outbox.service import promise
from app.vocabulary import Visibility
from app.work.models import WorkOrder
from app.work.queries import ready_after, waits_for
from app.work.rules import OPEN, WorkAction, find_work_step, planned_end

ROUTED = (ClaimState.ACCEPTED, ClaimState.PARTIALLY_ACCEPTED)


class ResultMissing(Refusal):
    message = N_("Write what was done: the dealer will read it.")


class BlockReasonMissing(Refusal):
    message = N_("Write what the work is waiting for.")


class NoLongerFits(Refusal):
    message = N_("The decision was revised, and this work order no longer fits it.")
    status = HTTPStatus.CONFLICT


class EarlierWorkIsOpen(Refusal):
    message = N_("This work begins when others are done with the line: %(departments)s.")


def open_orders(claim_id: UUID, *, at: datetime) -> None:
    """Open the work orders of an accepted claim, or another round of them after a dispute."""
    claim = db.get_one(Claim, claim_id, with_for_update=True)
    if claim.state not in (*ROUTED, ClaimState.EXECUTION) or has_open_orders(claim):
        return
    open_round(claim, claim.lines, last_round(claim) + 1, at)
    if claim.state in ROUTED:
        claims.start_execution(claim, at=at)
    else:
        promise("forecast.renew", claim.id, at=at, claim_id=claim.id)


def open_round(claim: Claim, lines: Iterable[ClaimLine], number: int, at: datetime) -> None:
    """Open the work orders of some lines in a round, as the routing table says."""
    reason = last_dispute(claim.id)
    way = way_of(claim)
    plans = legs_of_lines(claim, at=begun_at(claim, number, at))
    orders = [
        WorkOrder(
            claim_id=claim.id,
            claim_line_id=line.id,
            department_id=route.department.id,
            round=number,
            position=route.position,
            waits=route.waits,
            remedy=line.remedy,
            way=way,
            opened_at=at,
            due_on=due_day(claim, plans[line.id], route.department.code),
            promise_on=claim.promise_on,
            dispute_reason=reason,
            note=route.note,
        )
        for line in lines
        if line.remedy is not None
        for route in assigned_to(line, claim.plant_id, way)
    ]

    db.add_all(orders)
    db.flush()  # the history names their departments
    for order in orders:
        note_step(order, HistoryKind.WORK_OPENED, SYSTEM, at, due_on=str(order.due_on))
    tell_departments("mail.work_opened", [one for one in orders if not waits_for(one)], at=at)


def due_day(claim: Claim, legs: Iterable[Leg], department: str) -> date:
    """Return when a department has to be done: where its part of the plan ends, or the claim."""
    if claim.promise_on is None:
        raise ValueError("work is opened for what is promised")
    return min(planned_end(legs, department) or claim.promise_on, claim.promise_on)


def start(order: WorkOrder, *, version: int, by: User, at: datetime) -> None:
    """Begin the work, unless the table lets it wait for other departments that are not done.

    The claim's lock keeps a decision from being revised at the same moment: work that has begun
    keeps its line.
    """
    claim = db.get_one(Claim, order.claim_id, with_for_update=True, populate_existing=True)
    db.refresh(order.line)
    if not still_fits(order, claim):
        raise NoLongerFits
    if earlier := waits_for(order):
        raise EarlierWorkIsOpen(departments=", ".join(earlier))
    take_step(order, WorkAction.START, version, started_at=at, started_by=by.id)
    note_step(order, HistoryKind.WORK_STARTED, by, at)
    promise("forecast.renew", order.claim_id, at=at, claim_id=order.claim_id)


def block(order: WorkOrder, reason: str, *, version: int, by: User, at: datetime) -> None:
    """Say what the work is waiting for."""
    if not reason:
        raise BlockReasonMissing
    take_step(order, WorkAction.BLOCK, version, blocked_reason=reason)
    # Why the work waits is the factory's own business; the dealer sees that it does.
    note_step(order, HistoryKind.WORK_BLOCKED, by, at, Visibility.INTERNAL, reason=reason)


def resume(order: WorkOrder, *, version: int, by: User, at: datetime) -> None:
    """Go on after a block."""
    take_step(order, WorkAction.RESUME, version, blocked_reason="")
    note_step(order, HistoryKind.WORK_RESUMED, by, at, Visibility.INTERNAL)


def finish(order: WorkOrder, result: str, *, version: int, by: User, at: datetime) -> None:
    """Finish with a result; the last one of a claim resolves it."""
    if not result:
        raise ResultMissing
    # Two departments may finish at the same moment: the claim's lock lets one of them be the last.
    claim = db.get_one(Claim, order.claim_id, with_for_update=True, populate_existing=True)

    take_step(order, WorkAction.FINISH, version, finished_at=at, finished_by=by.id, result=result)
    note_step(order, HistoryKind.WORK_FINISHED, by, at, result=result)
    promise("forecast.renew", order.claim_id, at=at, claim_id=order.claim_id)
    tell_departments("mail.work_opened", ready_after(order), at=at)
    # Of a decision that was revised a moment ago the new orders are not opened yet.
    if claim.state is ClaimState.EXECUTION and not has_open_orders(claim):
        claims.resolve(claim, at=at)


def name_parts(
    order: WorkOrder, entries: Mapping[int, PartEntry], *, version: int, by: User, at: datetime
) -> None:
    """Name the components that are defective, as long as the department works on the line."""
    if order.version != version:
        raise _faster(order)
    if order.state not in OPEN:
        raise NotAllowed
    parts.name_parts(order.line, entries, by=by, at=at)
    order.version += 1


def way_of(claim: Claim) -> str:
    """Return the kind of way that a claim goes, "" for the usual one."""
    return WayChoice.from_dict(claim.way_choice).kind or ""


def still_fits(order: WorkOrder, claim: Claim) -> bool:
    """Tell whether an order is still what was decided of its line: the remedy and its stages."""
    if order.line.remedy is not order.remedy:
        return False
    then = WayChoice(OptionKind(order.way) if order.way else None)
    now = WayChoice.from_dict(claim.way_choice)
    return then.chain_of(order.remedy) == now.chain_of(order.remedy)


def _faster(order: WorkOrder) -> Refusal:
    db.refresh(order)
    person = db.get(Person, order.finished_by or order.started_by or 0)
    moment = order.finished_at or order.started_at
    return SomebodyWasFaster(who=person.name if person else "–", when=moment)


def take_step(order: WorkOrder, action: WorkAction, version: int, **columns: Any) -> None:
    """Move an order by one row of the table, if it is still as the reader saw it."""
    step = find_work_step(order.state, action)
    if order.version != version:
        raise _faster(order)
    if step is None:
        raise NotAllowed
    query = update(WorkOrder).where(
        WorkOrder.id == order.id, WorkOrder.version == version, WorkOrder.state == step.start
    )
    moved = db.execute(
        query.values(state=step.to, version=version + 1, **columns).returning(WorkOrder.id)
    ).first()
    if moved is None:
        raise _faster(order)
    db.refresh(order)


def note_step(
    order: WorkOrder,
    kind: HistoryKind,
    by: User,
    at: datetime,
    visibility: Visibility = Visibility.PUBLIC,
    **facts: Any,
) -> None:
    """Note a step of a department in the history of its claim, by the department's name."""
    record(
        order.claim_id,
        kind,
        by=by,
        at=at,
        visibility=visibility,
        department=order.department.names,
        line=order.line.position,
        **facts,
    )


def tell_departments(kind: str, orders: Iterable[WorkOrder], *, at: datetime) -> None:
    """Owe each department one mail about its orders of a claim; its handler finds them all."""
    first = {order.department_id: order for order in reversed(list(orders))}
    for order in first.values():
        promise(kind, order.id, at=at, claim_id=order.claim_id, connection=MAIL)


def begun_at(claim: Claim, number: int, at: datetime) -> datetime:
    """Return when a round is planned from: the first from the decision, like the promise."""
    return claim.decided_at if number == 1 and claim.decided_at else at


def has_open_orders(claim: Claim) -> bool:
    """Whether a department is still at work on a claim."""
    query = select(WorkOrder.id).where(WorkOrder.claim_id == claim.id, WorkOrder.state.in_(OPEN))
    return db.execute(query.limit(1)).first() is not None


def last_round(claim: Claim) -> int:
    """Return the present round of work, 0 before the first."""
    query = select(func.coalesce(func.max(WorkOrder.round), 0)).filter_by(claim_id=claim.id)
    return db.execute(query).scalar_one()


def moved_with_promise(order: WorkOrder, promise_on: date, at: datetime) -> date:
    """Return the due day moved by as many working days of the plant as the promise is."""
    calendar = plant_office(order.claim.plant_id, at).calendar
    if promise_on >= order.promise_on:
        days = calendar.count(order.promise_on, promise_on)
        return min(calendar.add(order.due_on, days), promise_on)
    return calendar.sub(order.due_on, calendar.count(promise_on, order.promise_on))
