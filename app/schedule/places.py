"""On which days the places of a claim's stages do not work."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from app.claims.models import Claim
from app.core.errors import Refusal
from app.deadlines.calendars import years_around
from app.deadlines.network import Network, Way
from app.deadlines.queries import load_network
from app.deadlines.rules import AnyOf, Calendar, NoCalendarData, Transit
from app.deadlines.stages import AT_THE_DEALER, LOADS, Stage

SATURDAY = 5
IsClosed = Callable[[str, date], bool]


def closed_days(claim: Claim, stages: Iterable[str], *, at: datetime) -> IsClosed:
    """Return who knows whether the place of a stage is closed on a day; on the road the carrier.

    Where no calendar is known, the weekends are closed: the strip is drawn all the same.
    """
    years = years_around(at.date())
    network = load_network(years, dealer_ids=[claim.dealer_id], plant_ids=[claim.plant_id])
    calendars = {stage: _calendar_of(Stage(stage), claim, network) for stage in stages}

    def is_closed(stage: str, day: date) -> bool:
        calendar = calendars.get(stage)
        try:
            return not calendar.is_working(day) if calendar else day.weekday() >= SATURDAY
        except NoCalendarData:
            return day.weekday() >= SATURDAY

    return is_closed


def _calendar_of(stage: Stage, claim: Claim, network: Network) -> Calendar | None:
    try:
        if stage in LOADS:
            [planned] = network.stages(Way(claim.dealer_id, claim.plant_id, (stage,)))
            return _carrier_of(planned)
        if stage in AT_THE_DEALER:
            return network.dealer(claim.dealer_id).calendar
        return network.plant(claim.plant_id).calendar
    except Refusal:
        return None


def _carrier_of(planned: object) -> Calendar | None:
    if isinstance(planned, AnyOf):
        return planned.ways[0].carrier
    return planned.carrier if isinstance(planned, Transit) else None
