"""Uploads are looked at before anything else of their request: outside of locks and transactions.

A look takes seconds, and whoever else wants the claim or the connection would wait for it.
"""

from typing import BinaryIO, cast

from flask import current_app, g, request
from flask_login import current_user

from app.core.db import db
from app.core.errors import Refusal
from app.files.service import Received, receive


def receive_uploads() -> None:
    """Receive every file of a command; what became of each waits for whoever takes it in."""
    if not request.files or not _is_let_in():
        return
    db.rollback()  # who asks is known by now
    g.received = {
        id(upload.stream): _received(upload.filename, cast("BinaryIO", upload.stream))
        for _, upload in request.files.items(multi=True)
        if upload.filename
    }


def _received(name: str, stream: BinaryIO) -> Received | Refusal:
    try:
        return receive(name, stream)
    except Refusal as refusal:
        return refusal
    finally:
        stream.seek(0)


def _is_let_in() -> bool:
    """Whether the route lets this person in; nobody else makes work."""
    view = current_app.view_functions.get(request.endpoint or "")
    policy = getattr(view, "__policy__", ())
    return current_user.is_authenticated and current_user.role in policy
