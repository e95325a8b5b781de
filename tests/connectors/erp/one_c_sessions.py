"""A server that keeps sessions by the letter of 1C's documentation and counts who comes how."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4


@dataclass
class SessionDesk:
    """What the server knows: its sessions, and each call as (connection, wish, session named)."""

    url: str
    body: bytes = b""
    places: int = 10
    alive: set[str] = field(default_factory=set)
    calls: list[tuple[int, str, str]] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    worked: int = 0
    most_at_once: int = 0
    gate: threading.Event = field(default_factory=threading.Event)

    @property
    def wishes(self) -> list[str]:
        return [wish for _, wish, _ in self.calls]

    @property
    def connections(self) -> set[int]:
        return {connection for connection, _, _ in self.calls}


class _Server(ThreadingHTTPServer):
    desk: SessionDesk
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller may hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        desk = self.server.desk
        self.rfile.read(int(self.headers["Content-Length"]))
        cookies = SimpleCookie(self.headers["Cookie"] or "")
        named = cookies["ibsession"].value if "ibsession" in cookies else ""
        wish = self.headers["IBSession"] or ""
        desk.calls.append((self.client_address[1], wish, named))
        desk.operations.append(self.headers["SOAPAction"].strip('"').rpartition(":")[2])
        if named and named not in desk.alive:
            self._answer(400, "Сеанс работы завершен администратором.".encode())
        elif wish == "start" and len(desk.alive) >= desk.places:
            self._answer(406, b"")
        else:
            self._work(desk, wish, named)

    def _work(self, desk: SessionDesk, wish: str, named: str) -> None:
        desk.worked += 1
        given = ""
        if wish == "start":
            given = uuid4().hex
            desk.alive.add(given)
            desk.most_at_once = max(desk.most_at_once, len(desk.alive))
        if wish == "finish":
            desk.alive.discard(named)
        desk.gate.wait(5)
        self._answer(200, desk.body, given)

    def _answer(self, status: int, body: bytes, session: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if session:
            self.send_header("Set-Cookie", "balancer=n1; path=/")
            self.send_header("Set-Cookie", f"ibsession={session}; path=/base/ws; HttpOnly; Secure")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def session_server() -> Iterator[SessionDesk]:
    """Serve on a free port for the length of a block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.desk = SessionDesk(f"http://127.0.0.1:{server.server_port}/base/ws/claims")
    server.desk.gate.set()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.desk
    finally:
        with suppress(OSError):
            server.shutdown()
        server.server_close()
        thread.join()
