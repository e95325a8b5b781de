"""A worker that does nothing but keep promises, and is born again whenever it is killed.

`python -m tests.checks.exchange.worker PIDFILE`: the parent has everything imported and only forks,
so that the fire may be heavy. The child's id is in the file.
"""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from app import worker
from app.core.clock import now
from app.outbox import delivery, rules
from connectors.postgres.lifeline import die_with_parent

# A real lease outlives the longest call; here one must come due again while somebody watches, and
# being too short it makes workers overtake each other, which must do no harm either.
LEASE = timedelta(seconds=2)
# A real ERP is away for minutes and is left alone for as long; this one is back in a second.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5))
PROBE_WAITS = WAITS[:2]


def main(pid_file: Path) -> None:
    """Keep one child working, for ever."""
    follow_us = die_with_parent(signal.SIGKILL)
    while True:
        child = os.fork()
        if child == 0:
            follow_us()
            _work()
        pid_file.write_text(str(child))
        os.waitpid(child, 0)


def _work() -> None:
    delivery.LEASE, delivery.WAITS = LEASE, WAITS
    rules.PROBE_WAITS = PROBE_WAITS
    worker.start()
    while True:
        if not delivery.deliver_due(worker.KEEPERS, at=now(), limit=5, links=worker.erp_links()):
            time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
