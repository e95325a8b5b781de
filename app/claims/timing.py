"""The clocks of a claim: started, stopped, paused, resumed, restarted, always by the verbs."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.accounts.policy import User
from app.claims.clock_models import (
    ClaimClock,
    ClaimPause,
    ClockState,
    LineCircumstance,
    PauseReason,
    StopReason,
)
from app.claims.context import SlaContext
from app.claims.days import Fact, day_of, zone_of
from app.claims.models import Claim, ClaimLine
from app.claims.rules import CustomerKind
from app.core.db import db
from app.deadlines.circumstances import Circumstance
from app.deadlines.clocks import (
    Case,
    Party,
    Rule,
    StartsAt,
    StopsAt,
    clock_days,
    rules_for,
)
from app.deadlines.law import legal_days, rules_from
from app.deadlines.rules import LastDay
from app.deadlines.sla import DUTY, Office, SlaClock, strictest
from app.vocabulary import Remedy

Chosen = Callable[[ClaimClock], bool]
Noted = dict[Circumstance, LineCircumstance]
# Where a clock of law counts: at the place of the fact that starts it.
_FACTS = {
    StartsAt.DEMAND: Fact.DEMANDED,
    StartsAt.FILING: Fact.RECEIVED,
    StartsAt.GOODS: Fact.GOODS_RETURNED,
}
# What each clock of service waits for.
_ENDS = {
    SlaClock.FIRST_RESPONSE: StopsAt.ANSWER,
    SlaClock.DECISION: StopsAt.ANSWER,
    SlaClock.REMEDY: StopsAt.REMEDY,
}


def clocks_at_filing(claim: Claim, sla: SlaContext, *, at: datetime) -> list[ClaimClock]:
    """Return what begins to run when a claim is filed; the caller keeps it once it is filed."""
    triggers = {
        StartsAt.DEMAND: claim.demand_presented_on or day_of(claim, Fact.FILED, at).day,
        StartsAt.FILING: day_of(claim, Fact.RECEIVED, at).day,
    }
    rules = rules_from(triggers)
    law = clocks_of_law(
        claim,
        {line: line.demand for line in claim.lines if line.demand is not None},
        rules,
        triggers,
        at,
    )
    service = [
        _clock_of_service(claim, clock, sla, at)
        for clock in (SlaClock.FIRST_RESPONSE, SlaClock.DECISION)
    ]
    return law + service


def start_service(
    claim: Claim, clock: SlaClock, sla: SlaContext, *, at: datetime, due: date | None = None
) -> ClaimClock:
    """Start a clock of service; the one of the remedy runs until the promise, its `due`."""
    started = _clock_of_service(claim, clock, sla, at, due=due)
    db.add(started)
    return started


def stop_service(claim: Claim, *clocks: SlaClock, at: datetime) -> None:
    """Stop clocks of service: what they waited for is done."""
    stop(claim, lambda clock: clock.sla in clocks, StopReason.DONE, at)


def stop_at_answer(
    claim: Claim,
    *,
    at: datetime,
    refused: Collection[ClaimLine] = (),
    reason: StopReason = StopReason.DONE,
) -> None:
    """Stop what waits for the answer; for a refused line nothing waits for a remedy any more."""
    ids = {line.id for line in refused}
    stop(
        claim,
        lambda clock: clock.stops_at is StopsAt.ANSWER or clock.line_id in ids,
        reason,
        at,
    )


def stop_all(claim: Claim, reason: StopReason, *, at: datetime) -> None:
    """Stop whatever runs."""
    stop(claim, lambda _clock: True, reason, at)


def move_promise(claim: Claim, promise_on: date, sla: SlaContext, *, at: datetime) -> None:
    """Let the remedy's clock of service end; another one runs until the new promise."""
    stop(
        claim,
        lambda clock: clock.sla is SlaClock.REMEDY,
        StopReason.PROMISE_CHANGED,
        at,
        done=False,
    )
    start_service(claim, SlaClock.REMEDY, sla, at=at, due=promise_on)


def rules_at_goods(claim: Claim, *, on: date) -> list[tuple[ClaimLine, Rule]]:
    """Return what would begin to run for which line if the goods came back on this day."""
    rules = rules_from({StartsAt.GOODS: on})
    noted = circumstances_of(claim)
    known = {
        (clock.line_id, clock.rule_code)
        for clock in clocks_of(claim)
        if clock.stop_reason is not StopReason.DEMAND_CHANGED
    }
    return [
        (line, rule)
        for line in claim.lines
        if line.demand is not None and line.accepted_quantity != 0
        for rule in rules_for(
            rules,
            _case(claim, line.remedy or line.demand, noted.get(line.id, {})),
            {StartsAt.GOODS},
        )
        if (line.id, rule.code) not in known
    ]


