"""Revising a decision: the next version of it, with its reason, and what follows from that.

What has happened since the former decision stays: its lines cannot be changed any more.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.accounts.policy import User
from app.claims import remedy_law, timing
from app.claims.clock_models import ClaimPromise, StopReason
from app.claims.consequence_rules import by_line, refuse_broken
from app.claims.consequences import happened_to
from app.claims.context import PlanContext, SlaContext, read_plan
from app.claims.decided import DecisionVersion, versions_of
from app.claims.departments import LineDepartments, choose_departments
from app.claims.granting import LineDecision
from app.claims.holding import hold_accepted
from app.claims.judging import Judgement, judge, write_judgement
from app.claims.models import Claim, ClaimLine
from app.claims.moves import move, owe, step_for, tell_erp
from app.claims.promise_rules import PromiseDays, Wish, check_promise
from app.claims.promising import check_agreement, next_version, promise_columns, weigh_promise
from app.claims.rules import OUTCOME_STATES, Action
from app.claims.settlements import tell_decision
from app.core.db import db
from app.core.errors import N_, Refusal
from app.deadlines.network import Network
from app.deadlines.sla import SlaClock
from app.deadlines.ways import WayChoice
from app.vocabulary import Remedy, Role


class RevisionReasonMissing(Refusal):
    message = N_("Give the reason for revising the decision; it is visible to the dealer.")


class NothingRevised(Refusal):
    message = N_("Nothing differs from the current decision.")


class PromiseUnderWay(Refusal):
    message = N_(
        "The work on all accepted lines is under way, so their promise stays. Use “Promise another"
        " day” to change it."
    )


@dataclass(frozen=True)
class _Promise:
    """What a revision promises: what the claim keeps of it, and its version.

    Nothing of both where the present promise stays as it is.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    version: ClaimPromise | None = None


_NOTHING_PROMISED: dict[str, Any] = {
    "earliest_on": None, "promise_on": None, "promise_reason": "", "logistics": [],
    "way_choice": None,
}  # fmt: skip


def revise(
    claim: Claim,
    decisions: Sequence[LineDecision],
    reason: str,
    *,
    wish: Wish,
    choice: WayChoice,
    departments: Iterable[LineDepartments] = (),
    version: int,
    by: User,
    at: datetime,
    context: PlanContext | None = None,
) -> None:
    """Decide a decided claim otherwise, with a reason that the dealer reads.

    Deadlines of the answer were met by the first decision and never start again; those of the
    remedy go on or stop with what is accepted now.
    """
    step_for(claim, Action.REVISE, version, by)
    if not reason:
        raise RevisionReasonMissing
    context = context or read_plan(claim, at=at)
    judgement, former = judge(claim, decisions), versions_of(claim)[-1]
    happened = happened_to(claim)
    changed = changed_lines(claim, judgement, former, choice)
    refuse_broken(happened, changed)
    anew = routed_anew(claim, judgement.remedies, choice)
    again = {line.id for line in claim.lines if not line.accepted_quantity}
    fixed = set(by_line(happened))
    promised = _promise(
        claim, judgement, fixed, wish, context.network, choice=choice, reason=reason, by=by, at=at
    )
    was = claim.promise_on
    promise_on = promised.columns.get("promise_on", was)
    if not changed and promise_on == was and not _is_other_way(claim, choice, judgement):
        raise NothingRevised

    hold_accepted(claim, judgement.accepted)
    move(
        claim,
        Action.REVISE,
        version,
        by,
        at,
        facts={
            "reason": reason,
            "promise_on": str(promise_on) if promise_on else None,
            "was": str(was) if was and was != promise_on else None,
            "lines": judgement.facts(claim),
        },
        outcome=OUTCOME_STATES[judgement.action],
        decided_at=at,
        decided_by=by.id,
        resolved_at=None,
        revision=claim.revision + 1,
        decision_revision=claim.decision_revision + 1,
        **promised.columns,
    )
    write_judgement(claim, judgement)
    choose_departments(claim, departments, by=by, at=at, lines=anew)
    if promised.version:
        db.add(promised.version)
    remedy_law.take_up_remedy(claim, again & set(judgement.remedies), at=at)
    _time(claim, was, context.sla, at)

    tell_erp(claim, at)
    tell_decision(claim, at)
    owe(claim, "act.issue_decided", at, queue="act")
    owe(claim, "mail.decision_revised", at)
    owe(claim, "work.follow", at)


