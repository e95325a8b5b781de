"""Command keys: a form may be sent twice, its work is done once.

The key is stored in the same transaction as the work. A second sender waits for the first one's
commit and gets its answer; the same key with another body is refused.
"""

import hashlib
from http import HTTPStatus

from flask import Request, g
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.models import Command

KEY_FIELD = "command_key"
_NOT_THE_BODY = {"csrf_token", KEY_FIELD}


class KeyUsedTwice(Refusal):
    """The same key came with other content."""

    message = N_("This form was already sent with other content. Reload the page.")
    status = HTTPStatus.CONFLICT


def begin(person_id: int, request: Request) -> str | None:
    """Start the command of a request; return the place of its result if it was done before."""
    key = request.form.get(KEY_FIELD, "")[:64]
    if not key:
        return None
    fingerprint = _fingerprint(request)
    new = insert(Command).values(person_id=person_id, key=key, fingerprint=fingerprint, at=now())
    if db.execute(new.on_conflict_do_nothing().returning(Command.key)).first():
        g.command = (person_id, key)
        return None
    done = db.execute(
        select(Command.fingerprint, Command.location).filter_by(person_id=person_id, key=key)
    ).one()
    if done.fingerprint != fingerprint:
        raise KeyUsedTwice
    return done.location or "/"


def finish(location: str) -> None:
    """Remember where the result of the present command is."""
    if "command" not in g:
        return
    person_id, key = g.command
    db.execute(update(Command).filter_by(person_id=person_id, key=key).values(location=location))


def _fingerprint(request: Request) -> str:
    body = sorted(
        (name, value)
        for name, values in request.form.lists()
        if name not in _NOT_THE_BODY
        for value in values
    )
    files = sorted((name, file.filename) for name, file in request.files.items(multi=True))
    return hashlib.sha256(repr((request.path, body, files)).encode()).hexdigest()
