"""How far the loading of the demo has come, as lines for whoever waits for it."""

from collections.abc import Callable

Say = Callable[[str], None]


def silent(_: str) -> None:
    """Say nothing."""