def changed_lines(
    claim: Claim, judgement: Judgement, former: DecisionVersion, choice: WayChoice
) -> set[UUID]:
    """Return the lines that are decided otherwise than before, or go by another chain of stages."""
    before = {line.position: line for line in former.lines}
    present = WayChoice.from_dict(claim.way_choice)
    return {
        line.id
        for line in claim.lines
        if not judgement.decided(line).is_like(before.get(line.position))
        or (line.remedy and choice.chain_of(line.remedy) != present.chain_of(line.remedy))
    }


def routed_anew(claim: Claim, remedies: Mapping[UUID, Remedy], choice: WayChoice) -> set[UUID]:
    """Return the lines whose work is another one than before; all other work goes on as it is."""
    present = WayChoice.from_dict(claim.way_choice)

    def is_same(line: ClaimLine) -> bool:
        remedy = remedies.get(line.id)
        if remedy is None or remedy is not line.remedy:
            return False
        return choice.chain_of(remedy) == present.chain_of(remedy)

    return {line.id for line in claim.lines if not is_same(line)}


def usual_day(claim: Claim, days: PromiseDays) -> date:
    """Return the day that a revision promises where none is wished: the present one if it can."""
    kept = claim.promise_on
    can_be_kept = kept and days.proposed <= kept and days.receiver.is_working(kept)
    return kept if kept and can_be_kept else days.proposed


def _promise(
    claim: Claim,
    judgement: Judgement,
    fixed: Collection[UUID],
    wish: Wish,
    network: Network,
    *,
    choice: WayChoice,
    reason: str,
    by: User,
    at: datetime,
) -> _Promise:
    """Return what is promised now; lines under way keep the plan that they have."""
    if judgement.is_refusal:
        return _Promise(_NOTHING_PROMISED)
    free = {key: remedy for key, remedy in judgement.remedies.items() if key not in fixed}
    if not free:
        if wish.promise_on not in (None, claim.promise_on):
            raise PromiseUnderWay
        return _Promise()
    weighed = weigh_promise(
        claim, free, at=at, choice=choice, accepted=judgement.accepted, network=network
    )
    day = wish.promise_on or usual_day(claim, weighed.days)
    explained = replace(wish, reason=wish.reason or reason)
    check_agreement(claim, wish)
    is_moved = day != claim.promise_on
    check_promise(
        weighed.days,
        day,
        wish if is_moved else explained,
        is_head=by.role is Role.HEAD_OF_CLAIMS,
    )
    settled = choice.settled(judgement.remedies.values())
    columns = promise_columns(weighed, day, explained) | {"way_choice": settled.as_column()}
    return _Promise(columns, next_version(claim, day, weighed.days, explained, by=by, at=at))


def _is_other_way(claim: Claim, choice: WayChoice, judgement: Judgement) -> bool:
    return choice.settled(judgement.remedies.values()) != WayChoice.from_dict(claim.way_choice)


def _time(claim: Claim, was: date | None, sla: SlaContext, at: datetime) -> None:
    """Let the remedy's clocks follow: for what is refused nothing runs, else until the promise."""
    refused = [line for line in claim.lines if not line.accepted_quantity]
    timing.stop_at_answer(claim, refused=refused, at=at)
    timing.stop_service(claim, SlaClock.AUTO_CLOSE, at=at)
    running = {clock.sla for clock in timing.running_clocks(claim)}
    if claim.promise_on is None:
        timing.stop(claim, _is_of_remedy, StopReason.DECISION_REVISED, at, done=False)
    elif claim.promise_on != was or SlaClock.REMEDY not in running:
        timing.move_promise(claim, claim.promise_on, sla, at=at)


def _is_of_remedy(clock: Any) -> bool:
    return clock.sla is SlaClock.REMEDY
