"""All forms that each person is shown, read from the pages as a browser would."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.vocabulary import Role

PAGES_EACH = 14  # of one route that one person looks at: claims in every state among them
STARTS = ("/", "/home", "/worklist", "/work", "/people", "/deadlines", "/exchange", "/calendar")
NOT_SENT = {"csrf_token", "command_key"}
_TEXT = "text"


@dataclass(frozen=True)
class Field:
    """A named value that a form sends; `choices` are the words that a browser would offer."""

    name: str
    value: str
    kind: str = _TEXT
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A form on somebody's page, or a link with a question in it, which is one too."""

    role: Role
    person_id: int
    method: str
    path: str
    endpoint: str
    fields: tuple[Field, ...]


def forms_of(app: Flask, client: FlaskClient, role: Role, person_id: int) -> Iterator[Form]:
    """Walk through everything that this person can reach by links and give each form once."""
    given: set[tuple[str, str, tuple[str, ...]]] = set()
    for here, page in pages_of(app, client):
        for form in _forms_on(app, page, here, role, person_id):
            key = (form.method, form.path, tuple(field.name for field in form.fields))
            if key not in given:
                given.add(key)
                yield form


def pages_of(
    app: Flask, client: FlaskClient, *, each: int = PAGES_EACH
) -> Iterator[tuple[str, html.HtmlElement]]:
    """Walk through all pages that somebody can reach by links, so many of each route."""
    waiting, seen, looked = list(STARTS), set(STARTS), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(app, path, "GET")
        if not endpoint or looked[endpoint] >= each:
            continue
        looked[endpoint] += 1
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype != "text/html" or not answer.text:
            continue
        page = html.document_fromstring(answer.text, base_url=path)
        for link in page.iter("a"):
            target = urlsplit(link.get("href", ""))
            if target.netloc or not target.path.startswith("/"):
                continue
            if target.path not in seen:
                seen.add(target.path)
                waiting.append(target.path)
        yield answer.request.path, page


def endpoint_of(app: Flask, path: str, method: str) -> str:
    """Return which view answers, nothing when none does."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(path).path, method)
    except RequestRedirect as redirect:
        return endpoint_of(app, redirect.new_url, method)
    except HTTPException:
        return ""
    return str(endpoint)


def _forms_on(
    app: Flask, page: html.HtmlElement, here: str, role: Role, person_id: int
) -> Iterator[Form]:
    for form in page.iter("form"):
        method = form.get("method", "get").upper()
        fields = tuple(_fields(page, form))
        for action in _actions(page, form, here):
            endpoint = endpoint_of(app, action, method)
            if endpoint:
                path = urlsplit(action).path
                yield Form(role, person_id, method, path, endpoint, fields)
    for link in page.iter("a"):
        target = urlsplit(link.get("href", ""))
        questions = tuple(Field(*pair) for pair in parse_qsl(target.query))
        endpoint = endpoint_of(app, target.path or here, "GET")
        if questions and endpoint and not target.netloc:
            yield Form(role, person_id, "GET", target.path or here, endpoint, questions)


def _actions(page: html.HtmlElement, form: html.HtmlElement, here: str) -> set[str]:
    """Return where a form goes, by each of its buttons, and by htmx."""
    own = {form.get("action") or here}
    parts = [*form.iter(), *_outside(page, form)]
    return own | {part.get("formaction") for part in parts if part.get("formaction")}


def _fields(page: html.HtmlElement, form: html.HtmlElement) -> Iterator[Field]:
    found: dict[str, Field] = {}
    for part in (*form.iter("input", "select", "textarea", "button"), *_outside(page, form)):
        name = part.get("name", "")
        if not name or name in NOT_SENT:
            continue
        field = _field(part, name)
        before = found.get(name)
        if before:  # radio buttons and boxes
            choices = (*before.choices, *field.choices)
            field = replace(before, value=before.value or field.value, choices=choices)
        found[name] = field
    yield from found.values()


def _field(part: html.HtmlElement, name: str) -> Field:
    value = part.get("value", "")
    if part.tag == "select":
        choices = tuple(option.get("value", "") for option in part.iter("option"))
        chosen = [one.get("value", "") for one in part.iter("option") if "selected" in one.attrib]
        return Field(name, (chosen or [*choices, ""])[0], "select", choices)
    if part.tag == "textarea":
        return Field(name, (part.text or "").strip())
    kind = part.get("type", _TEXT)
    if kind in {"radio", "checkbox"}:
        return Field(name, value if "checked" in part.attrib else "", kind, (value,))
    return Field(name, "" if part.tag == "button" else value, kind, (value,) if value else ())


def _outside(page: html.HtmlElement, form: html.HtmlElement) -> list[html.HtmlElement]:
    """Return the fields and buttons that name the form by its id."""
    name = form.get("id")
    if not name:
        return []
    return [part for part in page.iter() if part.get("form") == name]
