"""The clocks of a claim as its page shows them, and whose turn it was for how long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from app.claims.circumstances import possible_circumstances
from app.claims.clock_models import (
    ClaimClock,
    ClaimPause,
    ClaimPromise,
    ClockState,
    StopReason,
)
from app.claims.days import Fact, day_of, zone_of
from app.claims.goods_back import waiting_for_goods
from app.claims.models import Claim, ClaimEvent, ClaimLine
from app.claims.promising import promises_of
from app.claims.rules import BALL, CHECKABLE, PROMISED, BallWith, ClaimState
from app.claims.timing import clocks_of, pauses_of
from app.core.clock import local_day
from app.core.words import label
from app.deadlines.clocks import Late, Span, days_with
from app.deadlines.closures import MissingDecree, guessed_years
from app.deadlines.offices import plant_office
from app.deadlines.rules import Leg
from app.deadlines.words import DUTIES

DEALER, FACTORY, CARRIER = "dealer", "factory", "carrier"
_HOLDERS = {
    BallWith.DEALER: DEALER,
    BallWith.MANAGER: FACTORY,
    BallWith.DEPARTMENT: FACTORY,
}


@dataclass(frozen=True)
class ClockRow:
    """A clock in the table; `basis` and `effect` are in the law's own language."""

    title: str
    basis: str
    version: int
    line: int | None
    duty: str
    trigger_on: date
    raw_on: date
    legal_on: date
    safe_on: date
    state: ClockState
    stopped_on: date | None
    stop_reason: StopReason | None
    late: Late | None
    effect: str
    days_left: int

    @property
    def is_law(self) -> bool:
        """It comes from law or contract, and nothing pauses it."""
        return self.line is not None

    @property
    def is_running(self) -> bool:
        """It still counts."""
        return self.stopped_on is None

    @property
    def is_breached(self) -> bool:
        """Its last day is over, and nobody did in time what it waits for."""
        return self.state is ClockState.BREACHED

    @property
    def colour(self) -> str:
        """How worrying its state is."""
        if self.state is ClockState.BREACHED:
            return "red"
        if self.state is ClockState.PAUSED:
            return "yellow"
        return "blue" if self.state is ClockState.RUNNING else "grey"


@dataclass(frozen=True)
class Clocks:
    """All that the page says about time: the rows, the day that governs, pauses, days by holder,
    promises, the titles of the rules that wait for the goods of a line, the years that
    rest on a guess, and whether a period depends on a circumstance that somebody may note."""

    rows: Sequence[ClockRow]
    governing: ClockRow | None
    pauses: Sequence[ClaimPause]
    held: dict[str, int]
    promises: Sequence[ClaimPromise]
    waiting: Sequence[tuple[ClaimLine, str]]
    guesses: Sequence[MissingDecree]
    may_depend: bool


def clocks_for_page(claim: Claim, events: Sequence[ClaimEvent], *, at: datetime) -> Clocks:
    """Return the clocks of a claim, what runs first and the nearest day on top."""
    today = day_of(claim, Fact.SERVED, at).day
    rows = sorted(
        (_row(clock, at) for clock in clocks_of(claim)),
        key=lambda row: (not row.is_running, row.legal_on, row.title),
    )
    calendar = plant_office(claim.plant_id, at).calendar
    held = days_with(spans_of(claim, events, today), calendar)
    is_open = claim.state in (*CHECKABLE, *PROMISED)
    return Clocks(
        rows,
        governing(rows),
        pauses_of(claim),
        held,
        promises_of(claim),
        tuple(waiting_for_goods(claim, at=at)) if is_open else (),
        guessed_years(claim.dealer_id, claim.plant_id, _days_to_come(claim, rows)),
        is_open and bool(possible_circumstances(claim, at=at)),
    )


def governing(rows: Sequence[ClockRow]) -> ClockRow | None:
    """Return the running clock that ends first: a paused one hides no deadline of law."""
    running = [row for row in rows if row.is_running and row.state is not ClockState.PAUSED]
    return min(running, key=lambda row: row.safe_on if row.is_law else row.legal_on, default=None)


def _days_to_come(claim: Claim, rows: Sequence[ClockRow]) -> list[date | None]:
    """Return the days still to come that were computed by a calendar."""
    running = [row for row in rows if row.is_running]
    promised = claim.promise_on if claim.state in PROMISED else None
    return [promised, *(row.legal_on for row in running), *(row.safe_on for row in running)]


def spans_of(claim: Claim, events: Sequence[ClaimEvent], today: date) -> Iterator[Span]:
    """Return whose turn it was from when until when, by the claim's history.

    While the departments work, the planned days on the road are the carrier's.
    """
    zone = zone_of(claim, Fact.SERVED)
    changes = [
        (local_day(event.at, zone), event.to_state)
        for event in sorted(events, key=lambda event: event.version)
    ]
    roads = _roads(claim)
    ends = [day for day, _ in changes[1:]] + [today]
    for (start, state), end in zip(changes, ends, strict=True):
        holder = _HOLDERS.get(BALL[state])
        if holder is None or start >= end:
            continue
        if state is ClaimState.EXECUTION:
            yield from _with_carrier(start, end, roads)
        else:
            yield Span(holder, start, end)


def _with_carrier(start: date, end: date, roads: Sequence[tuple[date, date]]) -> Iterator[Span]:
    day = start
    for departure, arrival in roads:
        first, last = max(departure, day), min(arrival, end)
        if first >= last:
            continue
        if day < first:
            yield Span(FACTORY, day, first)
        yield Span(CARRIER, first, last)
        day = last
    if day < end:
        yield Span(FACTORY, day, end)


def _roads(claim: Claim) -> list[tuple[date, date]]:
    legs = (Leg.from_dict(kept) for kept in claim.logistics)
    roads = [
        (leg.departure, leg.arrival)
        for leg in legs
        if leg.departure and leg.arrival and leg.stage in ("inbound", "outbound")
    ]
    return sorted(roads)


def _state_at(clock: ClaimClock, at: datetime) -> ClockState:
    """Return the state of a clock now: the task that marks breaches comes some minutes later."""
    is_over = clock.stopped_on is None and clock.legal_on < clock.day_at(at)
    return ClockState.BREACHED if is_over and clock.state is ClockState.RUNNING else clock.state


def _row(clock: ClaimClock, at: datetime) -> ClockRow:
    rule, policy = clock.rule, clock.policy
    return ClockRow(
        title=str(gettext(rule.title)) if rule else label(clock.sla),
        basis=f"{rule.code} · {rule.basis}" if rule else "",
        version=rule.version if rule else policy.version if policy else 0,
        line=clock.line.position if clock.line else None,
        duty=str(gettext(DUTIES.get(clock.duty, clock.duty))),
        trigger_on=clock.trigger_on,
        raw_on=clock.raw_on,
        legal_on=clock.legal_on,
        safe_on=clock.safe_on,
        state=_state_at(clock, at),
        stopped_on=clock.stopped_on,
        stop_reason=clock.stop_reason,
        late=rule.late if rule else None,
        effect=rule.late_text if rule else "",
        days_left=(clock.legal_on - clock.day_at(at)).days,
    )
