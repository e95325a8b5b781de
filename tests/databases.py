"""The tests' PostgreSQL: one server a run, one migrated template, one clone a worker."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout
from psycopg import sql

from connectors.postgres import embedded
from connectors.postgres.embedded import Address
from connectors.postgres.errors import PostgresUnusable

ROOT = Path(__file__).resolve().parent.parent
SLOTS = ROOT / ".var" / "test-postgres"
BUILDING = 20_261_121  # the key of the advisory lock: one worker builds, the others wait
OWN_DATABASES = "datname not in ('postgres', 'template0', 'template1')"


@dataclass(frozen=True)
class RunningSlot:
    """The server of this run and the lock that keeps other runs away from it."""

    server: embedded.Server
    lock: FileLock

    def release(self) -> None:
        """Stop the server; its template stays for the next run."""
        self.server.stop()
        self.lock.release()


def take_slot() -> RunningSlot:
    """Start a server that no other run of the tests is using."""
    SLOTS.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        lock = FileLock(SLOTS / f"{number}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        slot = RunningSlot(_start(SLOTS / str(number)), lock)
        _drop_what_is_old(slot.server.address)
        return slot
    raise AssertionError("there is always a next number")


def ensure_template(address: Address) -> str:
    """Return the name of a database with the present schema and no rows."""
    name = _template_name()
    with address.connect("postgres") as maintenance:
        maintenance.execute("select pg_advisory_lock(%s)", [BUILDING])
        known = maintenance.execute("select from pg_database where datname = %s", [name])
        if known.rowcount == 0:
            raw = f"{name}_raw"
            _drop(address, raw)
            address.ensure_database(raw)
            # Late: the tests of the leaves do without the app.
            import_module("migrations").upgrade(address.url(raw))
            rename = sql.SQL("alter database {} rename to {}")
            maintenance.execute(rename.format(sql.Identifier(raw), sql.Identifier(name)))
    return name


@contextmanager
def cloned(address: Address, template: str, name: str) -> Iterator[str]:
    """Give the URL of a fresh copy of the template; it is dropped in the end."""
    _drop(address, name)
    with address.connect("postgres") as maintenance:
        clone = sql.SQL("create database {} template {}")
        maintenance.execute(clone.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield address.url(name)
    finally:
        _drop(address, name)


def _start(data: Path) -> embedded.Server:
    preferred = Path(os.environ["PG_BIN"]) if os.environ.get("PG_BIN") else None
    try:
        return embedded.start(data, durable=False, preferred=preferred)
    except PostgresUnusable:
        if not data.exists():
            raise
        shutil.rmtree(data)  # without fsync a lost machine leaves damaged data; nothing is dear
        return embedded.start(data, durable=False, preferred=preferred)


def _drop_what_is_old(address: Address) -> None:
    with address.connect("postgres") as maintenance:
        found = maintenance.execute(f"select datname from pg_database where {OWN_DATABASES}")
        names = [str(name) for (name,) in found]
    for name in names:
        if name != _template_name():
            _drop(address, name)


def _drop(address: Address, name: str) -> None:
    with address.connect("postgres") as maintenance:
        drop = sql.SQL("drop database if exists {} with (force)")
        maintenance.execute(drop.format(sql.Identifier(name)))


def _template_name() -> str:
    digest = hashlib.sha256()
    for source in sorted((ROOT / "migrations").rglob("*.py")):
        digest.update(source.read_bytes())
    return f"template_{digest.hexdigest()[:12]}"
