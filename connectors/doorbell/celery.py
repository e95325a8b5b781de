"""The doorbell that sends a Celery task by name."""

import logging
from typing import Any

from kombu.exceptions import KombuError

log = logging.getLogger(__name__)


class CeleryDoorbell:
    """Sends the task `name`; a broker that is away costs a log line and nothing else."""

    def __init__(self, celery: Any, name: str) -> None:
        self._celery = celery
        self._name = name

    def ring(self) -> None:
        try:
            self._celery.send_task(self._name, ignore_result=True, retry=False)
        except (KombuError, OSError, RuntimeError) as error:
            log.warning("doorbell.unheard", extra={"reason": str(error)})
