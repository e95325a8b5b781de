"""What is rung is heard, also by whoever was away when it rang."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue

import psycopg
import pytest

from connectors.doorbell import postgres as doorbell
from connectors.doorbell.postgres import PostgresDoorbell
from connectors.postgres import embedded

PATIENCE = 60.0
SILENCE = 0.3
RING = "notify bell"


class Listener:
    """Somebody at the door, in a thread."""

    def __init__(self, conninfo: str) -> None:
        self.over = threading.Event()
        self._heard: Queue[None] = Queue()
        bell = PostgresDoorbell(conninfo, channel="bell")
        self._thread = threading.Thread(target=self._listen, args=[bell])
        self._thread.start()

    def _listen(self, bell: PostgresDoorbell) -> None:
        for ring in bell.listen(self.over):
            self._heard.put(ring)

    def hear(self, patience: float = PATIENCE) -> bool:
        """Wait for a ring; return whether one came."""
        with suppress(Empty):
            self._heard.get(timeout=patience)
            return True
        return False

    def go(self) -> bool:
        """Stop listening; return whether that was soon."""
        self.over.set()
        self._thread.join(PATIENCE)
        return not self._thread.is_alive()


@pytest.fixture
def conninfo(database_url: str) -> str:
    return database_url.replace("+psycopg", "", 1)


@pytest.fixture
def listen() -> Iterator[Callable[[str], Listener]]:
    there: list[Listener] = []

    def begin(conninfo: str) -> Listener:
        there.append(Listener(conninfo))
        return there[-1]

    yield begin
    for listener in there:
        assert listener.go()


@pytest.fixture
def listener(conninfo: str, listen: Callable[[str], Listener]) -> Listener:
    """Somebody who listens already."""
    listener = listen(conninfo)
    assert listener.hear()
    return listener


@pytest.fixture
def line(conninfo: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo) as line:
        yield line


def test_whoever_comes_to_the_door_looks_at_once(
    conninfo: str, listen: Callable[[str], Listener]
) -> None:
    listener = listen(conninfo)

    assert listener.hear()
    assert not listener.hear(SILENCE)


def test_it_rings_when_the_cause_can_be_seen_and_only_then(
    listener: Listener, line: psycopg.Connection
) -> None:
    line.execute(RING)
    assert not listener.hear(SILENCE)
    line.rollback()
    assert not listener.hear(SILENCE)

    line.execute(RING)
    line.commit()

    assert listener.hear()


def test_nobody_else_s_bell_is_heard(listener: Listener, line: psycopg.Connection) -> None:
    line.execute("notify other_bell")
    line.commit()

    assert not listener.hear(SILENCE)


def test_a_listener_polls_once_after_reconnecting(
    listener: Listener, line: psycopg.Connection
) -> None:
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where query = 'LISTEN \"bell\"'"
    assert line.execute(cut).fetchall() == [(True,)]
    line.commit()

    assert listener.hear()

    line.execute(RING)
    line.commit()
    assert listener.hear()


def test_a_restart_of_the_server_is_survived(
    tmp_path: Path, listen: Callable[[str], Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "WAITS", (0.05, 0.2))
    tmp_path.chmod(0o755)
    with embedded.running(tmp_path / "postgres", durable=False) as server:
        conninfo = server.address.url("postgres").replace("+psycopg", "", 1)
        listener = listen(conninfo)
        assert listener.hear()
    assert not listener.hear(SILENCE)  # nobody answers, and nobody gives up

    with embedded.running(tmp_path / "postgres", durable=False):
        assert listener.hear()
        with psycopg.connect(conninfo, autocommit=True) as line:
            line.execute(RING)
        assert listener.hear()
        assert listener.go()
