"""What a schedule costs: `python3 run.py bench deadlines`, on a PostgreSQL of its own.

Ours beside a walk from day to day over the same rules, and beside reading the claims' rows, at
three sizes; rounds are interleaved, the cheapest counts, in processor time of this process except
for the rows. Like is compared with like: each claim's way is looked up in the network, and every
leg of it is made, of ours as of the walk. Every round begins with a network of its own, as every
pass does in production, in which the ways are ready and nothing has been planned: `first` plans
each claim in it, `again` plans them once more, when all has been planned before. A decision about
one claim shares nothing with others, so one claim alone is measured too, as its page plans it:
the network read anew, and no calendar listed. PostgreSQL writes to the disk before it says so, as
in production.
"""

import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from uuid import uuid4

from sqlalchemy import Column as SqlColumn
from sqlalchemy import Date, Integer, MetaData, Table, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine

from app.accounts.models import Dealer, Plant
from app.core.db import connect_database, db
from app.deadlines.calendars import forget_calendars
from app.deadlines.forecast import Actual
from app.deadlines.models import Site, SiteOverride
from app.deadlines.network import Network, Way
from app.deadlines.planner import OpenWay, forecasts_in
from app.deadlines.queries import load_network, network_for, promise_in
from app.deadlines.rules import Chain, forward
from app.deadlines.stages import CHAINS
from app.seed.lanes import WAYS, load_lanes
from app.seed.reference import load_reference
from app.vocabulary import Language, Remedy
from connectors.postgres import embedded
from migrations import upgrade
from tests.app.deadlines.walk import walk_forward
from tests.benchmarks.renewal import MOST_SECONDS, print_renewal

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 3
ALONE = 50
DEALERS = 300
NOW = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
YEARS = range(2025, 2030)
LEAST_OF_WALK = 10.0
MOST_GROWTH = 1.5
RENEWED = 10_000
CHAIN = CHAINS[Remedy.REPAIR]
ROWS = Table(
    "benchmark_claim",
    MetaData(),
    SqlColumn("id", Integer, primary_key=True),
    SqlColumn("dealer_id", Integer),
    SqlColumn("plant_id", Integer),
    SqlColumn("start_on", Date),
    SqlColumn("logistics", JSONB),
)
COPY = """
INSERT INTO benchmark_claim
    SELECT id + number * :few, dealer_id, plant_id, start_on, logistics
    FROM benchmark_claim, generate_series(1, :times) AS number
"""


@dataclass(frozen=True)
class Cost:
    """Microseconds a claim: rows read, legs planned first and again, forecast, legs walked."""

    rows: float
    first: float
    again: float
    forecast: float
    walk: float


def main() -> int:
    """Print a row for each size and the goals; return 1 when one is missed."""
    random = Random(7)
    with _database() as engine:
        _load_dealers(random)
        ends = _ends()
        claims = [_claim(random, number, ends) for number in range(max(SIZES))]
        began = time.perf_counter()
        network = load_network(YEARS)
        taken = 1000 * (time.perf_counter() - began)
        print(
            f"{len(network.sites)} sites read in {taken:.0f} ms; a repair has {len(CHAIN)} stages"
        )
        _write(network, claims)
        alone = _measure_alone(claims[:ALONE])
        print(f"{'claims':>8} {'rows us':>8} {'first us':>9} {'again us':>9} {'forecast us':>12} "
              f"{'walk us':>8} {'walk/first':>11} {'walk/again':>11} {'of rows':>8}")  # fmt: skip
        costs = {size: _measure(claims[:size]) for size in SIZES}
        seconds = print_renewal(engine, network, claims[:RENEWED], at=NOW)
    return _judge(costs, alone, seconds)


