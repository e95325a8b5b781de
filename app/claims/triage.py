"""What a manager asks: the worklist, and the evidence beside each line.

Apart from `queries`, because these questions look over all dealers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
)

from app.accounts.models import Dealer, Person
from app.accounts.policy import User
from app.catalog.models import DefectCode, Severity
from app.claims.changes import Change, changes_of
from app.claims.clock_models import ClaimClock, ClockState
from app.claims.forecast_models import ClaimForecast, Outlook
from app.claims.models import Claim, ClaimLine
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.policy import visible_to
from app.claims.related import OtherClaim, other_claims
from app.claims.rules import FINAL, PROMISED, ClaimState, ShipmentCheck
from app.claims.search import found_by
from app.claims.worth import worth_of
from app.core.db import db
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.core.money import Money
from app.core.text import clean_line
from app.deadlines.clock_models import ClockRule
from app.deadlines.sla import SlaClock
from app.outbox.models import MessageState, OutboxMessage
from app.shipments.contracts import NO_PAPERS, Papers, papers_of
from app.shipments.models import ShipmentLine
from app.shipments.pieces import SentBefore, shipments_of_serials

UNDECIDED = (ClaimState.SUBMITTED, ClaimState.VERIFICATION)
# Whose next step is ours; the others wait for the dealer or for nobody.
OURS = (*UNDECIDED, *PROMISED)
MOST_OTHERS = 5


class Filter(StrEnum):
    """The saved filters of the worklist."""

    TO_DECIDE = "to_decide"
    MINE = "mine"
    ASKED = "asked"
    WORKING = "working"
    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    FOR_HEAD = "for_head"
    ALL = "all"


@dataclass(frozen=True)
class WorklistRow:
    """A claim as the worklist shows it; `worth` is what it is about in money, gross.

    `due_on` is the first end of all clocks that run, `due_by` what ends then: a clock of service
    or the title of a rule of law.
    """

    id: UUID
    number: str
    dealer: str
    is_vip: bool
    state: ClaimState
    filed_at: datetime
    due_on: date
    due_by: str | None
    promise_on: date | None
    manager: str | None
    lines: int
    item_name: str
    is_dangerous: bool
    is_provisional: bool
    erp: MessageState | None
    expected_on: date | None
    outlook: Outlook | None
    waits_for_head: bool
    worth: tuple[Money, ...] = ()

    @property
    def is_over(self) -> bool:
        """Nobody waits for anything any more."""
        return self.state in FINAL

    @property
    def is_at_risk(self) -> bool:
        """It is expected to end later than was promised, or than is safe by law."""
        return self.outlook not in (None, Outlook.ON_TIME) and not self.is_over

    @property
    def service(self) -> SlaClock | None:
        """The clock of service that ends first, None when it is one of law."""
        return SlaClock(self.due_by) if self.due_by in set(SlaClock) else None

    def is_late(self, today: date) -> bool:
        """Tell whether we have let the day pass."""
        return self.state in OURS and self.due_on < today


@dataclass(frozen=True)
class Evidence:
    """What the portal knows about a claimed line before anybody judges it.

    What was `shipped`, with its `unit`, is the present row; `changes` are what has become of it
    since the line was added.
    """

    was_shipped: bool
    shipped: Decimal | None
    claimed_by_all: Decimal | None
    left: Decimal | None
    warranty_until: date | None
    in_warranty: bool | None
    others: tuple[OtherClaim, ...]
    shipments: tuple[SentBefore, ...]
    returned: Decimal | None = None
    unit: str = ""
    changes: tuple[Change, ...] = ()
    papers: Papers = NO_PAPERS


def list_worklist(
    user: User, *, chosen: Filter, search: str = "", after: str = "", today: date
) -> Page[WorklistRow]:
    """Return a page of claims, what is due first on top; what waits for no day is at the end."""
    columns: tuple[Any, ...] = (
        Claim.id,
        Claim.number,
        Dealer.name,
        Dealer.priority_class == "VIP",
        Claim.state,
        Claim.filed_at,
        Claim.due_on,
        _due_by(),
        Claim.promise_on,
        Person.name,
        *_line_facts(),
        _erp_state(),
        ClaimForecast.finish_on,
        ClaimForecast.outlook,
        _waits_for_head(),
    )
    query = (
        select(*columns)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .outerjoin(ClaimForecast, ClaimForecast.claim_id == Claim.id)
        .outerjoin(Person, Person.id == Claim.manager_id)
        .where(visible_to(user), _chosen(chosen, user, today))
        .order_by(Claim.due_on, Claim.id)
    )
    if text := clean_line(search):
        query = query.where(found_by(text, also_by_dealer=True))
    start = _page_start(after)
    if start:
        query = query.where(
            tuple_(Claim.due_on, Claim.id) > tuple_(*(literal(part) for part in start))
        )
    rows = [WorklistRow(*row) for row in db.execute(query.limit(PAGE_SIZE + 1))]
    worth = worth_of([row.id for row in rows])
    rows = [replace(row, worth=worth.get(row.id, ())) for row in rows]
    return cut_page(rows, lambda row: (row.due_on, row.id))


def count_filters(user: User, *, today: date) -> dict[Filter, int]:
    """Return how many claims each saved filter holds, in one statement."""
    columns = [
        func.count().filter(_chosen(chosen, user, today)).label(chosen.value) for chosen in Filter
    ]
    row = db.execute(select(*columns).select_from(Claim).where(visible_to(user))).one()
    return {chosen: row._mapping[chosen.value] for chosen in Filter}


def evidence_for(claim: Claim) -> dict[UUID, Evidence]:
    """Return the evidence beside each line of a claim."""
    shipped = _shipped(claim)
    others = other_claims(claim)
    sent = shipments_of_serials(line.serial for line in claim.lines if line.serial)
    changes = changes_of(claim)
    papers = papers_of(line.shipment_line_id for line in claim.lines)
    return {
        line.id: replace(
            _evidence(
                claim, line, shipped.get(line.shipment_line_id or 0), others.get(line.id, ())
            ),
            shipments=tuple(sent.get(line.serial, ())),
            papers=papers.get(line.shipment_line_id, NO_PAPERS),
            changes=changes.get(line.id, ()),
        )
        for line in claim.lines
    }


def next_in_list(
    user: User, claim: Claim, *, chosen: Filter, search: str = "", today: date
) -> UUID | None:
    """Return the claim below this one in a list of the worklist, None at its end."""
    query = (
        select(Claim.id)
        .where(visible_to(user), _chosen(chosen, user, today))
        .where(tuple_(Claim.due_on, Claim.id) > tuple_(literal(claim.due_on), literal(claim.id)))
        .order_by(Claim.due_on, Claim.id)
        .limit(1)
    )
    if text := clean_line(search):
        query = query.where(found_by(text, also_by_dealer=True))
    return db.execute(query).scalar()


def _due_by() -> Any:
    """Return which clock ends first; of several that end on one day, the law's."""
    planned = case((ClaimClock.sla.is_(None), ClaimClock.safe_on), else_=ClaimClock.legal_on)
    query = (
        select(func.coalesce(type_coerce(ClaimClock.sla, String), ClockRule.title))
        .outerjoin(ClaimClock.rule)
        .where(ClaimClock.claim_id == Claim.id, ClaimClock.stopped_on.is_(None))
        .where(ClaimClock.state != ClockState.PAUSED)
        .order_by(planned, ClaimClock.sla.is_not(None), ClaimClock.id)
        .limit(1)
    )
    return query.scalar_subquery()


