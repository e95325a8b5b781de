"""Reading a service page by page, and the change feed of one that has no other."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from connectors.erp.codec import Answer, Reader
from connectors.erp.mapping.model import Call, Constant, Group, Packed, Source, Value
from connectors.erp.paths import Node, find
from connectors.erp.port import COLUMNS, Row, RowKind
from connectors.errors import Rejected, Unavailable
from connectors.reasons import ErpReason

MOST_PAGES = 100_000  # a service that ignores the place would be asked for ever
# The columns that tell the rows of a kind apart; joined, they are the place in the list.
KEYS: dict[RowKind, tuple[str, ...]] = {
    RowKind.COMPONENT: ("ItemRef", "ComponentRef", "Name"),
    RowKind.LOT: ("LineRef", "Lot"),
    RowKind.UNIT: ("LineRef", "Serial"),
    RowKind.PACKAGE: ("Code",),
    RowKind.DOCUMENT: ("ExternalId",),
    RowKind.DELETED: ("Kind", "Ref"),
}
USUAL_KEY = ("Ref",)

Ask = Callable[[Call, dict[str, Any]], Node]


class Patience:
    """How long reading may take from now on, over all lists together."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def check(self) -> None:
        """Raise `Unavailable` when it has come to its end."""
        if time.monotonic() > self._until:
            raise Unavailable(ErpReason.LISTS_TOO_LONG, seconds=f"{self._seconds:g}")


class Pages:
    """The pages of one call for one kind of rows."""

    def __init__(
        self,
        call: Call,
        kind: RowKind,
        *,
        ask: Ask,
        reader: Reader,
        limit: int,
        patience: Patience | None = None,
    ) -> None:
        self._call = call
        self._kind = kind
        self._ask = ask
        self._reader = reader
        self._limit = limit
        self._patience = patience
        self._said = said_in(call.request)

    def first(self) -> list[Row]:
        """Return the rows of the first page."""
        _, rows = self._page(after="", skip=0, number=1)
        return [row for kind, row in rows if kind is self._kind]

    def __iter__(self) -> Iterator[tuple[RowKind, Row]]:
        """Yield the rows of all pages."""
        after, skip = "", 0
        for number in range(1, MOST_PAGES):
            if self._patience:
                self._patience.check()
            answer, rows = self._page(after=after, skip=skip, number=number)
            yield from rows
            own = [row for kind, row in rows if kind is self._kind]
            if not self._has_more(answer, len(own)):
                return
            if not own or _key(self._kind, own[-1]) == after:
                break
            after, skip = _key(self._kind, own[-1]), skip + len(own)
        raise Rejected(ErpReason.ENDLESS_LIST, kind=self._kind)

    def _page(
        self, *, after: str, skip: int, number: int
    ) -> tuple[Answer, list[tuple[RowKind, Row]]]:
        said = {
            "kind": self._kind.value, "after": after, "skip": skip, "page": number,
            "limit": self._limit,
        }  # fmt: skip
        answer = self._reader.answer(self._call.reply, self._ask(self._call, said))
        return answer, list(read_rows(self._call, answer, self._reader))

    def _has_more(self, answer: Answer, own: int) -> bool:
        """Whether to ask again: told, or else seen from a page that is full."""
        can_go_on = bool(self._said & {"after", "skip", "page"})
        if not answer.has("more"):
            return can_go_on and own > 0 and ("limit" not in self._said or own >= self._limit)
        if answer.truth("more") and not can_go_on:
            raise Rejected(ErpReason.NO_MORE_PAGES, kind=self._kind)
        return answer.truth("more")


class WholeChanges:
    """One message of a change feed that was read as a whole, as `port.ChangeStream`."""

    def __init__(self, message_no: int, more: bool, rows: list[tuple[RowKind, Row]]) -> None:
        self.message_no = message_no
        self.more = more
        self.count = len(rows)
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[RowKind, Row]]:
        return iter(self._rows)


class PagedChanges:
    """Everything there is as one message, for a service without a change feed.

    `count` is known at the end.
    """

    def __init__(self, message_no: int, lists: list[Pages]) -> None:
        self.message_no = message_no
        self.more = False
        self.count = 0
        self._lists = lists

    def __iter__(self) -> Iterator[tuple[RowKind, Row]]:
        for pages in self._lists:
            for row in pages:
                self.count += 1
                yield row


def read_rows(call: Call, answer: Answer, reader: Reader) -> Iterator[tuple[RowKind, Row]]:
    """Yield the rows of an answer; raises when it declares another number of records."""
    rows = call.reply.rows
    containers = find(answer.node, rows.within) if rows else []
    if rows is None or not containers:
        return
    if len(containers) > 1:
        raise Rejected(
            ErpReason.MISFIT, details=f"{'/'.join(rows.within)} comes {len(containers)} times"
        )
    found = list(reader.rows(rows.rules, containers[0]))
    if answer.has("count"):
        depth = min(len(rule.each) for rule in rows.rules)
        records = sum(1 for rule, _ in found if len(rule.each) == depth)
        if records != answer.whole("count"):
            declared = answer.text("count")
            raise Rejected(ErpReason.OTHER_COUNT, declared=declared, sent=records)
    for rule, row in found:
        yield rule.kind, row


def _key(kind: RowKind, row: Row) -> str:
    named = dict(zip(COLUMNS[kind], row, strict=True))
    return "/".join(named[name] or "" for name in KEYS.get(kind, USUAL_KEY))


def said_in(source: Source) -> frozenset[str]:
    """Return the names of ours that a request uses."""
    if isinstance(source, Constant):
        return frozenset()
    names = frozenset(source.each[:1])
    match source:
        case Value():
            return names | frozenset(source.path[:1])
        case Packed():
            return names | said_in(source.inner)
        case Group():
            return names.union(*(said_in(child) for _, child in source.children))
