"""A storage that lives as long as its process."""

from connectors.errors import Rejected
from connectors.reasons import StorageReason
from connectors.storage.keys import check_key


class MemoryStorage:
    """Remembers what was put, in `blobs`."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        self.blobs.setdefault(check_key(key), content)

    def get(self, key: str) -> bytes:
        try:
            return self.blobs[check_key(key)]
        except KeyError:
            raise Rejected(StorageReason.MISSING, details=key) from None

    def exists(self, key: str) -> bool:
        return check_key(key) in self.blobs

    def delete(self, key: str) -> None:
        self.blobs.pop(check_key(key), None)
