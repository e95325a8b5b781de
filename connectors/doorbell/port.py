"""What the portal asks of a doorbell."""

from typing import Protocol


class Doorbell(Protocol):
    """Wakes whoever keeps the promises. Never raises: the worker also looks by itself."""

    def ring(self) -> None: ...
