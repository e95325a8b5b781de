"""Nothing is deleted without a question before or an undo after it: one pattern for all pages.

A question is a page of its own, so it is asked without scripts too; a dialog that asked already
sends `sure`. An undo is a button in the message that says what was removed: it sends the form that
adds it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request

from app.core import commands
from app.core.fields import BaseForm
from app.core.web import leave_undone

SURE = "sure"
_NOT_CARRIED = {"csrf_token", commands.KEY_FIELD, SURE}


@dataclass(frozen=True)
class Question:
    """What is asked first: `title` names what is lost, `text` says what follows from it.

    `button` is what the button says that does it, `back` the address for who does not want it.
    """

    title: str
    text: str
    button: str
    back: str


def is_sure() -> bool:
    """Whether the reader has answered the question that stands before this request."""
    return request.form.get(SURE) == "yes"


def ask_first(question: Question) -> str:
    """Return the page that asks; its button sends the request again, with all that was typed.

    The present command is not done; what was saved before the question stays.
    """
    leave_undone()
    typed = [
        (name, value)
        for name, values in request.form.lists()
        if name not in _NOT_CARRIED
        for value in values
    ]
    action = request.full_path
    return render_template("question.html", question=question, typed=typed, action=action)


def flash_undo(text: str, action: str, fields: Mapping[str, str]) -> None:
    """Say what was removed, with a button that sends these fields to the form that adds it."""
    flash({"text": text, "action": action, "fields": dict(fields)}, "undo")  # type: ignore[arg-type]


def as_sent(form: BaseForm) -> dict[str, str]:
    """Return the fields of a form as a browser would send them."""
    data = {name: value for name, value in form.data.items() if name != "csrf_token"}
    return {name: _sent(value) for name, value in data.items() if value is not False}


def _sent(value: Any) -> str:
    if value is True:
        return "y"
    return "" if value is None else str(value)
