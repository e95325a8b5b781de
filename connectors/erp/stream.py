"""The change feed read as it arrives: flat memory, raw rows, and nothing lost in silence."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from connectors.erp.port import COLUMNS, Row, RowKind
from connectors.erp.replies import FAULTS, body_element, fault_error, refuse_doctype
from connectors.erp.transport import Reply
from connectors.erp.wsdl import Contract
from connectors.errors import Rejected

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
HEADER = ("MessageNo", "More", "Count", "Items")
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class SoapChangeStream:
    """One message of the feed, open on the wire. Iterate it once, to its end."""

    def __init__(self, reply: Reply, contract: Contract) -> None:
        self._contract = contract
        self._reply = reply
        self._chunks = reply.chunks()
        self._events = self._pull()
        self._items = self._open_items()
        result = self._items.getparent()
        assert result is not None  # noqa: S101  _open_items has looked at the whole path
        self.message_no = _whole(result, contract.tag("MessageNo"))
        self.more = _truth(result, contract.tag("More"))
        self.count = _whole(result, contract.tag("Count"))

    def __iter__(self) -> Iterator[tuple[RowKind, Row]]:
        """Yield every row; raises at the end unless all declared rows have come."""
        rows = 0
        for row in self._rows():
            rows += 1
            yield row
        if rows != self.count:
            raise Rejected(f"The ERP declared {self.count} rows and sent {rows}.")

    def _pull(self) -> Iterator[tuple[str, etree._Element]]:
        tag = self._contract.tag
        parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=[tag("Items"), *(tag(kind) for kind in RowKind), *FAULTS],
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for chunk in self._chunks:
                parser.feed(chunk)
                yield from parser.read_events()  # type: ignore[misc]
            self._root: Any = parser.close()
        except etree.XMLSyntaxError as error:
            raise Rejected(
                "The ERP's answer is cut off or malformed.", details=str(error)
            ) from error

    def _open_items(self) -> etree._Element:
        """Read up to the first row and return its parent, at its one right place."""
        for event, element in self._events:
            if event == "start" and element.tag == self._contract.tag("Items"):
                self._check_place(element)
                return element
            if event == "end" and element.tag in FAULTS:
                raise fault_error(element, self._reply)
        raise Rejected("The ERP's answer holds no changes, not even an empty list.")

    def _check_place(self, items: etree._Element) -> None:
        tag = self._contract.tag
        refuse_doctype(items, self._reply)
        envelope = self._contract.version.namespace
        path = [ancestor.tag for ancestor in items.iterancestors()]
        wanted = [tag("return"), tag("GetChangesResponse")]
        if path != [*wanted, f"{{{envelope}}}Body", f"{{{envelope}}}Envelope"]:
            raise Rejected("The ERP answered something else than was asked.", details=str(path))

    def _rows(self) -> Iterator[tuple[RowKind, Row]]:
        """Yield the rows under `Items`, dropping each one when the next has come."""
        items = self._items
        kinds = {self._contract.tag(kind): kind for kind in RowKind}
        places = {kind: self._places(kind) for kind in RowKind}
        last: etree._Element | None = None
        for event, element in self._events:
            if event == "start":
                continue
            if element is items:
                _refuse_strangers(items, last)
                break
            if element.getparent() is not items:
                continue  # a field that is called like a kind, as a line's `Unit` is
            kind = kinds.get(element.tag)
            if kind is None:
                raise Rejected("The ERP sent a row of an unknown kind.")
            if element.getprevious() is not last:
                raise Rejected("The ERP sent a row of an unknown kind.")
            yield kind, _read_row(kind, element, places[kind])
            if last is not None:
                items.remove(last)
            element.clear()
            last = element
        self._finish()

    def _places(self, kind: RowKind) -> dict[str, int]:
        return {self._contract.tag(name): n for n, name in enumerate(COLUMNS[kind])}

    def _finish(self) -> None:
        """Read the closing tags: only they prove that the reply is whole."""
        if next(self._events, None) is not None:
            raise Rejected("The ERP sent rows after the end of the list.")
        result = self._items.getparent()
        names = [child.tag for child in result] if result is not None else []
        if names != [self._contract.tag(name) for name in HEADER]:
            raise Rejected("The ERP's answer does not fit the contract.", details=str(names))
        response = body_element(self._root, self._reply)
        if len(response) != 1:
            raise Rejected("The ERP's answer does not fit the contract.")


def _read_row(kind: RowKind, element: etree._Element, places: dict[str, int]) -> Row:
    row: list[str | None] = [None] * len(places)
    for child in element:
        place = places.get(child.tag, -1)
        if place < 0 or row[place] is not None or len(child):
            raise Rejected(f"A row {kind} does not fit the contract.", details=str(child.tag))
        row[place] = child.text or _empty(child)
    return tuple(row)


def _empty(element: etree._Element) -> str | None:
    """Tell "cleared" from "not there"."""
    return None if element.get(NIL) in {"true", "1"} else ""


def _refuse_strangers(items: etree._Element, last: etree._Element | None) -> None:
    if (items[-1] if len(items) else None) is not last:
        raise Rejected("The ERP sent a row of an unknown kind.")


def _whole(parent: etree._Element, tag: str) -> int:
    text = _only_text(parent, tag)
    if not text.isdecimal():
        raise Rejected("The ERP's answer does not fit the contract.", details=f"{tag}: {text}")
    return int(text)


def _truth(parent: etree._Element, tag: str) -> bool:
    text = _only_text(parent, tag)
    if text not in BOOLEANS:
        raise Rejected("The ERP's answer does not fit the contract.", details=f"{tag}: {text}")
    return BOOLEANS[text]


def _only_text(parent: etree._Element, tag: str) -> str:
    return (parent.findtext(tag) or "").strip()
