"""Walking an answer by the names of a path, through plain elements and 1C's own containers alike.

A step is the name of an element, of a property of a Structure, of a key of a Map or of a column of
a ValueTable. Arrays and tables are walked through: a step into them is one into each of their
entries. Containers are known by what is in them, not by their `xsi:type`: that comes without a
prefix, or with one that nobody has declared.
"""

from collections.abc import Iterator, Sequence

from lxml import etree

from connectors.erp.mapping.model import PARENT
from connectors.erp.schema import CORE_NS
from connectors.reasons import ErpReason, Reason

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TRUE = {"true", "1"}
ATTRIBUTE = "@"
PROPERTY, VALUE, PAIR, KEY, COLUMN, ROW, NAME = (
    f"{{{CORE_NS}}}{name}" for name in ("Property", "Value", "pair", "Key", "column", "row", "Name")
)


class Node:
    """A place in an answer and the way to it. `columns` are the names of a table row's values."""

    __slots__ = ("columns", "element", "text", "up")

    def __init__(
        self,
        element: etree._Element,
        up: "Node | None" = None,
        *,
        columns: tuple[str, ...] = (),
        text: str | None = None,
    ) -> None:
        self.element = element
        self.up = up
        self.columns = columns
        self.text: str = (element.text or "") if text is None else text

    @property
    def is_table(self) -> bool:
        """Whether its names are those of columns."""
        return self._container() == ROW

    @property
    def is_empty(self) -> bool:
        """Whether it holds neither a text nor anything with one."""
        return self.is_nil or not "".join(map(str, self.element.itertext())).strip()

    @property
    def is_nil(self) -> bool:
        """Whether it says outright that there is no value."""
        return self.element.get(NIL) in TRUE

    def step(self, name: str) -> "Iterator[Node]":
        """Yield what is called `name` here."""
        if name == PARENT:
            if self.up is not None:
                yield self.up
        elif name.startswith(ATTRIBUTE):
            text = self.element.get(name[1:])
            if text is not None:
                yield Node(self.element, self, text=text)
        elif self.columns:
            yield from self._cells(name)
        else:
            yield from self._inside(name)

    def entries(self) -> "Iterator[Node]":
        """Yield the entries of an array or a table; anything else is its own only entry."""
        kind = self._container()
        if kind == ROW:
            columns = tuple(
                column.findtext(NAME) or "" for column in self.element.iterchildren(COLUMN)
            )
            for row in self.element.iterchildren(ROW):
                yield Node(row, self, columns=columns)
        elif kind == VALUE:
            for value in self.element.iterchildren(VALUE):
                yield Node(value, self)
        else:
            yield self

    def names(self) -> tuple[str, ...] | None:
        """Return what is called by a name in a container of 1C, None in anything else.

        For an array those of its first entry.
        """
        if self.columns:
            return self.columns
        kind = self._container()
        if kind == PROPERTY:
            return tuple(one.get("name") or "" for one in self.element.iterchildren(PROPERTY))
        if kind == PAIR:
            return tuple(one.findtext(KEY) or "" for one in self.element.iterchildren(PAIR))
        if kind == ROW:
            columns = self.element.iterchildren(COLUMN)
            return tuple(column.findtext(NAME) or "" for column in columns)
        if kind == VALUE:
            return next((one.names() for one in self.entries()), None)
        return None

    def _inside(self, name: str) -> "Iterator[Node]":
        kind = self._container()
        if kind == PROPERTY:
            for property_ in self.element.iterchildren(PROPERTY):
                if property_.get("name") == name:
                    yield from (Node(one, self) for one in property_.iterchildren(VALUE))
        elif kind == PAIR:
            for pair in self.element.iterchildren(PAIR):
                if pair.findtext(KEY) == name:
                    yield from (Node(one, self) for one in pair.iterchildren(VALUE))
        elif kind:
            for entry in self.entries():
                yield from entry.step(name)
        else:
            for child in self.element.iterchildren(etree.Element):
                if etree.QName(child).localname == name:
                    yield Node(child, self)

    def _cells(self, name: str) -> "Iterator[Node]":
        """Yield the value of a column: a row's values have no names, only their order."""
        if name in self.columns:
            values = list(self.element.iterchildren(VALUE))
            place = self.columns.index(name)
            if place < len(values):
                yield Node(values[place], self)

    def _container(self) -> str:
        """Return by the name of what it holds which container this is, "" for a plain element."""
        for child in self.element.iterchildren(etree.Element):
            tag = str(child.tag)
            if tag == COLUMN:
                return ROW
            return tag if tag in {PROPERTY, VALUE, PAIR, ROW} else ""
        return ""


def find(node: Node, steps: Sequence[str]) -> list[Node]:
    """Return everything at the end of a path, in the order of the answer."""
    found = [node]
    for name in steps:
        found = [after for one in found for after in one.step(name)]
    return found


def lost(node: Node, steps: Sequence[str]) -> Reason | None:
    """Return where a path ends too soon in one of 1C's containers, None where it does not.

    What a plain element lacks is no fault: its names were held against the contract.
    """
    found = [node]
    for name in steps:
        after = [further for one in found for further in one.step(name)]
        if after or name == PARENT or name.startswith(ATTRIBUTE):
            found = after
            continue
        for one in found:
            names = one.names()
            if names and name not in names:
                is_column = bool(one.columns) or one.is_table
                code = ErpReason.LOST_COLUMN if is_column else ErpReason.LOST_NAME
                return Reason(code, {"name": name, "names": ", ".join(names)})
        return None
    return None


def find_each(node: Node, steps: Sequence[str]) -> list[Node]:
    """Return the entries at the end of a path: those of arrays and tables, or what repeats."""
    return [entry for one in find(node, steps) if not one.is_nil for entry in one.entries()]
