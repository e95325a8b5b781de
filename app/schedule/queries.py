"""The legs of a claim with what is known of them; whose a calendar feed is."""

from sqlalchemy import func, or_, select

from app.accounts.models import Dealer, Department, Person
from app.accounts.policy import User
from app.accounts.queries import as_user, hash_token
from app.claims.models import Claim
from app.core.clock import local_day
from app.core.db import db
from app.deadlines.rules import Leg
from app.deadlines.stages import Stage
from app.schedule.models import CalendarFeed
from app.schedule.rules import Span, TrackedLeg, Whose
from app.work.models import WorkOrder
from app.work.rules import OPEN, WorkState

# The stage that is over when this department has finished its work orders of a claim.
LAST_STAGE_OF = {
    "production": Stage.QUALITY_CHECK,
    "warehouse": Stage.PICK,
    "logistics": Stage.OUTBOUND,
    "finance": Stage.PAYMENT,
    "quality": Stage.DOCUMENTS,
}


def tracked_legs(claim: Claim) -> tuple[TrackedLeg, ...]:
    """Return the legs that lead to the claim's promise, with what the departments have done."""
    legs = [Leg.from_dict(kept) for kept in claim.logistics]
    done = _finished_stages(claim)
    return tuple(TrackedLeg(leg.stage, Span.of(leg), actual=done.get(leg.stage)) for leg in legs)


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
    )
    row = db.execute(query).first()
    return (as_user(row[0]), row[1]) if row else None


def _finished_stages(claim: Claim) -> dict[str, Span]:
    """Return the stages whose department has no open work left, from its first day to its last."""
    query = (
        select(
            Department.code,
            func.min(func.coalesce(WorkOrder.started_at, WorkOrder.finished_at)),
            func.max(WorkOrder.finished_at),
        )
        .join(Department, Department.id == WorkOrder.department_id)
        .where(WorkOrder.claim_id == claim.id)
        .group_by(Department.code)
        .having(func.bool_and(WorkOrder.state.not_in(OPEN)))
        .having(func.bool_or(WorkOrder.state == WorkState.DONE))
    )
    zone = claim.plant.time_zone
    return {
        LAST_STAGE_OF[code]: Span(local_day(start, zone), local_day(end, zone))
        for code, start, end in db.execute(query)
        if code in LAST_STAGE_OF and start and end
    }
