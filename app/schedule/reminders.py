"""Reminders before a due day and escalation after it, by the ladder; each rung once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Integer, Select, cast, func, literal, null, select, union_all

from app.claims.clock_models import ClaimClock
from app.claims.forecast_models import Topic
from app.claims.models import Claim, Question
from app.claims.rules import PROMISED, ClaimState
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import Refusal
from app.deadlines.calendars import years_around
from app.deadlines.days import Calendar
from app.deadlines.network import Place
from app.deadlines.queries import load_network
from app.schedule.models import Audience, ReminderRung
from app.schedule.notices import Notice, list_heads, owners_of, tell
from app.schedule.subjects import AWAITED

IN_OUR_HANDS = (ClaimState.SUBMITTED, ClaimState.VERIFICATION)
FIRST_HOUR = 7  # nobody reads reminders earlier; the hour is the plant's

# The ladder with which the portal begins.
USUAL_RUNGS = (
    (Topic.ANSWER_DUE, 2, Audience.OWNER),
    (Topic.ANSWER_DUE, 0, Audience.OWNER),
    (Topic.ANSWER_DUE, 0, Audience.HEAD),
    (Topic.ANSWER_DUE, -1, Audience.HEAD),
    (Topic.REPLY_DUE, 2, Audience.OWNER),
    (Topic.REPLY_DUE, 0, Audience.OWNER),
    (Topic.PROMISE_DUE, 3, Audience.OWNER),
    (Topic.PROMISE_DUE, 1, Audience.OWNER),
    (Topic.PROMISE_DUE, 0, Audience.HEAD),
    (Topic.PROMISE_DUE, -1, Audience.HEAD),
    (Topic.LAW_DUE, 5, Audience.OWNER),
    (Topic.LAW_DUE, 2, Audience.OWNER),
    (Topic.LAW_DUE, 2, Audience.HEAD),
    (Topic.LAW_DUE, 0, Audience.HEAD),
)


@dataclass(frozen=True)
class DueDay:
    """A day on which a claim owes something; `owner_id` is set when it is not the manager's."""

    claim_id: UUID
    plant_id: int
    topic: Topic
    due_on: date
    owner_id: int | None


Ladder = Mapping[tuple[Topic, Audience], Collection[int]]


def remind(*, at: datetime) -> int:
    """Tell everybody whose rung has come; return how many notices there were."""
    dues = list(_dues())
    places = _awake_places({due.plant_id for due in dues}, at)
    ladder = _ladder()
    owners = owners_of({due.claim_id for due in dues}, at)
    heads = list_heads()
    notices = []
    for due in dues:
        place = places.get(due.plant_id)
        if place is None:
            continue
        today = local_day(at, place.time_zone)
        for audience in Audience:
            rung = rung_reached(
                ladder.get((due.topic, audience), ()), due.due_on, today, place.calendar
            )
            if rung is not None:
                people = heads if audience is Audience.HEAD else _owners(due, owners)
                notices += [
                    Notice(due.claim_id, person, due.topic, due.due_on, rung=rung)
                    for person in people
                ]
    return tell(notices, at=at)


def rung_reached(rungs: Collection[int], due: date, today: date, calendar: Calendar) -> int | None:
    """Return the last rung that has been reached, in working days before the due day.

    Who comes late to the ladder hears of the present rung only, not of those before it.
    """
    reached = [days for days in rungs if today >= _day_of_rung(due, days, calendar)]
    return min(reached, default=None)


def _day_of_rung(due: date, days: int, calendar: Calendar) -> date:
    if days < 0:
        return calendar.add(due, -days)
    return calendar.sub(calendar.on_or_before(due), days)


def _owners(due: DueDay, owners: Mapping[UUID, Collection[int]]) -> Collection[int]:
    return (due.owner_id,) if due.owner_id else owners.get(due.claim_id, ())


def _ladder() -> Ladder:
    found: dict[tuple[Topic, Audience], list[int]] = defaultdict(list)
    query = select(ReminderRung.topic, ReminderRung.audience, ReminderRung.working_days)
    for topic, audience, days in db.execute(query):
        found[topic, audience].append(days)
    return found


def _awake_places(plant_ids: Collection[int], at: datetime) -> dict[int, Place]:
    """Return the plants with a calendar at which the day has begun."""
    network = load_network(years_around(at.date()), dealer_ids=(), plant_ids=plant_ids)
    found: dict[int, Place] = {}
    for plant_id in plant_ids:
        try:
            place = network.plant(plant_id)
        except Refusal:
            continue  # the claim's forecast says that its plant has no calendar
        if at.astimezone(ZoneInfo(place.time_zone)).hour >= FIRST_HOUR:
            found[plant_id] = place
    return found


def _dues() -> Iterable[DueDay]:
    nobody = null()
    answers = _rows(Topic.ANSWER_DUE, Claim.answer_on, nobody).where(Claim.state.in_(IN_OUR_HANDS))
    promises = _rows(Topic.PROMISE_DUE, Claim.promise_on, nobody).where(Claim.state.in_(PROMISED))
    replies = (
        _rows(Topic.REPLY_DUE, func.min(Question.answer_by), Claim.created_by)
        .join(Question, Question.claim_id == Claim.id)
        .where(Claim.state == ClaimState.NEEDS_INFO, Question.answered_at.is_(None))
        .group_by(Claim.id)
    )
    law = (
        _rows(Topic.LAW_DUE, func.min(ClaimClock.safe_on), nobody)
        .join(ClaimClock, ClaimClock.claim_id == Claim.id)
        .where(
            Claim.state.in_(AWAITED),
            ClaimClock.rule_code.is_not(None),
            ClaimClock.stopped_on.is_(None),
        )
        .group_by(Claim.id)
    )
    for claim_id, plant_id, topic, due_on, owner in db.execute(
        union_all(answers, promises, replies, law)
    ):
        if due_on is not None:
            yield DueDay(claim_id, plant_id, Topic(topic), due_on, owner)


def _rows(topic: Topic, day: Any, owner: Any) -> Select[UUID, int, str, date, int]:
    return select(
        Claim.id, Claim.plant_id, literal(topic.value), cast(day, Date), cast(owner, Integer)
    )
