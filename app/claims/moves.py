"""Moving a claim by one row of the table of its life, and owing what follows from it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, select, update

from app.accounts.policy import SYSTEM, User
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimEvent
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.rules import Action, ClaimState, Step, find_step
from app.core.db import db
from app.core.errors import NotAllowed, Refusal, SomebodyWasFaster
from app.core.outside import MAIL
from app.outbox.service import promise
from app.vocabulary import Visibility

# Steps that change nothing of what a decision rests on: what waits for the head of claims goes on.
LEAVES_PROPOSALS = (Action.TAKE, Action.ROUTE)


def move(
    claim: Claim,
    action: Action,
    version: int,
    by: User,
    at: datetime,
    *,
    facts: dict[str, Any] | None = None,
    outcome: ClaimState | None = None,
    **columns: Any,
) -> None:
    """Move the claim by one row of the table, if it is still as the reader saw it.

    Where the row leaves it open, `outcome` is where the claim stands then.
    """
    seen_state = claim.state
    step = step_for(claim, action, version, by)
    to = step.to or outcome or claim.return_state
    query = update(Claim).where(
        Claim.id == claim.id, Claim.version == version, Claim.state == seen_state
    )
    columns |= {"state": to, "version": version + 1, "changed_at": at}
    moved = db.execute(
        query.values(**columns).returning(Claim, _proposal_of_claim()),
        execution_options={"populate_existing": True},
    ).first()
    if moved is None:
        raise _faster(claim, version)
    db.expire(claim, ["manager"])
    db.add(
        ClaimEvent(
            claim_id=claim.id,
            version=claim.version,
            at=at,
            action=action,
            actor_id=by.id or None,
            actor_name=by.name,
            from_state=seen_state,
            to_state=claim.state,
            facts=facts or {},
        )
    )
    promise("forecast.renew", claim.id, at=at, claim_id=claim.id)
    if moved[1] is not None and action not in LEAVES_PROPOSALS:
        _end_proposal(claim, moved[1], at)


def step_for(claim: Claim, action: Action, version: int, by: User) -> Step:
    """Return the row of the table; raise a refusal where it has none, or somebody was faster."""
    refuse_stale(claim, version)
    step = find_step(claim.state, action, by.role)
    if step is None:
        raise NotAllowed
    return step


def refuse_stale(claim: Claim, version: int) -> None:
    """Raise `SomebodyWasFaster` unless the claim is as the reader saw it."""
    if claim.version != version:
        raise _faster(claim, version)


def owe(
    claim: Claim,
    kind: str,
    at: datetime,
    *,
    subject_id: UUID | None = None,
    queue: str = "",
    due_at: datetime | None = None,
) -> None:
    """Owe something because of a claim; a named queue of the claim keeps its own order."""
    promise(
        kind,
        subject_id or claim.id,
        at=at,
        claim_id=claim.id,
        queue=f"{queue}/{claim.id}" if queue else "",
        connection={"erp": claim.plant.home, "mail": MAIL}.get(kind.partition(".")[0], ""),
        due_at=due_at,
    )


def tell_erp(claim: Claim, at: datetime) -> None:
    """Owe the ERP the claim as it is."""
    owe(claim, "erp.push_claim", at, queue="erp")


def _proposal_of_claim() -> ScalarSelect[UUID]:
    """Return what waits for the head of claims; asked with the step, which may end it."""
    query = select(PendingDecision.id).where(
        PendingDecision.claim_id == Claim.id, PendingDecision.state == PendingState.HANDED_ON
    )
    return query.correlate(Claim).scalar_subquery()


def _end_proposal(claim: Claim, proposal_id: UUID, at: datetime) -> None:
    """End what waits for the head of claims: it was typed for the claim as it was before."""
    proposal = db.get_one(PendingDecision, proposal_id)
    proposal.state, proposal.ended_at = PendingState.OBSOLETE, at
    record(
        claim.id, HistoryKind.PROPOSAL_OBSOLETE, by=SYSTEM, at=at, visibility=Visibility.INTERNAL
    )
    owe(claim, "mail.proposal_ended", at, subject_id=proposal_id)


def _faster(claim: Claim, version: int) -> Refusal:
    """Name the person who was faster, even if the portal has gone on by itself since then."""
    query = (
        select(ClaimEvent.actor_name, ClaimEvent.at)
        .where(ClaimEvent.claim_id == claim.id, ClaimEvent.version > version)
        .order_by(ClaimEvent.actor_id.is_(None), ClaimEvent.version.desc())
        .limit(1)
    )
    last = db.execute(query).first()
    if last is None:
        return NotAllowed()
    return SomebodyWasFaster(who=last.actor_name or "–", when=last.at)
