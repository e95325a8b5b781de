"""What becomes of the deadlines of law when the demand or the circumstances of a line change.

Apart from `timing`, which starts and stops single clocks: here those of a line are put in order.
"""

from collections.abc import Iterable
from datetime import date, datetime

from app.claims import timing
from app.claims.clock_models import ClaimClock, StopReason
from app.claims.days import Fact, day_of
from app.claims.models import Claim, ClaimLine
from app.claims.rules import CHECKABLE
from app.core.db import db
from app.deadlines.clocks import Party, StartsAt, StopsAt
from app.deadlines.law import rules_from
from app.vocabulary import Remedy


def follow_demand(
    claim: Claim, line: ClaimLine, demand: Remedy, *, presented_on: date, at: datetime
) -> None:
    """Start the clocks of a changed demand from the day on which it was presented.

    Clocks of the answer go on as they began and never start a second time: the customer waits for
    an answer since the first demand. The old demand's clocks of the remedy stop; they stay to be
    seen, and what was overdue stays overdue.
    """
    of_answer = _codes_of_the_answer(_clocks_of(claim, line))
    timing.stop(
        claim,
        lambda clock: clock.line_id == line.id and clock.rule_code not in of_answer,
        StopReason.DEMAND_CHANGED,
        at,
    )
    received_on = day_of(claim, Fact.RECEIVED, at).day
    if timing.party_of(claim) is Party.B2B:  # the dealer's own demand: said to the plant before
        received_on = min(presented_on, received_on)
    triggers = {StartsAt.DEMAND: presented_on, StartsAt.FILING: received_on}
    new = _clocks_by_law(claim, line, demand, triggers, at)
    db.add_all(clock for clock in new if clock.rule_code not in of_answer)


def follow_circumstances(claim: Claim, line: ClaimLine, *, at: datetime) -> None:
    """Let the periods run that the circumstances of a line bring, from the day of its demand.

    A rule that holds no longer stops and stays to be seen; the one in its place counts from the
    same day. Clocks of the answer and those of goods that came back go on.
    """
    if line.demand is None:
        return
    of_line = _clocks_of(claim, line)
    known = _codes_of_the_answer(of_line)
    new = {
        clock.rule_code: clock
        for clock in _clocks_by_law(
            claim, line, line.demand, triggers_of(claim, of_line, at=at), at
        )
        if clock.rule_code not in known
        and (clock.stops_at is StopsAt.REMEDY or claim.state in CHECKABLE)
    }
    kept = known | {
        clock.rule_code
        for clock in of_line
        if clock.is_running and (_starts_at(clock) is StartsAt.GOODS or _is_same(clock, new))
    }
    timing.stop(
        claim,
        lambda clock: clock.line_id == line.id and clock.rule_code not in kept,
        StopReason.OTHER_PERIOD,
        at,
        done=False,
    )
    db.add_all(clock for code, clock in new.items() if code not in kept)


def _clocks_by_law(
    claim: Claim, line: ClaimLine, demand: Remedy, triggers: dict[StartsAt, date], at: datetime
) -> list[ClaimClock]:
    return timing.clocks_of_law(claim, {line: demand}, rules_from(triggers), triggers, at)


def triggers_of(
    claim: Claim, clocks: Iterable[ClaimClock], *, at: datetime
) -> dict[StartsAt, date]:
    """Return the days from which the present demand of a line counts, by the line's clocks."""
    filed_at = claim.filed_at or at
    triggers = {
        StartsAt.DEMAND: claim.demand_presented_on or day_of(claim, Fact.FILED, filed_at).day,
        StartsAt.FILING: day_of(claim, Fact.RECEIVED, filed_at).day,
    }
    for clock in clocks:
        starts_at = _starts_at(clock)
        if starts_at in triggers:
            triggers[starts_at] = max(triggers[starts_at], clock.trigger_on)
    return triggers


def _clocks_of(claim: Claim, line: ClaimLine) -> list[ClaimClock]:
    return [clock for clock in timing.clocks_of(claim) if clock.line_id == line.id]


def _codes_of_the_answer(clocks: Iterable[ClaimClock]) -> set[str | None]:
    return {
        clock.rule_code for clock in clocks if clock.rule and clock.rule.as_rule().is_of_the_answer
    }


def _starts_at(clock: ClaimClock) -> StartsAt:
    return clock.rule.as_rule().starts_at if clock.rule else StartsAt.EVENT


def _is_same(clock: ClaimClock, new: dict[str | None, ClaimClock]) -> bool:
    other = new.get(clock.rule_code)
    return other is not None and other.raw_on == clock.raw_on
