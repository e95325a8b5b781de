"""The verbs of a claim: each asks, decides, changes and promises, in this order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.accounts.policy import SYSTEM, User
from app.claims.holding import give_back_all, give_back_rejected, hold_lines
from app.claims.models import Claim, ClaimEvent, ClaimLine, Question
from app.claims.rules import (
    Action,
    LineVerdict,
    Problem,
    decision_action,
    find_step,
    is_part,
    problems_of,
)
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal, SomebodyWasFaster
from app.core.i18n import show_moment
from app.core.numbering import next_number
from app.core.outside import MAIL
from app.deadlines import queries as deadlines
from app.outbox.service import promise
from app.vocabulary import Remedy


class NotReady(Refusal):
    """A claim that lacks something cannot be filed; `problems` says what and where."""

    message = N_("The claim is not complete yet: see the marked places.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


class PromiseTooEarly(Refusal):
    message = N_("The work and the way of the goods end on %(earliest)s at the earliest.")


class QuantitiesDoNotAddUp(Refusal):
    message = N_("%(item)s: between 0 and %(quantity)s can be accepted.")


class RemedyMissing(Refusal):
    message = N_("%(item)s: choose the remedy for what is accepted.")


class ReasonMissing(Refusal):
    message = N_("%(item)s: give the reason, coded and in words, for what is rejected.")


class AnswerMissing(Refusal):
    message = N_("Every question needs an answer.")


class NothingAsked(Refusal):
    message = N_("Write at least one question.")


class WordsMissing(Refusal):
    message = N_("Say in a few words why.")


@dataclass(frozen=True)
class LineDecision:
    """What a manager decided for one line; the rest of the quantity is rejected."""

    line_id: UUID
    accepted: Decimal
    remedy: Remedy | None
    reason_code: str | None
    reason_text: str


def file_claim(claim: Claim, *, by: User, at: datetime) -> None:
    """File a draft: it gets its number, holds the quantities, and its acts and the ERP are owed."""
    problems = problems_of(claim)
    if problems:
        raise NotReady(problems)
    answer_on = deadlines.answer_due(
        claim.plant_id, filed_at=at, priority_class=claim.dealer.priority_class
    )

    hold_lines(claim)
    number = _claim_number(claim, at)
    _take(
        claim,
        Action.SUBMIT,
        claim.version,
        by,
        at,
        facts={"number": number},
        number=number,
        filed_at=at,
        answer_on=answer_on,
        demand_presented_on=claim.demand_presented_on or local_day(at, claim.dealer.time_zone),
        revision=1,
    )

    _tell_erp(claim, at)
    for kept in claim.files:
        _promise(claim, "erp.push_evidence", at, subject_id=kept.file_id, queue="erp")
    _promise(claim, "act.issue_filed", at, queue="act")
    _promise(claim, "mail.claim_filed", at)


def take(claim: Claim, *, version: int, by: User, at: datetime) -> None:
    """Take a claim to work: from now on it has a manager whom the dealer knows."""
    _take(claim, Action.TAKE, version, by, at, manager_id=by.id)


def ask(claim: Claim, questions: Iterable[str], *, version: int, by: User, at: datetime) -> None:
    """Send a claim back with questions."""
    texts = [text for text in questions if text]
    if not texts:
        raise NothingAsked
    answer_by = deadlines.question_due(claim.plant_id, at=at)

    _take(
        claim,
        Action.REQUEST_INFO,
        version,
        by,
        at,
        facts={"questions": texts},
        return_state=claim.state,
        manager_id=claim.manager_id or by.id,
    )
    for text in texts:
        question = Question(text=text, asked_by=by.id, asked_at=at, answer_by=answer_by)
        claim.questions.append(question)

    _promise(claim, "mail.info_requested", at)


def answer(
    claim: Claim, answers: Mapping[int, str], *, version: int, by: User, at: datetime
) -> None:
    """Answer every open question; the claim goes back to where it was."""
    open_questions = [question for question in claim.questions if question.answered_at is None]
    if not all(answers.get(question.id) for question in open_questions):
        raise AnswerMissing
    new_files = [kept.file_id for kept in claim.files if kept.added_at > _asked_at(claim)]

    _take(
        claim,
        Action.SUPPLY_INFO,
        version,
        by,
        at,
        facts={"answers": [answers[question.id] for question in open_questions]},
        return_state=None,
    )
    for question in open_questions:
        question.answer = answers[question.id]
        question.answered_by = by.id
        question.answered_at = at

    for file_id in new_files:
        _promise(claim, "erp.push_evidence", at, subject_id=file_id, queue="erp")
    _promise(claim, "mail.info_supplied", at)


def decide(
    claim: Claim,
    decisions: Sequence[LineDecision],
    *,
    promise_on: date | None,
    version: int,
    by: User,
    at: datetime,
) -> None:
    """Decide every line; what is accepted is promised by a day that the goods can keep."""
    by_line = {decision.line_id: decision for decision in decisions}
    verdicts = {line.id: _verdict(line, by_line.get(line.id)) for line in claim.lines}
    action = decision_action(verdicts.values())
    dates = _promised_dates(claim, by_line, promise_on, at) if action is not Action.REJECT else {}

    _take(
        claim,
        action,
        version,
        by,
        at,
        facts={"promise_on": str(dates["promise_on"]) if dates else None},
        decided_at=at,
        decided_by=by.id,
        manager_id=claim.manager_id or by.id,
        revision=claim.revision + 1,
        decision_revision=claim.decision_revision + 1,
        **dates,
    )
    for line in claim.lines:
        _write_decision(line, verdicts[line.id], by_line[line.id])
    give_back_rejected(claim)

    _tell_erp(claim, at)
    _promise(claim, "erp.push_decision", at, queue="erp")
    _promise(claim, "act.issue_decided", at, queue="act")
    _promise(claim, "mail.claim_decided", at)
    if action is not Action.REJECT:
        _promise(claim, "work.open", at)


def start_execution(claim: Claim, *, at: datetime) -> None:
    """Note that the departments have their work orders."""
    _take(claim, Action.ROUTE, claim.version, SYSTEM, at)


def resolve(claim: Claim, *, at: datetime) -> None:
    """Note that the last work order is done; the dealer confirms."""
    revision = claim.revision + 1
    _take(claim, Action.RESOLVE, claim.version, SYSTEM, at, resolved_at=at, revision=revision)

    _tell_erp(claim, at)
    _promise(claim, "mail.claim_resolved", at)


def confirm(claim: Claim, *, version: int, by: User, at: datetime) -> None:
    """The dealer is content; the claim closes."""
    _close(claim, Action.CONFIRM, version, by, at)


def close_rejected(claim: Claim, *, version: int, by: User, at: datetime) -> None:
    """The dealer accepts the refusal; the claim closes."""
    _close(claim, Action.CLOSE_REJECTED, version, by, at)


def dispute(claim: Claim, reason: str, *, version: int, by: User, at: datetime) -> None:
    """The dealer is not content: the departments get another round of work."""
    if not reason:
        raise WordsMissing
    _take(
        claim,
        Action.DISPUTE,
        version,
        by,
        at,
        facts={"reason": reason},
        resolved_at=None,
        revision=claim.revision + 1,
    )

    _tell_erp(claim, at)
    _promise(claim, "work.open", at)


def cancel(claim: Claim, *, version: int, by: User, at: datetime) -> None:
    """The dealer withdraws an undecided claim; its number stays, its quantities are free again."""
    _take(
        claim,
        Action.CANCEL,
        version,
        by,
        at,
        return_state=None,
        closed_at=at,
        revision=claim.revision + 1,
    )
    give_back_all(claim)

    _tell_erp(claim, at)


def _close(claim: Claim, action: Action, version: int, by: User, at: datetime) -> None:
    _take(claim, action, version, by, at, closed_at=at, revision=claim.revision + 1)

    _tell_erp(claim, at)


def _take(
    claim: Claim,
    action: Action,
    version: int,
    by: User,
    at: datetime,
    *,
    facts: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Move the claim by one row of the table, if it is still as the reader saw it."""
    seen_state = claim.state
    step = find_step(seen_state, action, by.role)
    if claim.version != version:
        raise _faster(claim, version)
    if step is None:
        raise NotAllowed
    to = step.to or claim.return_state
    query = update(Claim).where(
        Claim.id == claim.id, Claim.version == version, Claim.state == seen_state
    )
    moved = db.execute(
        query.values(state=to, version=version + 1, changed_at=at, **columns).returning(Claim.id)
    ).first()
    if moved is None:
        raise _faster(claim, version)
    db.refresh(claim)
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
    return SomebodyWasFaster(who=last.actor_name or "–", when=show_moment(last.at))


