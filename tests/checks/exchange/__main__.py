"""Run the exchange under fire and print what came of it."""

import argparse
import sys

from tests.checks.exchange.run import Options, run


def main() -> int:
    """Return 0 when nothing was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="tests.checks.exchange", description=__doc__)
    parser.add_argument("--claims", type=int, default=200)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    verdict = run(Options(**vars(parser.parse_args())))
    print(verdict.table())
    return 0 if verdict.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
