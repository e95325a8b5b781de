"""The simulator's store: one SQLite file that is the truth, one journal file copied from it.

The rule between the two: every journal entry is first a row of the table `journal`, committed in
the transaction of its effect. Only then it is appended to `journal.jsonl` and fsynced. At start a
torn last line is cut off and the missing entries are appended again, so after any kill the file
equals the table, in the same order, each entry once.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item_row (
    id INTEGER PRIMARY KEY,
    rank INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    owner TEXT NOT NULL,
    xml TEXT NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX IF NOT EXISTS item_row_owner ON item_row (kind, owner);
CREATE TABLE IF NOT EXISTS node (
    name TEXT PRIMARY KEY,
    sent INTEGER NOT NULL DEFAULT 0,
    received INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS registration (
    node TEXT NOT NULL,
    rank INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    message_no INTEGER,
    PRIMARY KEY (node, rank, row_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counter (kind TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS document (
    external_id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    operation TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL UNIQUE,
    number TEXT NOT NULL,
    at TEXT NOT NULL,
    posted INTEGER NOT NULL,
    marked INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    content TEXT NOT NULL,
    words TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (kind, number)
);
CREATE INDEX IF NOT EXISTS document_claim ON document (claim_id);
CREATE TABLE IF NOT EXISTS message (
    external_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (external_id, revision)
);
CREATE TABLE IF NOT EXISTS file (external_id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS part (
    transfer_id TEXT NOT NULL,
    part_no INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (transfer_id, part_no)
);
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    entry TEXT NOT NULL
);
"""


class Ledger:
    """Serialises the writers; readers have their own snapshots."""

    def __init__(self, folder: Path, infobase: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # Like a connection string: a copy in another place is another infobase, unless it is named.
        self.identity = str(uuid5(NAMESPACE_URL, infobase or str(folder.resolve())))
        self.journal_file = folder / "journal.jsonl"
        self._database = folder / "erp.sqlite"
        self._lock = threading.Lock()
        self._write = self._connect()
        self._write.executescript(SCHEMA)
        self._add_late_columns()
        self._copied = self._mend_journal()
        with self._lock:
            self._copy_journal()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit on success, then bring the journal file up to date; roll back on any error."""
        with self._lock:
            self._write.execute("BEGIN IMMEDIATE")
            try:
                yield self._write
            except BaseException:
                self._write.execute("ROLLBACK")
                raise
            self._write.execute("COMMIT")
            self._copy_journal()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Read one consistent state, for as long as it takes."""
        connection = self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._database, isolation_level=None, check_same_thread=False, timeout=30
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _add_late_columns(self) -> None:
        """Bring a store that is older than the deletion mark up to date."""
        columns = {row["name"] for row in self._write.execute("PRAGMA table_info(document)")}
        if "marked" not in columns:
            self._write.execute("ALTER TABLE document ADD COLUMN marked INTEGER NOT NULL DEFAULT 0")

    def _mend_journal(self) -> int:
        """Cut off a torn last line; return the number of the last whole entry."""
        if not self.journal_file.exists():
            return 0
        with self.journal_file.open("r+b") as file:
            whole = last = 0
            for line in file:
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                last = int(json.loads(line)["seq"])
            file.truncate(whole)
        return last

    def _copy_journal(self) -> None:
        rows = self._write.execute(
            "SELECT seq, entry FROM journal WHERE seq > ? ORDER BY seq", (self._copied,)
        ).fetchall()
        if not rows:
            return
        with self.journal_file.open("ab") as file:
            for row in rows:
                entry = {"seq": row["seq"], **json.loads(row["entry"])}
                file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._copied = int(rows[-1]["seq"])


def note(connection: sqlite3.Connection, what: str, **facts: Any) -> None:
    """Write a journal entry into the running transaction.

    `what` is `call` or `effect` of the portal, `desk` for an act of the factory's own people, or
    `fault` for one that was injected into a call.
    """
    entry = json.dumps({"at": now(), "what": what, **facts}, ensure_ascii=False)
    connection.execute("INSERT INTO journal (entry) VALUES (?)", (entry,))


def now() -> str:
    """The infobase's time: UTC, written without a zone, as 1C does."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat()
