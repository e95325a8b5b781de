"""A small world in which every form of the portal is shown to somebody."""

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select

from app.accounts.absences import note_absence
from app.accounts.models import Department
from app.accounts.policy import User
from app.claims import attachments, drafts, service
from app.claims.decision_inputs import Decision
from app.claims.forecast_models import Cause, Topic
from app.claims.models import Claim, ClaimLine
from app.claims.promise_rules import Wish
from app.claims.proposals import hand_on
from app.claims.rules import ClaimState
from app.claims.service import LineDecision
from app.core.db import db
from app.core.outside import ONLY_ERP
from app.deadlines.buffers import BufferFacts, add_buffer
from app.deadlines.closures import override
from app.deadlines.models import Site
from app.outbox.models import MessageState, OutboxMessage
from app.paperwork.service import issue_filed
from app.schedule.ladder import add_rung
from app.schedule.models import Audience
from app.schedule.renewal import renew
from app.vocabulary import DEALERS, Remedy, Role
from app.work.models import WorkOrder
from app.work.service import block, open_orders, start
from tests.app.accounts.hiring import hire
from tests.app.world import MONDAY, World, fill, make_world

TUESDAY = MONDAY + timedelta(days=1)
TODAY = TUESDAY + timedelta(days=1)
NEW_YEAR = date(2026, 12, 31)
# Of the three lines of a claim so many are accepted on the way to a state.
ACCEPTED = {ClaimState.REJECTED: 0, ClaimState.PARTIALLY_ACCEPTED: 1}


def set_stage() -> list[User]:
    """Fill the empty database; return a person of each role and one of a competing dealer."""
    world = make_world()
    department = db.get_one(Department, world.dora.department_id)
    people = [
        hire(
            role,
            dealer=world.dealer if role in DEALERS else None,
            department=department if role is Role.DEPARTMENT_WORKER else None,
        )
        for role in Role
        if role not in (Role.ERP_SERVICE, Role.SYSTEM)
    ]
    claims = [_brought_to(world, state) for state in ClaimState]
    _work(world, _brought_to(world, ClaimState.ACCEPTED))
    _tables(world, people)
    _dead_letter(claims[0])
    _proposal(world)
    db.commit()
    return [*people, world.ben]


def _brought_to(world: World, state: ClaimState) -> Claim:
    """Make a claim of three lines with files and bring it into a state by the verbs of its life."""
    claim = world.draft(world.shipped(), world.shipped(serial=f"S-{uuid4().hex[:8]}"))
    unlisted = drafts.add_unlisted_line(claim, "Stove", by=world.ann, at=MONDAY)
    fill(unlisted, demand=Remedy.REFUND, demand_amount=Decimal(500))
    for line in (unlisted, None):
        attachments.attach(claim, line, "note.txt", io.BytesIO(b"words"), by=world.ann, at=MONDAY)
    if state is ClaimState.DRAFT:
        return claim
    service.file_claim(claim, by=world.ann, at=MONDAY)
    issue_filed(claim.id, at=MONDAY)
    _move_on(world, claim, state)
    assert claim.state is state
    return claim


def _move_on(world: World, claim: Claim, state: ClaimState) -> None:
    if state is ClaimState.VERIFICATION:
        service.take(claim, version=claim.version, by=world.cleo, at=TUESDAY)
    elif state is ClaimState.NEEDS_INFO:
        service.ask(claim, ["Where?", "When?"], version=claim.version, by=world.cleo, at=TUESDAY)
    elif state is ClaimState.CANCELLED:
        service.cancel(claim, version=claim.version, by=world.ann, at=TUESDAY)
    elif state is not ClaimState.SUBMITTED:
        decisions = [
            _decision(line, accepted=place < ACCEPTED.get(state, len(claim.lines)))
            for place, line in enumerate(claim.lines)
        ]
        service.decide(
            claim, decisions, promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
        )
        _carry_out(world, claim, state)


def _decision(line: ClaimLine, *, accepted: bool) -> LineDecision:
    if accepted:
        decision = LineDecision(line.id, line.quantity, line.demand, None, "")
        if line.shipment_line_id is not None:
            return decision
        price, rate = Decimal(500), Decimal(20)
        return replace(decision, price=price, vat_rate=rate, currency=line.currency)
    return LineDecision(line.id, Decimal(0), None, "R03", "Fell off the lorry")


def _carry_out(world: World, claim: Claim, state: ClaimState) -> None:
    if state in (ClaimState.EXECUTION, ClaimState.RESOLVED, ClaimState.CLOSED):
        service.start_execution(claim, at=TUESDAY)
    if state in (ClaimState.RESOLVED, ClaimState.CLOSED):
        service.resolve(claim, at=TUESDAY)
    if state is ClaimState.CLOSED:
        service.confirm(claim, version=claim.version, by=world.ann, at=TUESDAY)


def _work(world: World, claim: Claim) -> None:
    """Give every department an order: one waits, one is under way, one is blocked."""
    open_orders(claim.id, at=TUESDAY)
    other = _brought_to(world, ClaimState.ACCEPTED)
    open_orders(other.id, at=TUESDAY)
    third = _brought_to(world, ClaimState.ACCEPTED)
    open_orders(third.id, at=TUESDAY)
    query = select(WorkOrder).where(WorkOrder.department_id == world.dora.department_id)
    orders = {order.claim_id: order for order in db.scalars(query)}
    for begun in (other, third):
        order = orders[begun.id]
        start(order, version=order.version, by=world.dora, at=TUESDAY)
    blocked = orders[third.id]
    block(blocked, "No glass", version=blocked.version, by=world.dora, at=TUESDAY)
    renew(Cause.EVENT, at=TUESDAY)


def _tables(world: World, people: list[User]) -> None:
    """Put a row into each table that an administrator keeps."""
    head = next(person for person in people if person.role is Role.HEAD_OF_CLAIMS)
    manager = next(person for person in people if person.role is Role.CLAIM_MANAGER)
    site = db.scalars(select(Site).where(Site.plant_id == world.plant.id)).one()
    override(site.id, NEW_YEAR, NEW_YEAR, is_open=False, reason="Inventory")
    add_buffer(BufferFacts(5, plant_id=world.plant.id))
    add_rung(Topic.ANSWER_DUE, 2, Audience.OWNER)
    note_absence(manager.id, head.id, NEW_YEAR, NEW_YEAR, by=head)


def _proposal(world: World) -> None:
    """Hand a decision on whose promise only the head of claims may give."""
    claim = _brought_to(world, ClaimState.SUBMITTED)
    lines = tuple(_decision(line, accepted=True) for line in claim.lines)
    too_early = Decision(lines, Wish(TODAY.date(), "At once"))
    hand_on(claim, too_early, "Please", version=claim.version, by=world.cleo, at=TUESDAY)


def _dead_letter(claim: Claim) -> None:
    db.add(
        OutboxMessage(
            kind="erp.push_claim",
            subject_id=claim.id,
            claim_id=claim.id,
            queue=f"erp/{claim.id}",
            connection=ONLY_ERP,
            state=MessageState.PARKED,
            created_at=MONDAY,
            due_at=MONDAY,
        )
    )
