"""Reading the request of an operation: where each of its values comes from.

Keys that begin with a dollar sign are ours, all others are names of the service: no name of an
element can begin with one.
"""

from collections.abc import Sequence
from typing import Any

from connectors.erp.mapping.asked import element_of, find_type, scope_of
from connectors.erp.mapping.model import (
    Constant,
    Form,
    Group,
    Nothing,
    Packed,
    Packing,
    Source,
    Value,
)
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.mapping.sheet import Entry, listed

PACKINGS = tuple(Packing)
OPTIONS = ("$from", "$value", "$each", "$words", "$as", "$none", *PACKINGS)
NULL = "tag:yaml.org,2002:null"

Scopes = Sequence[dict[str, Any]]


class SourceReader:
    """Reads sources that may use the value maps `words`."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    def group(self, entry: Entry, scopes: Scopes) -> Group:
        """Return the sources of a block by the names of the service."""
        source = self.source(entry, scopes)
        if isinstance(source, Group):
            return source
        entry.fault(MappingReason.NOT_NAMES, name=entry.name)
        return Group(entry.line, ())

    def source(self, entry: Entry, scopes: Scopes) -> Source:
        """Return one source, whatever its kind."""
        if entry.is_text:
            return self._short(entry, scopes)
        options: dict[str, Entry] = {}
        children: list[tuple[str, Entry]] = []
        for name, inner in entry.pairs():
            if not name.startswith("$"):
                children.append((name, inner))
            elif name in OPTIONS:
                options[name] = inner
            else:
                inner.fault(MappingReason.UNKNOWN_OPTION, name=name, known=listed(OPTIONS))
        each, scopes = self._each(options, scopes)
        return self._block(entry, options, children, each, scopes)

    def _block(
        self,
        entry: Entry,
        options: dict[str, Entry],
        children: list[tuple[str, Entry]],
        each: tuple[str, ...],
        scopes: Scopes,
    ) -> Source:
        packing = next((one for one in PACKINGS if one in options), None)
        ways = [name for name in ("$from", "$value", *PACKINGS) if name in options]
        if len(ways) > 1 or (ways and children):
            entry.fault(MappingReason.SOURCES, name=entry.name, known=listed(ways))
        if packing is not None:
            return self._packed(packing, options[packing], each, scopes)
        if "$value" in options:
            return Constant(entry.line, _constant(options["$value"]), _form(options))
        if "$from" in options:
            return Value(
                entry.line,
                self._path(options["$from"], scopes),
                words=self._map(options),
                form=_form(options),
                nothing=_nothing(options),
                each=each,
            )
        found = tuple((name, self.source(inner, scopes)) for name, inner in children)
        return Group(entry.line, found, each)

    def _short(self, entry: Entry, scopes: Scopes) -> Source:
        if entry.node.tag == NULL:
            return Constant(entry.line, None)
        return Value(entry.line, self._path(entry, scopes))

    def _packed(
        self, packing: Packing, entry: Entry, each: tuple[str, ...], scopes: Scopes
    ) -> Packed:
        inner = self.source(entry, scopes)
        held = [source for _, source in inner.children] if isinstance(inner, Group) else []
        if any(isinstance(source, Group) for source in held):
            entry.fault(MappingReason.PLAIN_BLOCK, packing=packing.value)
        if packing is not Packing.ARRAY and not isinstance(inner, Group):
            entry.fault(MappingReason.PACKED_NAMES, packing=packing.value)
        if packing is Packing.TABLE and not (isinstance(inner, Group) and inner.each):
            entry.fault(MappingReason.TABLE_ROWS)
        return Packed(entry.line, packing, inner, each)

    def _each(self, options: dict[str, Entry], scopes: Scopes) -> tuple[tuple[str, ...], Scopes]:
        if "$each" not in options:
            return (), scopes
        entry = options["$each"]
        path = tuple(entry.text().split("."))
        element = element_of(find_type(path, scopes))
        if element is None:
            lists = [name for scope in scopes for name, kind in scope.items() if element_of(kind)]
            entry.fault(MappingReason.NO_LIST, path=".".join(path), known=listed(lists))
            return path, scopes
        return path, [scope_of(element), *scopes]

    def _path(self, entry: Entry, scopes: Scopes) -> tuple[str, ...]:
        path = tuple(entry.text().split("."))
        if find_type(path, scopes) is None:
            names = {name for scope in scopes for name in scope}
            entry.fault(MappingReason.NOTHING_SAID, path=".".join(path), known=listed(names))
        return path

    def _map(self, options: dict[str, Entry]) -> str:
        if "$words" not in options:
            return ""
        return options["$words"].one_of(self._words)


def _constant(entry: Entry) -> str | None:
    return None if entry.node.tag == NULL else entry.text()


def _form(options: dict[str, Entry]) -> Form | None:
    if "$as" not in options:
        return None
    word = options["$as"].one_of(tuple(Form))
    return Form(word) if word in tuple(Form) else None


def _nothing(options: dict[str, Entry]) -> Nothing:
    if "$none" not in options:
        return Nothing.OMIT
    word = options["$none"].one_of(tuple(Nothing))
    return Nothing(word) if word in tuple(Nothing) else Nothing.OMIT
