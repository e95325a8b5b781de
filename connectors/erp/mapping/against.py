"""Whether a mapping fits its WSDL: its operations, their parameters, the paths in answers."""

from collections.abc import Generator, Iterator, Sequence

from lxml import etree

from connectors.erp.mapping.model import (
    PARENT,
    Call,
    Constant,
    Group,
    Mapping,
    Packed,
    Place,
    Reply,
    RowRule,
    Source,
    Value,
)
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.mapping.sheet import NOTHING, Fault, listed
from connectors.erp.schema import WSDL_NS, Declarations, Declared
from connectors.erp.wsdl import read_xml
from connectors.reasons import Reason

WSDL = f"{{{WSDL_NS}}}"
ATTRIBUTE = "@"
Trail = tuple[Declared, ...]  # from the message's element inwards


def check(mapping: Mapping) -> list[Fault]:
    """Return what does not fit, as line and reason."""
    lines = mapping.service.lines
    try:
        root = read_xml(mapping.service.wsdl.read_bytes())
    except (OSError, etree.XMLSyntaxError, ValueError) as error:
        return [_fault(lines.get("wsdl", 1), MappingReason.WSDL_UNREADABLE, words=str(error))]
    if root.tag != f"{WSDL}definitions":
        return [_fault(lines.get("wsdl", 1), MappingReason.NO_WSDL)]
    faults = list(_port(mapping, root))
    fitting = _Fitting(Declarations(root))
    for calls in mapping.calls.values():
        for call in calls:
            faults += fitting.call(call)
            faults += _objects(mapping, call)
    return faults


def _port(mapping: Mapping, root: etree._Element) -> Iterator[Fault]:
    wanted = mapping.service.port
    ports = [port.get("name", "") for port in root.iterfind(f"{WSDL}service/{WSDL}port")]
    if wanted and wanted not in ports:
        line = mapping.service.lines.get("port", 1)
        yield _fault(line, MappingReason.NO_PORT, name=wanted, known=listed(ports))


def _objects(mapping: Mapping, call: Call) -> Iterator[Fault]:
    known = {name for rule in mapping.objects.values() for name in rule.names()}
    for name in sorted(call.objects - known):
        yield _fault(call.line, MappingReason.NO_OBJECT, name=name, known=listed(known))


class _Fitting:
    """Holds a mapping's names against the declarations of one WSDL."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared

    def call(self, call: Call) -> Iterator[Fault]:
        """Yield what is wrong with one operation."""
        operation = self._declared.operations.get(call.operation)
        if operation is None:
            has = listed(self._declared.operations)
            yield _fault(call.line, MappingReason.NO_OPERATION, name=call.operation, known=has)
            return
        if operation.request is None or operation.reply is None:
            yield _fault(call.line, MappingReason.NOT_LITERAL, name=call.operation)
            return
        yield from self._group(call.request, operation.request)
        yield from self._reply(call.reply, (operation.reply,))

    def _group(self, group: Group, element: Declared) -> Iterator[Fault]:
        """Yield names that an element does not have, and required ones that are not filled."""
        children = {child.name: child for child in self._declared.children(element)}
        filled = {name for name, _ in group.children}
        for name, source in group.children:
            child = children.get(name)
            if child is None:
                has = listed(children)
                yield _has_no(source.line, element, name, has)
                continue
            yield from self._source(source, child)
        for name, child in children.items():
            if child.least and name not in filled and not self._is_choice(child):
                names = {"element": element.name, "name": name}
                yield _fault(group.line, MappingReason.NOT_FILLED, **names)

    def _source(self, source: Source, element: Declared) -> Iterator[Fault]:
        repeats = element.most is None or element.most > 1
        if not isinstance(source, Constant) and source.each and not repeats:
            yield _fault(source.line, MappingReason.ONLY_ONCE, element=element.name)
        if isinstance(source, Group):
            if element.is_open:
                yield _fault(source.line, MappingReason.OPEN, element=element.name)
            else:
                yield from self._group(source, element)
        elif isinstance(source, Packed):
            if not element.is_open:
                facts = {"element": element.name, "kind": element.kind}
                yield _fault(source.line, MappingReason.NO_CONTAINER, **facts)
        elif element.kind == "structure" and not element.is_open and _fills(source):
            names = listed([child.name for child in self._declared.children(element)])
            facts = {"element": element.name, "known": names}
            yield _fault(source.line, MappingReason.NOT_SINGLE_THERE, **facts)

    def _is_choice(self, child: Declared) -> bool:
        return any("choice" in str(up.tag) for up in child.node.iterancestors())

    def _reply(self, reply: Reply, trail: Trail) -> Iterator[Fault]:
        inside = yield from self._walk(reply.within, trail, reply.line)
        if reply.each is not None and inside is not None:
            inside = yield from self._walk(reply.each, inside, reply.line)
        if inside is None:
            return
        for place in reply.fields.values():
            yield from self._place(place, inside)
        if reply.rows is None:
            return
        container = yield from self._walk(reply.rows.within, inside, reply.rows.line)
        for rule in reply.rows.rules if container is not None else ():
            yield from self._rule(rule, container or ())

    def _rule(self, rule: RowRule, container: Trail) -> Iterator[Fault]:
        record = yield from self._walk(rule.each, container, rule.line)
        for place in rule.columns.values() if record is not None else ():
            yield from self._place(place, record or ())

    def _place(self, place: Place, trail: Trail) -> Iterator[Fault]:
        if place.constant is not None:
            return
        end = yield from self._walk(place.steps, trail, place.line)
        if end is None or not end or end[-1].is_open:
            return
        is_attribute = bool(place.steps) and place.steps[-1].startswith(ATTRIBUTE)
        if end[-1].kind == "structure" and not is_attribute:
            names = listed([child.name for child in self._declared.children(end[-1])])
            if names != NOTHING:
                facts = {"element": end[-1].name, "known": names}
                yield _fault(place.line, MappingReason.BLOCK_THERE, **facts)

    def _walk(
        self, steps: Sequence[str], trail: Trail, line: int
    ) -> Generator[Fault, None, Trail | None]:
        """Return where a path leads, None when that cannot be known before an answer comes."""
        for step in steps:
            here = trail[-1]
            if here.is_open:
                return None
            if step == PARENT:
                if len(trail) == 1:
                    yield _fault(line, MappingReason.PATH_OUT)
                    return None
                trail = trail[:-1]
                continue
            if step.startswith(ATTRIBUTE):
                if step[1:] not in self._declared.attributes(here):
                    names = {"element": here.name, "name": step[1:]}
                    yield _fault(line, MappingReason.NO_ATTRIBUTE, **names)
                return trail
            child = self._declared.find(here, step)
            if child is None:
                has = listed([one.name for one in self._declared.children(here)])
                yield _has_no(line, here, step, has)
                return None
            trail = (*trail, child)
        return trail


def _fills(source: Source) -> bool:
    """Whether a source puts a text into an element; a nil or an empty one fits everywhere."""
    return isinstance(source, Value) or (isinstance(source, Constant) and bool(source.text))


def _fault(line: int, code: MappingReason, **values: str) -> Fault:
    return line, Reason(code, values)


def _has_no(line: int, element: Declared, name: str, known: str) -> Fault:
    return _fault(line, MappingReason.HAS_NO, element=element.name, name=name, known=known)
