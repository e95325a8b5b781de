"""Our words and theirs: value maps in both directions."""

from collections.abc import Mapping as Table

from connectors.erp.mapping.model import Words
from connectors.errors import Rejected
from connectors.reasons import ErpReason

Maps = Table[str, Words]


def to_theirs(maps: Maps, name: str, ours: str) -> str:
    """Return their word for ours; raise `Rejected` when there is none."""
    words = maps[name]
    if ours in words.theirs:
        return words.theirs[ours]
    if words.otherwise is not None:
        return words.otherwise
    if not ours:
        return ""
    raise Rejected(ErpReason.NO_WORD, map=name, word=ours)


def to_ours(maps: Maps, name: str, theirs: str) -> str | None:
    """Return our word for theirs, None when there is none: what is unknown stays so."""
    words = maps[name]
    if theirs in words.ours:
        return words.ours[theirs]
    return None if theirs else ""
