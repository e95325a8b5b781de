"""Which object of the ERP's each thing of ours becomes, and which operation makes it."""

from collections.abc import Sequence
from typing import Any

from connectors.erp.mapping.model import Asked, Call, Mapping, Thing
from connectors.errors import NotOffered
from connectors.reasons import ErpReason

EVIDENCE = "evidence"  # the kind of a file that is no act


def thing_of_file(kind: str) -> Thing:
    """Return whether a file is an act or evidence."""
    return Thing.EVIDENCE if kind == EVIDENCE else Thing.ACT


def object_of(mapping: Mapping, thing: Thing, message: Any) -> str:
    """Return the object that a message becomes, "" when the mapping does not say.

    The rules are tried in the order of the file: the first whose word is anywhere in the message
    decides for the whole of it.
    """
    rule = mapping.objects.get(thing)
    if rule is None:
        return ""
    words = set(_words_at(message, rule.by)) if rule.by else set()
    return next((name for word, name in rule.rules if word in words), rule.otherwise)


def objects_in(mapping: Mapping) -> tuple[str, ...]:
    """Return every object that something of ours may become."""
    return tuple(sorted({name for rule in mapping.objects.values() for name in rule.names()}))


def choose(calls: Sequence[Call], wanted: str, asked: Asked) -> Call:
    """Return the operation for an object; raise `NotOffered` when there is none."""
    for call in calls:
        if not call.objects or wanted in call.objects:
            return call
    if not calls:
        raise NotOffered(ErpReason.NO_OPERATION, asked=asked.value)
    if wanted:
        raise NotOffered(ErpReason.NO_OPERATION_FOR, asked=asked.value, object=wanted)
    raise NotOffered(ErpReason.NO_OPERATION_SORT, asked=asked.value)


def _words_at(value: Any, path: Sequence[str]) -> list[str]:
    if isinstance(value, tuple):
        return [word for one in value for word in _words_at(one, path)]
    if not path:
        return [str(value)]
    return _words_at(getattr(value, path[0], ""), path[1:])
