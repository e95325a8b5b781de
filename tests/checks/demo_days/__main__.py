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
NOW = "now()"  # whoever asks for the present moment depends on the day
PLACES = ("tests/app", "tests/flows")
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
    """Run the tests that ask for the present moment as if it were this one."""
    travel = [*TRAVEL, "--on-day", at.replace(tzinfo=None).isoformat()]
    command = [sys.executable, "-m", "pytest", *QUIET, *travel, *date_bound_tests()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else done.stdout.splitlines()[-20:]


def date_bound_tests() -> list[str]:
    """Return the files of tests that ask for the present moment themselves."""
    files = (path for place in PLACES for path in sorted((ROOT / place).rglob("test_*.py")))
    return [
        str(path.relative_to(ROOT)) for path in files if NOW in path.read_text(encoding="utf-8")
    ]


if __name__ == "__main__":
    sys.exit(main())
