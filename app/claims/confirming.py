"""Confirming a decision: what it will do, keeping it while it can be undone, and making it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.claims import service
from app.claims.context import PlanContext
from app.claims.decision_inputs import Decision
from app.claims.departments import assigned_to, choose_departments
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.moves import owe, refuse_stale
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.queries import claim_to_change, lock_claim
from app.claims.rules import ClaimState
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal, SomebodyWasFaster
from app.core.i18n import local_name, texts_in
from app.core.money import Money
from app.deadlines.ways import WayChoice
from app.outbox.models import OutboxMessage
from app.vocabulary import Remedy, Visibility

# What people are told of the messages that a decision owes.
CONSEQUENCES = {
    "act.issue_decided": N_("The act with the decision, in the dealer's language"),
    "erp.push_decision": N_("Claim, decision, act and files are sent to the ERP automatically"),
    "work.open": N_("The departments get their work orders"),
    "mail.claim_decided": N_("The dealer gets an e-mail"),
}


class AlreadyConfirmed(SomebodyWasFaster):
    message = N_("%(who)s has confirmed a decision; it takes effect at %(when)s.")


class TooLateToUndo(Refusal):
    message = N_("The decision has taken effect already.")
    status = NotAllowed.status


class CannotDecideAnyMore(Refusal):
    message = N_("Who confirmed the decision may not sign in any more.")


@dataclass(frozen=True)
class LineOutcome:
    """What a decision gives for a line; the money includes VAT."""

    position: int
    item_name: str
    unit: str
    accepted: Decimal
    rejected: Decimal
    remedy: Remedy | None
    granted: Money | None
    amount_reason: str
    reason_code: str | None
    reason_text: str
    departments: tuple[str, ...] = ()
    departments_reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """All that a decision will do, as it was tried out; `owed` are the kinds of its messages."""

    state: ClaimState
    promise_on: date | None
    lines: tuple[LineOutcome, ...]
    owed: tuple[str, ...]

    @property
    def seal(self) -> str:
        """A short text that another outcome does not have: who confirms has read this one."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]

    @property
    def consequences(self) -> list[str]:
        """Sentences, still in English, of what follows."""
        return [words for kind, words in CONSEQUENCES.items() if kind in self.owed]


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
    with db.begin_nested() as attempt:
        _make(claim, decision, version=version, by=by, at=at, context=context)
        db.flush()
        outcome = _outcome(claim, last)
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
    pending = _locked(pending_id)
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
    pending = _locked(pending_id)
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


def open_decision(claim_id: UUID) -> PendingDecision | None:
    """Return the decision of a claim that is confirmed and has not taken effect yet."""
    query = select(PendingDecision).filter_by(claim_id=claim_id, state=PendingState.OPEN)
    return db.scalars(query).one_or_none()


def latest_decision(claim_id: UUID) -> PendingDecision | None:
    """Return what was confirmed last for a claim, whatever came of it."""
    query = select(PendingDecision).filter_by(claim_id=claim_id)
    return db.scalars(query.order_by(PendingDecision.confirmed_at.desc()).limit(1)).one_or_none()


def kept_decision(claim: Claim, pending_id: UUID | None) -> Decision | None:
    """Return what was typed in a decision of this claim, None when there is none of that id."""
    pending = db.get(PendingDecision, pending_id) if pending_id else None
    if pending is None or pending.claim_id != claim.id:
        return None
    return Decision.from_dict(pending.inputs)


def _make(
    claim: Claim,
    decision: Decision,
    *,
    version: int,
    by: User,
    at: datetime,
    context: PlanContext | None = None,
) -> None:
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


def _tell_refusal(
    claim: Claim, pending: PendingDecision, refusal: Refusal, *, by: User, at: datetime
) -> None:
    words = texts_in(by.language).gettext(refusal.message) % refusal.values
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


def _locked(pending_id: UUID) -> PendingDecision | None:
    query = select(PendingDecision).filter_by(id=pending_id).with_for_update(of=PendingDecision)
    return db.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _confirmed_by(pending: PendingDecision) -> AlreadyConfirmed:
    return AlreadyConfirmed(who=pending.person.name, when=pending.effective_at)


def _outcome(claim: Claim, last_message: int) -> Outcome:
    query = select(OutboxMessage.kind).where(
        OutboxMessage.claim_id == claim.id, OutboxMessage.id > last_message
    )
    return Outcome(
        claim.state,
        claim.promise_on,
        tuple(_line_outcome(line) for line in claim.lines),
        tuple(sorted(set(db.scalars(query)))),
    )


def _line_outcome(line: ClaimLine) -> LineOutcome:
    way = WayChoice.from_dict(line.claim.way_choice).kind or ""
    assigned = assigned_to(line, line.claim.plant_id, way)
    return LineOutcome(
        position=line.position,
        item_name=line.item_name,
        unit=line.unit,
        accepted=(line.accepted_quantity or Decimal(0)).normalize(),
        rejected=(line.rejected_quantity or Decimal(0)).normalize(),
        remedy=line.remedy,
        granted=line.granted,
        amount_reason=line.amount_reason,
        reason_code=line.reason_code,
        reason_text=line.reason_text,
        departments=tuple(local_name(one.names) for one in assigned),
        departments_reason=next((one.note for one in assigned), ""),
    )
