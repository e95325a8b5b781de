"""Every route says who is let in, or the app does not start."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, abort, redirect, render_template, request, url_for
from flask_login import current_user

from app.vocabulary import Role

View = TypeVar("View", bound=Callable[..., Any])


SHORTEST_TEXT = 20  # letters; what is shorter is typed again in a moment
_NOT_TYPED = frozenset({"csrf_token", "command_key", "seen", "next", "kept", "line"})


class UndeclaredRoute(RuntimeError):
    """A route without a policy."""


def needs(*roles: Role) -> Callable[[View], View]:
    """Let these roles in; the signed-out are sent to sign in, all others get a 403."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            if not current_user.is_authenticated:
                return _sent_to_sign_in()
            if current_user.role not in roles:
                abort(403)
            return view(*args, **values)

        guarded.__policy__ = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def typed_texts() -> list[str]:
    """Return what somebody wrote in the form of this request, to be given back when it is refused.

    Short words and what a page adds by itself are left out, and never is a password among them.
    """
    return [
        value
        for name, values in request.form.lists()
        if name not in _NOT_TYPED and "password" not in name
        for value in values
        if len(value) >= SHORTEST_TEXT
    ]


def _sent_to_sign_in() -> Any:
    """Lead the signed-out to the door; who has just written something gets it back first."""
    door = url_for("accounts.sign_in", next=_place_to_go_on())
    typed = [] if request.method in ("GET", "HEAD") else typed_texts()
    if not typed:
        return redirect(door)
    return render_template("errors/401.html", typed=typed, door=door), HTTPStatus.UNAUTHORIZED


def _place_to_go_on() -> str:
    """Return where the reader goes on: of a form the page that it was on, if that is ours."""
    referrer = request.referrer or ""
    is_ours = request.method == "POST" and referrer.startswith(request.host_url)
    return f"/{referrer.removeprefix(request.host_url)}" if is_ours else request.full_path


def needs_sign_in(view: View) -> View:
    """Let everybody in who is signed in with a browser; what they see is the query's business."""
    people = [role for role in Role if role not in (Role.ERP_SERVICE, Role.SYSTEM)]
    return needs(*people)(view)


def open_to_all(reason: str) -> Callable[[View], View]:
    """Let anybody in; the reason is for the reader of the census."""

    def declare(view: View) -> View:
        view.__policy__ = reason  # type: ignore[attr-defined]
        return view

    return declare


def take_census(app: Flask) -> None:
    """Refuse to start with a route that declares no policy."""
    undeclared = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "__policy__")
    ]
    if undeclared:
        raise UndeclaredRoute(f"routes without a policy: {', '.join(sorted(undeclared))}")
