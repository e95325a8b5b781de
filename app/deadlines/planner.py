"""Plans of many claims at once: the network is read once, however many claims there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from app.core.errors import Refusal
from app.deadlines.forecast import Actual, ForecastLeg, reforecast
from app.deadlines.network import Network, Way
from app.deadlines.queries import load_network
from app.deadlines.rules import Leg

Key = TypeVar("Key")


@dataclass(frozen=True)
class OpenWay(Generic[Key]):
    """The way of something that is under way; `plan` holds the legs that were promised, if any."""

    key: Key
    way: Way
    start: date
    actuals: Mapping[str, Actual]
    plan: Sequence[Leg] | None = None


@dataclass(frozen=True)
class Forecast(Generic[Key]):
    """What is expected of it; or the refusal, when no plan can be made of it any more."""

    key: Key
    legs: tuple[ForecastLeg, ...]
    versions: Mapping[str, int]
    refusal: Refusal | None = None

    @property
    def finish(self) -> date | None:
        """The day on which the last stage ends or is expected to."""
        return self.legs[-1].forecast.finish if self.legs else None


def forecasts(open_ways: Sequence[OpenWay[Key]], *, at: datetime) -> Iterator[Forecast[Key]]:
    """Read the network and give the forecast of each; today is that of each one's plant."""
    if not open_ways:
        return iter(())
    first = min(one.start for one in open_ways)
    network = load_network(range(first.year - 1, at.year + 4))
    return forecasts_in(network, open_ways, at=at)


def forecasts_in(
    network: Network, open_ways: Iterable[OpenWay[Key]], *, at: datetime
) -> Iterator[Forecast[Key]]:
    """Give the forecast of each in a network that is already read."""
    days: dict[str, date] = {}
    for one in open_ways:
        try:
            zone = network.plant(one.way.plant_id).time_zone
            if zone not in days:
                days[zone] = at.astimezone(ZoneInfo(zone)).date()
            stages = network.stages(one.way)
            legs = reforecast(stages, one.start, one.actuals, days[zone], plan=one.plan)
        except Refusal as refusal:  # the others are planned all the same
            yield Forecast(one.key, (), {}, refusal)
        else:
            yield Forecast(one.key, legs, network.versions(one.way))