def _line_facts() -> tuple[Any, ...]:
    mine = ClaimLine.claim_id == Claim.id
    first = select(ClaimLine.item_name).where(mine).order_by(ClaimLine.position).limit(1)
    danger = (
        select(ClaimLine.id)
        .join(DefectCode, DefectCode.code == ClaimLine.defect_code)
        .where(mine, DefectCode.severity == Severity.SAFETY)
    )
    return (
        select(func.count(ClaimLine.id)).where(mine).scalar_subquery(),
        first.scalar_subquery(),
        danger.exists(),
        select(ClaimLine.id)
        .where(mine, ClaimLine.shipment_check == ShipmentCheck.PROVISIONAL)
        .exists(),
    )


def _erp_state() -> Any:
    """Return the worst state of what the ERP does not know yet; null when it knows all."""
    query = (
        select(OutboxMessage.state)
        .where(OutboxMessage.claim_id == Claim.id, OutboxMessage.state != MessageState.DONE)
        .where(OutboxMessage.kind.startswith("erp."))
        .order_by(case((OutboxMessage.state == MessageState.PARKED, 0), else_=1))
        .limit(1)
    )
    return query.scalar_subquery()


def _chosen(chosen: Filter, user: User, today: date) -> ColumnElement[bool]:
    is_open = Claim.state.not_in(FINAL)
    conditions: dict[Filter, ColumnElement[bool]] = {
        Filter.TO_DECIDE: Claim.state.in_(UNDECIDED),
        Filter.MINE: and_(Claim.manager_id == user.id, is_open),
        Filter.ASKED: Claim.state == ClaimState.NEEDS_INFO,
        Filter.WORKING: Claim.state.in_(
            (
                ClaimState.ACCEPTED,
                ClaimState.PARTIALLY_ACCEPTED,
                ClaimState.EXECUTION,
                ClaimState.RESOLVED,
            )
        ),
        Filter.OVERDUE: and_(Claim.state.in_(OURS), Claim.due_on < today),
        Filter.AT_RISK: and_(
            is_open,
            Claim.id.in_(
                select(ClaimForecast.claim_id).where(ClaimForecast.outlook != Outlook.ON_TIME)
            ),
        ),
        Filter.FOR_HEAD: _waits_for_head(),
        Filter.ALL: Claim.state != ClaimState.DRAFT,
    }
    return conditions[chosen]


