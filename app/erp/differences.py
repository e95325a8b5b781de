"""How what the ERP holds may differ from what we believe, and what mends it: pure rules."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from connectors.erp.port import Receipt

# 1C marks for deletion instead of deleting; the contract has no flag of its own for that.
MARKED = ("помечен", "deletion", "deleted", "do usunięcia", "ke smazání")


class What(StrEnum):
    """What is different."""

    MISSING = "missing"
    OLDER = "older"
    NEWER = "newer"
    DELETED = "deleted"
    UNPOSTED = "unposted"
    NUMBER = "number"
    STATUS = "status"
    DOUBLED = "doubled"


class Mending(StrEnum):
    """How a difference is or was removed; the last one is nobody's doing."""

    PUSH = "push"
    TAKE_OVER = "take_over"
    GONE = "gone"


MENDS: dict[What, Mending | None] = {
    What.MISSING: Mending.PUSH,
    What.OLDER: Mending.PUSH,
    What.NEWER: Mending.TAKE_OVER,
    What.DELETED: Mending.TAKE_OVER,
    What.UNPOSTED: Mending.TAKE_OVER,
    What.NUMBER: Mending.TAKE_OVER,
    What.STATUS: Mending.TAKE_OVER,
    What.DOUBLED: None,  # which of the two is right, only a person in the ERP can tell
}


@dataclass(frozen=True)
class Held:
    """What we believe the ERP to hold under a key."""

    key: UUID
    revision: int
    ref: str
    number: str
    dated_on: date | None
    posted: bool
    status: str


@dataclass(frozen=True)
class Found:
    """A difference, with the receipt that showed it."""

    held: Held
    what: What
    theirs: Receipt | None


def compare(held: Sequence[Held], receipts: Sequence[Receipt]) -> list[Found]:
    """Return every difference between what we believe and what the ERP told.

    A document that has been posted meanwhile is none: that is how the ERP works on.
    """
    doubled = _doubled(receipts)
    told = {receipt.external_id: receipt for receipt in receipts}
    found: list[Found] = []
    for ours in held:
        theirs = told.get(ours.key)
        what = _differences(ours, theirs)
        if theirs is not None and ours.key in doubled:
            what = [*what, What.DOUBLED]
        found += [Found(ours, one, theirs) for one in what]
    return found


def newly_posted(held: Sequence[Held], receipts: Iterable[Receipt]) -> list[UUID]:
    """Return the keys of documents that the ERP has posted since it gave us its receipt."""
    waiting = {ours.key: ours.revision for ours in held if not ours.posted}
    return [
        receipt.external_id
        for receipt in receipts
        if receipt.posted and waiting.get(receipt.external_id) == receipt.revision
    ]


def is_marked(status: str) -> bool:
    """Whether a status says that the document is to be deleted."""
    return any(word in status.casefold() for word in MARKED)


def _differences(ours: Held, theirs: Receipt | None) -> list[What]:
    if theirs is None:
        return [What.MISSING]
    if theirs.revision != ours.revision:
        return [What.OLDER if theirs.revision < ours.revision else What.NEWER]
    return list(_same_revision(ours, theirs))


def _same_revision(ours: Held, theirs: Receipt) -> Iterator[What]:
    if theirs.number != ours.number:
        yield What.NUMBER
    if is_marked(theirs.status) and not is_marked(ours.status):
        yield What.DELETED
    elif theirs.status != ours.status:
        yield What.STATUS
    if ours.posted and not theirs.posted:
        yield What.UNPOSTED


def _doubled(receipts: Sequence[Receipt]) -> set[UUID]:
    """Return keys with more than one document, and documents that stand under two keys."""
    documents = {(receipt.external_id, receipt.ref) for receipt in receipts}
    keys = Counter(key for key, _ in documents)
    refs = Counter(ref for _, ref in documents if ref)
    return {key for key, ref in documents if keys[key] > 1 or refs[ref] > 1}
