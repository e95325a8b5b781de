"""What people inside the factory do to a document, so that reading it back shows it.

Each act is journalled as `desk`: it is no effect of the portal's.
"""

import json
import sqlite3
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from connectors.erp.port import RowKind
from connectors.erp.simulator import feed, papers
from connectors.erp.simulator.ledger import Ledger, note, now

CENT = Decimal("0.01")

Act = Callable[[sqlite3.Connection, sqlite3.Row], None]


def act_on(ledger: Ledger, ref: str, act: str) -> bool:
    """Do an act to a document and journal it; return whether there is such a document."""
    with ledger.transaction() as connection:
        row = connection.execute("SELECT * FROM document WHERE ref = ?", (ref,)).fetchone()
        if row is None or (act in SOME and act not in acts_for(row)):
            return False
        ACTS[act](connection, row)
        note(
            connection, "desk", act=act, external_id=row["external_id"], document=row["kind"],
            number=row["number"], ref=ref,
        )  # fmt: skip
    return True


def acts_for(row: sqlite3.Row) -> tuple[str, ...]:
    """Return what may be done to a document, in the order of the page."""
    return (
        "unpost" if row["posted"] else "post",
        "unmark" if row["marked"] else "mark",
        "renumber",
        *(("halve",) if papers.has_money(row) else ()),
        *(("cut_file",) if row["operation"] == "SaveFile" else ()),
        "delete",
    )


def _post(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Posting takes the deletion mark away, as in 1C."""
    _change(connection, row, posted=1, marked=0)


def _unpost(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    _change(connection, row, posted=0)


def _mark(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """A document marked for deletion is unposted with it, as in 1C."""
    _change(connection, row, posted=0, marked=1)


def _unmark(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    _change(connection, row, marked=0)


def _renumber(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    number = papers.next_number(connection, row["kind"])
    words = row["words"].replace(row["number"].casefold(), number.casefold(), 1)
    _change(connection, row, number=number, words=words)


def _halve(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Grant half of the money of every line, as a bookkeeper does who will not pay more."""
    content = json.loads(row["content"])
    for line in content["Lines"]:
        half = Decimal(line["Amount"]) / 2
        line["Amount"] = str(half.quantize(CENT, ROUND_HALF_UP))
    _change(connection, row, content=json.dumps(content, ensure_ascii=False))


def _cut_file(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Keep the first half of a file, as a full disk or a hand that knows better does."""
    connection.execute(
        """UPDATE file SET content = substr(content, 1, length(content) / 2)
           WHERE external_id = ?""",
        (row["external_id"],),
    )
    _change(connection, row)


def _delete(connection: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Remove a document for good with all that is known of its key."""
    for table in ("document", "message", "file"):
        connection.execute(
            f"DELETE FROM {table} WHERE external_id = ?",  # noqa: S608
            (row["external_id"],),
        )
    feed.delete_row(connection, RowKind.DOCUMENT, row["external_id"])


def _change(connection: sqlite3.Connection, row: sqlite3.Row, **values: str | int) -> None:
    changes = {**values, "changed_at": now()}
    columns = ", ".join(f"{name} = ?" for name in changes)
    connection.execute(
        f"UPDATE document SET {columns} WHERE ref = ?",  # noqa: S608
        (*changes.values(), row["ref"]),
    )
    slip = papers.find_slip(connection, row["external_id"])
    if slip is not None:
        papers.register(connection, slip)


SOME = ("halve", "cut_file")  # not every document has money, or is a file
ACTS: dict[str, Act] = {
    "post": _post,
    "unpost": _unpost,
    "mark": _mark,
    "unmark": _unmark,
    "renumber": _renumber,
    "halve": _halve,
    "cut_file": _cut_file,
    "delete": _delete,
}
