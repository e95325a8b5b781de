"""The ladder of reminders, rung by rung: read it, add to it, take from it."""

from http import HTTPStatus

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.claims.forecast_models import Topic
from app.core.db import db
from app.core.errors import N_, Refusal
from app.schedule.models import Audience, ReminderRung

MOST_DAYS = 60
# What is due on a day that is known before; what gets worse is told at once, without a ladder.
LADDERED = (Topic.ANSWER_DUE, Topic.REPLY_DUE, Topic.PROMISE_DUE, Topic.LAW_DUE)


class RungIsThere(Refusal):
    message = N_("This reminder exists already.")
    status = HTTPStatus.CONFLICT


class RungTooFar(Refusal):
    message = N_("A reminder can be set at most %(most)s working days before or after the due day.")


class NoLadder(Refusal):
    message = N_("This has no due day: choose something that is due on a day.")


def list_rungs() -> list[ReminderRung]:
    """Return the rungs as they are climbed: by what is due, the earliest first."""
    rungs = db.scalars(select(ReminderRung))
    return sorted(
        rungs, key=lambda rung: (LADDERED.index(rung.topic), -rung.working_days, rung.audience)
    )


def topic_of(word: str) -> Topic:
    """Return something due that has a ladder; refuse whatever else was sent."""
    found = next((topic for topic in LADDERED if topic.value == word), None)
    if found is None:
        raise NoLadder
    return found


def add_rung(topic: Topic, working_days: int, audience: Audience) -> None:
    """Remind so many of the plant's working days before the due day; below 0: after it."""
    if topic not in LADDERED:
        raise NoLadder
    if abs(working_days) > MOST_DAYS:
        raise RungTooFar(most=MOST_DAYS)
    new = insert(ReminderRung).values(topic=topic, working_days=working_days, audience=audience)
    # By the index, so that of two people who add the same rung one is told that it is there.
    if db.execute(new.on_conflict_do_nothing().returning(ReminderRung.id)).first() is None:
        raise RungIsThere


def remove_rung(rung_id: int) -> ReminderRung | None:
    """Take a rung away and return what it was, None when it is gone already."""
    query = delete(ReminderRung).where(ReminderRung.id == rung_id).returning(ReminderRung)
    return db.scalars(query).one_or_none()
