"""What the child does: limit itself, look, leave its answer beside the file."""

import json
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from .unfit import Unfit, Why

MB = 1024 * 1024
MEMORY = 768 * MB
CPU_SECONDS = 20  # of its own: a busy machine takes nothing from it
LARGEST_FILE = 64 * MB
OPEN_FILES = 64

Check = Callable[[Path], dict[str, Any]]

# The module and function that checks a kind, and what it is told besides the path. This process
# looks at one file: importing what all kinds need would take longer than looking at a photo.
CHECKS: dict[str, tuple[str, ...]] = {
    "jpg": ("images", "look_at_image", "JPEG"),
    "png": ("images", "look_at_image", "PNG"),
    "webp": ("images", "look_at_image", "WEBP"),
    "heic": ("images", "look_at_image", "HEIF"),
    "pdf": ("pdf", "look_at_pdf"),
    "docx": ("office", "look_at_docx"),
    "xlsx": ("office", "look_at_xlsx"),
    "xls": ("old_office", "look_at_xls"),
    "mp4": ("films", "look_at_film"),
    "mov": ("films", "look_at_film"),
    "zip": ("holders", "look_at_zip"),
    "eml": ("holders", "look_at_mail"),
    "csv": ("texts", "look_at_csv"),
    "txt": ("texts", "look_at_txt"),
}


def main() -> None:
    """Check the file named on the command line."""
    kind_code, name = sys.argv[1:]
    path = Path(name)
    check_of(kind_code)  # imported before the limits and the filter, which are for the file
    _limit_ourselves()
    warnings.simplefilter("error")
    # Their only warnings: damaged EXIF and a lost second picture, in photos that are fine.
    warnings.filterwarnings("ignore", module=r"PIL\.(Tiff|Jpeg)ImagePlugin")
    path.with_name("answer").write_text(json.dumps(answer_for(kind_code, path)), encoding="utf-8")


def answer_for(kind_code: str, path: Path) -> dict[str, Any]:
    """Return the facts worth keeping, or why the file is unfit."""
    check = check_of(kind_code)
    try:
        return check(path)
    except Unfit as unfit:
        return {"why": unfit.why, "value": unfit.value}
    except MemoryError:
        return {"why": Why.TOO_MUCH_WORK, "value": 0}
    except Exception:  # ten thousand broken files raise every kind of error a decoder knows
        return {"why": Why.DAMAGED, "value": 0}


def check_of(kind_code: str) -> Check:
    """Return the check of a kind; it returns facts, or raises `Unfit`."""
    module, name, *told = CHECKS[kind_code]
    check: Callable[..., dict[str, Any]] = getattr(import_module(f".{module}", __package__), name)
    return lambda path: check(path, *told)


def _limit_ourselves() -> None:
    if sys.platform == "win32":  # there only the parent's clock limits us
        return
    import resource  # noqa: PLC0415  (absent on Windows)

    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
