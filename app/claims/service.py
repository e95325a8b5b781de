"""The verbs of a claim: each asks, decides, changes and promises, in this order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.accounts.policy import SYSTEM, User
from app.claims import remedy_law, timing
from app.claims.attachment_rules import all_requirements
from app.claims.clock_models import PauseReason, StopReason
from app.claims.completeness import Problem, problems_of
from app.claims.context import PlanContext, SlaContext, read_plan, read_sla, sla_in
from app.claims.days import Fact, day_of
from app.claims.granting import LineDecision as LineDecision  # noqa: PLC0414  (callers find it here)
from app.claims.holding import (
    give_back_all,
    give_back_rejected,
    give_back_remaining,
    hold_lines,
)
from app.claims.judging import judge, write_judgement
from app.claims.measuring import measure_decision
from app.claims.models import Claim, Question
from app.claims.moves import move, owe, refuse_stale, step_for, tell_erp
from app.claims.problems import problem_words
from app.claims.promise_rules import Wish
from app.claims.promising import promised_dates, tell_promise
from app.claims.provisional import mark_provisional
from app.claims.rounds import plan_next_round
from app.claims.rules import (
    Action,
)
from app.claims.settlements import tell_decision
from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.numbering import next_number
from app.deadlines.offices import plant_office
from app.deadlines.queries import network_for
from app.deadlines.sla import SlaClock
from app.deadlines.stages import DONE_BY_DEPARTMENTS
from app.deadlines.ways import USUAL, WayChoice


class NotReady(Refusal):
    """A claim that lacks something cannot be filed; `problems` says what and where."""

    message = N_("The claim is not complete yet: see the marked places.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems

    def words(self) -> str:
        """Name the attachments that are missing: they have no field that could be marked."""
        missing = [problem_words(one) for one in self.problems if one.field == "files"]
        return " ".join((super().words(), *dict.fromkeys(missing)))


class AnswerMissing(Refusal):
    message = N_("Every question needs an answer.")


class NothingAsked(Refusal):
    message = N_("Write at least one question.")


class WordsMissing(Refusal):
    message = N_("Say in a few words why.")


def file_claim(claim: Claim, *, by: User, at: datetime) -> None:
    """File a draft: it gets its number, holds the quantities, and its acts and the ERP are owed."""
    problems = problems_of(claim, all_requirements())
    if problems:
        raise NotReady(problems)
    clocks = timing.clocks_at_filing(claim, read_sla(claim, at=at), at=at)

    hold_lines(claim)
    mark_provisional(claim, at=at)
    number = _claim_number(claim, at)
    move(
        claim,
        Action.SUBMIT,
        claim.version,
        by,
        at,
        facts={"number": number},
        number=number,
        filed_at=at,
        answer_on=timing.decision_due(clocks),
        demand_presented_on=claim.demand_presented_on or day_of(claim, Fact.FILED, at).day,
        revision=1,
    )
    db.add_all(clocks)

    tell_erp(claim, at)
    for kept in claim.public_files:
        owe(claim, "erp.push_evidence", at, subject_id=kept.file_id, queue="erp")
    owe(claim, "act.issue_filed", at, queue="act")
    owe(claim, "mail.claim_filed", at)
    owe(claim, "mail.claim_to_decide", at)


def take(claim: Claim, *, version: int, by: User, at: datetime) -> None:
    """Take a claim to work: from now on it has a manager whom the dealer knows."""
    move(claim, Action.TAKE, version, by, at, manager_id=by.id)
    timing.stop_service(claim, SlaClock.FIRST_RESPONSE, at=at)


def ask(claim: Claim, questions: Iterable[str], *, version: int, by: User, at: datetime) -> None:
    """Send a claim back with questions."""
    texts = [text for text in questions if text]
    if not texts:
        raise NothingAsked
    sla = read_sla(claim, at=at)

    move(
        claim,
        Action.REQUEST_INFO,
        version,
        by,
        at,
        facts={"questions": texts},
        return_state=claim.state,
        manager_id=claim.manager_id or by.id,
    )
    timing.stop_service(claim, SlaClock.FIRST_RESPONSE, at=at)
    timing.pause(claim, (SlaClock.DECISION,), PauseReason.NEEDS_INFO, sla.office, by=by, at=at)
    answer_by = timing.start_service(claim, SlaClock.DEALER_ANSWER, sla, at=at).legal_on
    for text in texts:
        question = Question(text=text, asked_by=by.id, asked_at=at, answer_by=answer_by)
        claim.questions.append(question)

    owe(claim, "mail.info_requested", at)


def answer(
    claim: Claim, answers: Mapping[int, str], *, version: int, by: User, at: datetime
) -> None:
    """Answer every open question; the claim goes back to where it was."""
    step_for(claim, Action.SUPPLY_INFO, version, by)
    open_questions = [question for question in claim.questions if question.answered_at is None]
    if not all(answers.get(question.id) for question in open_questions):
        raise AnswerMissing

    move(
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
    timing.stop_service(claim, SlaClock.DEALER_ANSWER, at=at)
    timing.resume(claim, plant_office(claim.plant_id, at), by=by, at=at)

    owe(claim, "mail.info_supplied", at)


def decide(
    claim: Claim,
    decisions: Sequence[LineDecision],
    *,
    promise_on: date | None,
    version: int,
    by: User,
    at: datetime,
    promise_reason: str = "",
    agreement_id: int | None = None,
    choice: WayChoice = USUAL,
    context: PlanContext | None = None,
) -> None:
    """Decide every line; what is accepted is promised by a day that goods and law can keep.

    `agreement_id` is the file of the claim that holds the customer's agreement to a later day,
    `choice` another way than the usual one, `context` what the caller has read of it already.
    """
    refuse_stale(claim, version)  # before its newer facts are held against an older form
    context = context or read_plan(claim, at=at)
    judgement = judge(claim, decisions)
    dates: dict[str, Any] = {}
    if not judgement.is_refusal:
        wish = Wish(promise_on, promise_reason, agreement_id)
        dates, promised = promised_dates(
            claim,
            judgement.remedies,
            wish,
            by=by,
            at=at,
            choice=choice,
            accepted=judgement.accepted,
            network=context.network,
        )

    move(
        claim,
        judgement.action,
        version,
        by,
        at,
        facts={
            "promise_on": str(dates["promise_on"]) if dates else None,
            "lines": judgement.facts(claim),
        },
        decided_at=at,
        decided_by=by.id,
        manager_id=claim.manager_id or by.id,
        revision=claim.revision + 1,
        decision_revision=claim.decision_revision + 1,
        **dates,
    )
    write_judgement(claim, judgement)
    if not judgement.is_refusal:
        db.add(promised)
    give_back_rejected(claim)
    measure_decision(claim, context.sla, at=at)
    _time_decision(claim, context.sla, at)

    tell_erp(claim, at)
    tell_decision(claim, at)
    owe(claim, "act.issue_decided", at, queue="act")
    owe(claim, "mail.claim_decided", at)
    if not judgement.is_refusal:
        owe(claim, "work.open", at)


def start_execution(claim: Claim, *, at: datetime) -> None:
    """Note that the departments have their work orders."""
    move(claim, Action.ROUTE, claim.version, SYSTEM, at)


def resolve(claim: Claim, *, at: datetime) -> None:
    """Note that the last work order is done; the dealer confirms.

    The departments know what they have done. Where the goods go on to the dealer, the deadlines of
    law go on until the dealer has said that they are there.
    """
    sla, revision = read_sla(claim, at=at), claim.revision + 1
    move(claim, Action.RESOLVE, claim.version, SYSTEM, at, resolved_at=at, revision=revision)
    timing.stop_service(claim, SlaClock.REMEDY, at=at)
    remedy_law.end_remedy(claim, DONE_BY_DEPARTMENTS, at=at)
    timing.start_service(claim, SlaClock.AUTO_CLOSE, sla, at=at)

    tell_erp(claim, at)
    owe(claim, "mail.claim_resolved", at)


def confirm(claim: Claim, *, version: int, by: User, at: datetime) -> None:
    """The dealer is content; the claim closes."""
    _close(claim, Action.CONFIRM, version, by, at)


def close_rejected(claim: Claim, *, version: int, by: User, at: datetime) -> None:
    """The dealer accepts the refusal; the claim closes."""
    _close(claim, Action.CLOSE_REJECTED, version, by, at)


def dispute(claim: Claim, reason: str, *, version: int, by: User, at: datetime) -> None:
    """The dealer is not content: the departments get another round, and its day is promised."""
    if not reason:
        raise WordsMissing
    step_for(claim, Action.DISPUTE, version, by)
    remedy_law.reopen_remedy(claim, at=at)  # the law of the remedy binds the new promise too
    network = network_for(claim.dealer_id, claim.plant_id, at=at)
    another = plan_next_round(claim, reason, network, at=at)
    facts = {"reason": reason}
    columns: dict[str, Any] = {}
    if another:
        facts |= {"promise_on": str(another.promise_on), "was": str(claim.promise_on)}
        columns = {**another.columns, "decision_revision": claim.decision_revision + 1}

    move(
        claim,
        Action.DISPUTE,
        version,
        by,
        at,
        facts=facts,
        resolved_at=None,
        revision=claim.revision + 1,
        **columns,
    )
    timing.stop_service(claim, SlaClock.AUTO_CLOSE, at=at)

    tell_erp(claim, at)
    if another:
        db.add(another.version)
        timing.move_promise(claim, another.promise_on, sla_in(network, claim), at=at)
        tell_promise(claim, at)
    owe(claim, "mail.result_disputed", at)
    owe(claim, "work.open", at)


def cancel(claim: Claim, *, version: int, by: User, at: datetime) -> None:
    """The dealer withdraws an undecided claim; its number stays, its quantities are free again."""
    move(
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
    timing.stop_all(claim, StopReason.WITHDRAWN, at=at)

    tell_erp(claim, at)


def _close(claim: Claim, action: Action, version: int, by: User, at: datetime) -> None:
    move(claim, action, version, by, at, closed_at=at, revision=claim.revision + 1)
    give_back_remaining(claim)
    timing.stop_all(claim, StopReason.DONE, at=at)

    tell_erp(claim, at)


def _time_decision(claim: Claim, sla: SlaContext, at: datetime) -> None:
    """Stop what waited for the answer; the remedy runs until the promise."""
    refused = [line for line in claim.lines if not line.accepted_quantity]
    timing.stop_at_answer(claim, refused=refused, at=at)
    if claim.promise_on is not None:
        timing.start_service(claim, SlaClock.REMEDY, sla, at=at, due=claim.promise_on)


def _claim_number(claim: Claim, at: datetime) -> str:
    """Return the next number of the dealer's own series: it tells nobody how much others claim."""
    year = day_of(claim, Fact.FILED, at).day.year
    count = next_number(f"claim/{claim.dealer.series}/{year}")
    return f"{claim.dealer.series}-{year}-{count:06}"
