"""What people tell of a claim's way: a stage began, departed, ended, or will end on a day."""

from datetime import date, datetime

from app.accounts.policy import User
from app.claims import remedy_law
from app.claims.forecast_models import NewsKind, StageNews
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim
from app.claims.rules import PROMISED, ClaimState
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.core.words import marked
from app.deadlines.knowing import WHO_KNOWS, Side
from app.deadlines.stages import AT_THE_DEALER, Stage
from app.outbox.service import promise
from app.schedule import words as _words  # noqa: F401  (registers what reports are called)
from app.vocabulary import DEALERS, MANAGERS, Role

OF_THE_PLANT = (*MANAGERS, Role.DEPARTMENT_WORKER)
# What is carried out can still arrive.
TOLD_IN = (*PROMISED, ClaimState.RESOLVED)
TAKEN_BACK = N_("not reported any more")
LONGEST_WAIT = 366  # days; a day beyond is a slip of the finger


class NotInTheFuture(Refusal):
    message = N_("What has already happened cannot be later than today, %(today)s.")


class NotInThePast(Refusal):
    message = N_("An expected day cannot be before today, %(today)s.")


class TooFarAway(Refusal):
    message = N_("This day is more than a year away. Check the year.")


class OnlyDealerKnows(Refusal):
    message = N_(
        "Only the dealer can report what happens at the dealer's. You can give "
        "the day on which you expect it."
    )


class OnlyPlantKnows(Refusal):
    message = N_("Only the plant can report what happens at the plant.")


def may_tell(user: User, stage: Stage, kind: NewsKind) -> bool:
    """Tell whether a person may say this of a stage: what they can know, or when they expect it."""
    if kind is NewsKind.EXPECTED:
        return user.role in OF_THE_PLANT or (user.role in DEALERS and stage in AT_THE_DEALER)
    known = WHO_KNOWS[stage]
    return side_of(user) in (known.ends if kind is NewsKind.FINISHED else known.begins)


def may_tell_of(user: User, stage: Stage) -> bool:
    """Tell whether a person may say anything of a stage."""
    return any(may_tell(user, stage, kind) for kind in NewsKind)


def side_of(user: User) -> Side | None:
    """Return at which end of the way a person is."""
    if user.role in OF_THE_PLANT:
        return Side.PLANT
    return Side.DEALER if user.role in DEALERS else None


def tell_news(
    claim: Claim, stage: Stage, kind: NewsKind, day: date | None, *, by: User, at: datetime
) -> None:
    """Note what a person knows of a stage; the forecast follows. Without a day it is taken back.

    The end of a line's last stage ends what the law counts until the remedy, and taken back it
    lets it go on.
    """
    if claim.state not in TOLD_IN or side_of(by) is None:
        raise NotAllowed
    if not may_tell(by, stage, kind):
        raise OnlyPlantKnows if side_of(by) is Side.DEALER else OnlyDealerKnows
    _check(kind, day, today=local_day(at, claim.plant.time_zone))

    db.add(StageNews(claim_id=claim.id, stage=stage, kind=kind, day=day, told_by=by.id, told_at=at))
    record(
        claim.id,
        HistoryKind.STAGE_TOLD,
        by=by,
        at=at,
        stage=stage.value,
        news=marked(kind) if day else TAKEN_BACK,
        day=str(day) if day else None,
    )
    if kind is NewsKind.FINISHED:
        remedy_law.resume_remedy(claim, {stage}, at=at)
        if day is not None:
            remedy_law.end_remedy(claim, {stage}, at=at, on=day)
    promise("forecast.renew", claim.id, at=at, claim_id=claim.id)


def _check(kind: NewsKind, day: date | None, *, today: date) -> None:
    if day is None:
        return
    if abs((day - today).days) > LONGEST_WAIT:
        raise TooFarAway
    if kind is NewsKind.EXPECTED and day < today:
        raise NotInThePast(today=today)
    if kind is not NewsKind.EXPECTED and day > today:
        raise NotInTheFuture(today=today)
