"""A doorbell that nobody rings."""

import threading
from collections.abc import Iterator


class SilentDoorbell:
    """Never notifies; for those who poll, and for every process that is not a worker."""

    def listen(self, over: threading.Event) -> Iterator[None]:
        return iter(())