def _claim_number(claim: Claim, at: datetime) -> str:
    """Return the next number of the dealer's own series: it tells nobody how much others claim."""
    year = local_day(at, claim.plant.time_zone).year
    count = next_number(f"claim/{claim.dealer.code}/{year}")
    return f"{claim.dealer.code}-{year}-{count:06}"


def _verdict(line: ClaimLine, decision: LineDecision | None) -> LineVerdict:
    if decision is None or not is_part(decision.accepted, line.quantity, line.unit):
        raise QuantitiesDoNotAddUp(item=line.item_name, quantity=f"{line.quantity.normalize():f}")
    rejected = line.quantity - decision.accepted
    if decision.accepted and decision.remedy is None:
        raise RemedyMissing(item=line.item_name)
    if rejected and not (decision.reason_code and decision.reason_text):
        raise ReasonMissing(item=line.item_name)
    return LineVerdict(line.quantity, decision.accepted, rejected)


def _write_decision(line: ClaimLine, verdict: LineVerdict, decision: LineDecision) -> None:
    line.accepted_quantity = verdict.accepted
    line.rejected_quantity = verdict.rejected
    line.remedy = decision.remedy if verdict.accepted else None
    line.reason_code = decision.reason_code if verdict.rejected else None
    line.reason_text = decision.reason_text if verdict.rejected else ""


def _promised_dates(
    claim: Claim, decisions: Mapping[UUID, LineDecision], promise_on: date | None, at: datetime
) -> dict[str, Any]:
    remedies = {
        decision.remedy
        for decision in decisions.values()
        if decision.accepted and decision.remedy is not None
    }
    plan = deadlines.promise_for(claim.dealer_id, claim.plant_id, remedies, at=at)
    promised = promise_on or plan.proposed_on
    if promised < plan.earliest_on:
        raise PromiseTooEarly(earliest=plan.earliest_on.isoformat())
    return {
        "earliest_on": plan.earliest_on,
        "promise_on": promised,
        "logistics": [leg.as_dict() for leg in plan.legs],
    }


def _asked_at(claim: Claim) -> datetime:
    return max(question.asked_at for question in claim.questions)


def _tell_erp(claim: Claim, at: datetime) -> None:
    _promise(claim, "erp.push_claim", at, queue="erp")


def _promise(
    claim: Claim, kind: str, at: datetime, *, subject_id: UUID | None = None, queue: str = ""
) -> None:
    """Owe something because of a claim; a named queue of the claim keeps its own order."""
    promise(
        kind,
        subject_id or claim.id,
        at=at,
        claim_id=claim.id,
        queue=f"{queue}/{claim.id}" if queue else "",
        connection={"erp": claim.plant.home, "mail": MAIL}.get(kind.partition(".")[0], ""),
    )
