"""The change feed read as it arrives: flat memory, raw rows, and nothing lost in silence."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from lxml import etree

from connectors.erp.codec import LONGEST_NUMBER, Reader
from connectors.erp.feed import IGNORED, FeedPlan, Record
from connectors.erp.paths import NIL, TRUE, Node, find_each
from connectors.erp.port import COLUMNS, Row, RowKind
from connectors.erp.replies import FAULTS, body_element, fault_error, refuse_doctype
from connectors.erp.schema import Declared
from connectors.erp.transport import Reply
from connectors.erp.wsdl import SoapVersion
from connectors.errors import Rejected
from connectors.reasons import ErpReason

MOST_SHAPES = 1_000  # a server that sends each row otherwise must not fill our memory
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class SoapChangeStream:
    """One message of the feed, open on the wire. Iterate it once, to its end.

    `count` is what the ERP declares. Where it declares nothing, or where a record becomes several
    rows, it is known at the end: how many have been read.
    """

    def __init__(
        self, reply: Reply, *, plan: FeedPlan, version: SoapVersion, reader: Reader
    ) -> None:
        self._plan = plan
        self._envelope = version.namespace
        self._reader = reader
        self._reply = reply
        self._chunks = reply.chunks()
        self._ends = self._pull()
        self._first, self._items = self._open_items()
        result = self._items.getparent()
        assert result is not None  # noqa: S101  _open_items has looked at the whole path
        header = plan.header
        self.message_no = _whole(result, header["message_no"])
        self.more = _truth(result, header["more"]) if "more" in header else False
        self._declared = _whole(result, header["count"]) if "count" in header else None
        self.count = (self._declared or 0) if plan.is_flat else 0

    def __iter__(self) -> Iterator[tuple[RowKind, Row]]:
        """Yield every row; raises at the end unless all declared records have come."""
        rows = 0
        for row in self._rows():
            rows += 1
            yield row
        self.count = rows

    def _pull(self) -> Iterator[etree._Element]:
        """Yield rows, the list and faults as each is closed."""
        parser = etree.XMLPullParser(
            events=("end",),
            tag=[self._plan.container, *self._plan.records, *FAULTS],
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
            raise Rejected(ErpReason.CUT_OR_MALFORMED, details=str(error)) from error

    def _open_items(self) -> tuple[etree._Element, etree._Element]:
        """Read up to the first row; return it and the list around it, at its one right place."""
        tag = self._plan.container
        for element in self._ends:
            if element.tag in FAULTS:
                raise fault_error(element, self._reply)
            items = element if element.tag == tag else next(element.iterancestors(tag), None)
            if items is not None:
                self._check_place(items)
                return element, items
        raise Rejected(ErpReason.NO_CHANGES)

    def _check_place(self, items: etree._Element) -> None:
        refuse_doctype(items, self._reply)
        path = [ancestor.tag for ancestor in items.iterancestors()]
        wanted = [f"{{{self._envelope}}}Body", f"{{{self._envelope}}}Envelope"]
        if path != [*self._plan.path, *wanted]:
            raise Rejected(ErpReason.OTHER_ANSWER, details=str(path))

    def _rows(self) -> Iterator[tuple[RowKind, Row]]:
        """Yield the rows of the records, dropping each record when the next has come."""
        items = self._items
        readers = {
            tag: _RowReader(record.kind, record.places) if record.kind else record
            for tag, record in self._plan.records.items()
        }
        last: etree._Element | None = None
        records = 0
        for element in chain((self._first,), self._ends):
            if element is items:
                _refuse_strangers(items, last)
                break
            if element.getparent() is not items:
                continue  # a field that is called like a record, as a line's `Unit` is
            reader = readers.get(element.tag)
            if reader is None or element.getprevious() is not last:
                raise Rejected(ErpReason.UNKNOWN_KIND)
            records += 1
            if isinstance(reader, _RowReader):
                yield reader.kind, reader.read(element)
            else:
                yield from self._several(reader, element)
            if last is not None:
                items.remove(last)
            element.clear()
            last = element
        self._finish(records)

    def _several(self, record: Record, element: etree._Element) -> Iterator[tuple[RowKind, Row]]:
        """Yield the rows that one record becomes, such as a document's header and its lines."""
        node = Node(element, Node(self._items))
        for rule in record.rules:
            for found in find_each(node, rule.each[1:]):
                yield rule.kind, self._reader.row(rule, found)

    def _finish(self, records: int) -> None:
        """Read the closing tags: only they prove that the reply is whole."""
        if next(self._ends, None) is not None:
            raise Rejected(ErpReason.AFTER_END)
        for around, declared in zip(self._items.iterancestors(), self._plan.levels, strict=False):
            names = [str(child.tag) for child in around]
            if not _fits(names, declared):
                raise Rejected(ErpReason.MISFIT, details=str(names))
        body_element(self._root, self._reply)
        if self._declared not in {None, records}:
            raise Rejected(ErpReason.OTHER_COUNT, declared=self._declared, sent=records)


class _RowReader:
    """Reads the rows of one kind. Rows mostly have the same fields: each set is looked at once."""

    def __init__(self, kind: RowKind, places: dict[str, int]) -> None:
        self.kind = kind
        self._places = places
        self._width = len(COLUMNS[kind])
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
        found = {self._places[tag]: n for n, tag in enumerate(tags)}
        found.pop(IGNORED, None)
        order = tuple(found.get(column, len(tags)) for column in range(self._width))
        return None if order == tuple(range(len(tags))) else order

    def _misfit(self, details: str) -> Rejected:
        return Rejected(ErpReason.ROW_MISFIT, kind=self.kind, details=details)


def _empty(element: etree._Element) -> str | None:
    """Tell "cleared" from "not there"."""
    return None if element.get(NIL) in TRUE else ""


def _fits(names: list[str], siblings: tuple[Declared, ...]) -> bool:
    """Whether elements come as they are declared: in order, none too few and none too many."""
    place = 0
    for sibling in siblings:
        start = place
        while place < len(names) and names[place] == sibling.tag:
            place += 1
        came = place - start
        if came < sibling.least or (sibling.most is not None and came > sibling.most):
            return False
    return place == len(names)


def _refuse_strangers(items: etree._Element, last: etree._Element | None) -> None:
    if (items[-1] if len(items) else None) is not last:
        raise Rejected(ErpReason.UNKNOWN_KIND)


def _whole(parent: etree._Element, tag: str) -> int:
    text = _only_text(parent, tag)
    if not text.isdecimal() or len(text) > LONGEST_NUMBER:
        raise Rejected(ErpReason.MISFIT, details=f"{tag}: {text}")
    return int(text)


def _truth(parent: etree._Element, tag: str) -> bool:
    text = _only_text(parent, tag)
    if text not in BOOLEANS:
        raise Rejected(ErpReason.MISFIT, details=f"{tag}: {text}")
    return BOOLEANS[text]


def _only_text(parent: etree._Element, tag: str) -> str:
    return (parent.findtext(tag) or "").strip()
