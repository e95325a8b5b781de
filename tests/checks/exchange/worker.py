"""A worker that does nothing but keep promises: `python -m tests.checks.exchange.worker`."""

import time

from app import worker
from app.core.clock import now
from app.outbox import delivery
from tests.checks.exchange import hurried  # noqa: F401  (shortens the waits)


def main() -> None:
    """Look for what is due, for ever."""
    worker.start()
    while True:
        if not delivery.deliver_due(worker.KEEPERS, at=now(), limit=5, links=worker.erp_links()):
            time.sleep(0.05)


if __name__ == "__main__":
    main()