def start_at_goods(claim: Claim, received_on: date, *, at: datetime) -> None:
    """Start what the law counts from the return of the goods, once for each line."""
    triggers = {StartsAt.GOODS: received_on}
    days = legal_days(claim.dealer.country, received_on)
    for line, rule in rules_at_goods(claim, on=received_on):
        demand = line.remedy or line.demand or Remedy.REFUND
        for started, trigger, last in clock_days([rule], demand, triggers, days):
            db.add(_clock_of_rule(claim, line, started, trigger, last, at))


def pause(
    claim: Claim,
    clocks: Iterable[SlaClock],
    reason: PauseReason,
    office: Office,
    *,
    by: User,
    at: datetime,
) -> None:
    """Pause running clocks of service that may pause; those of law go on whatever happens.

    The day of the pause is the effective one, as that of the resume will be.
    """
    wanted = set(clocks)
    for clock in running_clocks(claim):
        if clock.sla not in wanted or clock.policy is None or not clock.policy.is_pausable:
            continue
        clock.state = ClockState.PAUSED
        db.add(
            ClaimPause(
                claim_id=claim.id,
                clock=clock.sla,
                reason=reason,
                paused_on=office.day_of(at),
                paused_at=at,
                paused_by=by.id or None,
                paused_by_name=by.name,
            )
        )


def resume(claim: Claim, office: Office, *, by: User, at: datetime) -> None:
    """End the open pauses; each clock's day moves by the working days that the pause took.

    The day of the resume is the effective one: after the plant's cut-off it is the next one.
    """
    open_pauses = list(db.scalars(_pauses(claim).where(ClaimPause.resumed_on.is_(None))))
    if not open_pauses:
        return
    resumed_on = office.day_of(at)
    waiting = {clock.sla: clock for clock in running_clocks(claim)}
    for ended in open_pauses:
        ended.resumed_on = resumed_on
        ended.resumed_at = at
        ended.resumed_by = by.id or None
        ended.resumed_by_name = by.name
        ended.working_days = office.days_lost(ended.paused_at, at)
        clock = waiting.get(ended.clock)
        if clock is not None:
            due = office.calendar.add(clock.legal_on, ended.working_days)
            clock.raw_on = clock.legal_on = clock.safe_on = due
            clock.state = state_on(clock, resumed_on)
            if clock.sla is SlaClock.DECISION:
                claim.answer_on = due


def stop(
    claim: Claim,
    chosen: Chosen,
    reason: StopReason,
    at: datetime,
    *,
    done: bool = True,
    on: date | None = None,
) -> None:
    """Stop the chosen clocks; what was done too late stays marked as overdue.

    `on` is the day of it, where it is not that of the moment.
    """
    for clock in running_clocks(claim):
        if chosen(clock):
            today = on or clock.day_at(at)
            clock.stopped_on = today
            clock.stop_reason = reason
            is_late = done and today > clock.legal_on and reason is not StopReason.WITHDRAWN
            clock.state = ClockState.BREACHED if is_late else ClockState.STOPPED


def clocks_of(claim: Claim) -> list[ClaimClock]:
    """Return all clocks of a claim, in the order in which they started."""
    query = select(ClaimClock).filter_by(claim_id=claim.id).order_by(ClaimClock.id)
    whole = query.options(joinedload(ClaimClock.rule), joinedload(ClaimClock.policy))
    return list(db.scalars(whole))


def running_clocks(claim: Claim) -> list[ClaimClock]:
    """Return the clocks that nobody has stopped, paused ones too."""
    return [clock for clock in clocks_of(claim) if clock.is_running]


def pauses_of(claim: Claim) -> list[ClaimPause]:
    """Return the ledger of pauses, the oldest first."""
    return list(db.scalars(_pauses(claim)))


def decision_due(clocks: Iterable[ClaimClock]) -> date:
    """Return the day of the decision's clock of service."""
    return next(clock.legal_on for clock in clocks if clock.sla is SlaClock.DECISION)


def decide_by(claim: Claim) -> date | None:
    """Return the day by which a claim has to be answered: of service, or the safe one by law."""
    law = [
        clock.safe_on
        for clock in running_clocks(claim)
        if clock.rule_code and clock.stops_at is StopsAt.ANSWER
    ]
    return min(filter(None, (claim.answer_on, *law)), default=None)


