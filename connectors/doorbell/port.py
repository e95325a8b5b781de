"""What the worker asks of a doorbell.

The database rings: a trigger notifies this channel for each new promise, within its transaction.
So it rings when the promise can be seen, and only then.
"""

import threading
from collections.abc import Iterator
from typing import Protocol

CHANNEL = "outbox"


class Doorbell(Protocol):
    """Hears that something was promised. Never raises: the worker also looks by itself."""

    def listen(self, over: threading.Event) -> Iterator[None]:
        """Give each ring until it is over, and one more whenever some may have gone unheard."""
        ...
