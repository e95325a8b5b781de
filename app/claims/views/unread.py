"""How many messages of the claims in a list are new to the reader."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from flask import current_app
from flask_login import current_user

from app.claims.queries import ClaimRow
from app.claims.triage import WorklistRow
from app.core.clock import now

Count = Callable[..., Mapping[UUID, int]]


def unread_of(rows: Collection[ClaimRow | WorklistRow]) -> Mapping[UUID, int]:
    """Return the unread messages by claim; messages are known above claims, which register this."""
    count: Count = current_app.extensions["unread_by_claim"]
    return count(current_user, [row.id for row in rows], at=now())
