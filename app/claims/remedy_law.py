"""What the law counts until the remedy: ended by who can know, taken up again. Beside `timing`."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from app.claims import timing
from app.claims.clock_models import ClaimClock, StopReason
from app.claims.models import Claim
from app.deadlines.clocks import StopsAt
from app.deadlines.stages import Stage
from app.deadlines.ways import WayChoice


def end_remedy(
    claim: Claim, stages: Collection[Stage], *, at: datetime, on: date | None = None
) -> None:
    """Stop what the law counts until the remedy, for the lines whose last stage is one of these.

    Somebody who can know has said that it is over: now, or on a day.
    """
    timing.stop(claim, _law_of_remedy(claim, stages), StopReason.DONE, at, on=on)


def resume_remedy(claim: Claim, stages: Collection[Stage], *, at: datetime) -> None:
    """Let it go on: that the last stage is over was taken back."""
    _reopen(claim, _law_of_remedy(claim, stages), at)


def reopen_remedy(claim: Claim, *, at: datetime) -> None:
    """Let the remedy's clocks go on as if they had never stopped: it was no remedy."""
    _reopen(claim, lambda clock: clock.stops_at is StopsAt.REMEDY, at)


def take_up_remedy(claim: Claim, lines: Collection[UUID], *, at: datetime) -> None:
    """Let the remedy's clocks of refused lines go on: a revised decision accepts these lines.

    They go on as if they had never stopped; those of the answer were answered and stay stopped.
    """
    for clock in timing.clocks_of(claim):
        if (
            clock.line_id in lines
            and clock.stops_at is StopsAt.REMEDY
            and clock.stop_reason is StopReason.DONE
        ):
            _let_go_on(clock, at)


def _law_of_remedy(claim: Claim, stages: Collection[Stage]) -> timing.Chosen:
    choice = WayChoice.from_dict(claim.way_choice)
    ids = {
        line.id
        for line in claim.lines
        if line.remedy is not None and choice.chain_of(line.remedy)[-1] in stages
    }

    def is_meant(clock: ClaimClock) -> bool:
        is_law = clock.rule_code is not None and clock.stops_at is StopsAt.REMEDY
        return is_law and clock.line_id in ids

    return is_meant


def _reopen(claim: Claim, chosen: timing.Chosen, at: datetime) -> None:
    for clock in timing.clocks_of(claim):
        is_refused = clock.line is not None and not clock.line.accepted_quantity
        if chosen(clock) and clock.stop_reason is StopReason.DONE and not is_refused:
            _let_go_on(clock, at)


def _let_go_on(clock: ClaimClock, at: datetime) -> None:
    clock.stopped_on = clock.stop_reason = None
    clock.state = timing.state_on(clock, clock.day_at(at))
