"""The engine of deadlines on many random chains: `python3 run.py check deadlines --cases 50000`.

Each case has calendars, lanes with versions and stages of its own, made up from its number, so a
case that fails can be looked at again with `--first`.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from random import Random

from tests.app.deadlines.chains import check, make_case

USUAL_CASES = 50_000
EVERY = 5_000


@dataclass(frozen=True)
class Verdict:
    """How many chains were tried, how many of them had days in both directions, what failed."""

    cases: int
    planned: int
    failed: tuple[int, ...]


def run(first: int, cases: int) -> Verdict:
    """Check so many cases from this number on; stop at the tenth that fails."""
    planned, failed = 0, []
    for number in range(first, first + cases):
        try:
            planned += check(make_case(Random(number).randint))
        except AssertionError:
            failed.append(number)
            if len(failed) == 10:
                return Verdict(number - first + 1, planned, tuple(failed))
        if (number - first + 1) % EVERY == 0:
            print(f"{number - first + 1} cases", flush=True)
    return Verdict(cases, planned, tuple(failed))


def main() -> int:
    """Print the verdict; return 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=USUAL_CASES)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()

    began = time.monotonic()
    verdict = run(options.first, options.cases)
    seconds = time.monotonic() - began
    print(f"{verdict.cases} chains, {verdict.planned} of them planned in both directions, "
          f"{len(verdict.failed)} failed; {seconds:.0f} s")  # fmt: skip
    for number in verdict.failed:
        print(f"look at it again: python3 run.py check deadlines --first {number} --cases 1")
    return bool(verdict.failed)


if __name__ == "__main__":
    sys.exit(main())
