"""Rows of the change feed on their way into temporary tables, as text and in bulk."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from app.core.db import db, driver_of
from app.core.text import clean_line
from connectors.erp.port import COLUMNS, Row, RowKind

WINDOW = 5_000  # rows of a kind that are held in memory

# What must not get into the tables, or would end a field of COPY's text format.
_UNUSUAL = re.compile(
    r"[\\\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00a0\u2028-\u202e\u2066-\u2069"
    r"\u200e\u200f\ufeff\ufffe\uffff]|[ ][\t\n ]|[\t\n][ ]|\A[ ]|[ ]\Z"
)
# White space that folding would take away: doubled, or at either end of a field.
_EDGES = ("  ", " \t", "\t ", " \n", "\n ")


@dataclass(frozen=True)
class Batch:
    """The message whose rows are staged; `zone` is where the ERP's moments become days."""

    connection: str
    message_no: int
    at: datetime
    zone: str = "UTC"

    def facts(self) -> dict[str, Any]:
        """Return what the statements are told."""
        return vars(self)


@dataclass(frozen=True)
class Window:
    """Some rows of a kind, next to each other in the message, in COPY's text format."""

    kind: RowKind
    text: str
    rows: int


def run(statement: str, facts: dict[str, Any] | None = None) -> int:
    """Run a statement over the staged rows; return how many rows it changed."""
    return db.connection().exec_driver_sql(statement, facts).rowcount


def staging(kind: RowKind) -> str:
    """Return the name of the temporary table for a kind of rows."""
    return f"staged_{kind.name.lower()}"


def make_tables() -> None:
    """Make a fresh staging table for each kind."""
    for kind in RowKind:
        _make_table(kind)


def windows(rows: Iterable[tuple[RowKind, Row]]) -> Iterator[Window]:
    """Yield the rows by the window. When one is full, what it may refer to has been yielded."""
    held: dict[RowKind, list[Row]] = {kind: [] for kind in RowKind}
    for kind, row in rows:
        window = held[kind]
        window.append(row)
        if len(window) == WINDOW:
            yield from _partial(other for other in held.items() if other[0] is not kind)
            yield Window(kind, copy_text(window), WINDOW)
            window.clear()
    yield from _partial(held.items())


def _partial(held: Iterable[tuple[RowKind, list[Row]]]) -> Iterator[Window]:
    for kind, window in held:
        if window:
            yield Window(kind, copy_text(window), len(window))
            window.clear()


def copy(window: Window) -> None:
    """Append a window to its staging table."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in COLUMNS[window.kind])
    table = sql.Identifier(staging(window.kind))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)
    with _connection().cursor().copy(command) as copying:
        copying.write(window.text)


def copy_text(rows: list[Row]) -> str:
    """Return rows in COPY's text format, cleaned; what is absent becomes an empty text."""
    lines = [
        "\t".join(row) if None not in row else "\t".join([value or "" for value in row])  # type: ignore[arg-type]
        for row in rows
    ]
    text = "\n".join(lines)
    separators = sum(map(len, rows)) - len(rows)
    if text.count("\t") == separators and text.count("\n") == len(rows) - 1 and _is_plain(text):
        return text + "\n"
    return "".join(f"{_copy_line(row, line)}\n" for row, line in zip(rows, lines, strict=True))


def _is_plain(text: str) -> bool:
    """Whether there is nothing unusual in a whole window; a quick look, wrong on the safe side.

    What is not printable are the controls, the invisible and all spaces but the common one.
    """
    return (
        text.replace("\t", "").replace("\n", "").isprintable()
        and "\\" not in text
        and not any(pair in text for pair in _EDGES)
        and text[:1] != " "
        and text[-1:] != " "
        and unicodedata.is_normalized("NFC", text)
    )


def _copy_line(row: Row, line: str) -> str:
    if (
        line.count("\t") == len(row) - 1
        and "\n" not in line
        and unicodedata.is_normalized("NFC", line)
        and not _UNUSUAL.search(line)
    ):
        return line
    # Folding white space leaves the backslash as the only thing that COPY would misread.
    return "\t".join([clean_line(value or "").replace("\\", "\\\\") for value in row])


def empty(kind: RowKind) -> None:
    """Forget what is staged of a kind."""
    run(f"TRUNCATE pg_temp.{staging(kind)}")


def _make_table(kind: RowKind) -> None:
    columns = [sql.SQL("{} text").format(sql.Identifier(name)) for name in COLUMNS[kind]]
    table = sql.Identifier("pg_temp", staging(kind))
    cursor = _connection().cursor()
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
    cursor.execute(
        sql.SQL(
            "CREATE TEMP TABLE {} (seq bigint GENERATED ALWAYS AS IDENTITY, {}) ON COMMIT DROP"
        ).format(sql.Identifier(staging(kind)), sql.SQL(", ").join(columns))
    )


def _connection() -> psycopg.Connection:
    """Return the driver's own connection under the session: SQLAlchemy has no COPY."""
    return driver_of(db.connection().connection)
