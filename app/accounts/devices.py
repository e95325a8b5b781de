"""Browsers in which an account has signed in before, known by a signed cookie.

Guesses are counted for each of them apart (OWASP calls this a device cookie), so that whoever
guesses elsewhere does not lock the owner out. The cookie opens nothing by itself.
"""

import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

COOKIE = "device"
LIFE = timedelta(days=180)


def known_device(email: str) -> str:
    """Return the mark of this request's browser, "" unless the account has signed in with it."""
    try:
        owner, mark = _signer().loads(
            request.cookies.get(COOKIE, ""), max_age=int(LIFE.total_seconds())
        )
    except (BadData, ValueError, TypeError):
        return ""
    return str(mark) if owner == email else ""


def remember_device(response: Response, email: str) -> Response:
    """Let the browser be known from now on."""
    response.set_cookie(
        COOKIE,
        str(_signer().dumps([email, secrets.token_hex(8)])),
        max_age=LIFE,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="device")
