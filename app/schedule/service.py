"""The verbs of a calendar feed: make it, read it, switch it off."""

import secrets
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy import case, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.policy import User
from app.accounts.queries import hash_token
from app.core.db import db
from app.core.errors import N_, Refusal
from app.schedule.models import CalendarFeed
from app.schedule.rules import Whose

MOST_READS = 60
READ_WINDOW = timedelta(hours=1)


class ReadTooOften(Refusal):
    """A calendar program asks again and again."""

    message = N_("This calendar is read too often. Once an hour is enough.")
    status = HTTPStatus.TOO_MANY_REQUESTS


def make_feed(user: User, whose: Whose, *, at: datetime) -> str:
    """Give a person's feed a new secret and return it; the old address is dead from now on."""
    token = secrets.token_urlsafe(32)
    columns = {
        "token_hash": hash_token(token),
        "whose": whose,
        "made_at": at,
        "read_at": None,
        "counted_from": at,
        "reads": 0,
    }
    new = insert(CalendarFeed).values(person_id=user.id, **columns)
    db.execute(new.on_conflict_do_update(index_elements=["person_id"], set_=columns))
    return token


def drop_feed(user: User) -> None:
    """Switch a person's feed off."""
    db.execute(delete(CalendarFeed).where(CalendarFeed.person_id == user.id))


def note_read(session: Session, token: str, *, at: datetime) -> None:
    """Count a read of a feed, beside the request's own transaction; refuse too many of them."""
    is_counted = CalendarFeed.counted_from > at - READ_WINDOW
    query = (
        update(CalendarFeed)
        .where(CalendarFeed.token_hash == hash_token(token))
        .values(
            read_at=at,
            reads=case((is_counted, CalendarFeed.reads + 1), else_=1),
            counted_from=case((is_counted, CalendarFeed.counted_from), else_=at),
        )
        .returning(CalendarFeed.reads)
    )
    reads = session.execute(query).scalar()
    if reads is not None and reads > MOST_READS:
        raise ReadTooOften
