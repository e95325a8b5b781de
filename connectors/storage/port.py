"""What the portal asks of a storage."""

from typing import Protocol


class Storage(Protocol):
    """Bytes under keys. Raises `Unavailable` when the storage is away, `Rejected` otherwise.

    Keys are chosen by us: lower-case hex, slashes and dashes. What is stored is never changed:
    putting the same key again is harmless and keeps the first bytes.
    """

    def put(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes:
        """Return the bytes; raise `Rejected` when there are none."""
        ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Forget the bytes; forgetting what is not there is harmless."""
        ...
