"""One HTTP POST with a wall clock: no redirects, no environment.

A connection is not reused unless the caller brings a session of his own: a stale one turns an idle
pause into an unknown outcome, so only who gains by it keeps one.
"""

import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from http.cookies import CookieError, SimpleCookie
from socket import SHUT_RDWR, socket
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from connectors.errors import OutsideError, Rejected, Unavailable
from connectors.reasons import ErpReason

CHUNK = 64 * 1024
LEAD = b"\xef\xbb\xbf \t\r\n"  # what may stand before the prolog by mistake
Listener = Callable[[bytes], None]

_WRONG_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationParseError,
    UnicodeError,
)
_TIME_OUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
_TROUBLE = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes that one call may cost. `total` is wall clock, from start to last byte.

    `total_name` is what the mapping calls it.
    """

    connect: float = 3.05
    read: float = 30.0
    total: float = 60.0
    reply_bytes: int = 20 * 1024 * 1024
    total_name: str = "call_seconds"

    def scaled(self, *, total: float, reply_bytes: int) -> "Limits":
        """Return the same patience between bytes for a longer answer: that of a change feed."""
        return replace(self, total=total, reply_bytes=reply_bytes, total_name="feed_seconds")


@dataclass(frozen=True)
class Endpoint:
    """Where to post, as whom, and whose certificates to trust."""

    url: str
    user: str = ""
    password: str = ""
    ca_file: str | None = None

    def headers(self) -> dict[str, str | bytes]:
        """Return the log-in; it is UTF-8, because 1C users have Cyrillic names."""
        if not self.user:
            return {}
        return {"Authorization": b"Basic " + b64encode(f"{self.user}:{self.password}".encode())}


class Watch:
    """The wall clock of one call: at its end the socket is shut, whatever it was doing.

    Read time-outs restart at every byte, so they alone let a dripping server hold us for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.connected = False
        self.expired = False
        self._socket: socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True
        self._timer.start()

    def hold(self, sock: socket) -> None:
        """Remember the socket to shut."""
        self._socket = sock
        if self.expired:
            self._shut()

    def stop(self) -> None:
        """The call is over; its socket may go on to serve another."""
        self._timer.cancel()
        self._socket = None

    def _expire(self) -> None:
        self.expired = True
        self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(SHUT_RDWR)


_this_thread = threading.local()


class _Watched:
    """Tells the thread's watch about the socket of a new connection."""

    def _new_conn(self) -> socket:
        sock: socket = super()._new_conn()  # type: ignore[misc]
        _this_thread.watch.hold(sock)
        return sock

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _this_thread.watch.hold(self.sock)  # type: ignore[attr-defined]
        _this_thread.watch.connected = True

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # type: ignore[attr-defined]  # kept open by an earlier call
            _this_thread.watch.hold(self.sock)  # type: ignore[attr-defined]
            _this_thread.watch.connected = True
        super().request(*args, **kwargs)  # type: ignore[misc]


class _Http(_Watched, HTTPConnection):
    pass


