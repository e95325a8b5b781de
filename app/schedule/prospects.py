"""The forecasts of open claims: which legs, which end, and how it stands to what is owed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from app.claims.forecast_models import Outlook
from app.core.errors import Refusal
from app.core.i18n import storable
from app.deadlines.forecast import ForecastLeg, decide_by
from app.deadlines.network import Network, Way
from app.deadlines.planner import Forecast, OpenWay, forecasts_in
from app.deadlines.stages import Stage
from app.deadlines.ways import Wanted, way_of
from app.schedule.outlook import outlook_of, pack_legs
from app.schedule.subjects import Subject

Key = tuple[UUID, Way]


@dataclass(frozen=True)
class Prospect:
    """What is expected of a claim; `problem` is the refusal when no day can be told."""

    legs: tuple[ForecastLeg, ...] = ()
    finish_on: date | None = None
    decide_by: date | None = None
    outlook: Outlook = Outlook.ON_TIME
    problem: Mapping[str, Any] | None = None
    calendars: Mapping[str, int] | None = None

    @cached_property
    def columns(self) -> dict[str, Any]:
        """The forecast as its table keeps it, in what JSON knows."""
        return {
            "legs": pack_legs(self.legs),
            "finish_on": str(self.finish_on) if self.finish_on else None,
            "decide_by": str(self.decide_by) if self.decide_by else None,
            "outlook": self.outlook.value,
            "problem": self.problem,
            "calendars": dict(self.calendars or {}),
        }


def prospects_of(
    subjects: Collection[Subject], network: Network, *, at: datetime
) -> dict[UUID, Prospect]:
    """Return what is expected of each claim as things stand; the slowest remedy governs."""
    ways: list[OpenWay[Key]] = []
    found: dict[UUID, Prospect] = {}
    for subject in subjects:
        try:
            ways += open_ways(subject, network)
        except Refusal as refusal:
            found[subject.claim_id] = _refused(refusal)
    forecasts: dict[UUID, list[Forecast[Key]]] = defaultdict(list)
    for forecast in forecasts_in(network, ways, at=at):
        forecasts[forecast.key[0]].append(forecast)
    for subject in subjects:
        if subject.claim_id not in found:
            found[subject.claim_id] = _prospect(subject, forecasts[subject.claim_id], network)
    return found


def open_ways(subject: Subject, network: Network) -> list[OpenWay[Key]]:
    """Return the ways of a claim with what is known of them; the plan where it is of this way."""
    start = _start(subject, network)
    ways = [_way(subject, wanted) for wanted in sorted(subject.wanted)]
    return [
        OpenWay(
            (subject.claim_id, way),
            way,
            start,
            subject.actuals,
            subject.plan if _fits(subject, way) else None,
        )
        for way in ways
    ]


def _prospect(subject: Subject, forecasts: Sequence[Forecast[Key]], network: Network) -> Prospect:
    refusal = next((one.refusal for one in forecasts if one.refusal), None)
    if refusal:
        return _refused(refusal)
    ended = [(one.finish, len(one.legs), one) for one in forecasts if one.finish]
    if not ended:  # nothing is to be done, so nothing takes time
        return Prospect(finish_on=subject.promise_on or subject.today)
    finish, _, slowest = max(ended, key=lambda one: one[:2])
    try:
        decided_by = None if subject.decided_at else _decide_by(subject, forecasts, network)
    except Refusal as late:
        return _refused(late)
    outlook = outlook_of(
        finish,
        promise=subject.promise_on,
        safe=subject.law.remedy_safe,
        legal=subject.law.remedy_legal,
    )
    return Prospect(slowest.legs, finish, decided_by, outlook, calendars=slowest.versions)


def _refused(refusal: Refusal) -> Prospect:
    return Prospect(problem={"message": refusal.message, "values": storable(refusal.values)})


def _way(subject: Subject, wanted: Wanted) -> Way:
    ends = (subject.dealer_id, subject.plant_id)
    way = way_of(*ends, wanted, subject.choice, weight=subject.weight)
    return way if subject.decided_at else replace(way, chain=(Stage.TRIAGE, *way.chain))


def _start(subject: Subject, network: Network) -> date:
    """A decided claim starts on the working day of its decision, or of the dispute that sent it
    round again; any other one today."""
    if subject.decided_at is None:
        return subject.today
    begun_at = max(subject.decided_at, subject.disputed_at or subject.decided_at)
    return network.plant(subject.plant_id).effective_day(begun_at)


def _fits(subject: Subject, way: Way) -> bool:
    """Tell whether the legs that were promised are those of this way."""
    return [leg.stage for leg in subject.plan] == list(way.chain)


def _decide_by(
    subject: Subject, forecasts: Sequence[Forecast[Key]], network: Network
) -> date | None:
    """Return the last day to decide: for the answer that is owed, and for the remedy after it."""
    days = [subject.answer_on, subject.law.answer_safe]
    if subject.law.remedy_safe:
        ways = (forecast.key[1] for forecast in forecasts)
        days += [decide_by(network.stages(way), subject.law.remedy_safe) for way in ways]
    known = [day for day in days if day is not None]
    return min(known, default=None)
