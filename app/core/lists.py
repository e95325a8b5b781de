"""Pages of long lists by key, never by counting."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows; `after` opens the next one and is empty on the last."""

    rows: Sequence[Row]
    after: str


def cut_page(
    rows: Sequence[Row], key: Callable[[Row], Sequence[Any]], size: int = PAGE_SIZE
) -> Page[Row]:
    """Make a page of `size + 1` fetched rows: the extra one only tells that there is more."""
    if len(rows) <= size:
        return Page(rows, "")
    shown = rows[:size]
    words = json.dumps([str(part) for part in key(shown[-1])]).encode()
    return Page(shown, base64.urlsafe_b64encode(words).decode())


def read_key(after: str, parts: int) -> list[str] | None:
    """Return the parts of a page key, None when there is none or it is not one of ours."""
    try:
        words = json.loads(base64.urlsafe_b64decode(after.encode()))
    except (ValueError, binascii.Error):
        return None
    is_ours = isinstance(words, list) and len(words) == parts
    return [str(word) for word in words] if is_ours else None
