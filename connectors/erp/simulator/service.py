"""The SOAP service: the weather has a word before the work, and another about the reply."""

import time
from collections.abc import Callable

from flask import Request, Response

from connectors.erp.simulator import feed, spoil, wire
from connectors.erp.simulator.faults import Kind
from connectors.erp.simulator.ledger import Ledger, note
from connectors.erp.simulator.operations import WSDL, answer
from connectors.erp.simulator.sessions import Sessions
from connectors.erp.simulator.weather import Strike, Weather
from connectors.erp.wsdl import PACKAGED_WSDL, SoapVersion

MEDIA_TYPES = {
    SoapVersion.V1_1: "text/xml; charset=utf-8",
    SoapVersion.V1_2: "application/soap+xml; charset=utf-8",
}


class Service:
    """Answers calls over one store, in one weather."""

    def __init__(self, ledger: Ledger, weather: Weather) -> None:
        self._ledger = ledger
        self._weather = weather
        self._sessions = Sessions()

    def call(self, request: Request) -> Response:
        """Do what a POST asks for."""
        asked = _read(request)
        if isinstance(asked, Response):
            return self._endure(request, "", lambda: asked)
        return self._endure(request, asked.operation, lambda: self._work(asked))

    def contract(self, request: Request) -> Response:
        """Return the WSDL with the address at which it is served."""
        placeholder = b"http://dealer-claims.example/ws/dealer-claims"
        text = PACKAGED_WSDL.read_bytes().replace(placeholder, request.base_url.encode())
        reply = Response(text, content_type=MEDIA_TYPES[SoapVersion.V1_1])
        return self._endure(request, WSDL, lambda: reply)

    def _endure(self, request: Request, operation: str, work: Callable[[], Response]) -> Response:
        """Let the work be done through whatever hits this call."""
        strikes = self._weather.strike(operation)
        self._suffer(strikes, operation)
        if any(strike.kind is Kind.DEAD_SESSION for strike in strikes):
            self._sessions.end(request)
        refusal = spoil.refuse(strikes)
        if refusal is not None:
            return refusal
        if self._sessions.is_dead(request):
            return spoil.no_session()
        if any(strike.kind is Kind.DUPLICATE for strike in strikes):
            work().get_data()  # a proxy that lost patience has sent the same request before
        reply = spoil.spoil(work(), strikes)
        self._sessions.settle(request, reply)
        return reply

    def _suffer(self, strikes: list[Strike], operation: str) -> None:
        """Journal what hits the call, and bear what comes before the work."""
        if not strikes:
            return
        with self._ledger.transaction() as connection:
            for strike in strikes:
                note(
                    connection, "fault", fault=strike.kind, operation=operation,
                    call=strike.call, seed=self._weather.seed,
                )  # fmt: skip
                if strike.kind is Kind.RESTORED:
                    feed.go_back(connection, int(strike.by))
        time.sleep(sum(strike.by for strike in strikes if strike.kind is Kind.SLOW))

    def _work(self, asked: wire.Request) -> Response:
        try:
            result = answer(self._ledger, asked)
        except feed.LostMessage as error:
            return _fault(asked.version, _as_1c(str(error)))
        return Response(wire.envelope(asked, result), content_type=MEDIA_TYPES[asked.version])


def _read(request: Request) -> wire.Request | Response:
    """Return what is asked for, or the Fault that says why nobody can tell."""
    try:
        return wire.read_request(request.get_data())
    except wire.BadRequest as error:
        speaks_1_2 = "soap+xml" in (request.content_type or "")
        return _fault(SoapVersion.V1_2 if speaks_1_2 else SoapVersion.V1_1, str(error))


def _as_1c(text: str) -> str:
    """Dress an exception as 1C does, with its module and line."""
    place = "{WebСервис.DealerClaims.Модуль(1)}"
    return f"Неизвестная ошибка. {place}: {text}\nпо причине:\n{place}: {text}"


def _fault(version: SoapVersion, text: str) -> Response:
    return Response(wire.fault(version, text), 500, content_type=MEDIA_TYPES[version])
