"""Whose day it is: each fact of a claim happens at one place and has the day of that place.

Days are taken from moments here and nowhere else; `docs/days.md` is this table for readers.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from app.accounts.models import Dealer, Plant
from app.claims.models import Claim
from app.core.clock import LocalDay


class Place(StrEnum):
    """Where something of a claim happens."""

    DEALER = "dealer"
    PLANT = "plant"


class Fact(StrEnum):
    """What happens to a claim on a day that is printed, counted from or compared with."""

    DEMANDED = "demanded"
    FILED = "filed"
    GOODS_RETURNED = "goods_returned"
    FILING_ACT_ISSUED = "filing_act_issued"
    RECEIVED = "received"
    SERVED = "served"
    DECIDED = "decided"
    DECISION_ACT_ISSUED = "decision_act_issued"
    PROMISED = "promised"
    WORKED_ON = "worked_on"
    WITHDRAWN_IN_ERP = "withdrawn_in_erp"


PLACES: Mapping[Fact, Place] = {
    # The customer speaks to the dealer, and the dealer sits there when it files.
    Fact.DEMANDED: Place.DEALER,
    Fact.FILED: Place.DEALER,
    Fact.GOODS_RETURNED: Place.DEALER,
    # Filing makes the first act; the decision makes all others.
    Fact.FILING_ACT_ISSUED: Place.DEALER,
    # The manufacturer has the claim, answers it and does the work at the plant.
    Fact.RECEIVED: Place.PLANT,
    Fact.SERVED: Place.PLANT,
    Fact.DECIDED: Place.PLANT,
    Fact.DECISION_ACT_ISSUED: Place.PLANT,
    Fact.PROMISED: Place.PLANT,
    Fact.WORKED_ON: Place.PLANT,
    Fact.WITHDRAWN_IN_ERP: Place.PLANT,
}


def place_of(claim: Claim, fact: Fact) -> Dealer | Plant:
    """Return the dealer or the plant where this fact of a claim happens."""
    return claim.dealer if PLACES[fact] is Place.DEALER else claim.plant


def zone_of(claim: Claim, fact: Fact) -> str:
    """Return the time zone of the place where this fact of a claim happens."""
    return place_of(claim, fact).time_zone


def day_of(claim: Claim, fact: Fact, at: datetime) -> LocalDay:
    """Return the day on which this fact of a claim happens at a moment, with its zone."""
    return LocalDay.of(at, zone_of(claim, fact))
