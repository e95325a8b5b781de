"""Silence that accepts: when it has accepted, and how it is contested."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Dealer, Plant
from app.accounts.policy import SYSTEM, User
from app.claims import timing
from app.claims.clock_models import ClaimClock, ClockState, StopReason
from app.claims.context import read_plan, read_sla
from app.claims.decided import DecidedLine
from app.claims.granting import grant_of, write_grant
from app.claims.history import record
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.moves import move, owe, tell_erp
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.promise_rules import Wish
from app.claims.promising import next_version, promise_columns, weigh_promise
from app.claims.rules import Action, ClaimState
from app.claims.settlements import tell_decision
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.deadlines.clock_models import ClockRule
from app.deadlines.clocks import Late, is_silent_consent
from app.deadlines.sla import SlaClock
from app.vocabulary import Remedy, Visibility

UNANSWERED = (ClaimState.SUBMITTED, ClaimState.VERIFICATION, ClaimState.NEEDS_INFO)


class LegalNoteMissing(Refusal):
    message = N_("Enter the legal ground on which the deemed acceptance is contested.")


class NotAcceptedBySilence(Refusal):
    message = N_("This claim was not deemed accepted: there is nothing to contest.")
    status = HTTPStatus.CONFLICT


def accepted_by_silence(*, at: datetime) -> list[UUID]:
    """Return the unanswered claims whose last day is over where the demand was presented."""
    query = (
        select(Claim.id)
        .join(ClaimClock, ClaimClock.claim_id == Claim.id)
        .join(ClockRule, same_version())
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .join(Plant, Plant.id == Claim.plant_id)
        .where(ClockRule.late == Late.DEEMED_ACCEPTED, ClaimClock.stopped_on.is_(None))
        .where(Claim.state.in_(UNANSWERED), ClaimClock.legal_on < _day_at(Dealer.time_zone, at))
        .where(ClaimClock.legal_on < _day_at(Plant.time_zone, at))
        .where(~_is_being_decided())
        .distinct()
        .order_by(Claim.id)
    )
    return list(db.scalars(query))


def note_breaches(*, at: datetime) -> int:
    """Mark the running clocks whose last day is over at their place; return how many."""
    late = select(ClaimClock.id).where(
        ClaimClock.state == ClockState.RUNNING,
        ClaimClock.stopped_on.is_(None),
        ClaimClock.legal_on < _day_at(ClaimClock.zone, at),
    )
    marked = db.execute(
        update(ClaimClock)
        .where(ClaimClock.id.in_(late))
        .values(state=ClockState.BREACHED)
        .returning(ClaimClock.id)
    )
    return len(marked.all())


def deemed_accept(claim: Claim, *, at: datetime) -> None:
    """Accept a claim because nobody answered in time and the law takes that for a yes."""
    clock = _silent_clock(claim, at)
    if clock is None:
        raise NotAllowed
    remedies = {line.id: line.demand or Remedy.REPAIR for line in claim.lines}
    grants = {
        line.id: grant_of(line, accepted=line.quantity, remedy=remedies[line.id])
        for line in claim.lines
    }
    context = read_plan(claim, at=at)
    weighed = weigh_promise(claim, remedies, at=at, network=context.network)
    promised = weighed.days.proposed
    wish = Wish(promised, reason=f"{clock.rule_code}")

    move(
        claim,
        Action.DEEM_ACCEPTED,
        claim.version,
        SYSTEM,
        at,
        facts={
            "rule": clock.rule_code,
            "promise_on": str(promised),
            "lines": [
                DecidedLine.of(line, line.quantity, remedies[line.id], grants[line.id]).as_dict()
                for line in claim.lines
            ],
        },
        return_state=None,
        deemed_accepted=True,
        decided_at=at,
        revision=claim.revision + 1,
        decision_revision=claim.decision_revision + 1,
        **promise_columns(weighed, promised, wish),
    )
    _accept_wholly(claim.lines)
    for line in claim.lines:
        write_grant(line, grants[line.id])
    db.add(next_version(claim, promised, weighed.days, wish, by=SYSTEM, at=at))
    timing.resume(claim, context.sla.office, by=SYSTEM, at=at)
    timing.stop_service(claim, SlaClock.DEALER_ANSWER, at=at)
    timing.stop_at_answer(claim, at=at, reason=StopReason.ACCEPTED_BY_SILENCE)
    timing.start_service(claim, SlaClock.REMEDY, context.sla, at=at, due=promised)

    tell_erp(claim, at)
    tell_decision(claim, at)
    owe(claim, "act.issue_decided", at, queue="act")
    owe(claim, "mail.claim_decided", at)
    owe(claim, "mail.deemed_accepted", at)
    owe(claim, "work.open", at)


def tell_obstacle(claim: Claim, refusal: Refusal, *, at: datetime) -> None:
    """Tell the head of claims, once for each reason, why an acceptance could not be recorded.

    The law has accepted the claim all the same: somebody has to add a price or a lane.
    """
    reason = refusal.words_in(claim.plant.language)
    if db.scalar(select(obstacle_of(claim.id))) == reason:
        return
    record(
        claim.id,
        HistoryKind.ACCEPTANCE_NOT_RECORDED,
        by=SYSTEM,
        at=at,
        visibility=Visibility.INTERNAL,
        reason=reason,
    )
    owe(claim, "mail.acceptance_not_recorded", at)


def obstacle_of(claim_id: UUID | InstrumentedAttribute[UUID]) -> ScalarSelect[str]:
    """Return, as a subquery, why the acceptance of a claim was not recorded when last tried."""
    return (
        select(HistoryEntry.facts["reason"].astext)
        .where(
            HistoryEntry.claim_id == claim_id,
            HistoryEntry.kind == HistoryKind.ACCEPTANCE_NOT_RECORDED,
        )
        .order_by(HistoryEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def contest(claim: Claim, note: str, *, version: int, by: User, at: datetime) -> None:
    """The head of claims contests the acceptance on a ground of law: it is decided anew."""
    if not claim.deemed_accepted:
        raise NotAcceptedBySilence
    if not note:
        raise LegalNoteMissing

    move(
        claim,
        Action.CONTEST,
        version,
        by,
        at,
        facts={"reason": note},
        deemed_accepted=False,
        decided_at=None,
        promise_on=None,
        earliest_on=None,
        logistics=[],
        way_choice=None,
        manager_id=by.id,
        revision=claim.revision + 1,
        decision_revision=claim.decision_revision + 1,
    )
    for line in claim.lines:
        line.accepted_quantity = line.rejected_quantity = None
        line.remedy = None
        write_grant(line, None)
    timing.stop_service(claim, SlaClock.REMEDY, at=at)
    sla = read_sla(claim, at=at)
    claim.answer_on = timing.start_service(claim, SlaClock.DECISION, sla, at=at).legal_on

    tell_erp(claim, at)
    tell_decision(claim, at)  # what it has become in the ERP is withdrawn
    owe(claim, "act.issue_filed", at, queue="act")
    owe(claim, "work.follow", at)


def same_version() -> ColumnElement[bool]:
    """Return that a clock joins the version of the rule it began with."""
    return (ClockRule.code == ClaimClock.rule_code) & (ClockRule.version == ClaimClock.rule_version)


def _silent_clock(claim: Claim, at: datetime) -> ClaimClock | None:
    """Return the clock by which silence has accepted; the later of the two places counts."""
    zones = (claim.dealer.time_zone, claim.plant.time_zone)
    today = min(local_day(at, zone) for zone in zones)
    is_answered = claim.state not in UNANSWERED
    for clock in timing.running_clocks(claim):
        rule = clock.rule.as_rule() if clock.rule else None
        if rule and is_silent_consent(rule, clock.legal_on, today, is_answered=is_answered):
            return clock
    return None


def _is_being_decided() -> ColumnElement[bool]:
    """Return that a decision was confirmed in time and takes effect in a moment."""
    return exists().where(
        PendingDecision.claim_id == Claim.id, PendingDecision.state == PendingState.OPEN
    )


def _accept_wholly(lines: Iterable[ClaimLine]) -> None:
    for line in lines:
        line.accepted_quantity, line.rejected_quantity = line.quantity, Decimal(0)
        line.remedy = line.demand or Remedy.REPAIR


def _day_at(zone: InstrumentedAttribute[str], at: datetime) -> ColumnElement[date]:
    return func.date(func.timezone(zone, at))
