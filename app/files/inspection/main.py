"""What the child does: limit itself, look, leave its answer beside the file."""

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .films import look_at_film
from .holders import look_at_mail, look_at_zip
from .images import look_at_image
from .office import look_at_docx, look_at_xlsx
from .old_office import look_at_xls
from .pdf import look_at_pdf
from .texts import look_at_csv, look_at_txt
from .unfit import Unfit, Why

MB = 1024 * 1024
MEMORY = 768 * MB
CPU_SECONDS = 20  # of its own: a busy machine takes nothing from it
LARGEST_FILE = 64 * MB
OPEN_FILES = 64

# A check returns the facts worth keeping, or raises `Unfit`.
CHECKS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "jpg": lambda path: look_at_image(path, "JPEG"),
    "png": lambda path: look_at_image(path, "PNG"),
    "webp": lambda path: look_at_image(path, "WEBP"),
    "heic": lambda path: look_at_image(path, "HEIF"),
    "pdf": look_at_pdf,
    "docx": look_at_docx,
    "xlsx": look_at_xlsx,
    "xls": look_at_xls,
    "mp4": look_at_film,
    "mov": look_at_film,
    "zip": look_at_zip,
    "eml": look_at_mail,
    "csv": look_at_csv,
    "txt": look_at_txt,
}


def main() -> None:
    """Check the file named on the command line."""
    kind_code, name = sys.argv[1:]
    path = Path(name)
    _limit_ourselves()
    warnings.simplefilter("error")
    # Their only warnings: damaged EXIF and a lost second picture, in photos that are fine.
    warnings.filterwarnings("ignore", module=r"PIL\.(Tiff|Jpeg)ImagePlugin")
    path.with_name("answer").write_text(json.dumps(answer_for(kind_code, path)), encoding="utf-8")


def answer_for(kind_code: str, path: Path) -> dict[str, Any]:
    """Return the facts, or why the file is unfit."""
    try:
        return CHECKS[kind_code](path)
    except Unfit as unfit:
        return {"why": unfit.why, "value": unfit.value}
    except MemoryError:
        return {"why": Why.TOO_MUCH_WORK, "value": 0}
    except Exception:  # ten thousand broken files raise every kind of error a decoder knows
        return {"why": Why.DAMAGED, "value": 0}


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
