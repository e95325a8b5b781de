"""The switches of the page: weather, shipments, and what happens to a document."""

from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from connectors.erp.simulator import desk, trade
from connectors.erp.simulator.faults import BadSpec, Kind, make_fault, read_spec
from connectors.erp.simulator.ledger import Ledger
from connectors.erp.simulator.operations import HITTABLE
from connectors.erp.simulator.weather import Weather, describe

PLAIN = "text/plain; charset=utf-8"


def make_blueprint(ledger: Ledger, weather: Weather) -> Blueprint:
    """Return the switches over one store and one weather."""
    bp = Blueprint("controls", __name__)
    bp.before_request(_refuse_strangers)
    bp.register_error_handler(BadSpec, _say_what_is_wrong)
    _add_weather(bp, weather)
    _add_goods(bp, ledger)
    return bp


def _add_weather(bp: Blueprint, weather: Weather) -> None:
    @bp.get("/weather")
    def show_weather() -> Response:
        return Response(describe(weather), content_type=PLAIN)

    @bp.post("/weather")
    def bring_weather() -> AnyResponse:
        _bring_one(weather)
        return redirect(url_for("pages.index"))

    @bp.post("/weather/spec")
    def replace_weather() -> Response:
        faults = read_spec(request.form.get("spec", ""), HITTABLE)
        if "seed" in request.form:
            weather.reseed(_seed())
        if "spec" in request.form:
            weather.clear()
        weather.bring(*faults)
        return Response(describe(weather), content_type=PLAIN)

    @bp.post("/weather/stop")
    def stop_weather() -> AnyResponse:
        weather.stop(request.form.get("kind", ""))
        return redirect(url_for("pages.index"))

    @bp.post("/weather/clear")
    def clear_weather() -> AnyResponse:
        weather.clear()
        return redirect(url_for("pages.index"))

    @bp.post("/weather/seed")
    def reseed_weather() -> AnyResponse:
        weather.reseed(_seed())
        return redirect(url_for("pages.index"))


def _add_goods(bp: Blueprint, ledger: Ledger) -> None:
    @bp.post("/shipments")
    def ship() -> AnyResponse:
        trade.ship_again(ledger, date.today())  # noqa: DTZ011
        return redirect(url_for("pages.index"))

    @bp.post("/shipments/cancel")
    def cancel() -> AnyResponse:
        trade.cancel_last(ledger)
        return redirect(url_for("pages.index"))

    @bp.post("/documents/<ref>/<any(post,unpost,mark,unmark,renumber,halve,cut_file,delete):act>")
    def act(ref: str, act: str) -> AnyResponse:
        if not desk.act_on(ledger, ref, act):
            abort(404)
        if act == "delete":
            return redirect(url_for("pages.index"))
        return redirect(url_for("pages.document", ref=ref))


def _bring_one(weather: Weather) -> None:
    """Begin one fault as the form says; for no second at all means to end it."""
    form = request.form
    values = {name: form.get(name, "") for name in ("p", "count", "for", "by")}
    values["on"] = "+".join(form.getlist("on"))
    kind = form.get("kind", "")
    if values["p"].strip():  # the form asks in percent
        values["p"] = f"{form.get('p', 100.0, type=float) / 100:g}"
    fault = make_fault(kind, values, HITTABLE)
    if fault.seconds == 0 or fault.count == 0:
        weather.stop(Kind(kind))
    else:
        weather.bring(fault)


def _seed() -> int:
    text = request.form.get("seed", "").strip()
    if not text.removeprefix("-").isdecimal() or len(text) > 18:
        raise BadSpec(f"A seed is a whole number, not {text!r}")
    return int(text)


def _say_what_is_wrong(error: BadSpec) -> Response:
    return Response(f"{error}\n", 400, content_type=PLAIN)


def _refuse_strangers() -> None:
    """A switch is turned from our own page only."""
    if request.method == "GET":
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin"} or (origin is None and site is None):
        abort(403)
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
