"""The forecast of one open claim: which legs, which end, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.claims.forecast_models import Outlook
from app.core.errors import Refusal
from app.deadlines.forecast import ForecastLeg, decide_by, reforecast
from app.deadlines.network import Network, Way
from app.deadlines.rules import Leg, PlannedStage
from app.deadlines.stages import CHAINS, Stage
from app.schedule.outlook import outlook_of, pack_legs
from app.schedule.subjects import Subject, Wanted


@dataclass(frozen=True)
class Prospect:
    """What is expected of a claim; `problem` is the refusal when no day can be told."""

    legs: tuple[ForecastLeg, ...] = ()
    finish_on: date | None = None
    decide_by: date | None = None
    outlook: Outlook = Outlook.ON_TIME
    problem: Mapping[str, Any] | None = None
    calendars: Mapping[str, int] | None = None

    def columns(self) -> dict[str, Any]:
        """Return it as its table keeps it, in what JSON knows."""
        return {
            "legs": pack_legs(self.legs),
            "finish_on": str(self.finish_on) if self.finish_on else None,
            "decide_by": str(self.decide_by) if self.decide_by else None,
            "outlook": self.outlook.value,
            "problem": self.problem,
            "calendars": dict(self.calendars or {}),
        }


def prospect_of(subject: Subject, network: Network) -> Prospect:
    """Return what is expected of a claim as things stand."""
    try:
        return _prospect(subject, network)
    except Refusal as refusal:
        return Prospect(problem={"message": refusal.message, "values": refusal.values})


def _prospect(subject: Subject, network: Network) -> Prospect:
    ways = [_way(subject, wanted) for wanted in sorted(subject.wanted)]
    if not ways:
        return Prospect(finish_on=subject.promise_on or subject.today)
    start = _start(subject, network)
    found = [(_legs(subject, network.stages(way), start), way) for way in ways]
    legs, slowest = max(found, key=lambda one: (one[0][-1].forecast.finish, len(one[0])))
    finish = legs[-1].forecast.finish
    return Prospect(
        legs,
        finish,
        None if subject.decided_at else _decide_by(subject, network, ways),
        outlook_of(
            finish,
            promise=subject.promise_on,
            safe=subject.law.remedy_safe,
            legal=subject.law.remedy_legal,
        ),
        calendars=network.versions(slowest),
    )


def _way(subject: Subject, wanted: Wanted) -> Way:
    remedy, group = wanted
    chain = CHAINS[remedy] if subject.decided_at else (Stage.TRIAGE, *CHAINS[remedy])
    return Way(subject.dealer_id, subject.plant_id, chain, remedy, group)


def _start(subject: Subject, network: Network) -> date:
    """A decided claim starts on the working day of its decision, any other one today."""
    if subject.decided_at is None:
        return subject.today
    return network.plant(subject.plant_id).effective_day(subject.decided_at)


def _legs(
    subject: Subject, stages: tuple[PlannedStage, ...], start: date
) -> tuple[ForecastLeg, ...]:
    plan = subject.plan if _fits(subject.plan, stages) else None
    return reforecast(stages, start, subject.actuals, subject.today, plan=plan)


def _fits(plan: tuple[Leg, ...], stages: tuple[PlannedStage, ...]) -> bool:
    return [leg.stage for leg in plan] == [stage.stage for stage in stages]


def _decide_by(subject: Subject, network: Network, ways: list[Way]) -> date | None:
    """Return the last day to decide: for the answer that is owed, and for the remedy after it."""
    days = [subject.answer_on, subject.law.answer_safe]
    if subject.law.remedy_safe:
        days += [decide_by(network.stages(way), subject.law.remedy_safe) for way in ways]
    known = [day for day in days if day is not None]
    return min(known, default=None)
