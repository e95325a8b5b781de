"""The lines to an ERP: kept open between calls, at most so many, each with its own 1C session.

Beginning a session costs 1C up to a third of a second and each one alive may cost a licence. So a
service that allows it is spoken to in a few sessions used again and again, which are ended as soon
as nobody needs them.
"""

import atexit
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from connectors.erp.recording import Tape
from connectors.erp.replies import find_fault
from connectors.erp.transport import Endpoint, Limits, Reply, WebSession, new_session, post
from connectors.errors import OutsideError, Rejected, Unavailable
from connectors.reasons import ErpReason

HEADER = "IBSession"
COOKIE = "ibsession"
# 1C ends a session by itself after 20 seconds, unless its administrator says otherwise; a line
# that has rested longer would mostly meet a dead one.
IDLE_SECONDS = 15.0
FAREWELL = Limits(connect=2.0, read=3.0, total=5.0)

Farewell = Callable[[], tuple[bytes, Mapping[str, str | bytes]]]


class SessionMode(StrEnum):
    """How a service publishes its sessions (`ReuseSessions` in 1C).

    `none`: a session and a connection a call. `use`: the caller begins, names and ends sessions.
    `auto`: the ERP keeps a pool by itself, the caller only keeps his connections.
    """

    NONE = "none"
    USE = "use"
    AUTO = "auto"


@dataclass(eq=False)
class Line:
    """One kept connection and the cookies that belong to it; one call at a time uses it."""

    web: WebSession = field(default_factory=new_session)
    cookies: dict[str, str] = field(default_factory=dict)
    free_since: float = 0.0

    @property
    def has_session(self) -> bool:
        """Whether the ERP has given us a session that we have not ended."""
        return COOKIE in self.cookies

    def headers(self, mode: SessionMode) -> dict[str, str]:
        """Return what a call on this line has to say of its session."""
        found = {}
        if self.cookies:
            found["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if mode is SessionMode.USE and not self.has_session:
            found[HEADER] = "start"
        return found

    def learn(self, cookies: Mapping[str, str]) -> None:
        """Keep what the ERP, or a balancer before it, wants to hear again; empty means forget."""
        self.cookies = {n: v for n, v in (self.cookies | dict(cookies)).items() if v}

    def forget_session(self) -> None:
        """The ERP no longer knows it."""
        self.cookies.pop(COOKIE, None)


class Lines:
    """All the lines of one process to one ERP; safe to be used from many threads.

    `farewell` gives a harmless request, with which sessions are ended.
    """

    def __init__(
        self,
        mode: SessionMode,
        endpoint: Endpoint,
        *,
        most: int,
        farewell: Farewell,
        idle: float = IDLE_SECONDS,
    ) -> None:
        self._mode = mode
        self._endpoint = endpoint
        self._make_farewell = farewell
        self._farewell: tuple[bytes, Mapping[str, str | bytes]] | None = None
        self._idle = idle
        self._free: list[Line] = []
        self._places = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._sweeper: threading.Timer | None = None
        if mode is SessionMode.USE:
            atexit.register(self.close)

    @contextmanager
    def call(
        self,
        body: bytes,
        headers: Mapping[str, str | bytes],
        *,
        limits: Limits,
        effect: bool,
        tape: Tape,
    ) -> Iterator[Reply]:
        """Post a request and hand out its reply, as `transport.post` does.

        A call in a session that the ERP has ended meanwhile was refused before any work: it is
        made once more, in a new session.
        """
        if self._mode is SessionMode.NONE:
            with post(
                self._endpoint, body, headers, limits=limits, effect=effect, heard=tape.hear
            ) as reply:
                yield reply
            return
        with self._line(limits.read) as line, ExitStack() as talk:
            is_named = line.has_session
            reply = talk.enter_context(self._post(line, body, headers, limits, effect, tape))
            if is_named and _is_dead(reply):
                talk.close()
                line.forget_session()
                tape.rewind()
                reply = talk.enter_context(self._post(line, body, headers, limits, effect, tape))
            yield reply

    def close(self) -> None:
        """End all sessions that nobody is using."""
        self._sweep(older_than=0.0)

    @contextmanager
    def _post(
        self,
        line: Line,
        body: bytes,
        headers: Mapping[str, str | bytes],
        limits: Limits,
        effect: bool,
        tape: Tape,
    ) -> Iterator[Reply]:
        told = {**headers, **line.headers(self._mode)}
        with post(
            self._endpoint, body, told,
            limits=limits, effect=effect, heard=tape.hear, session=line.web,
        ) as reply:  # fmt: skip
            line.learn(reply.cookies)
            yield reply

    @contextmanager
    def _line(self, patience: float) -> Iterator[Line]:
        """Hold a line of one's own; one that broke is not used again."""
        if not self._places.acquire(timeout=patience):
            raise Unavailable(ErpReason.SESSIONS_BUSY)
        try:
            with self._lock:
                line = self._free.pop() if self._free else Line()
            self._prepare_farewell()
            try:
                yield line
            except Rejected:  # an answer, if not the wanted one: the line is as good as before
                self._put_back(line)
                raise
            except BaseException:
                line.web.close()
                raise
            self._put_back(line)
        finally:
            self._places.release()

    def _put_back(self, line: Line) -> None:
        line.free_since = time.monotonic()
        with self._lock:
            self._free.append(line)
            self._wind_up()

    def _wind_up(self) -> None:
        """Come back when the line that was just put back has rested long enough."""
        if self._sweeper is None:
            self._sweeper = threading.Timer(self._idle, self._sweep, (self._idle,))
            self._sweeper.daemon = True
            self._sweeper.start()

    def _sweep(self, older_than: float) -> None:
        rested_before = time.monotonic() - older_than
        with self._lock:
            self._sweeper = None
            tired = [line for line in self._free if line.free_since <= rested_before]
            self._free = [line for line in self._free if line not in tired]
            if self._free:
                self._wind_up()
        for line in tired:
            self._finish(line)

    def _finish(self, line: Line) -> None:
        """End the line's session; one that cannot be told ends by itself."""
        try:
            if self._mode is SessionMode.USE and line.has_session and self._farewell:
                body, headers = self._farewell
                told = {**headers, **line.headers(self._mode), HEADER: "finish"}
                with (
                    suppress(OutsideError),
                    post(
                        self._endpoint, body, told,
                        limits=FAREWELL, effect=False, session=line.web,
                    ) as reply,
                ):  # fmt: skip
                    reply.body()
        finally:
            line.web.close()

    def _prepare_farewell(self) -> None:
        """Make it in a thread that has the contract: those that sweep do not."""
        if self._mode is SessionMode.USE and self._farewell is None:
            self._farewell = self._make_farewell()


def _is_dead(reply: Reply) -> bool:
    """Whether the ERP does not know the session: a plain 400, which no work of its own gives."""
    return reply.status == HTTPStatus.BAD_REQUEST and find_fault(reply.body()) is None
