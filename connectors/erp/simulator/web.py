"""The HTTP side: the SOAP service and the pages for people, on this machine only."""

import hmac
from pathlib import Path

from flask import Flask, Response, request

from connectors.erp.simulator import controls, pages
from connectors.erp.simulator.ledger import Ledger
from connectors.erp.simulator.service import Service
from connectors.erp.simulator.weather import Weather

SERVICE = "/ws/dealer-claims"
REQUEST_BYTES = 8 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Under `no-referrer` a browser hides the origin of our own forms too: "null" is refused.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_app(ledger: Ledger, weather: Weather, *, user: str, password: str) -> Flask:
    """Put the service and the pages together."""
    app = Flask(__name__, root_path=str(Path(__file__).parent), static_folder="static")
    app.config["MAX_CONTENT_LENGTH"] = REQUEST_BYTES
    # A page of another site must not reach us under a name that it made up.
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(pages.make_blueprint(ledger, weather))
    app.register_blueprint(controls.make_blueprint(ledger, weather))
    service = Service(ledger, weather)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @app.get(SERVICE)
    def wsdl() -> Response:
        return service.contract(request) if _is_let_in(user, password) else _ask_who()

    @app.post(SERVICE)
    def call() -> Response:
        # Read first: a refusal over an unread body would reach the caller as a broken line.
        request.get_data()
        return service.call(request) if _is_let_in(user, password) else _ask_who()

    return app


def _is_let_in(user: str, password: str) -> bool:
    """Compare the Basic log-in, which is UTF-8, in constant time."""
    if not user:
        return True
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    pair = f"{given.username}:{given.password}"
    return hmac.compare_digest(pair.encode(), f"{user}:{password}".encode())


def _ask_who() -> Response:
    return Response(
        "Идентификация пользователя не выполнена",
        401,
        {"WWW-Authenticate": 'Basic realm="1C:Enterprise 8.3", charset="UTF-8"'},
        content_type="text/plain; charset=utf-8",
    )
