"""Keeping forecasts true: after an event, at a new day, after a change of the master data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Date, cast, func, literal, or_, select

from app.accounts.models import Plant
from app.claims.forecast_models import Cause, ClaimForecast
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import Moment, db
from app.schedule.reminders import remind
from app.schedule.renewal import renew
from app.schedule.subjects import AWAITED

PORTION = 2000


def renew_one(claim_id: UUID) -> None:
    """Compute the forecast of a claim after something happened to it."""
    renew(Cause.EVENT, at=now(), claim_ids=[claim_id])


def renew_all(_: UUID) -> None:
    """Compute all forecasts after calendars, lanes or norms have changed."""
    renew(Cause.MASTER_DATA, at=now())


def begin_days() -> int:
    """Compute the forecasts for which a day has begun at their plant; return how many.

    It commits portion by portion, so that a stop in between loses nothing.
    """
    at, count = now(), 0
    while claim_ids := _of_another_day(at):
        renew(Cause.NEW_DAY, at=at, claim_ids=claim_ids)
        db.commit()
        count += len(claim_ids)
    return count


def send_reminders() -> int:
    """Tell everybody whose rung of the ladder has come; return how many notices there were."""
    count = remind(at=now())
    db.commit()
    return count


def _of_another_day(at: datetime) -> list[UUID]:
    today = cast(func.timezone(Plant.time_zone, literal(at, Moment())), Date)
    query = (
        select(Claim.id)
        .join(Plant, Plant.id == Claim.plant_id)
        .outerjoin(ClaimForecast, ClaimForecast.claim_id == Claim.id)
        .where(
            Claim.state.in_(AWAITED),
            or_(ClaimForecast.claim_id.is_(None), ClaimForecast.computed_on < today),
        )
        .order_by(Claim.id)
        .limit(PORTION)
    )
    return list(db.scalars(query))
