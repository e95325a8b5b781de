"""Trying a mapping out on a reply that was recorded or pasted: what is read, and what is not there.

What is inside 1C's open types stands in no contract, so only a reply can show whether a mapping
names it rightly. Nobody is spoken to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lxml import etree

from connectors.erp.codec import Answer, Reader
from connectors.erp.mapping.asked import IDENTITY, QUESTIONS
from connectors.erp.mapping.model import Asked, Call, Mapping, Place, RowRule
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.paths import Node, find, find_each, lost
from connectors.erp.platform_messages import own_words
from connectors.erp.port import Row, RowKind
from connectors.erp.replies import FAULTS
from connectors.erp.wsdl import ENVELOPES, Contract, safe_parser
from connectors.errors import Rejected
from connectors.reasons import Reason

SHOWN = 10  # answers of a list and rows of a kind
PUTS = {asked for asked, question in QUESTIONS.items() if question.needs_one}

Fault = tuple[int, Reason]


@dataclass(frozen=True)
class Heard:
    """A value that was read: our name of it, its path in the reply, and the text."""

    name: str
    path: str
    text: str


@dataclass(frozen=True)
class TryOut:
    """What a mapping makes of a reply; `faults` as line of the mapping and reason."""

    heard: tuple[Heard, ...] = ()
    rows: tuple[tuple[RowKind, Row], ...] = ()
    faults: tuple[Fault, ...] = ()


def operations_of(mapping: Mapping) -> list[str]:
    """Return the operations whose replies can be tried out."""
    return list(mapping.operations)


def try_out(mapping: Mapping, operation: str, reply: bytes) -> TryOut:
    """Read a reply of an operation as the mapping says; `reply` is an envelope or its content."""
    calls = [
        (asked, call)
        for asked, every in mapping.calls.items()
        for call in every
        if operation in (call.operation, asked.value)
    ]
    if not calls:
        return TryOut(faults=((1, Reason(MappingReason.UNUSED, {"name": operation})),))
    try:
        message = _message(mapping, calls[0][1], reply)
    except Rejected as error:
        return TryOut(faults=((calls[0][1].line, _whole(error)),))
    tried = [_Trial(mapping, asked, call, message).run() for asked, call in calls]
    return TryOut(
        heard=tuple(one for trial in tried for one in trial.heard),
        rows=tuple(row for trial in tried for row in trial.rows),
        faults=tuple(dict.fromkeys(fault for trial in tried for fault in trial.faults)),
    )


def _message(mapping: Mapping, call: Call, reply: bytes) -> Node:
    """Return the response element; raise `Rejected` when the text is nothing of the kind."""
    try:
        root = etree.fromstring(reply.strip(), safe_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected(MappingReason.REPLY_NOT_XML, details=str(error)) from error
    service = mapping.service
    contract = Contract(service.wsdl, service.soap, port=service.port)
    wanted = contract.operation(call.operation)[1].tag
    found = _body(root)
    if found.tag in FAULTS:
        words = own_words(" ".join(map(str, found.itertext())))
        raise Rejected(MappingReason.REPLY_FAULT, words=words)
    if found.tag != wanted:
        raise Rejected(
            MappingReason.OTHER_REPLY,
            found=etree.QName(found).localname,
            wanted=etree.QName(wanted).localname,
        )
    contract.check(found)
    return Node(found)


def _body(root: etree._Element) -> etree._Element:
    spaces = {f"{{{space}}}Envelope": space for space in ENVELOPES.values()}
    if root.tag not in spaces:
        return root
    body = root.find(f"{{{spaces[root.tag]}}}Body")
    inside = [] if body is None else list(body.iterchildren(etree.Element))
    if len(inside) != 1:
        raise Rejected(MappingReason.REPLY_BODY)
    return inside[0]


class _Trial:
    """Reads one reply by one call."""

    def __init__(self, mapping: Mapping, asked: Asked, call: Call, message: Node) -> None:
        self._reader = Reader(mapping.words, ZoneInfo(mapping.service.zone))
        self._asked = asked
        self._call = call
        self._message = message
        self._heard: list[Heard] = []
        self._rows: list[tuple[RowKind, Row]] = []
        self._faults: list[Fault] = []

    def run(self) -> TryOut:
        """Return everything that is read and everything that is not there."""
        try:
            answers = self._reader.answers(self._call.reply, self._message)
        except Rejected as error:
            self._fault(self._call.reply.line, error)
            answers = []
        for number, answer in enumerate(answers[:SHOWN], start=1):
            self._answer(answer, f"{number}. " if self._call.reply.each is not None else "")
        return TryOut(tuple(self._heard), tuple(self._rows), tuple(self._faults))

    def _answer(self, answer: Answer, prefix: str) -> None:
        for name, place in self._call.reply.fields.items():
            self._place(prefix + name, place, answer.node)
        if self._asked in PUTS and not self._is_refused(answer) and not answer.names_something():
            name = next(one for one in IDENTITY if answer.has(one))
            line = self._call.reply.fields[name].line
            self._faults.append((line, Reason(MappingReason.NO_RECEIPT, {"name": name})))
        if self._call.reply.rows is not None:
            self._tables(answer)

    def _is_refused(self, answer: Answer) -> bool:
        """A refusal has made nothing, and names nothing."""
        return bool(answer.texts("errors")) or answer.text("accepted").strip() in {"false", "0"}

    def _place(self, name: str, place: Place, node: Node) -> None:
        path = "/".join(place.steps) or "."
        if place.constant is None and (gone := lost(node, place.steps)) and place.absent is None:
            self._faults.append((place.line, _about(name, gone)))
            return
        if name.rpartition(" ")[2] in {"errors", "documents", "statuses"}:
            texts = [one.text for one in find_each(node, place.steps)]
            self._heard.append(Heard(name, path, "; ".join(texts)))
            return
        try:
            text = self._reader.text(place, node)
        except Rejected as error:
            self._fault(place.line, error)
            return
        is_there = place.constant is not None or bool(find(node, place.steps))
        self._heard.append(Heard(name, path, (text or "") if is_there else "–"))

    def _tables(self, answer: Answer) -> None:
        rows = self._call.reply.rows
        containers = find(answer.node, rows.within) if rows else []
        if rows is None or not containers:
            line = rows.line if rows else self._call.line
            self._faults.append((line, Reason(MappingReason.NO_ROWS)))
            return
        for rule in rows.rules:
            self._table(rule, containers[0])

    def _table(self, rule: RowRule, container: Node) -> None:
        records = find_each(container, rule.each)
        if not records:
            if gone := lost(container, rule.each):
                self._faults.append((rule.line, _about(rule.kind.value, gone)))
            return
        for name, place in rule.columns.items():
            found = [lost(record, place.steps) for record in records[:SHOWN]]
            gone = found[0] if all(found) else None
            if place.constant is None and place.absent is None and gone is not None:
                self._faults.append((place.line, _about(f"{rule.kind}.{name}", gone)))
        for record in records[:SHOWN]:
            self._rows += self._row(rule, record)

    def _row(self, rule: RowRule, record: Node) -> Iterator[tuple[RowKind, Row]]:
        try:
            row = self._reader.row(rule, record)
        except Rejected as error:
            self._fault(rule.line, error)
        else:
            yield rule.kind, row

    def _fault(self, line: int, error: Rejected) -> None:
        fault = line, _whole(error)
        if fault not in self._faults:
            self._faults.append(fault)


def _about(name: str, fault: Reason) -> Reason:
    return Reason(MappingReason.ABOUT, {"name": name, "fault": fault})


def _whole(error: Rejected) -> Reason:
    """Return why a reply cannot be read, with what is known of it."""
    if not error.details:
        return error.reason
    values = {"fault": error.reason, "words": error.details}
    return Reason(MappingReason.WITH_DETAILS, values)
