"""Cut every reply of the ERP at every byte, in every frame of HTTP, and print what came of it."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.connectors.erp.cutting import FRAMES, Tally, cut, record
from tests.connectors.erp.running import running

SHOWN = 20


def main() -> int:
    """Return 0 when no cut became a wrong state, a silent nothing or another exception."""
    parser = argparse.ArgumentParser(prog="tests.checks.traps", description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="cut at every STEP-th byte")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as simulator:
        kinds = record(simulator)
    tallies = {kind.name: cut(kind, step=options.step) for kind in kinds}
    _print(tallies)
    wrong = [words for tally in tallies.values() for words in tally.wrong]
    print("\n".join(wrong[:SHOWN]))
    total = sum(tally.cuts for tally in tallies.values())
    print(f"{total} cuts in {len(FRAMES)} frames: {len(wrong)} wrong")
    return 1 if wrong else 0


def _print(tallies: dict[str, Tally]) -> None:
    print(f"{'reply':20} {'cuts':>7} {'later':>7} {'person':>7} {'whole':>7} {'wrong':>7}")
    for name, tally in tallies.items():
        came = tally.outcomes
        person = came.get("Rejected", 0) + came.get("Denied", 0)
        later = came.get("Unavailable", 0) + came.get("Closed", 0)
        row = (tally.cuts, later, person, came.get("whole", 0), len(tally.wrong))
        print(f"{name:20}", *(f"{number:7}" for number in row))


if __name__ == "__main__":
    sys.exit(main())
