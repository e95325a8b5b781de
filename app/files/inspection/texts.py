"""Plain text and tables of text: readable, without control characters, of a human size."""

import csv
import io
import re
from pathlib import Path
from typing import Any

from .unfit import Unfit, Why

MOST_ROWS = 100_000
LONGEST_CELL = 32 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SEPARATORS = ";,\t|"
# A cell that a spreadsheet program would compute, whatever separates the cells; signs of numbers
# and of telephone numbers compute nothing.
_FORMULA = re.compile(
    r"""(^|[;,\t|]|\r(?!\n))(\s*"?\s*)(?=[=@＝＠＋－]|[+-](?![\d\s.,()%-]*($|[;,\t|"])))""",
    re.MULTILINE,
)


def look_at_txt(path: Path) -> dict[str, Any]:
    """Check a text file."""
    lines = _decoded(path.read_bytes()).splitlines()
    if len(lines) > MOST_ROWS:
        raise Unfit(Why.TOO_MANY_ROWS, MOST_ROWS)
    if any(len(line) > LONGEST_CELL for line in lines):
        raise Unfit(Why.TOO_LONG_CELL, LONGEST_CELL)
    return {}


def look_at_csv(path: Path) -> dict[str, Any]:
    """Check a table; one with formulas is left beside it with these as text."""
    text = _decoded(path.read_bytes())
    first_line = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first_line.count)
    csv.field_size_limit(LONGEST_CELL)
    try:
        for number, _row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        ):
            if number >= MOST_ROWS:
                raise Unfit(Why.TOO_MANY_ROWS, MOST_ROWS)
    except csv.Error:
        raise Unfit(Why.TOO_LONG_CELL, LONGEST_CELL) from None
    as_text, formulas = _FORMULA.subn(r"\1\2'", text)
    if not formulas:
        return {}
    path.with_name("derivative").write_text(as_text, encoding="utf-8-sig", newline="")
    return {"change": "formulas_as_text"}


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise Unfit(Why.NOT_TEXT)
