"""Finding decisions that are not made yet, and what was typed in them."""

from uuid import UUID

from sqlalchemy import case, select

from app.claims.decision_inputs import Decision
from app.claims.models import Claim
from app.claims.pending_models import PendingDecision, PendingState
from app.core.db import db


def open_decision(claim_id: UUID) -> PendingDecision | None:
    """Return the decision of a claim that is confirmed and has not taken effect yet."""
    query = select(PendingDecision).filter_by(claim_id=claim_id, state=PendingState.OPEN)
    return db.scalars(query).one_or_none()


def refused_decision(claim_id: UUID) -> PendingDecision | None:
    """Return what was confirmed last for a claim and could not be made any more."""
    query = select(PendingDecision).filter_by(claim_id=claim_id, state=PendingState.REFUSED)
    return db.scalars(query.order_by(PendingDecision.confirmed_at.desc()).limit(1)).one_or_none()


def waiting_proposal(claim_id: UUID) -> PendingDecision | None:
    """Return the decision of a claim that waits for the head of claims."""
    query = select(PendingDecision).filter_by(claim_id=claim_id, state=PendingState.HANDED_ON)
    return db.scalars(query).one_or_none()


def shown_decision(claim_id: UUID) -> PendingDecision | None:
    """Return what a claim's page shows: what takes effect soon, what waits, else the last one."""
    order = case(
        (PendingDecision.state == PendingState.OPEN, 0),
        (PendingDecision.state == PendingState.HANDED_ON, 1),
        else_=2,
    )
    query = select(PendingDecision).filter_by(claim_id=claim_id)
    last_first = query.order_by(order, PendingDecision.confirmed_at.desc())
    return db.scalars(last_first.limit(1)).one_or_none()


def kept_decision(claim: Claim, pending_id: UUID | None) -> Decision | None:
    """Return what was typed in a decision of this claim, None when there is none of that id."""
    pending = db.get(PendingDecision, pending_id) if pending_id else None
    if pending is None or pending.claim_id != claim.id:
        return None
    return Decision.from_dict(pending.inputs)


def locked_pending(pending_id: UUID) -> PendingDecision | None:
    """Return a decision that is not made yet, as it is now, and keep others from changing it."""
    query = select(PendingDecision).filter_by(id=pending_id).with_for_update(of=PendingDecision)
    return db.scalars(query.execution_options(populate_existing=True)).one_or_none()
