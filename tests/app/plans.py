"""How PostgreSQL would find what a query asks for, were its tables large."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from app.core.db import db

WAYS = ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan")


@contextmanager
def plans(engine: Engine) -> Iterator[list[str]]:
    """Note the plan of every SELECT; a table is read whole only where no condition has an index.

    The test's tables are small: PostgreSQL would rather read them whole, or along their keys.
    """
    seen: list[str] = []
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
    for way in WAYS:
        db.execute(text(f"set local {way} = off"))
    connection = db.connection()
    for statement, parameters in asked:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        seen.append("\n".join(line for (line,) in rows))
    for way in WAYS:
        db.execute(text(f"set local {way} = on"))


def scanned(plan: str) -> set[str]:
    """Return the tables that a plan reads whole."""
    words = [line.split("Seq Scan on ")[1] for line in plan.splitlines() if "Seq Scan on" in line]
    return {word.split()[0] for word in words}
