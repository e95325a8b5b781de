"""Delivery at the moment of enqueueing: threads of a worker that wait for a notification."""

import logging
import threading
import time
from collections.abc import Callable, Iterator

from app.core.db import end_session
from app.core.outside import outside
from app.outbox import leases

PATIENCE = 30.0  # seconds for the work at hand; what is cut off comes due when its lease runs out

log = logging.getLogger(__name__)


class Keeping:
    """Threads that take turns: one listens for notifications and delivers when one arrives.

    Another free thread listens meanwhile; if none is free, the first that becomes free reads the
    notifications that have arrived since. So no thread has to wake another, and none is missed.
    """

    def __init__(self, keep: Callable[..., object]) -> None:
        self._keep = keep
        self._over = threading.Event()
        self._turn = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self, threads: int) -> None:
        """Begin to listen, and look at once."""
        rings = outside().doorbell.listen(self._over)
        self._threads = [
            threading.Thread(target=self._work, args=[rings], daemon=True) for _ in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Begin nothing more."""
        self._over.set()

    def wait(self) -> None:
        """Wait until what was begun has ended."""
        ends_at = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(ends_at - time.monotonic(), 0))

    def _work(self, rings: Iterator[None]) -> None:
        while self._is_rung(rings):
            try:
                with leases.own_line() as run:
                    self._keep_at_each(rings, run)
            except Exception:  # a database that is away rings as soon as it is back
                log.exception("outbox.not_kept")
            finally:
                end_session()

    def _keep_at_each(self, rings: Iterator[None], run: leases.Run) -> None:
        is_rung = True
        while is_rung:
            self._keep(is_over=self._over.is_set, run=run)
            end_session()
            is_rung = self._is_rung(rings)

    def _is_rung(self, rings: Iterator[None]) -> bool:
        """Wait for the next ring; return whether there is one."""
        with self._turn:
            return next(rings, self) is None
