"""What a fault makes of a call: a refusal instead of the work, or another reply after it."""

import json
import re
from collections.abc import Callable, Iterator
from uuid import NAMESPACE_URL, uuid5

from flask import Response

from connectors.erp.simulator import drift
from connectors.erp.simulator.faults import Kind
from connectors.erp.simulator.weather import Strike

CLOSED_TEXT = (
    "Начало сеанса с информационной базой запрещено.\n"
    "Ведутся технические работы. Повторите попытку позже."
)
PLAIN = "text/plain; charset=utf-8"
WEB_PAGE = "text/html; charset=utf-8"
NO_LICENCE = "Не обнаружено свободной лицензии!"
NO_SESSION = "Сеанс отсутствует или удален"
ERROR_PAGE = (
    "<html><head><title>1C:Enterprise 8 application error</title></head><body></body></html>"
)
GARBAGE_BYTES = 400
PLATFORM = "{http://v8.1c.ru/8.2/virtual-resource-system}Exception"


def refuse(strikes: list[Strike]) -> Response | None:
    """Return the first refusal; then the work is not even begun."""
    return next((REFUSALS[one.kind]() for one in strikes if one.kind in REFUSALS), None)


def spoil(reply: Response, strikes: list[Strike]) -> Response:
    """Return the reply after all that happens to it on its way out."""
    for strike in strikes:
        if strike.kind in SPOILERS:
            reply = SPOILERS[strike.kind](reply, strike)
    return reply


def _down() -> Response:
    return Response(CLOSED_TEXT, 503, content_type=PLAIN)


def _maintenance() -> Response:
    """Answer as the platform does: JSON after a byte order mark, the words two levels down."""
    words = {"descr": CLOSED_TEXT, "inner": {"descr": "", "creationStack": "core83.dll"}}
    outer = {"reason": 403, "descr": "HTTP: Forbidden\nСеанс не начат", "inner": words}
    body = json.dumps({"#exception": PLATFORM, "exception": outer}, ensure_ascii=False)
    return Response(body.encode("utf-8-sig"), 403, content_type="application/json; charset=utf-8")


def _no_licence() -> Response:
    return Response(NO_LICENCE, 500, content_type=PLAIN)


def _pool_exhausted() -> Response:
    return Response("", 406, content_type=PLAIN)


def no_session() -> Response:
    """Answer a call in a session that has ended."""
    return Response(NO_SESSION, 400, content_type=PLAIN)


def _web_page() -> Response:
    return Response(ERROR_PAGE, 200, content_type=WEB_PAGE)


def _cut(reply: Response, strike: Strike) -> Response:
    """Break the line in the middle, with or without having said how much was to come."""
    whole = reply.get_data()
    broken = Response(_break_off(whole[: _end(whole, strike)]), reply.status_code)
    broken.content_type = reply.content_type
    if strike.random.choice((True, False)):
        broken.headers["Content-Length"] = str(len(whole))
    return broken


def _break_off(part: bytes) -> Iterator[bytes]:
    yield part
    raise ConnectionAbortedError


def _cut_neatly(reply: Response, strike: Strike) -> Response:
    """End too early, but as a whole chunked reply ends: only the content tells."""
    whole = reply.get_data()
    part = whole[: _end(whole, strike)]
    return Response(iter([part]), reply.status_code, content_type=reply.content_type)


def _end(whole: bytes, strike: Strike) -> int:
    return strike.random.randint(1, max(len(whole) - 2, 1))


def _garbage(reply: Response, strike: Strike) -> Response:
    noise = b"\xff\x00" + strike.random.randbytes(GARBAGE_BYTES)
    return Response(noise, 200, content_type=reply.content_type)


def _error(reply: Response, strike: Strike) -> Response:
    return Response(ERROR_PAGE, 500, content_type=WEB_PAGE)


def _empty(reply: Response, strike: Strike) -> Response:
    return Response(b"", 202, content_type=reply.content_type)


def _twice(reply: Response, strike: Strike) -> Response:
    return _with_body(reply, reply.get_data() * 2)


def _wrong_record(reply: Response, strike: Strike) -> Response:
    """Answer about another key, which is made of the right one."""

    def another(key: re.Match[str]) -> str:
        return f"<ExternalId>{uuid5(NAMESPACE_URL, key[1])}</ExternalId>"

    text = re.sub("<ExternalId>([^<]*)</ExternalId>", another, reply.get_data(as_text=True))
    return _with_body(reply, text.encode())


def _drift(reply: Response, strike: Strike) -> Response:
    return _with_body(reply, drift.change(reply.get_data(as_text=True), strike.kind).encode())


def _with_body(reply: Response, body: bytes) -> Response:
    return Response(body, reply.status_code, content_type=reply.content_type)


REFUSALS: dict[Kind, Callable[[], Response]] = {
    Kind.DOWN: _down,
    Kind.MAINTENANCE: _maintenance,
    Kind.LICENCE: _no_licence,
    Kind.POOL: _pool_exhausted,
    Kind.DEAD_SESSION: no_session,
    Kind.HTML: _web_page,
}
SPOILERS: dict[Kind, Callable[[Response, Strike], Response]] = {
    Kind.ADDED: _drift,
    Kind.REMOVED: _drift,
    Kind.RENAMED: _drift,
    Kind.ENUM: _drift,
    Kind.WRONG_RECORD: _wrong_record,
    Kind.TWICE: _twice,
    Kind.ERROR_AFTER_WORK: _error,
    Kind.EMPTY: _empty,
    Kind.GARBAGE: _garbage,
    Kind.CUT_NEATLY: _cut_neatly,
    Kind.CUT: _cut,
}
