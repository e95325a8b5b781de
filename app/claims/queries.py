"""Questions about claims: one of them, lists of them, what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Dealer, Plant
from app.accounts.policy import User
from app.claims.days import Fact, zone_of
from app.claims.due import Dates, Due, due_of
from app.claims.forecast_models import ClaimForecast
from app.claims.models import Claim, ClaimEvent, ClaimFile, ClaimLine, Question, RejectionReason
from app.claims.policy import visible_to
from app.claims.rules import BALL, FINAL, PROMISED, Action, BallWith, ClaimState
from app.claims.search import found_by
from app.core.clock import local_day
from app.core.db import db
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key

# Its rows have the columns of `ClaimRow`, in its order.
Rows = Select[*tuple[Any, ...]]

FILTERS: dict[str, tuple[ClaimState, ...]] = {
    "open": tuple(state for state in ClaimState if state not in (*FINAL, ClaimState.DRAFT)),
    "mine": tuple(state for state, holder in BALL.items() if holder is BallWith.DEALER),
    "drafts": (ClaimState.DRAFT,),
    "finished": FINAL,
}


@dataclass(frozen=True)
class ClaimRow:
    """A claim in a list; `what` is its first item, `more` counts the others."""

    id: UUID
    number: str | None
    state: ClaimState
    version: int
    dealer_name: str
    dealer_reference: str
    what: str | None
    more: int
    created_at: datetime
    changed_at: datetime
    filed_at: datetime | None
    answer_on: date | None
    decided_at: datetime | None
    promise_on: date | None
    expected_on: date | None
    plant_zone: str
    plant_country: str
    dealer_country: str
    asked_at: datetime | None
    reply_on: date | None

    @property
    def later_on(self) -> date | None:
        """The expected day of what was promised, if it is later than the promise."""
        if self.state not in PROMISED or not self.promise_on or not self.expected_on:
            return None
        return self.expected_on if self.expected_on > self.promise_on else None

    @property
    def ball(self) -> BallWith:
        """Whose move it is."""
        return BALL[self.state]

    def due(self, at: datetime) -> Due | None:
        """What comes next, seen from the plant's calendar."""
        zone = self.plant_zone
        dates = Dates(
            self.plant_country,
            self.dealer_country,
            filed_on=_day(self.filed_at, zone),
            answer_on=self.answer_on,
            asked_on=_day(self.asked_at, zone),
            reply_on=self.reply_on,
            decided_on=_day(self.decided_at, zone),
            promise_on=self.promise_on,
        )
        return due_of(self.state, dates, local_day(at, zone))


def get_claim(user: User, claim_id: UUID) -> Claim | None:
    """Return a claim with all that its page shows, if this person may see it."""
    return db.scalars(_whole().where(Claim.id == claim_id, visible_to(user))).one_or_none()


def lock_claim(user: User, claim_id: UUID) -> Claim | None:
    """Return a claim as it is now and keep others from changing it until the commit."""
    query = _whole().where(Claim.id == claim_id, visible_to(user)).with_for_update(of=Claim)
    return db.scalars(query.execution_options(populate_existing=True)).one_or_none()


def is_visible(user: User, claim_id: UUID) -> bool:
    """Tell whether somebody may see a claim."""
    query = select(Claim.id).where(Claim.id == claim_id, visible_to(user))
    return db.scalar(query) is not None


def claim_to_change(claim_id: UUID) -> Claim:
    """Return a claim as the portal itself changes it: locked until the commit."""
    query = _whole().where(Claim.id == claim_id).with_for_update(of=Claim)
    return db.scalars(query.execution_options(populate_existing=True)).one()


def due_of_claim(claim: Claim, at: datetime) -> Due | None:
    """Return what comes next for one claim."""
    zone = zone_of(claim, Fact.SERVED)
    waiting = [question for question in claim.questions if question.answered_at is None]
    dates = Dates(
        claim.plant.country,
        claim.dealer.country,
        filed_on=_day(claim.filed_at, zone),
        answer_on=claim.answer_on,
        asked_on=_day(max((question.asked_at for question in waiting), default=None), zone),
        reply_on=min((question.answer_by for question in waiting), default=None),
        decided_on=_day(claim.decided_at, zone),
        promise_on=claim.promise_on,
    )
    return due_of(claim.state, dates, local_day(at, zone))


