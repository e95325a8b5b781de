"""The legs of a claim and the open work with their days; whose a calendar feed is."""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Dealer, Department, Person
from app.accounts.policy import User
from app.accounts.queries import as_user, hash_token
from app.claims.days import Fact, zone_of
from app.claims.forecast_models import ClaimForecast
from app.claims.models import Claim, ClaimLine
from app.core.clock import local_day
from app.core.db import db
from app.core.lists import Page, cut_page
from app.deadlines.forecast import ForecastLeg
from app.deadlines.rules import Leg
from app.schedule.gantt import OpenOrder
from app.schedule.models import CalendarFeed
from app.schedule.outlook import unpack_legs
from app.schedule.rules import Span, TrackedLeg, Whose
from app.schedule.subjects import ASSUMED_BEFORE
from app.work.models import WorkOrder
from app.work.queries import BY_DUE_DAY, begins_after, is_open_for
from app.work.rules import FIRST_STAGE_OF

ORDERS_A_CHART = 200


def tracked_legs(claim: Claim) -> tuple[TrackedLeg, ...]:
    """Return the legs of a decided claim as planned, as expected and as they went."""
    if claim.decided_at is None:
        return ()
    forecast = find_forecast(claim)
    if forecast is None or not forecast.legs:
        if claim.closed_at is not None:
            return ()  # a plan that nobody followed would look like work that nobody did
        return tuple(
            TrackedLeg(leg.stage, Span.of(leg)) for leg in map(Leg.from_dict, claim.logistics)
        )
    legs = unpack_legs(forecast.legs)
    # What came before a stage that is over, or that has departed, is assumed to be over too.
    over = [place for place, leg in enumerate(legs) if leg.is_over]
    over += [place - 1 for place, leg in enumerate(legs) if leg.actual and leg.actual.departed_on]
    last, done = max(over, default=-1), _told_as_one(legs)
    return tuple(
        _tracked(leg, is_done=place in done, is_over=place <= last)
        for place, leg in enumerate(legs)
    )


def find_forecast(claim: Claim) -> ClaimForecast | None:
    """Return the last forecast of a claim; what was decided without a promise expects nothing.

    What was forecast before a rejection, as a payment, will not happen.
    """
    if claim.decided_at is not None and claim.promise_on is None:
        return None
    return db.get(ClaimForecast, claim.id)


def list_open_orders(
    user: User, department_id: int | None = None, *, after: str = ""
) -> Page[OpenOrder]:
    """Return a page of open work with the day on which it is planned to begin, by its due day."""
    query = (
        select(
            WorkOrder,
            Claim,
            Dealer.name,
            ClaimLine.item_name,
            Person.name,
            Department.code,
            ClaimForecast.legs,
        )
        .join(Claim, Claim.id == WorkOrder.claim_id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .join(ClaimLine, ClaimLine.id == WorkOrder.claim_line_id)
        .join(Department, Department.id == WorkOrder.department_id)
        .outerjoin(Person, Person.id == WorkOrder.started_by)
        .outerjoin(ClaimForecast, ClaimForecast.claim_id == WorkOrder.claim_id)
        .options(joinedload(Claim.plant))
        .where(is_open_for(user, department_id), begins_after(after))
        .order_by(*BY_DUE_DAY)
        .limit(ORDERS_A_CHART + 1)
    )
    orders = [_open_order(*row) for row in db.execute(query)]
    return cut_page(orders, lambda order: (order.due_on, order.id), ORDERS_A_CHART)


def _open_order(
    order: WorkOrder,
    claim: Claim,
    dealer: str,
    item_name: str,
    person: str | None,
    desk: str,
    legs: list[dict[str, dict[str, str]]] | None,
) -> OpenOrder:
    zone = zone_of(claim, Fact.WORKED_ON)
    starts = {leg.stage: leg.start for leg in map(Leg.from_dict, claim.logistics)}
    planned = starts.get(FIRST_STAGE_OF.get(desk, ""))
    return OpenOrder(
        order.id,
        claim.number or "",
        dealer,
        item_name,
        person or "",
        order.state,
        begins_on=min(planned or local_day(order.opened_at, zone), order.due_on),
        due_on=order.due_on,
        started_on=local_day(order.started_at, zone) if order.started_at else None,
        blocked_reason=order.blocked_reason,
        is_assumed=order.started_at is not None
        and _are_goods_assumed(desk, unpack_legs(legs or [])),
    )


def _are_goods_assumed(desk: str, legs: Iterable[ForecastLeg]) -> bool:
    """Tell whether nobody has confirmed the stage that brings the goods to this department."""
    before = ASSUMED_BEFORE.get(desk)
    return any(leg.stage == before and not leg.is_done for leg in legs)


def find_feed(user: User) -> CalendarFeed | None:
    """Return a person's own feed."""
    return db.scalars(select(CalendarFeed).filter_by(person_id=user.id)).one_or_none()


def find_reader(token: str) -> tuple[User, Whose] | None:
    """Return whose feed has this secret; None once its owner may not sign in any more."""
    query = (
        select(Person, CalendarFeed.whose)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .outerjoin(Dealer, Dealer.id == Person.dealer_id)
        .where(CalendarFeed.token_hash == hash_token(token))
        .where(Person.is_active, or_(Dealer.id.is_(None), Dealer.is_active))
        .where(or_(Person.password_set_at.is_(None), CalendarFeed.made_at > Person.password_set_at))
    )
    row = db.execute(query).first()
    return (as_user(row[0]), row[1]) if row else None


def _told_as_one(legs: Sequence[ForecastLeg]) -> set[int]:
    """Return the places of what is done: each end that was told, with all from a told beginning on.

    A department tells the beginning of its first stage and the end of its last one.
    """
    done: set[int] = set()
    piece: list[int] = []
    for place, leg in enumerate(legs):
        if leg.actual and leg.actual.started_on:
            piece = [place]
        elif piece or leg.is_done:
            piece.append(place)
        if leg.is_done:
            done.update(piece)
            piece = []
    return done


def _tracked(leg: ForecastLeg, *, is_done: bool, is_over: bool) -> TrackedLeg:
    expected = Span.of(leg.forecast)
    if is_done:
        return TrackedLeg(leg.stage, Span.of(leg.plan), actual=expected)
    if is_over:
        return TrackedLeg(leg.stage, Span.of(leg.plan), assumed=expected)
    return TrackedLeg(leg.stage, Span.of(leg.plan), forecast=expected)
