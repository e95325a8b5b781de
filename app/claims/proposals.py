"""Decisions whose promise only the head of claims may give: handed on with all that was typed.

A proposal waits until the head decides or hands it back, its author withdraws it, or the claim
moves on; then it ends, and its author is told.
"""

from datetime import datetime
from uuid import UUID

from app.accounts.policy import User
from app.claims.confirming import try_out
from app.claims.decision_inputs import Decision
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim
from app.claims.moves import owe, refuse_stale
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.pending_queries import locked_pending, waiting_proposal
from app.claims.promise_rules import NeedsHead
from app.claims.queries import lock_claim
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal, SomebodyWasFaster
from app.vocabulary import Visibility


class AlreadyHandedOn(SomebodyWasFaster):
    message = N_(
        "%(who)s handed a decision on to the head of claims on %(when)s. Withdraw it first."
    )


class HeadNotNeeded(Refusal):
    message = N_("You may promise this day yourself: confirm the decision.")


class HandBackWordsMissing(Refusal):
    message = N_("Say in a few words why you hand the decision back.")


class ProposalEnded(Refusal):
    message = N_("This decision no longer waits for the head of claims.")
    status = NotAllowed.status


def hand_on(
    claim: Claim, decision: Decision, note: str, *, version: int, by: User, at: datetime
) -> PendingDecision:
    """Keep what was typed for the head of claims; only the promise may be what is refused of it."""
    locked = lock_claim(by, claim.id)
    if locked is None:
        raise NotAllowed
    refuse_stale(locked, version)
    if waiting := waiting_proposal(claim.id):
        raise AlreadyHandedOn(who=waiting.person.name, when=waiting.confirmed_at)
    _check_needs_head(locked, decision, version=version, by=by, at=at)

    proposal = PendingDecision(
        claim_id=claim.id,
        version=version,
        inputs=decision.as_dict(),
        person_id=by.id,
        confirmed_at=at,
        effective_at=at,
        state=PendingState.HANDED_ON,
        note=note,
    )
    db.add(proposal)
    db.flush()  # the message needs its id
    _note(claim, HistoryKind.DECISION_HANDED_ON, note, by=by, at=at)
    owe(claim, "mail.decision_handed_on", at, subject_id=proposal.id)
    return proposal


def withdraw(proposal_id: UUID, claim: Claim, *, by: User, at: datetime) -> PendingDecision:
    """Take a proposal back; what was typed is kept."""
    proposal = _waiting(proposal_id, claim, by)
    proposal.state, proposal.ended_at, proposal.ended_by = PendingState.WITHDRAWN, at, by.id
    _note(claim, HistoryKind.PROPOSAL_WITHDRAWN, "", by=by, at=at)
    return proposal


def hand_back(
    proposal_id: UUID, claim: Claim, words: str, *, by: User, at: datetime
) -> PendingDecision:
    """Give a proposal back to its author, with the words why; what was typed is kept."""
    if not words:
        raise HandBackWordsMissing
    proposal = _waiting(proposal_id, claim, by)
    proposal.state, proposal.ended_at, proposal.ended_by = PendingState.HANDED_BACK, at, by.id
    proposal.answer = words
    _note(claim, HistoryKind.DECISION_HANDED_BACK, words, by=by, at=at)
    owe(claim, "mail.proposal_ended", at, subject_id=proposal.id)
    return proposal


def _check_needs_head(
    claim: Claim, decision: Decision, *, version: int, by: User, at: datetime
) -> None:
    try:
        try_out(claim, decision, version=version, by=by, at=at)
    except NeedsHead:
        return
    raise HeadNotNeeded


def _waiting(proposal_id: UUID, claim: Claim, by: User) -> PendingDecision:
    lock_claim(by, claim.id)
    proposal = locked_pending(proposal_id)
    if proposal is None or proposal.claim_id != claim.id:
        raise NotAllowed
    if proposal.state is not PendingState.HANDED_ON:
        raise ProposalEnded
    return proposal


def _note(claim: Claim, kind: HistoryKind, words: str, *, by: User, at: datetime) -> None:
    """Note a step in the history that no dealer reads."""
    record(claim.id, kind, by=by, at=at, visibility=Visibility.INTERNAL, text=words)