def _waits_for_head() -> ColumnElement[bool]:
    """Return that a decision was handed on to the head of claims and waits there."""
    query = select(PendingDecision.id).where(
        PendingDecision.claim_id == Claim.id, PendingDecision.state == PendingState.HANDED_ON
    )
    return query.exists()


def _page_start(after: str) -> tuple[date, UUID] | None:
    """Return where a page begins; a key that is not one of ours begins at the beginning."""
    key = read_key(after, 2)
    try:
        return (date.fromisoformat(key[0]), UUID(key[1])) if key else None
    except ValueError:
        return None


def _shipped(claim: Claim) -> dict[int, ShipmentLine]:
    ids = [line.shipment_line_id for line in claim.lines if line.shipment_line_id is not None]
    query = select(ShipmentLine).where(ShipmentLine.id.in_(ids))
    return {line.id: line for line in db.scalars(query)}


def _evidence(
    claim: Claim,
    line: ClaimLine,
    shipped: ShipmentLine | None,
    others: Sequence[OtherClaim],
) -> Evidence:
    presented = claim.demand_presented_on
    in_warranty = presented <= line.warranty_until if presented and line.warranty_until else None
    return Evidence(
        was_shipped=line.shipment_line_id is not None,
        shipped=shipped.quantity if shipped else None,
        claimed_by_all=shipped.claimed_quantity if shipped else None,
        left=shipped.left if shipped else None,
        returned=shipped.returned_quantity if shipped else None,
        unit=shipped.unit if shipped else line.unit,
        warranty_until=line.warranty_until,
        in_warranty=in_warranty,
        others=tuple(others[:MOST_OTHERS]),
        shipments=(),
    )
