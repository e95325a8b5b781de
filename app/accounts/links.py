"""Links with which somebody sets a password; they go to the owner's mail and to nobody else.

The address holds the signed id of a row, so that no secret lies in the database. A link is dead
once a newer one was made, a password was set since, or its time is over.
"""

from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from app.accounts.models import PasswordLink, Person
from app.core.db import db

LIFE = timedelta(days=3)
_SALT = "password-link"


def token_of(link_id: UUID, *, secret: str) -> str:
    """Return the secret part of a link's address."""
    return str(URLSafeSerializer(secret, salt=_SALT).dumps(link_id.hex))


def read_token(token: str, *, secret: str) -> UUID | None:
    """Return which link an address means, None when it is not one of ours."""
    try:
        return UUID(URLSafeSerializer(secret, salt=_SALT).loads(token))
    except (BadData, ValueError, TypeError, AttributeError):
        return None


def make_link(person: Person, *, by: int | None, at: datetime) -> PasswordLink:
    """Make a link that lasts for `LIFE` from now on; those made before are dead."""
    link = PasswordLink(person_id=person.id, made_at=at, made_by=by)
    db.add(link)
    db.flush()  # its mail is enqueued by its id
    return link


def is_living(link: PasswordLink, person: Person, *, at: datetime) -> bool:
    """Tell whether a link may still set the person's password."""
    newest = select(PasswordLink.id).filter_by(person_id=person.id)
    newest = newest.order_by(PasswordLink.made_at.desc(), PasswordLink.id.desc()).limit(1)
    return (
        person.is_active
        and at < link.made_at + LIFE
        and (person.password_set_at is None or link.made_at > person.password_set_at)
        and db.scalar(newest) == link.id
    )
