"""How the rows of a reply are found as they arrive: tags and places, worked out before the first.

Only a reply whose way to its records is declared, and whose header stands before them, can be read
so; any other is read as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.erp.mapping.model import PARENT, Call, Place, RowRule
from connectors.erp.port import COLUMNS, RowKind
from connectors.erp.schema import Declared
from connectors.erp.wsdl import Contract

IGNORED = -1  # declared, and not mapped


@dataclass(frozen=True)
class Record:
    """What an element among the rows becomes.

    With `places`, the tags of its fields with their columns, each element is one row of `kind`;
    otherwise `rules` say what to look for in it.
    """

    kind: RowKind | None
    places: dict[str, int]
    rules: tuple[RowRule, ...]


@dataclass(frozen=True)
class FeedPlan:
    """`path` are the tags around the container, outwards, and `levels` what is inside each."""

    container: str
    path: tuple[str, ...]
    levels: tuple[tuple[Declared, ...], ...]
    header: dict[str, str]
    records: dict[str, Record]

    @property
    def is_flat(self) -> bool:
        """Whether each record is one row, so that their number is known from the start."""
        return all(record.kind is not None for record in self.records.values())


def plan_feed(call: Call, contract: Contract) -> FeedPlan | None:
    """Return how to read a reply as it arrives, None when it has to be read as a whole."""
    _, message = contract.operation(call.operation)
    rows, declared = call.reply.rows, contract.declared
    if rows is None:
        return None
    way = _way(message, (*call.reply.within, *rows.within), contract)
    if way is None or len(way) < 2 or not rows.rules:
        return None
    around, container = way[-2], way[-1]
    depth = len(way) - 2 - len(call.reply.within)
    header = {}
    for name, place in call.reply.fields.items():
        found = _beside(place, depth, around, contract)
        if found is None:
            return None
        header[name] = found.tag
    order = [child.tag for child in declared.children(around)]
    if any(order.index(tag) > order.index(container.tag) for tag in header.values()):
        return None
    records = _records(rows.rules, container, contract)
    if records is None:
        return None
    return FeedPlan(
        container=container.tag,
        path=tuple(element.tag for element in reversed(way[:-1])),
        levels=tuple(declared.children(element) for element in reversed(way[:-1])),
        header=header,
        records=records,
    )


def _way(
    message: Declared, steps: Sequence[str], contract: Contract
) -> tuple[Declared, ...] | None:
    """Return the declared elements from a message to the end of a path, each coming once."""
    way = [message]
    for name in steps:
        child = None if way[-1].is_open else contract.declared.find(way[-1], name)
        if child is None or child.most != 1:
            return None
        way.append(child)
    return None if way[-1].is_open else tuple(way)


def _beside(place: Place, depth: int, around: Declared, contract: Contract) -> Declared | None:
    """Return the element of a header's field when it stands beside the container."""
    is_plain = place == Place(place.line, place.steps)
    if depth != 0 or len(place.steps) != 1 or not is_plain:
        return None
    return contract.declared.find(around, place.steps[0])


def _records(
    rules: Sequence[RowRule], container: Declared, contract: Contract
) -> dict[str, Record] | None:
    by_step: dict[str, list[RowRule]] = {}
    for rule in rules:
        if not rule.each or PARENT in rule.each:
            return None
        by_step.setdefault(rule.each[0], []).append(rule)
    records = {}
    for step, found in by_step.items():
        element = contract.declared.find(container, step)
        if element is None or element.is_open:
            return None
        records[element.tag] = _record(found, element, contract)
    return records


def _record(rules: Sequence[RowRule], element: Declared, contract: Contract) -> Record:
    places = _places(rules[0], element, contract) if len(rules) == 1 else None
    if places is not None:
        return Record(rules[0].kind, places, ())
    return Record(None, {}, tuple(rules))


def _places(rule: RowRule, element: Declared, contract: Contract) -> dict[str, int] | None:
    """Return the columns by the tags of plain fields, None when some field is not plain."""
    children = contract.declared.children(element)
    names = {child.name: child for child in children}
    places = dict.fromkeys((child.tag for child in children), IGNORED)
    order = {name: number for number, name in enumerate(COLUMNS[rule.kind])}
    for column, place in rule.columns.items():
        child = names.get(place.steps[0]) if len(place.steps) == 1 else None
        if len(rule.each) != 1 or child is None or place != Place(place.line, place.steps):
            return None
        if child.kind == "structure" or child.is_open or child.most != 1:
            return None
        if places[child.tag] != IGNORED:
            return None  # one field of theirs fills two columns of ours
        places[child.tag] = order[column]
    return places
