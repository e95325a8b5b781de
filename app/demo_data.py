"""The folder of the demo: held by one supervisor at a time, thrown away on request."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

VERSIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"
LABEL = "the data of the demo"
PASSABLE = 0o711  # PostgreSQL may run as another user and must get through


class CannotStart(Exception):
    """Not like this; `str()` is the line for the person at the terminal."""


class DemoData:
    """What one demo keeps on the disk."""

    def __init__(self) -> None:
        self.folder = Path(os.environ.get("PORTAL_DATA", ".var/demo")).absolute()
        self._notice = self.folder.with_name(self.folder.name + ".lock")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder; the kernel lets go when this process ends, however it ends."""
        self._make()
        self._notice.touch(mode=0o600)
        with self._notice.open("a+", encoding="utf-8") as notice:
            if not _try_lock(notice, fcntl.LOCK_EX):
                where = self._read_notice().get("address", "it is still starting")
                raise CannotStart(f"The demo already runs on this data: {where}")
            notice.truncate(0)
            try:
                yield
            finally:
                notice.truncate(0)

    def tell(self, address: str, environment: dict[str, str]) -> None:
        """Let other processes know where the demo is and how to work on its data."""
        told = json.dumps({"address": address, "environment": environment})
        self._notice.write_text(told, encoding="utf-8")

    def environment_of_running(self) -> dict[str, str]:
        """Return the settings of the demo that holds the folder now, or nothing."""
        if not self._notice.exists():
            return {}
        with self._notice.open(encoding="utf-8") as notice:
            if _try_lock(notice, fcntl.LOCK_SH):
                return {}  # what is written there is of a demo that was killed
            return dict(self._read_notice().get("environment", {}))

    def empty(self) -> None:
        """Throw everything away, unless the folder is not the demo's."""
        if not self._label.exists():
            raise CannotStart(f"{self.folder} does not look like {LABEL}; empty it by hand.")
        for entry in self.folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry != self._label:
                entry.unlink()

    def is_loaded(self) -> bool:
        """Tell whether the demo was loaded under the present schema."""
        return self._read_loaded().get("schema") == _schema()

    def logins(self) -> str:
        """Return what the loading told about the log-ins."""
        return str(self._read_loaded()["logins"])

    def count_erps(self) -> int:
        """Return how many ERPs the demo was loaded from, 0 when it was not loaded yet."""
        loaded = self._read_loaded()
        return int(loaded.get("erps", 1)) if loaded else 0

    def note_loaded(self, logins: str, *, erps: int = 1) -> None:
        """Remember that everything is in place: asking the database takes seconds."""
        written = self._loaded.with_suffix(".new")
        told = {"schema": _schema(), "logins": logins, "erps": erps}
        written.write_text(json.dumps(told), encoding="utf-8")
        written.replace(self._loaded)

    @property
    def _label(self) -> Path:
        return self.folder / "README.txt"

    @property
    def _loaded(self) -> Path:
        return self.folder / "loaded.json"

    def _make(self) -> None:
        for missing in [*reversed(self.folder.parents), self.folder]:
            if not missing.exists():
                missing.mkdir()
                missing.chmod(PASSABLE)
        if not any(self.folder.iterdir()):
            self._label.write_text(f"This folder is {LABEL}: `run.py demo --fresh` empties it.\n")

    def _read_notice(self) -> dict[str, Any]:
        return _read_json(self._notice)

    def _read_loaded(self) -> dict[str, Any]:
        return _read_json(self._loaded)


def _schema() -> str:
    digest = hashlib.sha256()
    for version in sorted(VERSIONS.glob("*.py")):
        digest.update(version.read_bytes())
    return digest.hexdigest()


def _try_lock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
