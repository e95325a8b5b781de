"""Sessions as 1C keeps them for a client that asks: `IBSession: start`, the cookie, `finish`."""

import threading
from uuid import uuid4

from flask import Request, Response

HEADER = "IBSession"
COOKIE = "ibsession"


class Sessions:
    """The sessions alive; a caller that asks for none is served without."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._alive: set[str] = set()

    def is_dead(self, request: Request) -> bool:
        """Whether the call names a session that is not alive."""
        named = request.cookies.get(COOKIE)
        with self._lock:
            return named is not None and named not in self._alive

    def end(self, request: Request) -> None:
        """End the call's session, if it names one."""
        with self._lock:
            self._alive.discard(request.cookies.get(COOKIE, ""))

    def settle(self, request: Request, reply: Response) -> None:
        """Do after the call what its header asks for."""
        wish = request.headers.get(HEADER, "").strip().lower()
        if wish == "finish":
            self.end(request)
        elif wish == "start":
            started = uuid4().hex
            with self._lock:
                self._alive.add(started)
            reply.set_cookie(COOKIE, started, httponly=True, samesite="Strict")
