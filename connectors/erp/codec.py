"""The ERP's answers as our messages, read where a mapping says that each field is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from uuid import UUID

from connectors.erp.mapping.asked import IDENTITY
from connectors.erp.mapping.model import Place, Reply, RowRule
from connectors.erp.paths import Node, find, find_each, lost
from connectors.erp.port import COLUMNS, Capabilities, ErpInfo, Receipt, Row
from connectors.erp.words import Maps, to_ours
from connectors.errors import Rejected
from connectors.reasons import ErpReason

LONGEST_NUMBER = 18  # digits that a table can keep
SUM = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
EMPTY_YEAR = 1  # 1C writes "no date" as the first day of the first year
TRUTHS = {"true": True, "1": True, "false": False, "0": False, "": False}
NO_REF = "00000000-0000-0000-0000-000000000000"  # 1C's reference to nothing
NO_NAMES = {"", NO_REF}
NO_WORDS = ""  # a refusal without a word


@dataclass(frozen=True)
class Reader:
    """Reads fields of answers; `zone` is that of moments without one."""

    words: Maps
    zone: tzinfo

    def info(self, answer: "Answer") -> ErpInfo:
        """Read the answer to a ping; the time is None where the service does not tell it."""
        at = None
        if answer.has("at"):
            at = read_moment(answer.text("at"), self.zone)
            if at is None:
                raise Rejected(ErpReason.NO_TIME)
        return ErpInfo(
            product=answer.text("product"),
            version=answer.text("version"),
            at=at,
            infobase=answer.text("infobase").strip(),
        )

    def capabilities(self, answer: "Answer") -> Capabilities:
        """Read what the ERP says of itself."""
        return Capabilities(
            documents=answer.texts("documents"),
            statuses=answer.texts("statuses"),
            max_part_bytes=answer.whole("max_part_bytes"),
            max_file_bytes=answer.whole("max_file_bytes"),
        )

    def receipt(self, answer: "Answer", key: UUID | None, revision: int) -> Receipt:
        """Read a receipt; what the service does not repeat is what it was asked about.

        `key` is None where several were asked about: then the service has to tell.
        """
        return Receipt(
            external_id=answer.key(key),
            revision=answer.whole("revision") if answer.has("revision") else revision,
            ref=answer.text("ref"),
            number=answer.text("number").strip(),
            date=_day(answer.text("date"), self.zone),
            posted=answer.truth("posted") if answer.text("posted").strip() else None,
            status=answer.word("status"),
            errors=self._errors(answer),
            amount=answer.amount("amount"),
            currency=answer.text("currency").strip(),
            object=answer.text("object").strip(),
            name=answer.text("name"),
            sha256=answer.text("sha256").strip().lower(),
            size=answer.whole("size") if answer.text("size").strip() else None,
        )

    def _errors(self, answer: "Answer") -> tuple[str, ...]:
        told = answer.texts("errors")
        if answer.text("accepted").strip() and not answer.truth("accepted"):
            return told or (NO_WORDS,)
        return told

    def answer(self, reply: Reply, message: Node) -> "Answer":
        """Return the one answer in a message."""
        return Answer(self, reply, _only(message, reply.within))

    def answers(self, reply: Reply, message: Node) -> "list[Answer]":
        """Return the answers in a list."""
        inside = _only(message, reply.within)
        found = [inside] if reply.each is None else _entries(inside, reply.each)
        return [Answer(self, reply, node) for node in found]

    def rows(self, rules: Iterable[RowRule], container: Node) -> Iterator[tuple[RowRule, Row]]:
        """Yield what the records in a container become, rule by rule."""
        for rule in rules:
            for record in _entries(container, rule.each):
                yield rule, self.row(rule, record)

    def row(self, rule: RowRule, record: Node) -> Row:
        """Return a record as a row of raw text; a word that we do not know stays as it is.

        So that only this row is put aside, with its reason, when its column wants a word of ours.
        """
        places = rule.columns
        return tuple(
            self.text(places[name], record, is_strict=False) if name in places else None
            for name in COLUMNS[rule.kind]
        )

    def text(self, place: Place, node: Node, *, is_strict: bool = True) -> str | None:
        """Return the text at a place; nothing, nil and empty are told apart."""
        if place.constant is not None:
            return place.constant
        found = find(node, place.steps)
        if not found:
            if place.absent is None and node.columns:
                _refuse_lost_column(node, place.steps)
            return place.absent
        if len(found) > 1:
            raise Rejected(
                ErpReason.MISFIT, details=f"{'/'.join(place.steps)} comes {len(found)} times"
            )
        if found[0].is_nil:
            return place.nil
        theirs = found[0].text
        if not theirs and place.empty is not None:
            return place.empty
        if not place.words:
            return theirs
        ours = to_ours(self.words, place.words, theirs.strip())
        if ours is None and is_strict:
            raise Rejected(ErpReason.UNKNOWN_WORD, map=place.words, word=theirs)
        return theirs if ours is None else ours


@dataclass(frozen=True)
class Answer:
    """One answer, its fields by our names. A field that is not mapped is empty."""

    reader: Reader
    reply: Reply
    node: Node

    def has(self, name: str) -> bool:
        """Whether the mapping says where this is told."""
        return name in self.reply.fields

    def names_something(self) -> bool:
        """Whether it tells what was made, by the first of `IDENTITY` that the mapping names."""
        told = next((name for name in IDENTITY if self.has(name)), "")
        return bool(told) and self.text(told).strip() not in NO_NAMES

    def is_recognised(self) -> bool:
        """Whether anything of it is at a place that the mapping names, or it is wholly empty."""
        places = [one for one in self.reply.fields.values() if one.constant is None]
        return self.node.is_empty or any(find(self.node, one.steps) for one in places)

    def text(self, name: str) -> str:
        """Return a text, "" when there is none."""
        place = self.reply.fields.get(name)
        return (self.reader.text(place, self.node) if place else None) or ""

    def word(self, name: str) -> str:
        """Return a word of ours, theirs where the value map does not know it."""
        place = self.reply.fields.get(name)
        told = self.reader.text(place, self.node, is_strict=False) if place else None
        return told or ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all texts of a list, without empty ones."""
        place = self.reply.fields.get(name)
        if place is None:
            return ()
        if place.constant is not None:
            return (place.constant,)
        found = (node.text for node in find_each(self.node, place.steps))
        return tuple(text for text in found if text.strip())

    def whole(self, name: str) -> int:
        """Return a whole number."""
        text = self.text(name).strip()
        if not text.isdecimal() or len(text) > LONGEST_NUMBER:
            raise Rejected(ErpReason.MISFIT, details=f"{name}: {text}")
        return int(text)

    def amount(self, name: str) -> Decimal | None:
        """Return a sum of money, None when it is not told."""
        text = self.text(name).strip()
        if not text:
            return None
        if not SUM.fullmatch(text):
            raise Rejected(ErpReason.MISFIT, details=f"{name}: {text}")
        return Decimal(text)

    def truth(self, name: str) -> bool:
        """Return yes or no; no when it is not told."""
        text = self.text(name).strip().lower()
        if text not in TRUTHS:
            raise Rejected(ErpReason.MISFIT, details=f"{name}: {text}")
        return TRUTHS[text]

    def key(self, asked: UUID | None) -> UUID:
        """Return the key that it is about."""
        if not self.has("external_id") and asked is not None:
            return asked
        try:
            return UUID(self.text("external_id").strip())
        except ValueError as error:
            raise Rejected(
                ErpReason.MISFIT, details=f"external_id: {self.text('external_id')}"
            ) from error


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment, in `zone` when it names none; None for 1C's empty date."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Rejected(ErpReason.BAD_DATE, details=text) from error
    if moment.year == EMPTY_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _day(text: str, zone: tzinfo) -> date | None:
    """Return the day as the ERP's own calendar shows it; a moment has its day in its zone."""
    moment = read_moment(text, zone)
    if moment is None:
        return None
    try:
        return moment.astimezone(zone).date()
    except OverflowError as error:  # on the last day of the last year
        raise Rejected(ErpReason.BAD_DATE, details=text) from error


def _entries(node: Node, steps: tuple[str, ...]) -> list[Node]:
    """Return the entries of a list; raise `Rejected` when another name stands in its place."""
    found = find_each(node, steps)
    if not found and (gone := lost(node, steps)):
        raise Rejected(gone.code, **gone.values)
    return found


def _refuse_lost_column(row: Node, steps: tuple[str, ...]) -> None:
    """Raise `Rejected` for a column that the mapping promises and the table does not have."""
    if gone := lost(row, steps):
        raise Rejected(gone.code, **gone.values)


def _only(node: Node, steps: tuple[str, ...]) -> Node:
    found = find(node, steps)
    if len(found) != 1:
        raise Rejected(ErpReason.MISFIT, details=f"{'/'.join(steps)} comes {len(found)} times")
    return found[0]
