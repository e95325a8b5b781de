"""Confirming a decision: what it will do, keeping it while it can be undone, and making it."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.claims import service
from app.claims.context import PlanContext
from app.claims.decision_inputs import Decision
from app.claims.departments import choose_departments
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim
from app.claims.moves import owe, refuse_stale
from app.claims.outcomes import Outcome, outcome_of, present_lines
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.pending_queries import locked_pending, open_decision, waiting_proposal
from app.claims.queries import claim_to_change, lock_claim
from app.claims.revising import revise
from app.claims.rules import REVISABLE
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal, SomebodyWasFaster
from app.outbox.models import OutboxMessage
from app.vocabulary import Visibility


class AlreadyConfirmed(SomebodyWasFaster):
    message = N_("%(who)s has confirmed a decision; it takes effect at %(when)s.")


class TooLateToUndo(Refusal):
    message = N_("The decision has taken effect already.")
    status = NotAllowed.status


class CannotDecideAnyMore(Refusal):
    message = N_("Who confirmed the decision may not sign in any more.")


def try_out(
    claim: Claim,
    decision: Decision,
    *,
    version: int,
    by: User,
    at: datetime,
    context: PlanContext | None = None,
) -> Outcome:
    """Return what a decision would do; it is made and taken back, so that nothing is guessed."""
    if waiting := open_decision(claim.id):
        raise _confirmed_by(waiting)
    last = db.scalar(select(func.max(OutboxMessage.id))) or 0
    before, was_promised_on = present_lines(claim), claim.promise_on
    with db.begin_nested() as attempt:
        _make(claim, decision, version=version, by=by, at=at, context=context)
        db.flush()
        outcome = replace(outcome_of(claim, last), before=before, was_promised_on=was_promised_on)
        attempt.rollback()
    return outcome


def confirm(
    claim: Claim,
    decision: Decision,
    *,
    version: int,
    by: User,
    at: datetime,
    wait: timedelta,
    context: PlanContext | None = None,
) -> PendingDecision:
    """Keep a decision until it takes effect after the `wait`; without one it is made at once.

    It is tried out before, so that what cannot be decided is refused now.
    """
    locked = lock_claim(by, claim.id)
    if locked is None:
        raise NotAllowed
    refuse_stale(locked, version)
    if wait:
        try_out(locked, decision, version=version, by=by, at=at, context=context)
    elif waiting := open_decision(claim.id):
        raise _confirmed_by(waiting)
    else:
        _make(locked, decision, version=version, by=by, at=at, context=context)
    pending = PendingDecision(
        claim_id=claim.id,
        version=version,
        inputs=decision.as_dict(),
        person_id=by.id,
        confirmed_at=at,
        effective_at=at + wait,
        state=PendingState.OPEN if wait else PendingState.MADE,
        ended_at=None if wait else at,
    )
    db.add(pending)
    db.flush()  # the message needs its id
    if wait:
        owe(claim, "decision.make", at, subject_id=pending.id, due_at=pending.effective_at)
    return pending


def undo(pending_id: UUID, claim: Claim, *, by: User, at: datetime) -> PendingDecision:
    """Take a confirmed decision back before it takes effect: nobody has been informed."""
    lock_claim(by, claim.id)
    pending = locked_pending(pending_id)
    if pending is None or pending.claim_id != claim.id:
        raise NotAllowed
    if pending.state not in (PendingState.OPEN, PendingState.UNDONE):
        raise TooLateToUndo
    if pending.state is PendingState.OPEN:
        pending.state, pending.ended_at = PendingState.UNDONE, at
    return pending


def make_pending(pending_id: UUID, *, at: datetime) -> None:
    """Make a confirmed decision that is due, once; tell its author if it cannot be made any more.

    It counts from the moment of its confirmation: what was summed up then is what happens.
    """
    claim_id = db.scalar(select(PendingDecision.claim_id).where(PendingDecision.id == pending_id))
    if claim_id is None:
        return
    claim = claim_to_change(claim_id)
    pending = locked_pending(pending_id)
    if pending is None or pending.state is not PendingState.OPEN:
        return
    person = db.get_one(Person, pending.person_id)
    by = as_user(person)
    try:
        if not person.is_active:
            raise CannotDecideAnyMore
        with db.begin_nested():
            _make(
                claim,
                Decision.from_dict(pending.inputs),
                version=pending.version,
                by=by,
                at=pending.confirmed_at,
            )
    except Refusal as refusal:
        _tell_refusal(claim, pending, refusal, by=by, at=at)
    else:
        pending.state, pending.ended_at = PendingState.MADE, at


def _make(
    claim: Claim,
    decision: Decision,
    *,
    version: int,
    by: User,
    at: datetime,
    context: PlanContext | None = None,
) -> None:
    refuse_stale(claim, version)
    _answer_proposal(claim, by=by, at=at)
    if claim.state in REVISABLE:
        revise(
            claim,
            decision.lines,
            decision.reason,
            wish=decision.wish,
            choice=decision.choice,
            departments=decision.departments,
            version=version,
            by=by,
            at=at,
            context=context,
        )
        return
    service.decide(
        claim,
        decision.lines,
        promise_on=decision.wish.promise_on,
        promise_reason=decision.wish.reason,
        agreement_id=decision.wish.agreement_id,
        choice=decision.choice,
        version=version,
        by=by,
        at=at,
        context=context,
    )
    choose_departments(claim, decision.departments, by=by, at=at)


def _answer_proposal(claim: Claim, *, by: User, at: datetime) -> None:
    """End what waits for the head of claims with their own decision; its author is told."""
    proposal = waiting_proposal(claim.id) if by.is_head else None
    if proposal is None:
        return
    proposal.state, proposal.ended_at, proposal.ended_by = PendingState.MADE, at, by.id
    db.flush()  # the claim is about to move on, and would end it otherwise
    record(
        claim.id,
        HistoryKind.PROPOSAL_DECIDED,
        by=by,
        at=at,
        visibility=Visibility.INTERNAL,
        proposed_by=proposal.person.name,
    )
    owe(claim, "mail.proposal_ended", at, subject_id=proposal.id)


def _tell_refusal(
    claim: Claim, pending: PendingDecision, refusal: Refusal, *, by: User, at: datetime
) -> None:
    words = refusal.words_in(by.language)
    pending.state, pending.ended_at, pending.refusal = PendingState.REFUSED, at, words
    record(
        claim.id,
        HistoryKind.DECISION_NOT_MADE,
        by=by,
        at=at,
        visibility=Visibility.INTERNAL,
        reason=words,
    )
    owe(claim, "mail.decision_not_made", at)


def _confirmed_by(pending: PendingDecision) -> AlreadyConfirmed:
    return AlreadyConfirmed(who=pending.person.name, when=pending.effective_at)
