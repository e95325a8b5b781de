"""Post, look at the answer, undo, and post again."""

import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from app.accounts import service as accounts
from app.accounts.models import Person
from app.accounts.policy import User
from app.core.clock import now
from app.core.db import db
from tests.checks.forms.harvest import Field, Form, endpoint_of, forms_of
from tests.checks.forms.mutate import mutated, shown
from tests.checks.forms.stage import TODAY, set_stage

ELSEWHERE = 0.35  # of the posts go to an address that a page of another state or person shows
NOT_POSTED = {"accounts.sign_out"}
VERSIONS = ("1", "2", "3", "4", "5")


@dataclass
class Report:
    """What came of the posts."""

    posts: int = 0
    forms: int = 0
    endpoints: int = 0
    names: frozenset[str] = frozenset()
    statuses: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """No answer was a 5xx."""
        return self.posts > 0 and not self.failed

    def table(self) -> str:
        """Return the figures, then each fault once with all that repeats it."""
        figures = {"forms": self.forms, "endpoints": self.endpoints, "posts": self.posts}
        lines = [f"{name:10} {value:>6}" for name, value in figures.items()]
        lines += [f"{status:<10} {count:>6}" for status, count in sorted(self.statuses.items())]
        return "\n".join([*lines, *self.failed])


def post_everything(app: Flask, connection: Connection, *, posts: int, seed: int) -> Report:
    """Set the stage on a connection in a transaction, then post; each post is undone."""
    random, report = Random(seed), Report()
    with time_machine.travel(TODAY, tick=True), _Faults(app) as faults:
        people = set_stage()
        clients = {person.id: client_of(app, person) for person in people}
        forms = [
            form
            for person in people
            for form in forms_of(app, clients[person.id], person.role, person.id)
            if form.endpoint not in NOT_POSTED
        ]
        report.names = frozenset(form.endpoint for form in forms)
        report.forms, report.endpoints = len(forms), len(report.names)
        by_endpoint = _grouped(forms)
        others = _values(forms)
        for _ in range(posts):
            form = random.choice(by_endpoint[random.choice(sorted(by_endpoint))])
            if random.random() < ELSEWHERE:
                form = _elsewhere(app, form, forms, random)
            sent, deeds = mutated(form.fields, random, others=others, today=now().date())
            savepoint = connection.begin_nested()
            status = _send(clients[form.person_id], form, sent)
            db.remove()
            savepoint.rollback()
            report.posts += 1
            report.statuses[status] += 1
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                what = f"{status} {form.method} {form.path} ({form.endpoint}) as {form.role}"
                report.failed.append(
                    f"{what}\n    {'; '.join(deeds)}\n    {shown(sent)}\n    {faults.last}"
                )
    return report


class _Faults:
    """Remembers the last exception that nobody expected, which the page does not tell."""

    def __init__(self, app: Flask) -> None:
        self._handlers: Any = app.error_handler_spec[None][None]
        self._handler = self._handlers[Exception]
        self.last = ""

    def __enter__(self) -> "_Faults":
        self._handlers[Exception] = self._note
        return self

    def __exit__(self, *_: object) -> None:
        self._handlers[Exception] = self._handler

    def _note(self, error: Exception) -> Any:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "/app/" in frame.filename]
        way = " < ".join(
            f"{frame.filename.split('/app/')[-1]}:{frame.lineno}" for frame in ours[:-4:-1]
        )
        self.last = f"{type(error).__name__}: {str(error)[:200]} at {way}"
        return self._handler(error)


def client_of(app: Flask, person: User) -> FlaskClient:
    token = accounts.sign_in(db.get_one(Person, person.id), at=now())
    db.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def _grouped(forms: Sequence[Form]) -> dict[str, list[Form]]:
    grouped: dict[str, list[Form]] = {}
    for form in forms:
        grouped.setdefault(f"{form.method} {form.endpoint}", []).append(form)
    return grouped


def _values(forms: Sequence[Form]) -> list[str]:
    """Return what other forms send and where they go: ids of other objects among them."""
    sent = {value for form in forms for one in form.fields for value in (one.value, *one.choices)}
    parts = {part for form in forms for part in form.path.split("/")}
    return sorted(value for value in sent | parts if value and len(value) < 100)


def _elsewhere(app: Flask, form: Form, forms: Sequence[Form], random: Random) -> Form:
    """Send a form to where its kind goes for another object, as it is done by hand."""
    other = random.choice(forms)
    path = _moved(form.path, other.path)
    if endpoint_of(app, path, form.method) != form.endpoint:
        return form
    known = {one.name for one in form.fields}
    version = () if "version" in known else (Field("version", random.choice(VERSIONS)),)
    return Form(form.role, form.person_id, form.method, path, form.endpoint, form.fields + version)


def _moved(path: str, other: str) -> str:
    """Return the path with the id of the other one's object."""
    own, foreign = path.split("/"), other.split("/")
    if len(own) < 3 or len(foreign) < 3:
        return path
    return "/".join([*own[:2], foreign[2], *own[3:]])


def _send(client: FlaskClient, form: Form, sent: Sequence[tuple[str, str]]) -> int:
    data: dict[str, list[str]] = {}
    for name, value in sent:
        data.setdefault(name, []).append(value)
    if form.method == "GET":
        return client.get(form.path, query_string=data).status_code
    return client.post(form.path, data=data).status_code
