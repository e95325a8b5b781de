"""What the portal says in each of its questions, and what it wants to hear: our own vocabulary."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_type_hints
from uuid import UUID

from connectors.erp.mapping.model import Asked
from connectors.erp.port import ClaimMessage, DecisionMessage, FileMessage

ITEM = "item"  # the name of an element of a list that has no fields of its own
RECEIPT = (
    "external_id", "revision", "ref", "number", "date", "posted", "status", "errors", "accepted",
    "amount", "currency", "object", "name", "sha256", "size",
)  # fmt: skip
# What shows that something was really made: the first of these that a mapping names.
IDENTITY = ("ref", "number", "accepted")
DRY_RUN = "dry_run"


@dataclass(frozen=True)
class Question:
    """`message` and `says` may be sent; `hears` may be read from the answer, `needs` must be.

    Of `needs_one` at least one must be.
    """

    message: type[Any] | None = None
    says: tuple[str, ...] = ()
    lists: tuple[tuple[str, type[Any]], ...] = ()
    hears: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    needs_one: tuple[str, ...] = ()
    has_rows: bool = False
    has_each: bool = False

    def scope(self) -> dict[str, Any]:
        """Return the types of everything that may be sent, by name."""
        own = fields_of(self.message) if self.message else {}
        lists = {name: tuple[kind, ...] for name, kind in self.lists}  # type: ignore[valid-type]
        return {**dict.fromkeys(self.says, str), **lists, **own}


QUESTIONS: dict[Asked, Question] = {
    Asked.PING: Question(says=("node",), hears=("product", "version", "at", "infobase")),
    Asked.VERSION: Question(says=("node",), hears=("version",), needs=("version",)),
    Asked.CAPABILITIES: Question(
        says=("node",),
        hears=("documents", "statuses", "max_part_bytes", "max_file_bytes"),
        needs=("max_part_bytes", "max_file_bytes"),
    ),
    Asked.CHANGES: Question(
        says=("node", "after", "limit"),
        hears=("message_no", "more", "count"),
        needs=("message_no",),
        has_rows=True,
    ),
    Asked.CONFIRM: Question(says=("node", "message_no"), hears=("done",)),
    Asked.PAGES: Question(
        says=("node", "kind", "after", "skip", "page", "limit"),
        hears=("more", "count"),
        has_rows=True,
    ),
    Asked.PUT_CLAIM: Question(
        ClaimMessage, says=("node", "object", DRY_RUN), hears=RECEIPT, needs_one=IDENTITY
    ),
    Asked.PUT_DECISION: Question(
        DecisionMessage, says=("node", "object", DRY_RUN), hears=RECEIPT, needs_one=IDENTITY
    ),
    Asked.PUT_PART: Question(
        FileMessage,
        says=("node", "object", DRY_RUN, "transfer_id", "part_no", "part", "parts"),
        hears=("done",),
    ),
    Asked.PUT_FILE: Question(
        FileMessage,
        says=("node", "object", DRY_RUN, "transfer_id", "parts"),
        hears=RECEIPT,
        needs_one=IDENTITY,
    ),
    Asked.STATES: Question(
        says=("node", "external_id"),
        lists=(("external_ids", UUID),),
        hears=RECEIPT,
        has_each=True,
    ),
}


def fields_of(kind: type[Any]) -> dict[str, Any]:
    """Return the types of a message's fields, by name."""
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}


def element_of(kind: Any) -> Any | None:
    """Return the type of a list's elements; None for what is no list."""
    if getattr(kind, "__origin__", None) is tuple:
        return get_args(kind)[0]
    return None


def scope_of(element: Any) -> dict[str, Any]:
    """Return what an element of a list may be asked."""
    own = fields_of(element) if _is_message(element) else {}
    return {**own, ITEM: element}


def find_type(path: Sequence[str], scopes: Sequence[dict[str, Any]]) -> Any | None:
    """Return the type at a path: in the innermost list first, then in what is around it."""
    for scope in scopes:
        if path[0] in scope:
            return _follow(scope[path[0]], path[1:])
    return None


def _follow(kind: Any, rest: Sequence[str]) -> Any | None:
    for name in rest:
        inner = element_of(kind) or kind
        if not _is_message(inner):
            return None
        kind = fields_of(inner).get(name)
    return kind


def _is_message(kind: Any) -> bool:
    return isinstance(kind, type) and is_dataclass(kind)
