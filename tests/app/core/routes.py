"""Every route of the portal with ids that nobody has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask, url_for
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter

from app.vocabulary import Role

NOBODYS_NUMBER = 987_654_321
WORDS = {
    "variant": "served",
    "filename": "nothing.css",
    "token": "nothing",
    "kind": "no.promise",
    "name": "nobody",
    "connection": "nobody",
    "code": "nothing",
    "slot": "nothing",
}


@dataclass(frozen=True)
class Route:
    """A way into the portal: who is let in by its own declaration, and an address for it."""

    method: str
    endpoint: str
    url: str
    roles: frozenset[Role] | None
    has_ids: bool


def routes(app: Flask) -> Iterator[Route]:
    """Give every route and method; `roles` is None where everybody is let in."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            policy = getattr(app.view_functions[rule.endpoint], "__policy__")  # noqa: B009
            roles = None if isinstance(policy, str) else frozenset(policy)
            values: dict[str, Any] = {
                name: _unknown(one, name) for name, one in rule._converters.items()
            }
            url = url_for(rule.endpoint, **values)
            # One of a few words is no id: each of them has its page.
            has_ids = not all(isinstance(one, AnyConverter) for one in rule._converters.values())
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield Route(method, rule.endpoint, url, roles, has_ids)


def _unknown(converter: BaseConverter, name: str) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, UUIDConverter):
        return uuid4()
    return NOBODYS_NUMBER if isinstance(converter, IntegerConverter) else WORDS[name]
