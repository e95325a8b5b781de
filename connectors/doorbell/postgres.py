"""The doorbell of PostgreSQL: what NOTIFY rings, LISTEN hears."""

import logging
import threading
from collections.abc import Iterator

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from connectors.doorbell.port import CHANNEL

# Seconds between two attempts to hear again, the last for ever: a restart takes a second or two.
WAITS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
LOOK_UP = 0.5  # seconds; how soon somebody who listens sees that it is over
# A server that vanished without a word is noticed in half a minute.
ALIVE = {
    "connect_timeout": 2,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

log = logging.getLogger(__name__)


class PostgresDoorbell:
    """Hears on a connection of its own, which no pool may share out by the transaction."""

    def __init__(self, conninfo: str, channel: str = CHANNEL) -> None:
        self._conninfo = make_conninfo(conninfo, **ALIVE)
        self._listen = sql.SQL("LISTEN {}").format(sql.Identifier(channel))

    def listen(self, over: threading.Event) -> Iterator[None]:
        """Give each ring until it is over; whenever the line is there again, that is one too."""
        failures = 0
        while not over.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as line:
                    line.execute(self._listen)
                    failures = 0
                    yield  # what was rung before could not be heard
                    yield from _rings(line, over)
            except psycopg.Error as error:
                log.warning("doorbell.deaf", extra={"reason": str(error)})
                over.wait(WAITS[min(failures, len(WAITS) - 1)])
                failures += 1


def _rings(line: psycopg.Connection, over: threading.Event) -> Iterator[None]:
    """Give one ring for all that have come together."""
    while not over.is_set():
        if list(line.notifies(timeout=LOOK_UP, stop_after=1)):
            yield
