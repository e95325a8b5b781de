"""Run the exchange under fire and print what came of it."""

import argparse
import sys

from tests.checks.exchange.run import Options, run

KILLS_A_CLAIM = 3


def main() -> int:
    """Return 0 when nothing was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="run.py check exchange", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--claims", type=int, default=0, help="one for every three kills")
    parser.add_argument("--seed", type=int, default=1, help="the same seed kills the same again")
    asked = parser.parse_args()
    claims = asked.claims or max(asked.kills // KILLS_A_CLAIM, 1)
    print(f"seed {asked.seed}: {asked.kills} kills, {claims} claims", flush=True)
    verdict = run(Options(asked.kills, claims, asked.seed))
    print(verdict.table())
    return 0 if verdict.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
