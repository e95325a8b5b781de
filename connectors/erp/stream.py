"""The change feed read as it arrives: flat memory, raw rows, and nothing lost in silence."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from lxml import etree

from connectors.erp.port import COLUMNS, Row, RowKind
from connectors.erp.replies import FAULTS, body_element, fault_error, refuse_doctype
from connectors.erp.transport import Reply
from connectors.erp.wsdl import Contract
from connectors.errors import Rejected

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
HEADER = ("MessageNo", "More", "Count", "Items")
MOST_SHAPES = 1_000  # a server that sends each row otherwise must not fill our memory
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class SoapChangeStream:
    """One message of the feed, open on the wire. Iterate it once, to its end."""

    def __init__(self, reply: Reply, contract: Contract) -> None:
        self._contract = contract
        self._reply = reply
        self._chunks = reply.chunks()
        self._ends = self._pull()
        self._first, self._items = self._open_items()
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

    def _pull(self) -> Iterator[etree._Element]:
        """Yield rows, the list and faults as each is closed."""
        tag = self._contract.tag
        parser = etree.XMLPullParser(
            events=("end",),
            tag=[tag("Items"), *(tag(kind) for kind in RowKind), *FAULTS],
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for chunk in self._chunks:
                parser.feed(chunk)
                for _, element in parser.read_events():
                    yield element  # type: ignore[misc]
            self._root: Any = parser.close()
        except etree.XMLSyntaxError as error:
            raise Rejected(
                "The ERP's answer is cut off or malformed.", details=str(error)
            ) from error

    def _open_items(self) -> tuple[etree._Element, etree._Element]:
        """Read up to the first row; return it and the list around it, at its one right place."""
        tag = self._contract.tag("Items")
        for element in self._ends:
            if element.tag in FAULTS:
                raise fault_error(element, self._reply)
            items = element if element.tag == tag else next(element.iterancestors(tag), None)
            if items is not None:
                self._check_place(items)
                return element, items
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
        readers = {self._contract.tag(kind): _RowReader(kind, self._contract) for kind in RowKind}
        last: etree._Element | None = None
        for element in chain((self._first,), self._ends):
            if element is items:
                _refuse_strangers(items, last)
                break
            if element.getparent() is not items:
                continue  # a field that is called like a kind, as a line's `Unit` is
            reader = readers.get(element.tag)
            if reader is None or element.getprevious() is not last:
                raise Rejected("The ERP sent a row of an unknown kind.")
            yield reader.kind, reader.read(element)
            if last is not None:
                items.remove(last)
            element.clear()
            last = element
        self._finish()

    def _finish(self) -> None:
        """Read the closing tags: only they prove that the reply is whole."""
        if next(self._ends, None) is not None:
            raise Rejected("The ERP sent rows after the end of the list.")
        result = self._items.getparent()
        names = [child.tag for child in result] if result is not None else []
        if names != [self._contract.tag(name) for name in HEADER]:
            raise Rejected("The ERP's answer does not fit the contract.", details=str(names))
        response = body_element(self._root, self._reply)
        if len(response) != 1:
            raise Rejected("The ERP's answer does not fit the contract.")


class _RowReader:
    """Reads the rows of one kind. Rows mostly have the same fields: each set is looked at once."""

    def __init__(self, kind: RowKind, contract: Contract) -> None:
        self.kind = kind
        self._places = {contract.tag(name): n for n, name in enumerate(COLUMNS[kind])}
        self._known: dict[tuple[str, ...], tuple[int, ...] | None] = {}

    def read(self, element: etree._Element) -> Row:
        fields = list(element)
        tags = tuple([field.tag for field in fields])
        if tags not in self._known:
            self._known[tags] = self._order(tags)
        if any(map(len, fields)):
            raise self._misfit("a field holds fields of its own")
        texts = [field.text or _empty(field) for field in fields]
        order = self._known[tags]
        return tuple(texts) if order is None else tuple([*texts, None][n] for n in order)

    def _order(self, tags: tuple[str, ...]) -> tuple[int, ...] | None:
        """Return where the field of each column is, the last place for none; None as it should."""
        if len(self._known) > MOST_SHAPES:
            self._known.clear()
        strange = [tag for tag in tags if tag not in self._places]
        if strange or len(set(tags)) < len(tags):
            raise self._misfit(str(strange or tags))
        if tags == tuple(self._places):
            return None
        found = {tag: n for n, tag in enumerate(tags)}
        return tuple(found.get(tag, len(tags)) for tag in self._places)

    def _misfit(self, details: str) -> Rejected:
        return Rejected(f"A row {self.kind} does not fit the contract.", details=details)


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
