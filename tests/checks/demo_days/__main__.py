"""Try the demo and the tests on each day, and print what failed."""

import argparse
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from tests.checks.demo_days import __doc__ as about
from tests.checks.demo_days.dates import DAYS, moments
from tests.checks.demo_days.day import try_day
from tests.databases import cloned, ensure_template, take_slot

ROOT = Path(__file__).resolve().parents[3]
FLOWS = ROOT / "tests" / "flows"
REAL_CLOCK = "mark.real_clock"  # all other tests of the app begin on a fixed day
TRAVEL = ("-p", "tests.checks.demo_days.travel")
QUIET = ("-q", "-x", "-n", "0", "-p", "no:randomly", "--no-header", "--no-summary")


def main() -> int:
    """Return 0 when the demo is whole on every day and the tests pass."""
    parser = argparse.ArgumentParser(prog="tests.checks.demo_days", description=about)
    parser.add_argument("--days", type=int, default=len(DAYS), help="how many of the table")
    parser.add_argument("--first", type=int, default=0, help="from which one on")
    parser.add_argument("--skip-tests", action="store_true", help="only the demo's seed")
    options = parser.parse_args()
    failed = 0
    for at in moments(options.days, first=options.first):
        faults = _faults(at)
        if not options.skip_tests:
            faults += _failing_tests(at)
        print(f"{at:%Y-%m-%d %H:%M %a}  {'ok' if not faults else 'FAILED'}", flush=True)
        print("".join(f"    {fault}\n" for fault in faults), end="", flush=True)
        failed += bool(faults)
    print(f"{options.days} days, {failed} failed")
    return bool(failed)


def _faults(at: datetime) -> list[str]:
    slot = take_slot()
    try:
        template = ensure_template(slot.server.address)
        with cloned(slot.server.address, template, "demo_day") as url:
            return try_day(at, url, deliver=True)
    finally:
        slot.release()


def _failing_tests(at: datetime) -> list[str]:
    """Run the tests that live in real time as if this were the present moment."""
    travel = [*TRAVEL, "--on-day", at.replace(tzinfo=None).isoformat()]
    command = [sys.executable, "-m", "pytest", *QUIET, *travel, *date_bound_tests()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else done.stdout.splitlines()[-20:]


def date_bound_tests() -> list[str]:
    """Return the files of tests whose data follow from the present moment."""
    app = (ROOT / "tests" / "app").rglob("test_*.py")
    marked = [path for path in app if REAL_CLOCK in path.read_text(encoding="utf-8")]
    return [str(path.relative_to(ROOT)) for path in sorted([*marked, *FLOWS.glob("test_*.py")])]


if __name__ == "__main__":
    sys.exit(main())
