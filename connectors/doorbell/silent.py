"""A doorbell that only counts."""


class SilentDoorbell:
    """Remembers how often it was rung."""

    def __init__(self) -> None:
        self.rings = 0

    def ring(self) -> None:
        self.rings += 1
