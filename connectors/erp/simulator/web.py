"""The HTTP side: the SOAP service and the pages for people, on this machine only."""

import hmac
from pathlib import Path

from flask import Flask, Response, request

from connectors.erp.simulator import pages, wire
from connectors.erp.simulator.feed import LostMessage
from connectors.erp.simulator.ledger import Ledger
from connectors.erp.simulator.operations import answer
from connectors.erp.simulator.weather import CLOSED_TEXT, Weather
from connectors.erp.wsdl import PACKAGED_WSDL, SoapVersion

SERVICE = "/ws/dealer-claims"
REQUEST_BYTES = 8 * 1024 * 1024
MEDIA_TYPES = {
    SoapVersion.V1_1: "text/xml; charset=utf-8",
    SoapVersion.V1_2: "application/soap+xml; charset=utf-8",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
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

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @app.get(SERVICE)
    def wsdl() -> Response:
        if not _is_let_in(user, password):
            return _ask_who()
        return Response(_wsdl_at(request.base_url), content_type=MEDIA_TYPES[SoapVersion.V1_1])

    @app.post(SERVICE)
    def call() -> Response:
        # Read first: a refusal over an unread body would reach the caller as a broken line.
        body = request.get_data()
        weather.endure()
        if weather.closed_seconds:
            return Response(CLOSED_TEXT, 503, content_type="text/plain; charset=utf-8")
        if not _is_let_in(user, password):
            return _ask_who()
        return _call(ledger, body)

    return app


def _call(ledger: Ledger, body: bytes) -> Response:
    try:
        message = wire.read_request(body)
    except wire.BadRequest as error:
        version = SoapVersion.V1_2 if _speaks_1_2() else SoapVersion.V1_1
        return _fault(version, str(error))
    try:
        result = answer(ledger, message)
    except LostMessage as error:
        return _fault(message.version, _as_1c(str(error)))
    return Response(wire.envelope(message, result), content_type=MEDIA_TYPES[message.version])


def _speaks_1_2() -> bool:
    return "soap+xml" in (request.content_type or "")


def _as_1c(text: str) -> str:
    """Dress an exception as 1C does, with its module and line."""
    place = "{WebСервис.DealerClaims.Модуль(1)}"
    return f"Неизвестная ошибка. {place}: {text}\nпо причине:\n{place}: {text}"


def _fault(version: SoapVersion, text: str) -> Response:
    return Response(wire.fault(version, text), 500, content_type=MEDIA_TYPES[version])


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


def _wsdl_at(address: str) -> bytes:
    """Return the contract with the address at which it is served."""
    placeholder = b"http://dealer-claims.example/ws/dealer-claims"
    return PACKAGED_WSDL.read_bytes().replace(placeholder, address.encode())