def _measure(claims: Sequence[OpenWay[int]]) -> Cost:
    rounds = [_round(claims) for _ in range(ROUNDS if len(claims) < max(SIZES) else 2)]
    cost = Cost(*(min(figures) for figures in zip(*map(astuple, rounds), strict=True)))
    print(f"{len(claims):>8} {cost.rows:>8.1f} {cost.first:>9.1f} {cost.again:>9.1f} "
          f"{cost.forecast:>12.1f} {cost.walk:>8.1f} {cost.walk / cost.first:>10.1f}x "
          f"{cost.walk / cost.again:>10.1f}x {cost.first / cost.rows:>7.2f}x")  # fmt: skip
    return cost


def _round(claims: Sequence[OpenWay[int]]) -> Cost:
    """Plan each claim in every way, in networks in which nothing has been planned before."""
    ours, expected = _nothing_planned(claims), _nothing_planned(claims)

    def chains() -> Iterator[tuple[Chain, date]]:
        return ((ours.stages(one.way), one.start) for one in claims)

    def legs() -> Iterable[object]:
        return (forward(stages, start).legs for stages, start in chains())

    spent = (
        _spent(lambda: [_read(len(claims))], time.perf_counter),
        _spent(legs, time.process_time),
        _spent(legs, time.process_time),
        _spent(lambda: forecasts_in(expected, claims, at=NOW), time.process_time),
        _spent(lambda: (walk_forward(*chain) for chain in chains()), time.process_time),
    )
    return Cost(*(1e6 * seconds / len(claims) for seconds in spent))


def _nothing_planned(claims: Sequence[OpenWay[int]]) -> Network:
    """Return the network read anew, with the ways of the claims ready."""
    network = load_network(YEARS)
    for one in claims:
        network.stages(one.way)
    return network


@dataclass(frozen=True)
class Alone:
    """Milliseconds for one claim alone: its network read, planned by us, planned by a walk."""

    read: float
    ours: float
    walk: float


