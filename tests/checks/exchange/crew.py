"""The processes that are killed: each comes back at once, on the same data."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
PAUSES = (0.05, 0.6)  # seconds between two kills


class Crew:
    """Named processes; a killed one is started again with the same command."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {**os.environ, **environment}
        self._commands: dict[str, list[str]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.kills: Counter[str] = Counter()

    def start(self, name: str, words: Sequence[str]) -> None:
        """Start a part of the crew: a module of ours and its arguments."""
        self._commands[name] = [sys.executable, "-m", *words]
        self._spawn(name)

    def kill(self, name: str) -> None:
        """Kill a part without warning; it starts again at once."""
        if name.startswith("worker"):
            self._kill_worker(name)
        else:
            self._processes[name].kill()
            self._processes[name].wait()
            self._spawn(name)
            self.kills[name] += 1

    def pid_file(self, name: str) -> Path:
        """Where a worker's parent writes the id of its child."""
        return self._folder / f"{name}.pid"

    def _kill_worker(self, name: str) -> None:
        try:
            os.kill(int(self.pid_file(name).read_text()), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return  # it is just being born
        self.kills["worker"] += 1

    def stop(self) -> None:
        """End everybody."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def names(self) -> list[str]:
        """Who can be killed."""
        return sorted(self._processes)

    def _spawn(self, name: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                self._commands[name], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )


class Killer(threading.Thread):
    """Kills somebody every now and then, by a schedule that follows from the seed."""

    def __init__(self, crew: Crew, *, kills: int, seed: int) -> None:
        super().__init__(name="killer")
        self._crew = crew
        self._kills = kills
        self._random = Random(seed)

    def run(self) -> None:
        end = time.monotonic() + PATIENCE + self._kills * PAUSES[1]
        while self._crew.kills.total() < self._kills and time.monotonic() < end:
            time.sleep(self._random.uniform(*PAUSES))
            self._crew.kill(self._random.choice(self._crew.names))


def wait_until(comes_true: Callable[[], bool]) -> None:
    """Wait for something that must come soon."""
    end = time.monotonic() + PATIENCE
    while not comes_true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether somebody answers over HTTP, whatever it is."""
    try:
        urlopen(url, timeout=5).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True
