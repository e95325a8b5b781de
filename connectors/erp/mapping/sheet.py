"""A YAML text as entries that know their line; what is wrong is collected, not raised one by one.

Scalars stay text until somebody says what they should be: the key `NO` is Norway, not `false`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

from connectors.erp.mapping.reasons import MappingReason
from connectors.reasons import Reason

LONGEST = 256 * 1024  # characters; the file is written by hand
MOST_ENTRIES = 20_000  # aliases of aliases would make millions out of a few lines
TRUTHS = {"yes": True, "true": True, "no": False, "false": False}

NOTHING = "–"  # a list without names

Fault = tuple[int, Reason]


class MappingError(Exception):
    """A mapping that cannot be used; `faults` are all of them, as line and reason."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(f"line {line}: {reason}" for line, reason in self.faults))


@dataclass
class Sheet:
    """The text being read."""

    faults: list[Fault] = field(default_factory=list)
    entries: int = 0


class Entry:
    """One value of the text and where it stands."""

    def __init__(self, node: yaml.Node, name: str, sheet: Sheet) -> None:
        self.node = node
        self.name = name
        self.sheet = sheet
        sheet.entries += 1
        if sheet.entries > MOST_ENTRIES:
            raise MappingError(_at(self.line, MappingReason.TOO_MANY, most=MOST_ENTRIES))

    @property
    def line(self) -> int:
        """The line, counted from one."""
        return self.node.start_mark.line + 1

    @property
    def is_text(self) -> bool:
        """Whether it is a single value."""
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    def fault(self, code: MappingReason, **values: Any) -> None:
        """Note what is wrong here."""
        self.sheet.faults.append((self.line, Reason(code, values)))

    def text(self) -> str:
        """Return the single value, "" with a fault when there is none."""
        if isinstance(self.node, yaml.ScalarNode) and self.node.tag != "tag:yaml.org,2002:null":
            return str(self.node.value)
        self.fault(MappingReason.NOT_SINGLE, name=self.name)
        return ""

    def texts(self) -> tuple[str, ...]:
        """Return the values of a list; a single value is a list of one."""
        if self.is_text:
            return (self.text(),)
        return tuple(entry.text() for entry in self.list())

    def list(self) -> "list[Entry]":
        """Return the entries of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fault(MappingReason.NOT_LIST, name=self.name)
            return []
        return [Entry(node, self.name, self.sheet) for node in self.node.value]

    def pairs(self) -> "Iterator[tuple[str, Entry]]":
        """Yield the keys and values of a block, each key once."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fault(MappingReason.NOT_BLOCK, name=self.name)
            return
        seen: set[str] = set()
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fault(MappingReason.BAD_KEY, name=self.name)
                continue
            name = str(key.value)
            entry = Entry(value, name, self.sheet)
            if name in seen:
                twice = Reason(MappingReason.TWICE, {"name": name})
                self.sheet.faults.append((key.start_mark.line + 1, twice))
                continue
            seen.add(name)
            yield name, entry

    def block(self, known: Collection[str], *, needed: Collection[str] = ()) -> "dict[str, Entry]":
        """Return a block with keys out of `known` only, and with all that are `needed`."""
        found: dict[str, Entry] = {}
        for name, entry in self.pairs():
            if name in known:
                found[name] = entry
            else:
                entry.refuse_name(self.name, known)
        if isinstance(self.node, yaml.MappingNode):
            for name in needed:
                if name not in found:
                    self.fault(MappingReason.NEEDS, block=self.name, name=name)
        return found

    def refuse_name(self, block: str, known: Collection[str]) -> None:
        """Note that a block has no key of this name, and which may have been meant."""
        near = get_close_matches(self.name, known, n=1)
        if near:
            self.fault(MappingReason.MEANT, name=self.name, block=block, near=near[0])
            return
        self.fault(MappingReason.UNKNOWN, name=self.name, block=block, known=listed(known))

    def truth(self) -> bool:
        """Return yes or no."""
        text = self.text().lower()
        if text not in TRUTHS:
            self.fault(MappingReason.NOT_TRUTH, name=self.name, value=text)
        return TRUTHS.get(text, False)

    def whole(self, *, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        text = self.text()
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        bounds = {"least": least, "most": most}
        self.fault(MappingReason.NOT_WHOLE, name=self.name, value=text, **bounds)
        return least

    def seconds(self, *, least: float, most: float) -> float:
        """Return a number of seconds between two bounds."""
        try:
            value = float(self.text())
        except ValueError:
            value = -1.0
        if least <= value <= most:
            return value
        bounds = {"least": f"{least:g}", "most": f"{most:g}"}
        self.fault(MappingReason.NOT_SECONDS, name=self.name, **bounds)
        return least

    def one_of(self, words: Collection[str]) -> str:
        """Return one word out of a few."""
        text = self.text()
        if text not in words:
            known = ", ".join(words)
            self.fault(MappingReason.NOT_ONE_OF, name=self.name, known=known, value=text)
        return text


def open_sheet(text: str) -> Entry:
    """Return the whole text as an entry; raise `MappingError` when it is no YAML."""
    if len(text) > LONGEST:
        raise MappingError(_at(1, MappingReason.TOO_LONG, most=LONGEST))
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise MappingError(_at(line, MappingReason.NOT_YAML, words=str(error.problem))) from error
    except yaml.YAMLError as error:
        raise MappingError(_at(1, MappingReason.NOT_YAML, words=str(error))) from error
    except RecursionError as error:
        raise MappingError(_at(1, MappingReason.TOO_DEEP)) from error
    if node is None:
        raise MappingError(_at(1, MappingReason.EMPTY))
    return Entry(node, "mapping", Sheet())


def listed(names: Collection[str], *, most: int = 30) -> str:
    """Return names for the end of a sentence."""
    shown = sorted(names)[:most]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (", …" if rest else "") if shown else NOTHING


def _at(line: int, code: MappingReason, **values: Any) -> list[Fault]:
    return [(line, Reason(code, values))]
