"""Every route says who is let in, or the app does not start."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask_login import current_user

from app.vocabulary import Role

View = TypeVar("View", bound=Callable[..., Any])


class UndeclaredRoute(RuntimeError):
    """A route without a policy."""


def needs(*roles: Role) -> Callable[[View], View]:
    """Let these roles in; the signed-out are sent to sign in, all others get a 403."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            if not current_user.is_authenticated:
                return redirect(url_for("accounts.sign_in", next=request.full_path))
            if current_user.role not in roles:
                abort(403)
            return view(*args, **values)

        guarded.__policy__ = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


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
