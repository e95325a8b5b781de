"""What an earlier server left behind in its data folder."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from connectors.postgres.errors import PostgresUnusable
from connectors.postgres.lifeline import HAS_PROC, is_alive, works_in

PATIENCE = 60.0
NOTICE_PATIENCE = 2.0
PAUSE = 0.02
LINES_WHEN_READY = 8


@dataclass(frozen=True)
class PidFile:
    """What `postmaster.pid` says."""

    pid: int
    is_ready: bool


def read_pid_file(data: Path) -> PidFile | None:
    """Return what the server wrote about itself, or None while there is nothing complete."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return PidFile(
            pid=int(lines[0]),
            is_ready=len(lines) >= LINES_WHEN_READY and lines[7].strip() == "ready",
        )
    except (FileNotFoundError, IndexError, ValueError):
        return None


def clear_leftover(data: Path) -> None:
    """Stop what still runs on this data; forget a server whose id now belongs to another."""
    found = read_pid_file(data)
    if found is not None and is_alive(found.pid) and _serves(found.pid, data):
        stop_process(found.pid, data)
    if HAS_PROC:
        _end_orphans(data)
        if found is not None and is_alive(found.pid):
            # The id was given to somebody else's process, and PostgreSQL would refuse to start
            # beside it. No child of the dead server is left either, so its lock means nothing.
            (data / "postmaster.pid").unlink(missing_ok=True)


def stop_process(pid: int, data: Path) -> None:
    """Stop a server that is not our child: fast first, at once if that does not help."""
    for parting in (signal.SIGINT, signal.SIGQUIT):
        os.kill(pid, parting)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not (is_alive(pid) and _serves(pid, data)):
                return
            time.sleep(PAUSE)
    raise PostgresUnusable(f"An earlier PostgreSQL on {data} (process {pid}) does not stop.")


def _serves(pid: int, data: Path) -> bool:
    if HAS_PROC:
        return works_in(pid, data)
    told = subprocess.run(  # noqa: S603
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return str(data) in told.stdout


def _end_orphans(data: Path) -> None:
    """End the sessions of a dead server: PostgreSQL does not start while one of them works.

    Most notice by themselves within a moment; one that computes without a pause does not.
    """
    for parting in (None, signal.SIGQUIT, signal.SIGKILL):
        for pid in _orphans(data):
            if parting is not None:
                _send(pid, parting)
        deadline = time.monotonic() + NOTICE_PATIENCE
        while _orphans(data):
            if time.monotonic() > deadline:
                break
            time.sleep(PAUSE)
        else:
            return
    raise PostgresUnusable(f"Sessions of an earlier PostgreSQL on {data} do not end.")


def _send(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return


def _orphans(data: Path) -> list[int]:
    everybody = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in everybody if works_in(pid, data)]
