"""A large answer of the change feed, and a process that serves it."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

from connectors.erp.port import COLUMNS
from tests.app.erp.rows import Change, dealer, item, line, ref, shipment

LOOPBACK = "127.0.0.1"
NAMESPACE = "http://dealer-claims.example/dealer-claims/1_0"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ITEMS = 200
LINES_A_SHIPMENT = 10
PATIENCE = 20.0


def write_reply(path: Path, lines: int, *, message_no: int = 1, changed: int = 0) -> None:
    """Write the answer of GetChanges: a dealer, items, shipments and their lines.

    With `changed` each so-manieth line has another lot than without.
    """
    shipments = -(-lines // LINES_A_SHIPMENT)
    with path.open("w", encoding="utf-8") as reply:
        reply.write(
            f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body><GetChangesResponse xmlns="{NAMESPACE}">'
            f"<return><MessageNo>{message_no}</MessageNo><More>false</More>"
            f"<Count>{1 + ITEMS + shipments + lines}</Count><Items>"
        )
        for change in _changes(lines, shipments, changed):
            reply.write(_element(change))
        reply.write("</Items></return></GetChangesResponse></e:Body></e:Envelope>")


@contextmanager
def serving(reply: Path) -> Iterator[str]:
    """Serve the file as the answer to everything, from a process of its own."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "tests.benchmarks.erp_feed", str(reply), str(port)]
    process = subprocess.Popen(command)
    try:
        _wait_for(port)
        yield f"http://{LOOPBACK}:{port}/ws/dealer-claims"
    finally:
        process.terminate()
        process.wait()


def main(reply: Path, port: int) -> None:
    """Serve until we are ended."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(reply.stat().st_size))
            self.end_headers()
            with reply.open("rb") as content:
                shutil.copyfileobj(content, self.wfile, 256 * 1024)

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer((LOOPBACK, port), Handler).serve_forever()


def _changes(lines: int, shipments: int, changed: int) -> Iterator[Change]:
    yield dealer()
    yield from (item(f"item {n}", Sku=f"ST-{n}") for n in range(ITEMS))
    yield from (shipment(f"shipment {n}", Number=f"УТ-{n:06}") for n in range(shipments))
    item_refs = [ref(f"item {n}") for n in range(ITEMS)]
    for number in range(lines):
        shipment_number, position = divmod(number, LINES_A_SHIPMENT)
        yield line(
            f"line {number}",
            ShipmentRef=ref(f"shipment {shipment_number}"),
            ItemRef=item_refs[number % ITEMS],
            Position=str(position + 1),
            Lot=f"Партия {number % 977:04}{' бис' if changed and number % changed == 0 else ''}",
            Quantity=f"{number % 90 + 1}.000",
        )


def _element(change: Change) -> str:
    kind, values = change
    fields = "".join(
        f"<{name}>{escape(value)}</{name}>"
        for name, value in zip(COLUMNS[kind], values, strict=True)
        if value is not None
    )
    return f"<{kind}>{fields}</{kind}>"


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
