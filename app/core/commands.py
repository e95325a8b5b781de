"""Command keys: a form may be sent twice, its work is done once.

The key is stored in the same transaction as the work. A second sender waits for the first one's
commit and gets its answer; the same key with another body is refused. A command that was refused
is forgotten, whatever was saved on the way: sent again, it is tried again.
"""

import hashlib
from http import HTTPStatus
from typing import Any

from flask import Request, g
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.models import Command

KEY_FIELD = "command_key"
CHUNK = 256 * 1024
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


def forget() -> None:
    """Forget the present command, whose work was not done: its key may be sent again."""
    if "command" not in g:
        return
    person_id, key = g.pop("command")
    db.execute(delete(Command).filter_by(person_id=person_id, key=key))


def _fingerprint(request: Request) -> str:
    body = sorted(
        (name, value)
        for name, values in request.form.lists()
        if name not in _NOT_THE_BODY
        for value in values
    )
    files = sorted(
        (name, file.filename, _digest(file.stream))
        for name, file in request.files.items(multi=True)
    )
    return hashlib.sha256(repr((request.path, body, files)).encode()).hexdigest()


def _digest(stream: Any) -> str:
    """Return the hash of an upload; phones call every photo `image.jpg`."""
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()
