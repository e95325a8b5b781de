"""What a key may look like, checked before it comes near a path or a URL."""

import re

from connectors.errors import Rejected
from connectors.reasons import StorageReason

LONGEST_KEY = 200
_KEY = re.compile(r"[0-9a-f][0-9a-f-]*(/[0-9a-f][0-9a-f-]*)*")


def check_key(key: str) -> str:
    """Return the key; raise `Rejected` unless it is hex with dashes, in parts between slashes."""
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise Rejected(StorageReason.BAD_KEY, details=repr(key[:LONGEST_KEY]))
    return key
