"""The outages a newcomer may try: closed for a while, or slow."""

import time
from dataclasses import dataclass

LONGEST_SECONDS = 3600
CLOSED_TEXT = (
    "Начало сеанса с информационной базой запрещено.\n"
    "Ведутся технические работы. Повторите попытку позже."
)


@dataclass
class Weather:
    """How the simulator feels; it forgets this when it is restarted."""

    delay: float = 0.0
    closed_until: float = 0.0

    def close_for(self, seconds: float) -> None:
        """Refuse every call for so long; 0 opens again."""
        self.closed_until = time.monotonic() + min(max(seconds, 0.0), LONGEST_SECONDS)

    def slow_down(self, seconds: float) -> None:
        """Wait so long before each answer; 0 is the usual speed."""
        self.delay = min(max(seconds, 0.0), LONGEST_SECONDS)

    @property
    def closed_seconds(self) -> int:
        """How long it stays closed, rounded up; 0 when it is open."""
        left = self.closed_until - time.monotonic()
        return int(left) + 1 if left > 0 else 0

    def endure(self) -> None:
        """Be slow, if it is slow weather."""
        time.sleep(self.delay)