class _Https(_Watched, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


WebSession = requests.Session


def new_session() -> WebSession:
    """Return a session without proxies, log-ins and cookies of whoever runs the process."""
    session = WebSession()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("http://", _Adapter())
    session.mount("https://", _Adapter())
    return session


class Reply:
    """A status, a content type and a body that can be read as it comes, or once as a whole."""

    def __init__(
        self,
        response: requests.Response,
        *,
        watch: Watch,
        limits: Limits,
        effect: bool,
        heard: Listener | None = None,
    ) -> None:
        self.status = response.status_code
        self.content_type = response.headers.get("Content-Type", "")
        self.cookies = _cookies(response.raw.headers.getlist("Set-Cookie"))
        self.effect = effect
        self._raw = response.raw
        self._watch = watch
        self._limits = limits
        self._heard = heard

    def chunks(self) -> Iterator[bytes]:
        """Yield the decoded body; raises `Unavailable` when it is cut or too slow."""
        size = 0
        try:
            for chunk in _without_lead(self._raw.stream(CHUNK, decode_content=True)):
                size += len(chunk)
                if size > self._limits.reply_bytes:
                    raise Rejected(
                        ErpReason.TOO_LONG,
                        bytes=self._limits.reply_bytes,
                        outcome_unknown=self.effect,
                    )
                if self._heard is not None:
                    self._heard(chunk)
                yield chunk
        except _TROUBLE as error:
            raise _explain(error, self._watch, self._limits, effect=self.effect) from error
        if self._watch.expired:
            raise _explain(TimeoutError(), self._watch, self._limits, effect=self.effect)

    def body(self) -> bytes:
        """Return the whole body, as often as it is asked for."""
        return self._body

    @cached_property
    def _body(self) -> bytes:
        return b"".join(self.chunks())


def _without_lead(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a body without the byte order mark and white space that may stand before its prolog.

    1C's modules and proxies put them there; XML allows nothing before its declaration.
    """
    chunks = iter(chunks)
    for chunk in chunks:
        begun = chunk.lstrip(LEAD)
        if begun:
            yield begun
            break
    yield from chunks


def _cookies(headers: list[str]) -> dict[str, str]:
    """Return names and values; to whom they belong is plain: each ERP has its own session."""
    found: SimpleCookie = SimpleCookie()
    for header in headers:
        with suppress(CookieError):
            found.load(header)
    return {name: morsel.value for name, morsel in found.items()}


@contextmanager
def post(
    endpoint: Endpoint,
    body: bytes,
    headers: Mapping[str, str | bytes],
    *,
    limits: Limits,
    effect: bool,
    heard: Listener | None = None,
    session: WebSession | None = None,
) -> Iterator[Reply]:
    """Send `body` and hand out the reply while the connection is open.

    `effect` says that the request may change something there, so that a failure after the
    connection was made leaves the outcome unknown. `heard` gets each piece of the reply as well.
    `session` is one that outlives the call and keeps its connection; it is nobody else's meanwhile.
    """
    watch = Watch(limits.total)
    with new_session() if session is None else nullcontext(session) as used:
        headers = headers if session is not None else {**headers, "Connection": "close"}
        try:
            response = _send(used, endpoint, body, headers, limits, watch, effect=effect)
            with response:
                yield Reply(response, watch=watch, limits=limits, effect=effect, heard=heard)
        finally:
            watch.stop()


def _send(
    session: requests.Session,
    endpoint: Endpoint,
    body: bytes,
    headers: Mapping[str, str | bytes],
    limits: Limits,
    watch: Watch,
    *,
    effect: bool,
) -> requests.Response:
    _this_thread.watch = watch
    try:
        return session.post(
            endpoint.url,
            data=body,
            headers={**headers, **endpoint.headers()},
            stream=True,
            allow_redirects=False,
            timeout=(limits.connect, limits.read),
            verify=endpoint.ca_file or True,
        )
    except _WRONG_ADDRESS as error:
        raise Rejected(ErpReason.NO_ADDRESS, details=str(error)) from error
    except _TROUBLE as error:
        raise _explain(error, watch, limits, effect=effect) from error
    finally:
        del _this_thread.watch


def _explain(error: Exception, watch: Watch, limits: Limits, *, effect: bool) -> OutsideError:
    """Say what the network did to us, and which limit of the mapping it was."""
    unknown = effect and watch.connected
    if watch.expired:
        return Unavailable(
            ErpReason.TOO_SLOW,
            seconds=f"{limits.total:g}",
            limit=limits.total_name,
            outcome_unknown=unknown,
        )
    if isinstance(error, requests.exceptions.SSLError):
        return Unavailable(ErpReason.UNTRUSTED, outcome_unknown=unknown)
    if isinstance(error, requests.ConnectTimeout):
        return Unavailable(ErpReason.UNREACHABLE_WITHIN, seconds=f"{limits.connect:g}")
    if not watch.connected:
        return Unavailable(ErpReason.UNREACHABLE)
    if isinstance(error, _TIME_OUTS) or _is_time_out(error):
        seconds = f"{limits.read:g}"
        return Unavailable(ErpReason.SILENT, seconds=seconds, outcome_unknown=unknown)
    return Unavailable(ErpReason.BROKEN_OFF, outcome_unknown=unknown)


def _is_time_out(error: Exception) -> bool:
    """Whether requests has wrapped a time-out that came in the middle of an answer."""
    return isinstance(error, requests.ConnectionError) and "Read timed out" in str(error)
