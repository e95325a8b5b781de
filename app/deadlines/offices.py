"""The places whose days the clocks of a claim count: the plant's office and the dealer's."""

from datetime import datetime, time

from sqlalchemy import select

from app.core.db import db
from app.deadlines.calendars import USUAL_HOURS, years_around
from app.deadlines.models import Site
from app.deadlines.queries import load_network
from app.deadlines.rules import Calendar
from app.deadlines.sla import Office


def plant_office(plant_id: int, at: datetime) -> Office:
    """Return the plant's calendar, time zone, cut-off and hours as they are around this moment."""
    network = load_network(years_around(at.date()), dealer_ids=[], plant_ids=[plant_id])
    plant = network.plant(plant_id)
    return Office(plant.calendar, plant.time_zone, plant.cut_off, *plant.hours)


def closing_hour(plant_id: int) -> time:
    """Return the hour, in the plant's time zone, at which its working day ends."""
    query = select(Site.closes_at).where(Site.plant_id == plant_id)
    return db.scalar(query) or USUAL_HOURS[1]


def dealer_calendar(dealer_id: int, at: datetime) -> Calendar:
    """Return the working days of a dealer around this moment."""
    network = load_network(years_around(at.date()), dealer_ids=[dealer_id], plant_ids=[])
    return network.dealer(dealer_id).calendar
