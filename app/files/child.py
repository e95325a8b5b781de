"""Inspects an untrusted upload in a subprocess, so that only the subprocess can crash."""

import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.files.inspection.unfit import Unfit, Why

# Only for a child that waits for something: its work is measured by its own processor time.
SECONDS = 180
PARALLEL = 3
LONGEST_ANSWER = 64 * 1024
MOST_MEMBERS = 100
LARGEST_LEFT = 64 * 1024 * 1024
_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from inspection.main import main; main()"
# Nothing of our environment: there are passwords in it.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"} | {
    name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ
}
_JPEG = b"\xff\xd8\xff"
_seats = threading.BoundedSemaphore(PARALLEL)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Picture:
    """What the child made of a photo, and what the camera had noted in it."""

    derivative: bytes
    thumbnail: bytes
    width: int
    height: int
    taken_at: datetime | None
    camera: str | None


@dataclass(frozen=True)
class Look:
    """What the child found and made of a file.

    `shown` is what people get instead of the original. `is_replaced`: nothing but this is kept.
    `members` are the files in it by name, each of them to be judged by itself.
    """

    picture: Picture | None = None
    shown: bytes | None = None
    change: str | None = None
    is_replaced: bool = False
    members: tuple[tuple[str, Path], ...] = ()


def look_into(path: Path, kind_code: str) -> Look:
    """Check the file; return what was found, or raise `Unfit`.

    The file lies in a folder of its own, where the child leaves what it makes. Whatever ends the
    child before its answer counts against the file.
    """
    with _seats:
        death = _run_child(path, kind_code)
    if death:
        log.warning("files.inspection_died", extra={"kind": kind_code, "reason": death})
        raise Unfit(Why.TOO_MUCH_WORK)
    try:
        return _understood(path.parent)
    except (LookupError, OSError, TypeError, ValueError) as error:
        # A file that took the child over might make it say anything.
        log.warning("files.inspection_raved", extra={"kind": kind_code, "reason": repr(error)})
        raise Unfit(Why.TOO_MUCH_WORK) from error


def _run_child(path: Path, kind_code: str) -> str:
    """Return of what the child died, nothing if it lived to its end."""
    command = [sys.executable, "-I", "-c", _BOOT, str(Path(__file__).parent), kind_code, str(path)]
    # Files, not pipes: their size is limited, and nobody has to keep them empty.
    complaint = path.with_name("complaint")
    with complaint.open("wb") as stderr:
        try:
            status = subprocess.run(  # noqa: S603  (our own interpreter, a path that we chose)
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env=_ENVIRONMENT,
                timeout=SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return f"not ready after {SECONDS} seconds"
    if status == 0:
        return ""
    return f"status {status}: {complaint.read_bytes()[-500:].decode(errors='replace')}"


def _understood(folder: Path) -> Look:
    answer: Any = json.loads(_read(folder / "answer", LONGEST_ANSWER))
    if not isinstance(answer, dict):
        raise TypeError("the answer is no object")
    if "why" in answer:
        raise Unfit(Why(answer["why"]), int(answer["value"]))
    if "width" in answer:
        return Look(picture=_picture(folder, answer))
    names = answer.get("members", [])
    if not isinstance(names, list) or len(names) > MOST_MEMBERS:
        raise ValueError("these are no members")
    members = tuple((str(name), _left(folder, f"member-{at}")) for at, name in enumerate(names))
    is_replaced, change = bool(answer.get("is_replaced")), answer.get("change")
    shown = _left(folder, "derivative").read_bytes() if is_replaced or change else None
    return Look(None, shown, str(change) if change else None, is_replaced, members)


def _picture(folder: Path, answer: dict[str, Any]) -> Picture:
    taken_at, camera = answer["taken_at"], answer["camera"]
    return Picture(
        derivative=_read_jpeg(folder / "derivative"),
        thumbnail=_read_jpeg(folder / "thumbnail"),
        width=int(answer["width"]),
        height=int(answer["height"]),
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
        camera=str(camera) if camera else None,
    )


def _left(folder: Path, name: str) -> Path:
    """Return a file that the child has left; a link to another one is none."""
    path = folder / name
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_LEFT:
        raise ValueError(f"{name} is not there")
    return path


def _read(path: Path, limit: int) -> bytes:
    if path.stat().st_size > limit:
        raise ValueError(f"{path.name} is too long")
    return path.read_bytes()


def _read_jpeg(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(_JPEG):
        raise ValueError(f"{path.name} is no JPEG")
    return content
