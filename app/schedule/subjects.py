"""What the forecast of many claims needs, read in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.accounts.models import Department, Plant
from app.catalog.models import Item
from app.claims.clock_models import ClaimClock
from app.claims.forecast_models import NewsKind, StageNews
from app.claims.models import Claim, ClaimEvent, ClaimLine
from app.claims.rules import PROMISED, Action, ClaimState
from app.claims.weights import Goods, weight_of
from app.core.clock import local_day
from app.core.db import db
from app.deadlines.clocks import StopsAt
from app.deadlines.forecast import Actual
from app.deadlines.rules import Leg
from app.deadlines.stages import Stage
from app.deadlines.ways import USUAL, Wanted, WayChoice
from app.vocabulary import Remedy
from app.work.models import WorkOrder
from app.work.rules import FIRST_STAGE_OF, LAST_STAGE_OF, OPEN, WorkState, known_at_the_end

UNDECIDED = (ClaimState.SUBMITTED, ClaimState.VERIFICATION, ClaimState.NEEDS_INFO)
AWAITED = (*UNDECIDED, *PROMISED)

# A department that has begun to work on the goods is assumed to have them.
ASSUMED_BEFORE = {"production": Stage.INTAKE}

_NEWS = {
    NewsKind.STARTED: "started_on",
    NewsKind.DEPARTED: "departed_on",
    NewsKind.FINISHED: "finished_on",
    NewsKind.EXPECTED: "expected_on",
}


@dataclass(frozen=True)
class LawDays:
    """The first days of law that a claim still has to keep, None where no clock runs."""

    answer_safe: date | None = None
    remedy_safe: date | None = None
    remedy_legal: date | None = None


@dataclass(frozen=True)
class Subject:
    """An open claim as the forecast sees it; `today` is the day at its plant.

    `disputed_at` is when the dealer sent the last result back, and another round began.
    """

    claim_id: UUID
    dealer_id: int
    plant_id: int
    today: date
    answer_on: date | None
    decided_at: datetime | None
    promise_on: date | None
    plan: tuple[Leg, ...]
    choice: WayChoice = USUAL
    wanted: frozenset[Wanted] = frozenset()
    weight: Decimal | None = None
    actuals: Mapping[str, Actual] = field(default_factory=dict)
    law: LawDays = LawDays()
    disputed_at: datetime | None = None


def load_subjects(
    at: datetime, *which: ColumnElement[bool], states: Collection[ClaimState] = AWAITED
) -> list[Subject]:
    """Return the open claims that are meant, all of them unless told otherwise."""
    meant = select(Claim.id).where(Claim.state.in_(states), *which)
    lines, actuals, law = _lines(meant), _actuals(meant), _law_days(meant)
    no_lines, nothing = _Lines(), dict[str, Actual]()
    return [
        replace(
            subject,
            wanted=lines.get(subject.claim_id, no_lines).wanted,
            weight=lines.get(subject.claim_id, no_lines).weight,
            actuals=actuals.get(subject.claim_id, nothing),
            law=law.get(subject.claim_id, subject.law),
        )
        for subject in _claims(at, meant)
    ]


def _claims(at: datetime, meant: Select[UUID]) -> Iterable[Subject]:
    query = (
        select(
            Claim.id,
            Claim.dealer_id,
            Claim.plant_id,
            Claim.answer_on,
            Claim.decided_at,
            Claim.promise_on,
            Claim.logistics,
            Claim.way_choice,
            Plant.time_zone,
            _disputed_at(Claim.id).label("disputed_at"),
        )
        .join(Plant, Plant.id == Claim.plant_id)
        .where(Claim.id.in_(meant))
        .order_by(Claim.id)
    )
    zones: dict[str, date] = {}
    for row in db.execute(query):
        today = zones.get(row.time_zone)
        if today is None:
            today = zones[row.time_zone] = local_day(at, row.time_zone)
        yield Subject(
            row.id,
            row.dealer_id,
            row.plant_id,
            today,
            row.answer_on,
            row.decided_at,
            row.promise_on,
            tuple(Leg.from_dict(leg) for leg in row.logistics),
            WayChoice.from_dict(row.way_choice),
            disputed_at=row.disputed_at,
        )


@dataclass
class _Lines:
    """What is to be done of the lines of one claim: as decided, before the decision as demanded."""

    remedies: dict[UUID, Remedy] = field(default_factory=dict)
    goods: dict[UUID, Goods] = field(default_factory=dict)
    quantities: dict[UUID, Decimal] = field(default_factory=dict)

    @property
    def wanted(self) -> frozenset[Wanted]:
        return frozenset((remedy, self.goods[key].group) for key, remedy in self.remedies.items())

    @property
    def weight(self) -> Decimal | None:
        return weight_of(self.goods, self.remedies, self.quantities)


def _lines(meant: Select[UUID]) -> dict[UUID, _Lines]:
    """Return the lines of claims.

    What they weigh is summed up here: PostgreSQL cannot guess of how many lines the remedy
    travels, and chose a plan for few.
    """
    remedy = case((ClaimLine.accepted_quantity.is_(None), ClaimLine.demand), else_=ClaimLine.remedy)
    query = (
        select(
            ClaimLine.claim_id,
            ClaimLine.id,
            remedy,
            func.coalesce(ClaimLine.accepted_quantity, ClaimLine.quantity),
            func.coalesce(Item.product_group, ""),
            Item.weight,
        )
        .outerjoin(Item, Item.id == ClaimLine.item_id)
        .where(ClaimLine.claim_id.in_(meant), remedy.is_not(None))
    )
    found: dict[UUID, _Lines] = defaultdict(_Lines)
    for claim_id, line_id, word, quantity, group, weight in db.execute(query):
        of_claim = found[claim_id]
        of_claim.remedies[line_id] = Remedy(word)
        of_claim.goods[line_id] = Goods(group, weight)
        of_claim.quantities[line_id] = quantity
    return found


def _actuals(meant: Select[UUID]) -> dict[UUID, dict[str, Actual]]:
    """Return what is known of the stages: what departments did, and over it what people told.

    Only those tell who can know (`deadlines.knowing`); what follows from it is assumed.
    """
    found: dict[UUID, dict[str, Actual]] = defaultdict(dict)
    for claim_id, stage, name, day in _work_done(meant):
        known = found[claim_id].get(stage, Actual())
        found[claim_id][stage] = replace(known, **{name: day})
    for claim_id, told_of, kind, told_day in db.execute(_last_news(meant)):
        known = found[claim_id].get(told_of, Actual())
        found[claim_id][told_of] = replace(known, **{_NEWS[kind]: told_day})
    return found


def _work_done(meant: Select[UUID]) -> Iterable[tuple[UUID, Stage, str, date]]:
    is_over = func.bool_and(WorkOrder.state.not_in(OPEN)) & func.bool_or(
        WorkOrder.state == WorkState.DONE
    )
    query = (
        select(
            WorkOrder.claim_id,
            Department.code,
            Plant.time_zone,
            func.min(WorkOrder.started_at),
            func.max(WorkOrder.finished_at),
            is_over,
        )
        .join(Department, Department.id == WorkOrder.department_id)
        .join(Claim, Claim.id == WorkOrder.claim_id)
        .join(Plant, Plant.id == Claim.plant_id)
        .where(WorkOrder.claim_id.in_(meant), WorkOrder.round == _present_round())
        .where(_is_of_this_round(WorkOrder.claim_id, WorkOrder.opened_at))
        .group_by(WorkOrder.claim_id, Department.code, Plant.time_zone)
    )
    for claim_id, code, zone, started_at, finished_at, over in db.execute(query):
        if started_at and code in ASSUMED_BEFORE:
            yield claim_id, ASSUMED_BEFORE[code], "assumed_on", local_day(started_at, zone)
        if started_at and code in FIRST_STAGE_OF:
            yield claim_id, FIRST_STAGE_OF[code], "started_on", local_day(started_at, zone)
        if over and finished_at and code in LAST_STAGE_OF:
            last = LAST_STAGE_OF[code]
            yield claim_id, last, known_at_the_end(last), local_day(finished_at, zone)


def _present_round() -> Any:
    """A disputed result is worked on in another round; what was done before is then over."""
    other = WorkOrder.__table__.alias("same_claim")
    return (
        select(func.max(other.c.round))
        .where(other.c.claim_id == WorkOrder.claim_id)
        .correlate(WorkOrder)
        .scalar_subquery()
    )


def _disputed_at(claim_id: Any) -> Any:
    return (
        select(func.max(ClaimEvent.at))
        .where(ClaimEvent.claim_id == claim_id, ClaimEvent.action == Action.DISPUTE)
        .scalar_subquery()
    )


def _is_of_this_round(claim_id: Any, at: Any) -> ColumnElement[bool]:
    """What was known before the dealer sent the result back is known of goods that came back."""
    disputed_at = _disputed_at(claim_id)
    return or_(disputed_at.is_(None), at >= disputed_at)


def _last_news(meant: Select[UUID]) -> Select[UUID, str, NewsKind, date | None]:
    question = (StageNews.claim_id, StageNews.stage, StageNews.kind)
    return (
        select(*question, StageNews.day)
        .where(StageNews.claim_id.in_(meant))
        .where(_is_of_this_round(StageNews.claim_id, StageNews.told_at))
        .ext(distinct_on(*question))
        .order_by(*question, StageNews.id.desc())
    )


def _law_days(meant: Select[UUID]) -> dict[UUID, LawDays]:
    def first(column: Any, stops_at: StopsAt) -> Any:
        return func.min(column).filter(ClaimClock.stops_at == stops_at)

    query = (
        select(
            ClaimClock.claim_id,
            first(ClaimClock.safe_on, StopsAt.ANSWER),
            first(ClaimClock.safe_on, StopsAt.REMEDY),
            first(ClaimClock.legal_on, StopsAt.REMEDY),
        )
        .where(
            ClaimClock.claim_id.in_(meant),
            ClaimClock.rule_code.is_not(None),
            ClaimClock.stopped_on.is_(None),
        )
        .group_by(ClaimClock.claim_id)
    )
    return {claim_id: LawDays(*days) for claim_id, *days in db.execute(query)}
