"""What of a published contract a mapping needs: the fields that it fills, and those that it reads.

Paths are those of `connectors.erp.fingerprint`. What lies behind an element that may hold anything
is in no contract, so a path ends there.
"""

from collections.abc import Iterator, Sequence

from connectors.erp.mapping.model import PARENT, Asked, Call, Group, Mapping, Place, Source, Thing
from connectors.erp.port import Needed
from connectors.erp.schema import Declarations, Declared
from connectors.erp.wsdl import read_xml

PUTS = {
    Thing.CLAIM: (Asked.PUT_CLAIM,),
    Thing.DECISION: (Asked.PUT_DECISION,),
    Thing.ACT: (Asked.PUT_PART, Asked.PUT_FILE),
    Thing.EVIDENCE: (Asked.PUT_PART, Asked.PUT_FILE),
}
Trail = tuple[Declared, ...]  # from the message's element inwards


def needed_by_things(mapping: Mapping, wsdl: bytes) -> dict[str, Needed]:
    """Return what a push of each thing needs of the service, by the thing."""
    declared = Declarations(read_xml(wsdl))
    return {thing.value: _needed(declared, list(_calls(mapping, thing))) for thing in PUTS}


def _calls(mapping: Mapping, thing: Thing) -> Iterator[Call]:
    """Yield the operations that may be chosen for a thing."""
    rule = mapping.objects.get(thing)
    becomes = rule.names() if rule else frozenset()
    for asked in PUTS[thing]:
        for call in mapping.calls.get(asked, ()):
            if not call.objects or call.objects & becomes:
                yield call


def _needed(declared: Declarations, calls: Sequence[Call]) -> Needed:
    sent: set[str] = set()
    heard: set[str] = set()
    for call in calls:
        operation = declared.operations.get(call.operation)
        if operation is None:
            continue
        if operation.request is not None:
            sent.add(operation.request.name)
            sent.update(_filled(declared, call.request, operation.request, operation.request.name))
        if operation.reply is not None:
            heard.add(operation.reply.name)
            heard.update(_read(declared, call, operation.reply))
    return Needed(frozenset(sent), frozenset(heard))


def _filled(declared: Declarations, source: Source, element: Declared, path: str) -> Iterator[str]:
    if not isinstance(source, Group) or element.is_open:
        return
    for name, inner in source.children:
        child = declared.find(element, name)
        if child is not None:
            yield f"{path}/{name}"
            yield from _filled(declared, inner, child, f"{path}/{name}")


def _read(declared: Declarations, call: Call, message: Declared) -> Iterator[str]:
    reply = call.reply
    inside = _walk(declared, reply.within, (message,))
    if inside and reply.each:
        inside = _walk(declared, reply.each, inside)
    yield from _named(inside)
    for place in reply.fields.values():
        yield from _named(_found(declared, place, inside))


def _found(declared: Declarations, place: Place, inside: Trail) -> Trail:
    return () if place.constant is not None else _walk(declared, place.steps, inside)


def _walk(declared: Declarations, steps: Sequence[str], trail: Trail) -> Trail:
    """Return the way to the last declared element of a path."""
    for step in steps:
        if not trail or trail[-1].is_open:
            break
        if step == PARENT:
            trail = trail[:-1]
            continue
        child = declared.find(trail[-1], step)
        if child is None:
            break
        trail = (*trail, child)
    return trail


def _named(trail: Trail) -> Iterator[str]:
    """Yield the path of an element and of all around it."""
    names = [element.name for element in trail]
    for end in range(1, len(names) + 1):
        yield "/".join(names[:end])
