"""The child process that looks closely at a stranger's file, so that only the child can fall."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.files.inspection.unfit import Unfit, Why

SECONDS = 15
PARALLEL = 3
_BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from inspection.main import main; main()"
# Nothing of our environment: there are passwords in it.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"} | {
    name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ
}
_seats = threading.BoundedSemaphore(PARALLEL)


@dataclass(frozen=True)
class Picture:
    """What the child made of a photo, and what the camera had noted in it."""

    derivative: bytes
    thumbnail: bytes
    width: int
    height: int
    taken_at: datetime | None
    camera: str | None


def look_into(path: Path, kind_code: str) -> Picture | None:
    """Check the file; return the pictures of a photo, None of anything else, or raise `Unfit`.

    The child leaves its pictures beside the file. Whatever ends it before its answer counts
    against the file.
    """
    with _seats:
        answer = _ask_child(path, kind_code)
    if "why" in answer:
        raise Unfit(Why(answer["why"]), int(answer["value"]))
    return _picture(path.parent, answer) if "width" in answer else None


def _ask_child(path: Path, kind_code: str) -> dict[str, Any]:
    command = [sys.executable, "-I", "-c", _BOOT, str(Path(__file__).parent), kind_code, str(path)]
    try:
        child = subprocess.run(  # noqa: S603  (our own interpreter, a path that we chose)
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=_ENVIRONMENT,
            timeout=SECONDS,
            check=True,
        )
        answer: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Unfit(Why.TOO_MUCH_WORK) from error
    return answer


def _picture(folder: Path, answer: dict[str, Any]) -> Picture:
    taken_at = answer["taken_at"]
    return Picture(
        derivative=(folder / "derivative").read_bytes(),
        thumbnail=(folder / "thumbnail").read_bytes(),
        width=int(answer["width"]),
        height=int(answer["height"]),
        taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
        camera=answer["camera"],
    )
