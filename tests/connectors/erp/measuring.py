"""How fast and how lean the feed is read; run in a process of its own, for an honest peak.

`python -m tests.connectors.erp.measuring URL USER PASSWORD` prints one line of JSON.
"""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.connectors.erp.running import PASSWORD, ROOT, USER, RunningSimulator, reference_erp


@dataclass(frozen=True)
class Measured:
    """`peak_growth` is bytes of resident memory above the imports and the contract."""

    rows: int
    seconds: float
    peak_growth: int


def measure(simulator: RunningSimulator) -> Measured:
    """Read the whole feed of a running simulator in a fresh process."""
    command = [sys.executable, "-m", "tests.connectors.erp.measuring"]
    got = subprocess.run(
        [*command, simulator.url, USER, PASSWORD], cwd=ROOT, check=True, capture_output=True
    )
    return Measured(**json.loads(got.stdout))


def read_feed(url: str, user: str, password: str) -> Measured:
    """Read the whole feed here and now."""
    erp = reference_erp(url=url, user=user, password=password, node="measuring", max_items=0)
    erp.ping()
    before, started = peak(), time.perf_counter()
    with erp.changes(after=0) as message:
        rows = sum(1 for _ in message)
    return Measured(rows, time.perf_counter() - started, peak() - before)


def peak() -> int:
    """The highest resident memory of this process so far."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    print(json.dumps(asdict(read_feed(*sys.argv[1:]))))
