"""How fast promises are kept: `python3 run.py bench outbox [--jobs 4000] [--rounds 3]`.

Our outbox (PostgreSQL, the worker as it is) beside Celery with Redis, in one run on one machine:
how many jobs without work are kept a second, and how soon an idle worker starts one. All leave the
same mark for each job; rounds are interleaved, medians are compared, only the ratios count.

Two more are measured and not judged by: the least SQL that does the same on the same table, and
Celery with a Redis that writes down what it is given, as our database does.
"""

import argparse
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.outbox_ways import ByHand, Celery, Outbox, Way, running_database
from tests.benchmarks.redis_server import REDIS, running_redis

LEAST_DRAIN = 4.0  # times Celery with Redis
MOST_WAIT = 1.0
PROCESSES = (1, 2)
IDLE_JOBS = 40


@dataclass(frozen=True)
class Figures:
    """What one way did: jobs a second by number of processes, and milliseconds until the start."""

    drain: dict[int, float]
    start_p50: float
    start_p95: float


def main() -> int:
    """Print both ways side by side; return 0 when the goals are met."""
    parser = argparse.ArgumentParser(prog="run.py bench outbox", description=__doc__)
    parser.add_argument("--jobs", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run under an account of its own
        settings = stack.enter_context(running_database(folder))
        ways: list[Way] = [Outbox(folder, settings), ByHand(folder, settings)]
        if REDIS:
            quick = stack.enter_context(running_redis(folder / "redis", durable=False))
            durable = stack.enter_context(running_redis(folder / "durable", durable=True))
            ways += [Celery(folder, quick), Celery(folder, durable, "same, durable", fraction=10)]
        figures = _measure(ways, options.jobs, options.rounds)
    print(_table(figures))
    if not REDIS:
        print("redis-server is not installed here: nothing to compare with, no goal is judged.")
        return 1
    return _judge(figures["outbox"], figures["Celery + Redis"])


def _measure(ways: list[Way], jobs: int, rounds: int) -> dict[str, Figures]:
    drains: dict[tuple[str, int], list[float]] = {}
    starts: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(rounds):
        for way in ways:
            for processes in PROCESSES:
                rate = way.drain(jobs, processes)
                drains.setdefault((way.name, processes), []).append(rate)
            starts[way.name] += way.starts(IDLE_JOBS)
            print(f"round {number + 1}: {way.name}", flush=True)
    return {
        way.name: Figures(
            {count: statistics.median(drains[way.name, count]) for count in PROCESSES},
            statistics.median(starts[way.name]),
            statistics.quantiles(starts[way.name], n=20)[-1],
        )
        for way in ways
    }


def _table(figures: dict[str, Figures]) -> str:
    head = f"{'':16} {'drain -c1':>10} {'drain -c2':>10} {'start p50':>10} {'start p95':>10}"
    return "\n".join(
        [
            head,
            *(
                f"{name:16} {one.drain[1]:>8.0f}/s {one.drain[2]:>8.0f}/s"
                f" {one.start_p50:>7.1f} ms {one.start_p95:>7.1f} ms"
                for name, one in figures.items()
            ),
        ]
    )


def _judge(ours: Figures, theirs: Figures) -> int:
    drain = max(ours.drain.values()) / max(theirs.drain.values())
    wait = ours.start_p50 / theirs.start_p50
    goals = (
        (f"drain {drain:.2f} times Celery with Redis", drain >= LEAST_DRAIN, f">= {LEAST_DRAIN}"),
        (f"start {wait:.2f} times Celery with Redis", wait <= MOST_WAIT, f"<= {MOST_WAIT}"),
    )
    for words, is_met, goal in goals:
        print(f"{'met   ' if is_met else 'MISSED'} {words} (goal {goal})")
    print("Nothing lost or doubled when a worker is killed: run.py check exchange.")
    return 0 if all(is_met for _, is_met, _ in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