def list_claims(
    user: User, *, states: str = "", search: str = "", after: str = ""
) -> Page[ClaimRow]:
    """Return a page of claims, newest first, narrowed by a filter's name and a search text."""
    query = _rows(user).order_by(Claim.created_at.desc(), Claim.id.desc())
    if states in FILTERS:
        query = query.where(Claim.state.in_(FILTERS[states]))
    if search:
        query = query.where(found_by(search))
    start = _page_start(after)
    if start:
        place = tuple_(Claim.created_at, Claim.id)
        query = query.where(place < tuple_(literal(start[0]), literal(start[1])))
    rows = [ClaimRow(*row) for row in db.execute(query.limit(PAGE_SIZE + 1))]
    return cut_page(rows, lambda row: (row.created_at.isoformat(), row.id))


def claims_in(user: User, states: Sequence[ClaimState], count: int = PAGE_SIZE) -> list[ClaimRow]:
    """Return the claims in these states, those that were touched last first."""
    query = _rows(user).where(Claim.state.in_(states)).order_by(Claim.changed_at.desc(), Claim.id)
    return [ClaimRow(*row) for row in db.execute(query.limit(count))]


def events_of(claim_id: UUID) -> list[ClaimEvent]:
    """Return what happened to a claim, newest first."""
    query = select(ClaimEvent).filter_by(claim_id=claim_id).order_by(ClaimEvent.version.desc())
    return list(db.scalars(query))


def reason_names() -> dict[str, dict[str, str]]:
    """Return the names of all reasons for a refusal by their code."""
    rows = db.execute(select(RejectionReason.code, RejectionReason.names))
    return {row.code: row.names for row in rows}


def _whole() -> Select[Claim]:
    return select(Claim).options(
        joinedload(Claim.dealer),
        joinedload(Claim.plant),
        selectinload(Claim.manager),
        selectinload(Claim.lines).joinedload(ClaimLine.shipment_line),
        selectinload(Claim.files).joinedload(ClaimFile.file),
        selectinload(Claim.questions),
    )


def _rows(user: User) -> Rows:
    return (
        select(
            Claim.id,
            Claim.number,
            Claim.state,
            Claim.version,
            Dealer.name,
            Claim.dealer_reference,
            _first_item(),
            func.greatest(_of_lines(func.count()) - 1, 0),
            Claim.created_at,
            Claim.changed_at,
            Claim.filed_at,
            Claim.answer_on,
            Claim.decided_at,
            Claim.promise_on,
            ClaimForecast.finish_on,
            Plant.time_zone,
            Plant.country,
            Dealer.country,
            _of_open_questions(func.max(Question.asked_at)),
            _of_open_questions(func.min(Question.answer_by)),
        )
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .join(Plant, Plant.id == Claim.plant_id)
        .outerjoin(ClaimForecast, ClaimForecast.claim_id == Claim.id)
        .where(visible_to(user))
    )


def last_dispute(claim_id: UUID) -> str:
    """Return why the dealer sent the last result back, "" while it never did."""
    query = (
        select(ClaimEvent.facts)
        .where(ClaimEvent.claim_id == claim_id, ClaimEvent.action == Action.DISPUTE)
        .order_by(ClaimEvent.version.desc())
        .limit(1)
    )
    facts = db.scalar(query)
    return str(facts["reason"]) if facts else ""


def _first_item() -> ColumnElement[str]:
    query = select(ClaimLine.item_name).where(ClaimLine.claim_id == Claim.id)
    return query.order_by(ClaimLine.position).limit(1).scalar_subquery()


def _of_lines(figure: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(figure).where(ClaimLine.claim_id == Claim.id).scalar_subquery()


def _of_open_questions(figure: ColumnElement[Any]) -> ColumnElement[Any]:
    query = select(figure).where(Question.claim_id == Claim.id, Question.answered_at.is_(None))
    return query.scalar_subquery()


def _page_start(after: str) -> tuple[datetime, UUID] | None:
    """Return where a page begins; a key that is not one of ours begins at the beginning."""
    key = read_key(after, 2)
    try:
        start = (datetime.fromisoformat(key[0]), UUID(key[1])) if key else None
    except ValueError:
        return None
    return start if start and start[0].tzinfo else None


def _day(at: datetime | None, zone: str) -> date | None:
    return local_day(at, zone) if at else None
