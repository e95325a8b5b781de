"""A neighbour who misbehaves: it answers every request with the bytes it was given."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

XML = "text/xml; charset=utf-8"


@dataclass
class Trap:
    """What to answer next. `declared` is a false Content-Length, `drip` a pause between bytes."""

    url: str
    status: int = 200
    content_type: str = XML
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    declared: int | None = None
    unsized: bool = False
    drip: float = 0.0
    silence: float = 0.0
    hang_up: bool = False
    requests: list[bytes] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    trap: Trap
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """The caller hung up: that is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        self.server.trap.requests.append(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        trap = self.server.trap
        trap.seen.append(dict(self.headers))
        if trap.hang_up:
            return
        time.sleep(trap.silence)
        self.send_response(trap.status)
        self.send_header("Content-Type", trap.content_type)
        length = len(trap.body) if trap.declared is None else trap.declared
        if not trap.unsized:
            self.send_header("Content-Length", str(length))
        for name, value in trap.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._send(trap)

    def _send(self, trap: Trap) -> None:
        if not trap.drip:
            self.wfile.write(trap.body)
            return
        with suppress(OSError):
            for byte in trap.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(trap.drip)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def trap_server() -> Iterator[Trap]:
    """Serve a trap on a free port for the length of a block."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.trap = Trap(f"http://127.0.0.1:{server.server_port}/ws")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.trap
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
