"""The doorbell that sends a Celery task by name."""

import logging
import threading
from typing import Any

log = logging.getLogger(__name__)


class CeleryDoorbell:
    """Sends the task `name` from a thread of its own: whoever rings does not wait for the broker.

    Rings that come while one is being sent become one. A broker that is away costs a log line.
    """

    def __init__(self, celery: Any, name: str) -> None:
        self._celery = celery
        self._name = name
        self._rung = threading.Event()
        self._starting = threading.Lock()
        self._ringer: threading.Thread | None = None

    def ring(self) -> None:
        """Wake the worker soon."""
        self._rung.set()
        # Started at the first ring and again after a fork, which threads do not survive.
        with self._starting:
            if self._ringer is None or not self._ringer.is_alive():
                self._ringer = threading.Thread(target=self._work, name="doorbell", daemon=True)
                self._ringer.start()

    def _work(self) -> None:
        while self._rung.wait():
            self._rung.clear()
            self._send()

    def _send(self) -> None:
        try:
            self._celery.send_task(self._name, ignore_result=True, retry=False)
        except Exception as error:  # whatever a broker does must not end the thread
            log.warning("doorbell.unheard", extra={"reason": str(error)})