def party_of(claim: Claim) -> Party:
    """Return whether the law of consumers holds for a claim."""
    kind, country = claim.customer_kind, claim.dealer.country
    # Poland protects a sole trader who buys outside their trade nearly as a consumer (art. 7aa).
    is_like_consumer = kind is CustomerKind.SOLE_TRADER and country == "PL"
    return Party.B2C if kind is CustomerKind.CONSUMER or is_like_consumer else Party.B2B


def clocks_of_law(
    claim: Claim,
    demands: Mapping[ClaimLine, Remedy],
    rules: list[Rule],
    triggers: dict[StartsAt, date],
    at: datetime,
) -> list[ClaimClock]:
    """Return what runs by law for demands of lines from these days on; the caller keeps it."""
    noted = circumstances_of(claim)
    chosen = {
        line: rules_for(rules, _case(claim, demand, noted.get(line.id, {})), triggers)
        for line, demand in demands.items()
    }
    if not any(chosen.values()):
        return []  # so that a country whose calendar nobody knows can file all the same
    days = legal_days(claim.dealer.country, min(triggers.values()))
    return [
        _clock_of_rule(claim, line, rule, trigger, last, at)
        for line, demand in demands.items()
        for rule, trigger, last in clock_days(
            chosen[line], demand, triggers, days, agreed=_agreed(noted.get(line.id, {}))
        )
    ]


def _agreed(noted: Noted) -> date | None:
    agreement = noted.get(Circumstance.WRITTEN_AGREEMENT)
    return agreement.until_on if agreement else None


def holds_for(claim: Claim, demand: Remedy, rule: Rule) -> bool:
    """Tell whether a rule would run for a demand of this claim, if its circumstance were there."""
    needs = () if rule.needs is None else (rule.needs,)
    return bool(rules_for([rule], _case(claim, demand, needs), {rule.starts_at}))


def circumstances_of(claim: Claim) -> dict[UUID, Noted]:
    """Return what was noted about each line of a claim, by its kind."""
    found: dict[UUID, Noted] = {}
    for row in db.scalars(select(LineCircumstance).filter_by(claim_id=claim.id)):
        found.setdefault(row.line_id, {})[row.kind] = row
    return found


def _case(claim: Claim, demand: Remedy, circumstances: Iterable[Circumstance]) -> Case:
    is_sole_trader = claim.customer_kind is CustomerKind.SOLE_TRADER
    country = claim.dealer.country
    return Case(country, party_of(claim), demand, is_sole_trader, frozenset(circumstances))


def _clock_of_rule(
    claim: Claim, line: ClaimLine, rule: Rule, trigger: date, last: LastDay, at: datetime
) -> ClaimClock:
    clock = ClaimClock(
        claim_id=claim.id,
        line_id=line.id,
        rule_code=rule.code,
        rule_version=rule.version,
        duty=rule.duty,
        stops_at=rule.stops_at,
        trigger_on=trigger,
        raw_on=last.raw,
        legal_on=last.legal,
        safe_on=last.safe,
        started_at=at,
        zone=zone_of(claim, _FACTS[rule.starts_at]),
    )
    clock.state = state_on(clock, clock.day_at(at))
    return clock


def _clock_of_service(
    claim: Claim, clock: SlaClock, sla: SlaContext, at: datetime, *, due: date | None = None
) -> ClaimClock:
    policy, counted = strictest(sla.policies, clock, sla.scopes, sla.office, at)
    day = due or counted
    return ClaimClock(
        claim_id=claim.id,
        policy_id=policy.id,
        sla=clock,
        duty=DUTY[clock],
        stops_at=_ENDS.get(clock, StopsAt.EVENT),
        trigger_on=day_of(claim, Fact.SERVED, at).day,
        raw_on=day,
        legal_on=day,
        safe_on=day,
        state=ClockState.RUNNING,
        started_at=at,
        zone=zone_of(claim, Fact.SERVED),
    )


def state_on(clock: ClaimClock, today: date) -> ClockState:
    """Return how a clock that runs stands on a day."""
    return ClockState.BREACHED if today > clock.legal_on else ClockState.RUNNING


def _pauses(claim: Claim) -> Select[ClaimPause]:
    return select(ClaimPause).filter_by(claim_id=claim.id).order_by(ClaimPause.id)
