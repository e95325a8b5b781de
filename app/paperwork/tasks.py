"""Keeping the promises of acts."""

from uuid import UUID

from app.core.clock import now
from app.paperwork import service


def issue_filed(claim_id: UUID) -> None:
    """Issue the acts of a filed claim."""
    service.issue_filed(claim_id, at=now())


def issue_decided(claim_id: UUID) -> None:
    """Issue the acts of a decided claim."""
    service.issue_decided(claim_id, at=now())
