"""The places whose days the clocks of a claim count: the plant's office and the dealer's."""

from datetime import datetime, time

from sqlalchemy import select

from app.core.db import db
from app.deadlines.calendars import USUAL_HOURS, years_around
from app.deadlines.models import Site, SiteKind
from app.deadlines.network import Network, Place
from app.deadlines.queries import load_place
from app.deadlines.rules import Calendar
from app.deadlines.sla import Office


def plant_office(plant_id: int, at: datetime) -> Office:
    """Return the plant's calendar, time zone, cut-off and hours as they are around this moment."""
    return _office(load_place(SiteKind.PLANT, plant_id, years_around(at.date())))


def office_in(network: Network, plant_id: int) -> Office:
    """Return the same of a plant in a network that is already read."""
    return _office(network.plant(plant_id))


def closing_hour(plant_id: int) -> time:
    """Return the hour, in the plant's time zone, at which its working day ends."""
    query = select(Site.closes_at).where(Site.plant_id == plant_id)
    return db.scalar(query) or USUAL_HOURS[1]


def dealer_calendar(dealer_id: int, at: datetime) -> Calendar:
    """Return the working days of a dealer around this moment."""
    return load_place(SiteKind.DEALER, dealer_id, years_around(at.date())).calendar


def _office(plant: Place) -> Office:
    return Office(plant.calendar, plant.time_zone, plant.cut_off, *plant.hours)
