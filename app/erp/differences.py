"""How what the ERP holds may differ from what we believe, and what mends it: pure rules."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from connectors.erp.port import Receipt

# 1C marks for deletion instead of deleting; the contract has no flag of its own for that.
MARKED = ("помечен", "deletion", "deleted", "do usunięcia", "ke smazání")

NOT_TOLD = 0  # the revision in a receipt of a service that does not keep ours


class What(StrEnum):
    """What is different."""

    MISSING = "missing"
    OLDER = "older"
    NEWER = "newer"
    DELETED = "deleted"
    UNPOSTED = "unposted"
    NUMBER = "number"
    STATUS = "status"
    AMOUNT = "amount"
    CONTENT = "content"
    DOUBLED = "doubled"


class Mending(StrEnum):
    """How a difference is or was removed; the last one is nobody's doing."""

    PUSH = "push"
    TELL_ANEW = "tell_anew"
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
    # Under the same key it would be a repeat, which changes nothing over there.
    What.AMOUNT: Mending.TELL_ANEW,
    # The same, and a file has one revision for ever: once it is deleted there, it is pushed again.
    What.CONTENT: None,
    What.DOUBLED: None,  # which of the two is right, only a person in the ERP can tell
}


@dataclass(frozen=True)
class Held:
    """What we believe the ERP to hold under a key.

    `amount` is what a decision comes to, gross; None where there is no one sum to compare. Of a
    file there are its name, the digest of its bytes and their number.
    """

    key: UUID
    revision: int
    ref: str
    number: str
    dated_on: date | None
    posted: bool | None
    status: str
    amount: Decimal | None = None
    currency: str = ""
    name: str = ""
    sha256: str = ""
    size: int | None = None


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
        if receipt.posted
        and receipt.external_id in waiting
        and receipt.revision in (waiting[receipt.external_id], NOT_TOLD)
    ]


def is_marked(status: str) -> bool:
    """Whether a status says that the document is to be deleted."""
    return any(word in status.casefold() for word in MARKED)


def _differences(ours: Held, theirs: Receipt | None) -> list[What]:
    if theirs is None:
        return [What.MISSING]
    if theirs.revision not in (ours.revision, NOT_TOLD):
        return [What.OLDER if theirs.revision < ours.revision else What.NEWER]
    return list(_same_revision(ours, theirs))


def _same_revision(ours: Held, theirs: Receipt) -> Iterator[What]:
    if theirs.number != ours.number:
        yield What.NUMBER
    if is_marked(theirs.status) and not is_marked(ours.status):
        yield What.DELETED
    elif theirs.status != ours.status:
        yield What.STATUS
    if ours.posted and theirs.posted is False:
        yield What.UNPOSTED
    if _is_other_money(ours, theirs):
        yield What.AMOUNT
    if _is_other_content(ours, theirs):
        yield What.CONTENT


def _is_other_money(ours: Held, theirs: Receipt) -> bool:
    """Whether both sides tell a sum, and not the same; a currency may be left untold."""
    if ours.amount is None or theirs.amount is None:
        return False
    return ours.amount != theirs.amount or theirs.currency not in (ours.currency, "")


def _is_other_content(ours: Held, theirs: Receipt) -> bool:
    """Whether a file is stored otherwise than it was told, in anything that both sides tell."""
    both = ((ours.name, theirs.name), (ours.sha256, theirs.sha256), (ours.size, theirs.size))
    return any(here and there not in ("", None) and here != there for here, there in both)


def _doubled(receipts: Sequence[Receipt]) -> set[UUID]:
    """Return keys with more than one document, and documents that stand under two keys."""
    documents = {(receipt.external_id, receipt.ref) for receipt in receipts}
    keys = Counter(key for key, _ in documents)
    refs = Counter(ref for _, ref in documents if ref)
    return {key for key, ref in documents if keys[key] > 1 or refs[ref] > 1}
