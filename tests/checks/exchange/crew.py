"""The processes that are killed: each comes back at once, on the same data.

Everybody is started by the main thread, whose end is theirs.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.error import HTTPError
from urllib.request import urlopen

from connectors.postgres import embedded
from connectors.postgres.lifeline import die_with_parent

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
PAUSE = 0.02
Found = TypeVar("Found")


class Victim(Protocol):
    """Somebody who can be killed without warning, and comes back by themselves."""

    def kill(self) -> None: ...


class Program:
    """A program in a nursery of its own; killed with all its children, it is born again."""

    def __init__(
        self, name: str, words: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.log = folder / f"{name}.log"
        self._last = 0
        with self.log.open("ab") as log:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.checks.exchange.nursery", *words],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  (only prctl there)
            )

    def alive(self) -> int | None:
        """Return the id of the program, unless it is the one that we have killed."""
        return _other_than(self._last, children_of(self._nursery.pid), 0)

    def kill(self) -> None:
        """Kill it and its children; one that is just being born is waited for."""
        self._last = wait_for(self.alive)
        _kill_with_children(self._last)

    def stop(self) -> None:
        """End the nursery first, then what it would bring back to life."""
        child = self.alive()
        self._nursery.terminate()
        self._nursery.wait(PATIENCE)
        if child:
            _kill_with_children(child)


class Child:
    """One of the children of a program that starts a new one for each that dies."""

    def __init__(self, parent: Program, number: int) -> None:
        self._parent = parent
        self._number = number
        self._last = 0

    def kill(self) -> None:
        """Kill the child; one that is just being born is waited for."""
        self._last = wait_for(self._alive)
        with suppress(ProcessLookupError):
            os.kill(self._last, signal.SIGKILL)

    def _alive(self) -> int | None:
        parent = self._parent.alive()
        return _other_than(self._last, children_of(parent), self._number) if parent else None


class Database:
    """A durable PostgreSQL; killed, it comes back with all that was committed."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._server = embedded.start(data, durable=True)
        self.address = self._server.address
        self.slowest = 0.0  # seconds from the kill to the server that takes connections again

    def kill(self) -> None:
        """Kill the server between any two of its writes, and let it recover."""
        started = time.monotonic()
        self._server.process.kill()
        self._server.process.wait()
        self._server = embedded.start(self._data, durable=True)
        self.slowest = max(self.slowest, time.monotonic() - started)

    def stop(self) -> None:
        self._server.stop()


class Crew:
    """Everybody who is killed, by name, and how often they were."""

    def __init__(self) -> None:
        self._victims: dict[str, Victim] = {}
        self._shares: dict[str, int] = {}
        self._doors: dict[str, str] = {}
        self.kills: Counter[str] = Counter()

    @property
    def shares(self) -> Mapping[str, int]:
        """Return how often each is killed beside the others."""
        return dict(self._shares)

    def add(self, name: str, victim: Victim, *, share: int, door: str = "") -> None:
        """Take somebody in; behind the door one can hear whether they are at work."""
        self._victims[name] = victim
        self._shares[name] = share
        self._doors[name] = door

    def kill(self, name: str, *, at_work: bool) -> None:
        """Kill somebody, at work or while they come back from the last time.

        The number behind a name tells brothers apart.
        """
        door = self._doors[name]
        if at_work and door:
            wait_until(lambda: answers(door))
        self._victims[name].kill()
        self.kills[name.rstrip("0123456789 ")] += 1


def children_of(pid: int) -> list[int]:
    """Return a process's children, the oldest first; only Linux tells."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(word) for word in told.split()]


def _kill_with_children(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)  # a newborn one leads no group yet
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _other_than(last: int, pids: Sequence[int], number: int) -> int | None:
    """Return the first, second … of the processes, not counting one that is just dying."""
    others = [pid for pid in pids if pid != last]
    return others[number] if len(others) > number else None


def wait_for(find: Callable[[], Found | None], *, patience: float = PATIENCE) -> Found:
    """Wait for something that must come soon, and return it."""
    end = time.monotonic() + patience
    while (found := find()) is None:
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(PAUSE)
    return found


def wait_until(comes_true: Callable[[], bool], *, patience: float = PATIENCE) -> None:
    """Wait for something that must come true soon."""
    wait_for(lambda: comes_true() or None, patience=patience)


def answers(url: str) -> bool:
    """Whether somebody answers over HTTP, whatever it is."""
    try:
        urlopen(url, timeout=5).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True
