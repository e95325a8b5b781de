"""What every request goes through: its id, its limits, its one commit, its headers, its errors."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, Session
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from app.core import commands
from app.core.access import open_to_all, typed_texts
from app.core.db import db, end_session
from app.core.errors import Refusal, SomebodyWasFaster
from app.vocabulary import Language
from connectors.errors import Unavailable

log = structlog.get_logger(__name__)
csrf = CSRFProtect()

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SECRETS_IN_PATHS = {"token"}
STATIC_AGE = 365 * 24 * 3600
DESIGNED_ERRORS = (400, 403, 404, 409, 413, 429, 500, 503)


class WriteInGet(RuntimeError):
    """A request that must only read tried to write."""


def start_web(app: Flask, before_commands: Sequence[Callable[[], None]] = ()) -> None:
    """Hang everything on the app; the nonce comes first, so that even a CSRF refusal has one.

    `before_commands` is long work on what a request has brought: no transaction is open then.
    """
    app.before_request(_begin_request)
    csrf.init_app(app)
    for prepare in before_commands:
        app.before_request(prepare)
    app.before_request(_begin_command)
    app.after_request(_harden)
    app.teardown_appcontext(lambda _error: end_session())
    app.jinja_env.globals.update(
        csp_nonce=lambda: g.get("nonce", ""),
        command_key=lambda: uuid4().hex,
        static_url=_static_url,
    )
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(CSRFError, _show_http_error)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(OperationalError, _show_database_away)
    app.register_error_handler(Unavailable, _show_neighbour_away)
    app.register_error_handler(Exception, _show_bug)
    app.view_functions["static"] = open_to_all("files of the front end")(
        app.view_functions["static"]
    )


def done(location: str) -> AnyResponse:
    """End a command: remember where its result is, commit once, send the reader there."""
    commands.finish(location)
    db.commit()
    return redirect(location, HTTPStatus.SEE_OTHER)


def turn_back(location: str) -> AnyResponse:
    """End a command whose work was refused: what was saved on the way stays, its key does not."""
    leave_undone()
    return redirect(location, HTTPStatus.SEE_OTHER)


def leave_undone() -> None:
    """Keep what was saved on the way; the key of the command, which is not done, may come again."""
    commands.forget()
    db.commit()


def is_partial() -> bool:
    """Tell whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def show_refusal(refusal: Refusal) -> tuple[str, int]:
    """Answer a refusal that no view took for itself."""
    db.rollback()
    is_race = isinstance(refusal, SomebodyWasFaster)
    template = "errors/409.html" if is_race else "errors/refusal.html"
    return _error_page(template, refusal.words(), refusal.status)


def _begin_request() -> None:
    g.nonce = secrets.token_urlsafe(16)
    g.request_id = uuid4().hex[:12]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    db().info["reads_only"] = request.method in SAFE_METHODS


def _begin_command() -> AnyResponse | None:
    if request.method in SAFE_METHODS or not current_user.is_authenticated:
        return None
    location = commands.begin(current_user.id, request)
    return redirect(location, HTTPStatus.SEE_OTHER) if location else None


@event.listens_for(Session, "before_flush")
def _refuse_writing(session: Session, *_: Any) -> None:
    if session.info.get("reads_only") and (session.new or session.dirty or session.deleted):
        raise WriteInGet(f"{request.method} {request.path} wants to write")


@event.listens_for(Session, "do_orm_execute")
def _refuse_statements(state: ORMExecuteState) -> None:
    if state.session.info.get("reads_only") and not state.is_select:
        raise WriteInGet(f"{request.method} {request.path} wants to write")


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _content_policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    headers.setdefault("X-Request-ID", g.get("request_id", ""))
    if request.endpoint == "static":
        headers["Cache-Control"] = f"public, max-age={STATIC_AGE}, immutable"
    else:
        headers.setdefault("Cache-Control", "private, no-store")
        headers.add("Vary", "Cookie")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _content_policy() -> str:
    nonce = f"'nonce-{g.get('nonce', '')}'"
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {nonce}",
            f"style-src 'self' {nonce}",
            "img-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _show_http_error(error: HTTPException) -> AnyResponse | tuple[str, int]:
    is_redirect = error.code is not None and error.code < HTTPStatus.BAD_REQUEST
    if is_redirect:
        return error.get_response()
    if isinstance(error, SecurityError):
        # Under a stranger's host name there are no addresses of ours to build a page with.
        return AnyResponse("This portal has another address.", HTTPStatus.BAD_REQUEST)
    db.rollback()
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    page = code if code in DESIGNED_ERRORS else HTTPStatus.BAD_REQUEST
    return _error_page(f"errors/{int(page)}.html", _reason(error), code)


def _reason(error: HTTPException) -> str:
    """Return our own words; the stock phrases of the framework are no help to anybody."""
    is_stock = isinstance(error, CSRFError) or error.description == type(error).description
    return "" if is_stock else str(error.description or "")


def _show_database_away(error: OperationalError) -> tuple[str, int]:
    log.error("database.away", reason=str(error.orig))
    end_session()
    return _bare_page("errors/503.html"), HTTPStatus.SERVICE_UNAVAILABLE


def _show_neighbour_away(error: Unavailable) -> tuple[str, int]:
    log.error("neighbour.away", reason=str(error))
    db.rollback()
    return _bare_page("errors/503.html"), HTTPStatus.SERVICE_UNAVAILABLE


def _show_bug(error: Exception) -> tuple[str, int]:
    log.exception("request.failed", path=_loggable_path())
    db.remove()
    return _bare_page("errors/500.html"), HTTPStatus.INTERNAL_SERVER_ERROR


def _loggable_path() -> str:
    """Return the path of the request without the secrets that stand in it."""
    path = request.path
    for name in SECRETS_IN_PATHS & set(request.view_args or ()):
        path = path.replace(str((request.view_args or {})[name]), "…")
    return path


def _error_page(template: str, reason: str, status: int) -> tuple[str, int]:
    """Return an error in the frame of the portal, whose menu asks the database who is there."""
    try:
        page = render_template(
            template, reason=reason, request_id=g.get("request_id", ""), typed=typed_texts()
        )
    except OperationalError as error:
        return _show_database_away(error)
    return page, status


def _bare_page(template: str) -> str:
    """Render without the frame's context, which would ask the database again."""
    page = current_app.jinja_env.get_template(template)
    with force_locale(request.accept_languages.best_match(list(Language)) or Language.EN):
        return page.render(request_id=g.get("request_id", ""))


@cache
def _content_hash(path: str, folder: str) -> str:
    return hashlib.sha256((Path(folder) / path).read_bytes()).hexdigest()[:12]


def _static_url(path: str) -> str:
    version = _content_hash(path, str(current_app.static_folder))
    return url_for("static", filename=path, v=version)
