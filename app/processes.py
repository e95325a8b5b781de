"""The demo's children: heard with a prefix, stopped together, found again after a crash."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from connectors.postgres.lifeline import die_with_parent

MARK = "PORTAL_CHILD_OF"  # in a child's environment, the data folder of its demo
PAUSE = 0.05
COLOURS = (36, 33, 32, 35)


@dataclass(frozen=True)
class Child:
    """A running part of the demo."""

    name: str
    process: subprocess.Popen[str]
    reader: threading.Thread


class Crew:
    """All parts of one demo."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        self._environment = {**os.environ, **environment, MARK: str(data), "PYTHONUNBUFFERED": "1"}
        self._children: list[Child] = []
        self._voice = threading.Lock()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a part; call it from the main thread, whose end is the part's end."""
        self._spawn(name, command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def ask(self, name: str, command: Sequence[str]) -> tuple[int, str]:
        """Run a command to its end; return its exit code and what it wrote to stdout."""
        child = self._spawn(name, command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with child.process as process:
            answer = process.stdout.read() if process.stdout else ""
            child.reader.join()
        self._children.remove(child)
        return process.returncode, answer

    def fallen(self) -> str | None:
        """Say which part has ended, if any has."""
        for child in self._children:
            code = child.process.poll()
            if code is not None:
                return f"The part {child.name} ended with exit code {code}."
        return None

    def say(self, text: str) -> None:
        """Print for the person at the terminal, whole."""
        # A terminal that was closed must not keep us from stopping the parts.
        with self._voice, suppress(OSError):
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    def stop(self, patience: float = 15.0) -> None:
        """Ask every part to end, then insist. A second Ctrl-C is impatience."""
        hurry = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: hurry.set())
        for child in self._children:
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + patience
        while self._someone_runs() and time.monotonic() < deadline and not hurry.is_set():
            time.sleep(PAUSE)
        for child in self._children:
            _kill_session(child.process.pid)
            with child.process:
                child.reader.join()
        self._children.clear()

    def _someone_runs(self) -> bool:
        return any(child.process.poll() is None for child in self._children)

    def _spawn(self, name: str, command: Sequence[str], *, stdout: int, stderr: int) -> Child:
        process = subprocess.Popen(  # noqa: S603  (our own programs)
            command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C is ours; we stop the parts in order
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  (only prctl runs there)
        )
        heard = process.stdout if process.stderr is None else process.stderr
        prefix = self._prefix(name)
        reader = threading.Thread(target=self._repeat, args=(prefix, heard), daemon=True)
        reader.start()
        child = Child(name, process, reader)
        self._children.append(child)
        return child

    def _prefix(self, name: str) -> str:
        prefix = f"{name:<6} | "
        if not sys.stdout.isatty():
            return prefix
        return f"\x1b[{COLOURS[len(self._children) % len(COLOURS)]}m{prefix}\x1b[0m"

    def _repeat(self, prefix: str, heard: IO[str]) -> None:
        for line in heard:
            self.say(prefix + line.rstrip("\n"))


def clear_leftovers(data: Path, patience: float = 10.0) -> None:
    """End what a killed supervisor of this data left running.

    They are known by their environment, not by a number that may have a new owner. Only Linux
    shows it; elsewhere the busy port is what the person is told.
    """
    for parting in (signal.SIGTERM, signal.SIGKILL):
        for pid in _leftovers(data):
            _send(pid, parting)
        deadline = time.monotonic() + patience
        while _leftovers(data) and time.monotonic() < deadline:
            time.sleep(PAUSE)


def _leftovers(data: Path) -> list[int]:
    wanted = os.fsencode(f"{MARK}={data}")
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in environment:
            found.append(int(entry.name))
    return found


def _kill_session(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _send(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return