def _measure_alone(claims: Sequence[OpenWay[int]]) -> Alone:
    """Plan claims one by one as the page of a decision does; the middle of them counts."""
    taken = sorted((_alone(one) for one in claims), key=lambda cost: cost.ours)
    middle = taken[len(taken) // 2]
    print(f"one claim alone: network read in {middle.read:.1f} ms, planned in {middle.ours:.2f} ms,"
          f" walked in {middle.walk:.2f} ms")  # fmt: skip
    return middle


def _alone(one: OpenWay[int]) -> Alone:
    forget_calendars()
    moments = [time.perf_counter()]
    network = network_for(one.way.dealer_id, one.way.plant_id, at=NOW)
    moments.append(time.perf_counter())
    promise_in(network, [one.way], at=NOW)
    moments.append(time.perf_counter())
    # A walk needs the stages, and no table of them; those that ours has made do not help it.
    walk_forward(network.stages(one.way), NOW.date())
    moments.append(time.perf_counter())
    return Alone(*(1000 * (end - began) for began, end in pairwise(moments)))


def _spent(results: Callable[[], Iterable[object]], clock: Callable[[], float]) -> float:
    """Return the seconds for all the results; what they hold is freed before the next ones."""
    began = clock()
    deque(results(), maxlen=0)
    return clock() - began


def _judge(costs: dict[int, Cost], alone: Alone, seconds: float) -> int:
    first = {size: cost.walk / cost.first for size, cost in costs.items()}
    again = min(cost.walk / cost.again for cost in costs.values())
    growth = costs[max(SIZES)].first / costs[min(SIZES)].first
    is_faster = alone.ours <= alone.walk
    print(f"found   one claim alone is planned {'faster' if is_faster else 'slower'} than walked: "
          f"{alone.walk / alone.ours:.2f} of the walk's speed")  # fmt: skip
    goals = (
        *((f"legs of {size} claims planned first beside the walk's: {ratio:.1f} times as fast "
           f"(goal {LEAST_OF_WALK:.0f})", ratio >= LEAST_OF_WALK) for size, ratio in first.items()),
        (f"legs planned again beside the walk's: {again:.1f} times as fast "
         f"(goal {LEAST_OF_WALK:.0f})", again >= LEAST_OF_WALK),
        (f"cost of a claim, {max(SIZES)} beside {min(SIZES)}: {growth:.2f} (goal {MOST_GROWTH})",
         growth <= MOST_GROWTH),
        (f"seconds for {RENEWED} renewed: {seconds:.1f} (goal {MOST_SECONDS:.0f})",
         seconds <= MOST_SECONDS),
    )  # fmt: skip
    for sentence, is_met in goals:
        print(f"{'met' if is_met else 'MISSED':7} {sentence}")
    return int(not all(is_met for _, is_met in goals))


@contextmanager
def _database() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run under an account of its own
        with embedded.running(folder / "postgres") as postgres:
            postgres.address.ensure_database("benchmark")
            url = postgres.address.url("benchmark")
            upgrade(url)
            engine = connect_database(url)
            try:
                yield engine
            finally:
                db.remove()
                engine.dispose()


def _load_dealers(random: Random) -> None:
    """Add dealers of all the countries, each with the lanes of some dealer of the demo."""
    load_reference(NOW)
    plants = {plant.country: plant for plant in db.query(Plant)}
    ways = list(WAYS.values())
    for number in range(DEALERS):
        code, country = f"B{number:03}", random.choice(("RU", "RU", "PL"))
        WAYS[code] = random.choice(ways)
        db.add(_dealer(code, country, plants[country]))
    db.flush()
    load_lanes(NOW)
    for site_id in db.scalars(select(Site.id).where(Site.dealer_id.is_not(None))):
        if random.random() < 1 / 3:
            first = date(2026, 12, 1) + timedelta(days=random.randrange(60))
            last = first + timedelta(days=random.randrange(10))
            closure = {"starts_on": first, "ends_on": last, "is_open": False, "reason": "closed"}
            db.add(SiteOverride(site_id=site_id, **closure))
    db.commit()


def _dealer(code: str, country: str, plant: Plant) -> Dealer:
    return Dealer(
        ref=uuid4(),
        code=code,
        name=f"Dealer {code}",
        tax_id="0099000487",
        country=country,
        city="",
        address="",
        language=Language.EN,
        time_zone=plant.time_zone,
        plant=plant,
    )


def _ends() -> list[tuple[int, int]]:
    return [(row.id, row.plant_id) for row in db.execute(select(Dealer.id, Dealer.plant_id))]


def _claim(random: Random, number: int, ends: list[tuple[int, int]]) -> OpenWay[int]:
    """Make up a claim that began in the last weeks; of every third the goods are on their way."""
    dealer_id, plant_id = random.choice(ends)
    start = NOW.date() - timedelta(days=random.randrange(30))
    actuals = {"dealer_pack": Actual(finished_on=start + timedelta(days=2))} if number % 3 else {}
    way = Way(dealer_id, plant_id, CHAIN, Remedy.REPAIR)
    return OpenWay(number, way, start, actuals)


def _write(network: Network, claims: Sequence[OpenWay[int]]) -> None:
    """Write the first claims with their legs, and the others as their copies."""
    ROWS.create(db.connection())
    few = claims[: min(SIZES)]
    for one in few:
        legs = forward(network.stages(one.way), one.start).legs
        row = (one.key, one.way.dealer_id, one.way.plant_id, one.start)
        names = [column.name for column in ROWS.columns]
        told = (*row, [leg.as_dict() for leg in legs])
        db.execute(ROWS.insert(), dict(zip(names, told, strict=True)))
    db.execute(text(COPY), {"few": len(few), "times": len(claims) // len(few) - 1})
    db.commit()


def _read(count: int) -> object:
    return db.execute(select(ROWS).where(ROWS.c.id < count)).all()


if __name__ == "__main__":
    sys.exit(main())
