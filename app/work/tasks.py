"""Opens and updates the work orders of the departments, from the outbox."""

from uuid import UUID

from app.core.clock import now
from app.work import following, service


def open_orders(claim_id: UUID) -> None:
    """Open the work orders of a claim."""
    service.open_orders(claim_id, at=now())


def follow_claim(claim_id: UUID) -> None:
    """Let the open work orders of a claim follow its promise and its decision."""
    following.follow_claim(claim_id, at=now())
