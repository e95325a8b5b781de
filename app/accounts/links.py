"""Links with which somebody sets a password; apart from `service`, because they are no rows.

A link is signed, ends by itself, and carries a fingerprint of the password that it replaces: once
that password has changed, the link is worth nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from app.accounts.models import Person

LIFE = timedelta(days=3)
_SALT = "password-link"


@dataclass(frozen=True)
class Link:
    """What a link says once its signature was found to be ours and its time is not over."""

    person_id: int
    fingerprint: str


def make_link(person: Person, *, secret: str, at: datetime) -> str:
    """Return the secret part of a link that lasts for `LIFE` from now on."""
    ends_at = int((at + LIFE).timestamp())
    words = [person.id, fingerprint_of(person), ends_at]
    return str(URLSafeSerializer(secret, salt=_SALT).dumps(words))


def read_link(token: str, *, secret: str, at: datetime) -> Link | None:
    """Return what a link says, None when it is not one of ours or its time is over."""
    try:
        person_id, fingerprint, ends_at = URLSafeSerializer(secret, salt=_SALT).loads(token)
    except BadData:
        return None
    return Link(person_id, fingerprint) if at.timestamp() < ends_at else None


def fingerprint_of(person: Person) -> str:
    """Return what tells a person's present password from all others, and nothing else."""
    return hashlib.sha256(person.password_hash.encode()).hexdigest()[:16]
