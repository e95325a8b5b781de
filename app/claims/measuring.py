"""How long it took to decide a claim, for the measured norm of that stage."""

from datetime import datetime

from app.claims.clock_models import ClaimClock
from app.claims.context import SlaContext
from app.claims.models import Claim
from app.claims.timing import clocks_of, pauses_of
from app.deadlines.days import NoCalendarData
from app.deadlines.durations import Took, working_days
from app.deadlines.measures import Measured, record_decision
from app.deadlines.sla import SlaClock
from app.deadlines.stages import Stage


def measure_decision(claim: Claim, sla: SlaContext, *, at: datetime) -> None:
    """Record the working days from the filing to the decision, without those of the dealer.

    A decision that was contested counts from then on.
    """
    clock = next((one for one in reversed(clocks_of(claim)) if one.sla is SlaClock.DECISION), None)
    if clock is None:
        return
    office = sla.office
    try:
        began, ended = office.day_of(clock.started_at), office.day_of(at)
    except NoCalendarData:  # after years of waiting the figure would tell nothing of our work
        return
    days = working_days(office.calendar, began, ended) - _paused(claim, clock)

    groups = {scope.product_group for scope in sla.scopes}
    demands = {scope.demand for scope in sla.scopes}
    record_decision(
        str(claim.id),
        Measured(
            Took(Stage.TRIAGE, max(days, 0), ended),
            groups.pop() if len(groups) == 1 else "",
            demands.pop() if len(demands) == 1 else None,
        ),
        at=at,
    )


def _paused(claim: Claim, clock: ClaimClock) -> int:
    pauses = (
        pause
        for pause in pauses_of(claim)
        if pause.clock is SlaClock.DECISION and pause.paused_at >= clock.started_at
    )
    return sum(pause.working_days or 0 for pause in pauses)
