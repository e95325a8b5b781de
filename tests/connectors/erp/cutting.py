"""Every reply of the ERP, as the simulator gives it, cut at every byte and framed in every way."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from connectors.erp.port import RowKind
from connectors.erp.recording import Exchange
from connectors.erp.soap import SoapErp
from connectors.errors import OutsideError
from tests.connectors.erp.messages import a_claim, a_decision, an_act
from tests.connectors.erp.running import PASSWORD, USER, RunningSimulator, reference_erp

ASKED_ROWS = 3
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nConnection: close\r\n"
GZIP = "Content-Encoding: gzip\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n\r\n"


@dataclass
class Kind:
    """A kind of reply: how it is asked for, what it is when whole, and whether asking works.

    A file takes several calls; of all the `replies` the one at `place` is cut.
    """

    name: str
    ask: Callable[[SoapErp], Any]
    has_effect: bool = False
    place: int = 0
    replies: list[bytes] = field(default_factory=list)
    whole: Any = None

    @property
    def reply(self) -> bytes:
        """The reply to be cut."""
        return self.replies[self.place]

    def with_cut(self, cut: bytes) -> list[bytes]:
        """Return all the replies of a conversation, this one as it is given."""
        return [
            cut if place == self.place else sized(reply, reply)
            for place, reply in enumerate(self.replies)
        ]


def kinds() -> list[Kind]:
    """Return every operation that the portal uses; the messages are the same in each call."""
    claim = a_claim(external_id=UUID(int=7))
    decision, act = a_decision(claim), an_act(claim)
    return [
        Kind("Ping", lambda erp: erp.ping()),
        Kind("GetVersion", lambda erp: erp.version()),
        Kind("GetCapabilities", lambda erp: erp.capabilities()),
        Kind("GetFullPage", lambda erp: erp.sample(RowKind.ITEM, limit=ASKED_ROWS)),
        Kind("GetChanges", _read_changes),
        Kind("ConfirmChanges", lambda erp: erp.confirm(1)),
        Kind("PutClaim", lambda erp: erp.put_claim(claim), has_effect=True),
        Kind("PutClaim (rehearsed)", lambda erp: erp.rehearse_claim(claim)),
        Kind("PutDecision", lambda erp: erp.put_decision(decision), has_effect=True),
        Kind("PutFilePart", lambda erp: erp.put_file(act)),
        Kind("SaveFile", lambda erp: erp.put_file(act), has_effect=True, place=1),
        Kind("GetStates", lambda erp: erp.states([claim.external_id, decision.external_id])),
    ]  # fmt: skip


def _read_changes(erp: SoapErp) -> Any:
    with erp.changes(after=0) as message:
        return message.message_no, message.more, list(message)


def record(simulator: RunningSimulator) -> list[Kind]:
    """Ask the simulator for each kind once and keep its bytes, as well as what we made of them."""
    heard: list[Exchange] = []
    erp = reference_erp(
        url=simulator.url, user=USER, password=PASSWORD, node="cut", max_items=ASKED_ROWS,
        recorder=heard.append,
    )  # fmt: skip
    recorded = kinds()
    for kind in recorded:
        heard.clear()
        kind.whole = kind.ask(erp)
        kind.replies = [exchange.reply for exchange in heard]
    return recorded


def sized(part: bytes, whole: bytes) -> bytes:
    """The cut reply with its own, right length: only the content tells."""
    return f"{HEAD}Content-Length: {len(part)}\r\n\r\n".encode() + part


def oversized(part: bytes, whole: bytes) -> bytes:
    """The line breaks before what was announced has come."""
    return f"{HEAD}Content-Length: {len(whole)}\r\n\r\n".encode() + part


def unsized(part: bytes, whole: bytes) -> bytes:
    """Nothing was announced: the end of the line is the end of the reply."""
    return f"{HEAD}\r\n".encode() + part


def chunked(part: bytes, whole: bytes) -> bytes:
    """The cut reply ended as a whole one ends."""
    return f"{HEAD}{CHUNKED}".encode() + _chunks(part) + b"0\r\n\r\n"


def broken_chunks(part: bytes, whole: bytes) -> bytes:
    """The line breaks between two chunks."""
    return f"{HEAD}{CHUNKED}".encode() + _chunks(part)


def packed(part: bytes, whole: bytes) -> bytes:
    """Whole for HTTP, cut for gzip."""
    cut = gzip.compress(whole, mtime=0)[: len(part)]
    return f"{HEAD}{GZIP}Content-Length: {len(cut)}\r\n\r\n".encode() + cut


def packed_chunks(part: bytes, whole: bytes) -> bytes:
    """Cut inside gzip, with the right last chunk."""
    cut = gzip.compress(whole, mtime=0)[: len(part)]
    return f"{HEAD}{GZIP}{CHUNKED}".encode() + _chunks(cut) + b"0\r\n\r\n"


def _chunks(part: bytes) -> bytes:
    pieces = [part[start : start + 200] for start in range(0, len(part), 200)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


FRAMES = (sized, oversized, unsized, chunked, broken_chunks, packed, packed_chunks)


@dataclass
class Tally:
    """How many cuts there were and what they came to; `wrong` must stay empty."""

    cuts: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def count(self, outcome: str) -> None:
        self.cuts += 1
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


def cut(kind: Kind, *, step: int = 1, first: int = 0) -> Tally:
    """Cut a recorded reply at every `step`-th byte in every frame and judge what comes of it."""
    tally = Tally()
    with raw_server() as server:
        erp = reference_erp(url=server.url, node="cut", read_timeout=5, max_items=ASKED_ROWS)
        for end in range(first, len(kind.reply), step):
            for frame in FRAMES:
                server.replies = kind.with_cut(frame(kind.reply[:end], kind.reply))
                tally.count(_judge(kind, erp, tally, f"{frame.__name__} at {end}"))
    return tally


def _judge(kind: Kind, erp: SoapErp, tally: Tally, where: str) -> str:
    """Return what came of a cut; anything but "no" in our words, or the whole truth, is wrong."""
    try:
        got = kind.ask(erp)
    except OutsideError as error:
        if kind.has_effect and not error.outcome_unknown:
            tally.wrong.append(f"{kind.name}: {where}: taken for not done: {error}")
        return type(error).__name__
    except Exception as error:
        tally.wrong.append(f"{kind.name}: {where}: {type(error).__name__}: {error}")
        return type(error).__name__
    if got != kind.whole:
        tally.wrong.append(f"{kind.name}: {where}: a wrong answer: {got}")
    return "whole"


@dataclass
class RawServer:
    """Sends the next of these bytes to whoever has sent a request, and hangs up."""

    url: str
    replies: list[bytes] = field(default_factory=list)


@contextmanager
def raw_server() -> Iterator[RawServer]:
    """Serve raw bytes on a free port for the length of a block."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = RawServer(f"http://127.0.0.1:{door.getsockname()[1]}/ws")
        thread = threading.Thread(target=_serve, args=(door, server), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            door.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _serve(door: socket.socket, server: RawServer) -> None:
    with suppress(OSError):
        while True:
            caller, _ = door.accept()
            with caller, suppress(OSError):
                _read_request(caller)
                caller.sendall(server.replies.pop(0))
                caller.shutdown(socket.SHUT_WR)
                while caller.recv(4096):
                    pass


def _read_request(caller: socket.socket) -> None:
    got = b""
    while b"\r\n\r\n" not in got:
        got += caller.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    sizes = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(sizes[0].partition(b":")[2]) - len(body) if sizes else 0
    while missing > 0:
        missing -= len(caller.recv(65536))
