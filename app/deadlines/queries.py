"""The days that a claim needs: for the answer, for the dealer's reply, for the promise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Dealer, Plant
from app.core.db import db
from app.core.errors import N_, Refusal
from app.deadlines.calendars import Change, carrier_calendar, country_calendar, years_around
from app.deadlines.models import Lane, Site, StageNorm
from app.deadlines.rules import (
    Calendar,
    Leg,
    PlannedStage,
    Transit,
    TransitUnit,
    Work,
    effective_day,
    forward,
)
from app.deadlines.stages import (
    AT_THE_DEALER,
    BANK_DAYS,
    CHAINS,
    DECISION_DAYS,
    PAYMENT_RUN_DAYS,
    PROMISE_BUFFER_DAYS,
    QUESTION_DAYS,
    USUAL_DECISION_DAYS,
    Stage,
)
from app.vocabulary import Remedy


class NoSite(Refusal):
    """A plant or a dealer has no calendar, so no day can be counted there."""

    message = N_("No calendar is kept for %(name)s yet")


class NoLane(Refusal):
    """Nobody drives from here to there."""

    message = N_("No lane leads from %(origin)s to %(destination)s")


class NoNorm(Refusal):
    """The table of norms lacks a stage."""

    message = N_("No norm is set for the stage “%(stage)s”")


@dataclass(frozen=True)
class Promise:
    """The first possible day, the day to offer, and the legs that lead to the first."""

    earliest_on: date
    proposed_on: date
    legs: tuple[Leg, ...]


def answer_due(plant_id: int, *, filed_at: datetime, priority_class: str = "") -> date:
    """Return the last day for the decision, counted in the plant's working days."""
    days = DECISION_DAYS.get(priority_class, USUAL_DECISION_DAYS)
    return _days_after(plant_id, filed_at, days)


def question_due(plant_id: int, at: datetime) -> date:
    """Return the day by which the dealer is asked to answer a question of the plant."""
    return _days_after(plant_id, at, QUESTION_DAYS)


def promise_for(
    dealer_id: int, plant_id: int, remedies: Collection[Remedy], *, at: datetime
) -> Promise:
    """Return the promise for a decision taken at this moment: the slowest remedy governs."""
    ends = _Ends(_plant(plant_id, at), _dealer(dealer_id, at), _norms())
    start = ends.plant.effective_day(at)

    plans = [
        forward([_stage(stage, ends) for stage in chain], start)
        for chain in {CHAINS[remedy] for remedy in remedies}
    ]
    slowest = max(plans, key=lambda plan: (plan.finish, len(plan.legs)))

    offered = ends.dealer.calendar.add(slowest.finish, PROMISE_BUFFER_DAYS)
    return Promise(slowest.finish, offered, slowest.legs)


@dataclass(frozen=True)
class _Place:
    site: Site
    calendar: Calendar
    years: range

    def effective_day(self, at: datetime) -> date:
        return effective_day(at, self.site.time_zone, self.calendar, self.site.cut_off)

    def office_calendar(self) -> Calendar:
        """The banks and the customs of this place: Monday to Friday without its own closures."""
        return country_calendar(self.site.country, self.years)


@dataclass(frozen=True)
class _Ends:
    plant: _Place
    dealer: _Place
    norms: dict[str, int]


def _days_after(plant_id: int, at: datetime, days: int) -> date:
    plant = _plant(plant_id, at)
    return plant.calendar.add(plant.effective_day(at), days)


def _plant(plant_id: int, at: datetime) -> _Place:
    name = db.execute(select(Plant.name).where(Plant.id == plant_id)).scalar_one()
    return _place(select(Site).where(Site.plant_id == plant_id), name, at)


def _dealer(dealer_id: int, at: datetime) -> _Place:
    name = db.execute(select(Dealer.name).where(Dealer.id == dealer_id)).scalar_one()
    return _place(select(Site).where(Site.dealer_id == dealer_id), name, at)


def _place(query: Select[Site], name: str, at: datetime) -> _Place:
    site = db.execute(query.options(selectinload(Site.days))).scalar_one_or_none()
    if site is None:
        raise NoSite(name=name)
    years = years_around(at.date())
    calendar = country_calendar(
        site.country,
        years,
        weekdays=frozenset(site.weekdays),
        changes=frozenset(Change(changed.day, changed.is_open) for changed in site.days),
        name=name,
    )
    return _Place(site, calendar, years)


def _norms() -> dict[str, int]:
    rows = db.execute(select(StageNorm.stage, StageNorm.working_days))
    return dict(rows.all())


def _stage(stage: Stage, ends: _Ends) -> PlannedStage:
    if stage is Stage.INBOUND:
        return _lane(stage, ends.dealer, ends.plant)
    if stage is Stage.OUTBOUND:
        return _lane(stage, ends.plant, ends.dealer)
    if stage is Stage.PAYMENT:
        return _payment_run(ends)
    if stage not in ends.norms:
        raise NoNorm(stage=stage.value)
    place = ends.dealer if stage in AT_THE_DEALER else ends.plant
    return Work(stage, place.calendar, ends.norms[stage])


def _payment_run(ends: _Ends) -> Transit:
    return Transit(
        Stage.PAYMENT,
        origin=ends.plant.calendar,
        destination=ends.dealer.office_calendar(),
        carrier=ends.plant.office_calendar(),
        departures=PAYMENT_RUN_DAYS,
        days=BANK_DAYS,
        unit=TransitUnit.WORKING_DAYS,
    )


def _lane(stage: Stage, origin: _Place, destination: _Place) -> Transit:
    lane = db.scalars(
        select(Lane)
        .where(Lane.origin_id == origin.site.id, Lane.destination_id == destination.site.id)
        .order_by(Lane.is_default.desc(), Lane.id)
        .limit(1)
    ).one_or_none()
    if lane is None:
        raise NoLane(origin=origin.calendar.name, destination=destination.calendar.name)
    return Transit(
        stage,
        origin=origin.calendar,
        destination=destination.calendar,
        carrier=carrier_calendar(lane.mode, origin.years, otherwise=origin.calendar),
        departures=frozenset(lane.departures),
        days=lane.transit_days,
        unit=lane.transit_unit,
        lead=lane.lead_days,
        border=destination.office_calendar(),
        border_days=lane.border_days,
    )
