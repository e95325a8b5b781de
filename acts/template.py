"""The closed language of act templates: a template is compiled once and filled many times.

`{{name}}` shows a text, `{{#each lines}}...{{/each}}` repeats for every row of a list,
`{{#if name}}...{{/if}}` keeps its content when the text or list is not empty, `{{#unless name}}`
when it is. There is nothing else: no expressions, no attributes, no nested lists. A name that the
vocabulary does not know is an error at compile time. Values go in after the cutting, so whatever
a dealer wrote stays text.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from acts.errors import TemplateError
from acts.markup import INSTRUCTION, has_tags, mark_tags
from acts.package import Entry, deflate, join_entries, read_parts

Row = Mapping[str, str]
Values = Mapping[str, str | Sequence[Row]]

LINE_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
TAB = "</w:t><w:tab/><w:t>"
# Line feeds, tabs and markup need care; the other control characters, lone surrogates and the two
# non-characters cannot be carried by XML at all.
CAREFUL = re.compile("[\x00-\x1f&<>\ud800-\udfff\ufffe\uffff]")
is_risky = CAREFUL.search
REPLACEMENTS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": TAB, "\n": LINE_BREAK}


@dataclass(frozen=True)
class Vocabulary:
    """The names that a template may use: texts, and lists with the names of their rows."""

    texts: frozenset[str]
    lists: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Field:
    """The place of a text of the whole act."""

    name: str


@dataclass(frozen=True)
class RowField:
    """The place of a text of the current row."""

    name: str


@dataclass(frozen=True)
class Block:
    """What is shown or not: `name` is a text or list of the act, or a text of the current row."""

    name: str
    is_of_row: bool
    unless: bool
    body: "Nodes"


@dataclass(frozen=True)
class Each:
    """What is repeated for each row of a list."""

    name: str
    body: "Nodes"


Nodes = tuple[str | Field | RowField | Block | Each, ...]


@dataclass(frozen=True)
class Template:
    """A compiled DOCX: static parts already compressed, the others cut at their tags."""

    parts: tuple[Entry | tuple[str, Nodes], ...]

    @classmethod
    def compile(cls, package: bytes, vocabulary: Vocabulary) -> Self:
        """Cut the parts that have tags; raise TemplateError for whatever could go wrong later."""
        return cls(
            tuple(
                (name, _compile(mark_tags(content, name), vocabulary, name))
                if has_tags(content)
                else deflate(name, content)
                for name, content in read_parts(package).items()
            )
        )

    def fill(self, values: Values) -> bytes:
        """Return the DOCX with the values in it; equal values make equal bytes."""
        return join_entries(
            part if isinstance(part, Entry) else deflate(part[0], fill_part(part[1], values))
            for part in self.parts
        )


def fill_part(nodes: Nodes, values: Values) -> bytes:
    """Join the pieces of one part with the values between them."""
    pieces = [XML_HEAD]
    _write(nodes, values, {}, pieces)
    return "".join(pieces).encode()


XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _write(nodes: Nodes, values: Values, row: Row, pieces: list[str]) -> None:
    for node in nodes:
        if isinstance(node, str):
            pieces.append(node)
        elif isinstance(node, RowField):
            text = row[node.name]
            pieces.append(protect(text) if is_risky(text) else text)
        elif isinstance(node, Field):
            pieces.append(protect(str(values[node.name])))
        elif isinstance(node, Block):
            if bool((row if node.is_of_row else values)[node.name]) is not node.unless:
                _write(node.body, values, row, pieces)
        else:
            for each in values[node.name]:
                if not isinstance(each, str):
                    _write(node.body, values, each, pieces)


def protect(text: str) -> str:
    """Make a text safe between `<w:t>` and `</w:t>`: letters stay letters, line breaks break."""
    if not is_risky(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return CAREFUL.sub(lambda found: REPLACEMENTS.get(found.group(), ""), text)


def _compile(marked: str, vocabulary: Vocabulary, part: str) -> Nodes:
    return _Parser(INSTRUCTION.split(marked), vocabulary, part).parse()


class _Parser:
    """Turns pieces (text and instructions by turns) into nodes, blocks inside blocks."""

    def __init__(self, pieces: Sequence[str], vocabulary: Vocabulary, part: str) -> None:
        self.pieces: Iterator[tuple[int, str]] = iter(enumerate(pieces))
        self.vocabulary = vocabulary
        self.part = part
        self.list_name = ""

    def parse(self, closing: str = "") -> Nodes:
        """Read nodes up to the tag that closes the present block."""
        nodes: list[str | Field | RowField | Block | Each] = []
        for number, piece in self.pieces:
            kind, _, name = piece.partition(" ")
            if number % 2 == 0:
                nodes += [piece] if piece else []
            elif kind == "=":
                nodes.append(self._field(name))
            elif piece == closing:
                return tuple(nodes)
            elif kind in {"#if", "#unless"}:
                value = self._condition(name)
                is_of_row, body = isinstance(value, RowField), self.parse(f"/{kind[1:]}")
                nodes.append(Block(value.name, is_of_row, kind == "#unless", body))
            elif kind == "#each":
                nodes.append(self._each(name))
            else:
                raise self._error(piece, "is not understood here")
        return tuple(nodes)

    def _field(self, name: str) -> Field | RowField:
        if name in self._row_names():
            return RowField(name)
        if name in self.vocabulary.texts:
            return Field(name)
        raise self._error(name, "is an unknown placeholder")

    def _condition(self, name: str) -> Field | RowField:
        return Field(name) if name in self.vocabulary.lists else self._field(name)

    def _each(self, name: str) -> Each:
        if name not in self.vocabulary.lists:
            raise self._error(f"#each {name}", "names an unknown list")
        if self.list_name:
            raise self._error(f"#each {name}", "stands inside another list")
        self.list_name = name
        body = self.parse("/each")
        self.list_name = ""
        return Each(name, body)

    def _row_names(self) -> Collection[str]:
        return self.vocabulary.lists.get(self.list_name, frozenset())

    def _error(self, tag: str, what: str) -> TemplateError:
        return TemplateError(f"{self.part}: {{{{{tag}}}}} {what}")
