"""A request as a mapping wants it: our values under their names, ready for zeep."""

import re
from base64 import b64encode
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import zeep.xsd

from connectors.erp.mapping.asked import ITEM
from connectors.erp.mapping.model import (
    Call,
    Constant,
    Form,
    Group,
    Nothing,
    Packed,
    Packing,
    Source,
    Times,
    Value,
)
from connectors.erp.schema import CORE_NS, XS_NS, Declared
from connectors.erp.words import Maps, to_theirs
from connectors.erp.wsdl import Contract
from connectors.errors import Rejected
from connectors.reasons import ErpReason

# Characters that XML cannot carry; people paste them from spreadsheets.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
OMITTED = object()
CONTAINERS = {
    Packing.STRUCTURE: "Structure", Packing.ARRAY: "Array", Packing.TABLE: "ValueTable",
}  # fmt: skip
# How 1C names the types of what is in its containers; it has no date without a time.
TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (int, "decimal"), (Decimal, "decimal"), (date, "dateTime"),
    (bytes, "base64Binary"),
)  # fmt: skip

Said = Table[str, Any]


@dataclass(frozen=True)
class Style:
    """How this ERP wants values: its words, and moments in its zone or in UTC."""

    words: Maps
    zone: tzinfo
    times: Times


class Filler:
    """Fills the requests of one contract. An instance belongs to one thread."""

    def __init__(self, contract: Contract, style: Style) -> None:
        self._contract = contract
        self._style = style

    def request(self, call: Call, said: Said) -> bytes:
        """Return the envelope of a call for what the portal says."""
        element, _ = self._contract.operation(call.operation)
        return self._contract.request(call.operation, self._group(call.request, element, [said]))

    def _group(self, group: Group, element: Declared, said: Sequence[Said]) -> dict[str, Any]:
        children = {child.name: child for child in self._contract.declared.children(element)}
        values: dict[str, Any] = {}
        for name, source in group.children:
            if name not in children:
                raise Rejected(ErpReason.NO_ELEMENT, element=element.name, name=name)
            value = self._source(source, children[name], said)
            if value is not OMITTED:
                values[name] = value
        return values

    def _source(self, source: Source, element: Declared, said: Sequence[Said]) -> Any:
        if not isinstance(source, Constant) and source.each:
            inner = [_named(item) for item in _look_up(source.each, said)]
            return [self._one(source, element, [item, *said]) for item in inner]
        return self._one(source, element, said)

    def _one(self, source: Source, element: Declared, said: Sequence[Said]) -> Any:
        if isinstance(source, Group):
            return self._group(source, element, said)
        if isinstance(source, Packed):
            packed = self._packed(source, said)
            return self._boxed(source.packing, packed) if element.kind == "anyType" else packed
        value = self._value(source, said)
        if element.kind == "anyType" and value is not OMITTED:
            return self._typed(value)
        return value

    def _value(self, source: Value | Constant, said: Sequence[Said]) -> Any:
        if isinstance(source, Constant):
            return zeep.xsd.Nil if source.text is None else self._shaped(source.text, source.form)
        value = _look_up(source.path, said)
        if value is None:
            return {Nothing.OMIT: OMITTED, Nothing.NIL: zeep.xsd.Nil, Nothing.EMPTY: ""}[
                source.nothing
            ]
        if source.words:
            value = to_theirs(self._style.words, source.words, str(value))
        return self._shaped(value, source.form)

    def _shaped(self, value: Any, form: Form | None) -> Any:
        """Return a value as the wire wants it, in the form that the mapping wants."""
        match form:
            case Form.TEXT:
                return _clean(str(self._plain(value)))
            case Form.NUMBER:
                return _number(value)
            case Form.FLAG:
                return str(value).lower() in {"true", "1", "yes"}
            case Form.DATE:
                return value.astimezone(self._style.zone).date() if _is_moment(value) else value
            case Form.MOMENT:
                return self._moment(value)
            case Form.BASE64:
                content = value if isinstance(value, bytes) else str(value).encode()
                return b64encode(content).decode()
        return self._plain(value)

    def _plain(self, value: Any) -> Any:
        match value:
            case str():
                return _clean(value)
            case UUID():
                return str(value)
            case datetime():
                return self._moment(value)
        return value

    def _moment(self, value: Any) -> Any:
        """Return a moment to the second; a day begins at midnight, wherever that is."""
        if isinstance(value, datetime):
            if self._style.times is Times.UTC:
                return value.astimezone(UTC).replace(microsecond=0)
            return value.astimezone(self._style.zone).replace(microsecond=0, tzinfo=None)
        return datetime.combine(value, time()) if isinstance(value, date) else value

    def _packed(self, source: Packed, said: Sequence[Said]) -> dict[str, Any]:
        """Return the content of one of 1C's containers."""
        inner = source.inner
        if source.packing is Packing.ARRAY:
            return {"Value": self._array(inner, said)}
        if not isinstance(inner, Group):
            raise Rejected(ErpReason.NO_NAMES, packing=source.packing.value)
        if source.packing is Packing.TABLE:
            rows = [_named(item) for item in _look_up(inner.each, said)]
            return {
                "column": [{"Name": name} for name, _ in inner.children],
                "row": [{"Value": self._cells(inner, [row, *said])} for row in rows],
            }
        pairs = [(name, self._entry(child, said)) for name, child in inner.children]
        return {
            "Property": [
                {"name": name, "Value": value} for name, value in pairs if value is not OMITTED
            ]
        }

    def _array(self, inner: Source, said: Sequence[Said]) -> list[Any]:
        each = () if isinstance(inner, Constant) else inner.each
        if not each:
            return [self._entry(inner, said)]
        return [self._entry(inner, [_named(item), *said]) for item in _look_up(each, said)]

    def _cells(self, row: Group, said: Sequence[Said]) -> list[Any]:
        """Return the values of a row: one for each column, because they have no names."""
        values = [self._entry(child, said) for _, child in row.children]
        return [zeep.xsd.Nil if value is OMITTED else value for value in values]

    def _entry(self, source: Source, said: Sequence[Said]) -> Any:
        """Return a value inside a container, which has to tell its own type."""
        if isinstance(source, Packed):
            return self._boxed(source.packing, self._packed(source, said))
        if isinstance(source, Group):
            raise Rejected(ErpReason.PLAIN_BLOCK)
        value = self._value(source, said)
        return value if value is OMITTED else self._typed(value)

    def _boxed(self, packing: Packing, content: dict[str, Any]) -> Any:
        name = f"{{{CORE_NS}}}{CONTAINERS[packing]}"
        return zeep.xsd.AnyObject(self._contract.type_named(name), content)  # type: ignore[no-untyped-call]

    def _typed(self, value: Any) -> Any:
        if value is zeep.xsd.Nil:
            return value
        name = next((name for kind, name in TYPES if isinstance(value, kind)), "string")
        kind = self._contract.type_named(f"{{{XS_NS}}}{name}")
        return zeep.xsd.AnyObject(kind, value)  # type: ignore[no-untyped-call]


def _look_up(path: Sequence[str], said: Sequence[Said]) -> Any:
    """Return what is at a path: in the innermost list first, then in what is around it."""
    for scope in said:
        if path[0] in scope:
            value = scope[path[0]]
            for name in path[1:]:
                value = getattr(value, name, None)
            return value
    raise Rejected(ErpReason.NOT_SAID, path=".".join(path))


def _named(item: Any) -> Said:
    """Return the fields of an element of a list by their names."""
    own = dict(vars(item)) if hasattr(item, "__dict__") else {}
    return {**own, ITEM: item}


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime)


def _number(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise Rejected(ErpReason.NO_NUMBER, value=str(value)) from error


def _clean(text: str) -> str:
    return NOT_XML.sub(" ", text)
