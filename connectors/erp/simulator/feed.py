"""The change feed, by the rules of a 1C exchange plan.

A change stays registered for a node until the very message that carried it is acknowledged; a row
that changed again after it was sent is registered anew.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from connectors.erp.port import COLUMNS, Row, RowKind

RANKS = {kind: rank for rank, kind in enumerate(RowKind)}
KEYS = {
    RowKind.COMPONENT: ("ItemRef", "ComponentRef", "Name"),
    RowKind.LOT: ("LineRef", "Lot"),
    RowKind.UNIT: ("LineRef", "Serial"),
    RowKind.PACKAGE: ("Code",),
    RowKind.DOCUMENT: ("ExternalId",),
    RowKind.DELETED: ("Kind", "Ref"),
}
OWNERS = {
    RowKind.COMPONENT: "ItemRef",
    RowKind.LOT: "LineRef",
    RowKind.UNIT: "LineRef",
    RowKind.PACKAGE: "LineRef",
    RowKind.DOCUMENT: "ExternalId",
}


class LostMessage(Exception):
    """The node names a message that this infobase cannot continue from."""


@dataclass(frozen=True)
class Message:
    """The number of a message that has just been made up, and whether more is waiting."""

    number: int
    more: bool


def store_rows(connection: sqlite3.Connection, rows: Iterable[tuple[RowKind, Row]]) -> None:
    """Add or change rows without telling any node: the first load does not need it."""
    connection.executemany(
        """INSERT INTO item_row (rank, kind, key, owner, xml) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (kind, key) DO UPDATE SET xml = excluded.xml, owner = excluded.owner""",
        (
            (RANKS[kind], kind, row_key(kind, row), row_owner(kind, row), row_xml(kind, row))
            for kind, row in rows
        ),
    )


def change_rows(connection: sqlite3.Connection, rows: list[tuple[RowKind, Row]]) -> None:
    """Add or change rows and register them for every node."""
    store_rows(connection, rows)
    for kind, row in rows:
        connection.execute(
            """INSERT INTO registration (node, rank, row_id)
               SELECT node.name, item_row.rank, item_row.id FROM node, item_row
               WHERE item_row.kind = ? AND item_row.key = ?
               ON CONFLICT DO UPDATE SET message_no = NULL""",
            (kind, row_key(kind, row)),
        )


def delete_row(connection: sqlite3.Connection, kind: RowKind, key: str) -> bool:
    """Remove a row and register its deletion; return whether it was there."""
    where = "(SELECT id FROM item_row WHERE kind = ? AND key = ?)"
    connection.execute(f"DELETE FROM registration WHERE row_id IN {where}", (kind, key))  # noqa: S608
    gone = connection.execute("DELETE FROM item_row WHERE kind = ? AND key = ?", (kind, key))
    if not gone.rowcount:
        return False
    change_rows(connection, [(RowKind.DELETED, (kind, key))])
    return True


def open_message(connection: sqlite3.Connection, node: str, after: int, limit: int) -> Message:
    """Acknowledge `after` and stamp the next changes with a new number; 0 starts all over."""
    connection.execute("INSERT INTO node (name) VALUES (?) ON CONFLICT DO NOTHING", (node,))
    if after:
        acknowledge(connection, node, after)
    else:
        _register_everything(connection, node)
    number = _next_number(connection, node)
    connection.execute("UPDATE registration SET message_no = NULL WHERE node = ?", (node,))
    connection.execute(
        """UPDATE registration SET message_no = ? WHERE node = ? AND (rank, row_id) IN
           (SELECT rank, row_id FROM registration WHERE node = ? ORDER BY rank, row_id LIMIT ?)""",
        (number, node, node, limit or -1),
    )
    waiting = connection.execute(
        "SELECT 1 FROM registration WHERE node = ? AND message_no IS NULL LIMIT 1", (node,)
    ).fetchone()
    return Message(number, more=waiting is not None)


def acknowledge(connection: sqlite3.Connection, node: str, number: int) -> None:
    """Forget what message `number` carried; repeating it does nothing."""
    known = connection.execute("SELECT sent, received FROM node WHERE name = ?", (node,)).fetchone()
    if known is None or number > known["sent"]:
        raise LostMessage(f"Сообщение {number} узлу {node} не отправлялось")
    if number < known["received"]:
        raise LostMessage(
            f"Узел {node} уже подтвердил сообщение {known['received']}, запросите полную выгрузку"
        )
    connection.execute("UPDATE node SET received = ? WHERE name = ?", (number, node))
    connection.execute("DELETE FROM registration WHERE node = ? AND message_no = ?", (node, number))


def go_back(connection: sqlite3.Connection, messages: int) -> None:
    """Forget the last messages of every node, as an infobase restored from a backup does."""
    connection.execute("UPDATE node SET sent = max(sent - ?, 0)", (messages,))
    connection.execute("UPDATE node SET received = min(received, sent)")
    connection.execute(
        """UPDATE registration SET message_no = NULL
           WHERE message_no > (SELECT sent FROM node WHERE node.name = registration.node)"""
    )


def message_rows(
    connection: sqlite3.Connection, node: str, number: int
) -> tuple[int, Iterator[str]]:
    """Return the size of a message and its rows as XML, kind by kind."""
    where = "WHERE node = ? AND message_no = ?"
    count = connection.execute(
        f"SELECT count(*) FROM registration {where}",  # noqa: S608
        (node, number),
    ).fetchone()[0]
    rows = connection.execute(
        f"""SELECT item_row.xml FROM registration CROSS JOIN item_row ON item_row.id = row_id
            {where} ORDER BY registration.rank, row_id""",  # noqa: S608
        (node, number),
    )
    return count, (row["xml"] for row in rows)


def find_name(connection: sqlite3.Connection, kind: RowKind, key: str) -> str:
    """Return what a dealer or item is called; empty when it is unknown."""
    row = connection.execute(
        "SELECT xml FROM item_row WHERE kind = ? AND key = ?", (kind, key)
    ).fetchone()
    return (etree.fromstring(row["xml"]).findtext("Name") or "") if row else ""


def row_key(kind: RowKind, row: Row) -> str:
    """Return what tells this row from others of its kind."""
    named = dict(zip(COLUMNS[kind], row, strict=True))
    return "/".join(named[name] or "" for name in KEYS.get(kind, ("Ref",)))


def row_owner(kind: RowKind, row: Row) -> str:
    """Return the reference under which GetObjects finds this row."""
    return row[COLUMNS[kind].index(OWNERS.get(kind, "Ref"))] or ""


def row_xml(kind: RowKind, row: Row) -> str:
    """Write a row as the contract's element, in the default namespace."""
    fields = "".join(
        f"<{name}>{escape(value)}</{name}>"
        for name, value in zip(COLUMNS[kind], row, strict=True)
        if value is not None
    )
    return f"<{kind}>{fields}</{kind}>"


def _register_everything(connection: sqlite3.Connection, node: str) -> None:
    connection.execute("DELETE FROM registration WHERE node = ?", (node,))
    connection.execute(
        """INSERT INTO registration (node, rank, row_id)
           SELECT ?, rank, id FROM item_row ORDER BY rank, id""",
        (node,),
    )


def _next_number(connection: sqlite3.Connection, node: str) -> int:
    row = connection.execute(
        "UPDATE node SET sent = sent + 1 WHERE name = ? RETURNING sent", (node,)
    ).fetchone()
    return int(row["sent"])
