"""Start, use and stop a PostgreSQL of our own: no TCP, a private socket, crash-safe data."""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from connectors.postgres.account import Account, account_for, refuse_closed_folders
from connectors.postgres.binaries import Binaries, find_binaries
from connectors.postgres.errors import PostgresUnusable
from connectors.postgres.leftover import PAUSE, clear_leftover, read_pid_file
from connectors.postgres.lifeline import die_with_parent
from connectors.postgres.refuge import lend, settle

SUPERUSER = "portal"
PORT = 5432  # only part of the socket's name: nothing listens on TCP
LONGEST_SOCKET = 107
START_PATIENCE = 300.0  # recovery after a crash may take its time
STOP_PATIENCE = 60.0
BUILTIN_LOCALES_SINCE = 17
ORPHANS = "pre-existing shared memory block"

# Trigram search silently finds nothing in Cyrillic text when LC_CTYPE is C.
CTYPE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
LOCALES = {
    True: ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    False: ("--locale-provider=icu", "--icu-locale=und", "--locale=C"),
}
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class Address:
    """Where a server listens: all that another process needs to use it."""

    sockets: Path

    def url(self, database: str) -> str:
        """Return the address of a database, as SQLAlchemy reads it."""
        host = quote(str(self.sockets), safe="")
        return f"postgresql+psycopg://{SUPERUSER}@/{quote(database)}?host={host}&port={PORT}"

    def connect(self, database: str) -> psycopg.Connection:
        """Open a connection in which every statement stands alone."""
        return psycopg.connect(
            host=str(self.sockets), port=PORT, user=SUPERUSER, dbname=database, autocommit=True
        )

    def ensure_database(self, name: str) -> None:
        """Make the database unless it is there, and make sure that it can search in Cyrillic."""
        with self.connect("postgres") as maintenance:
            known = maintenance.execute("select from pg_database where datname = %s", [name])
            if known.rowcount == 0:
                maintenance.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        with self.connect(name) as connection:
            check_search(connection)


@dataclass(frozen=True)
class Server:
    """A running server that is our child."""

    address: Address
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End all sessions and stop; what was committed is on the disk."""
        for parting, patience in ((signal.SIGINT, STOP_PATIENCE), (signal.SIGQUIT, STOP_PATIENCE)):
            if self.process.poll() is not None:
                break
            self.process.send_signal(parting)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        shutil.rmtree(self.address.sockets, ignore_errors=True)


def start(data: Path, *, durable: bool = True, preferred: Path | None = None) -> Server:
    """Start a server on this data folder, which is made if it is missing.

    A server that an earlier process left behind is stopped first, so the caller must hold the
    folder for itself. Without `durable` the data may be lost with the machine's power: for tests.
    Raise `PostgresUnusable` with a sentence for the person at the terminal.
    """
    account = account_for(data.absolute())
    data = settle(data.absolute(), account, durable=durable)
    binaries = lend(find_binaries(preferred), account, durable=durable)
    if not data.exists():
        _make_data(data, binaries, account, durable=durable)
    clear_leftover(data)
    sockets = _make_sockets(data, account)
    settings = SETTINGS | ({} if durable else FORGETFUL) | {"unix_socket_directories": str(sockets)}
    command = [str(binaries.postgres), "-D", str(data)]
    command += [part for item in settings.items() for part in ("-c", "=".join(item))]
    return Server(Address(sockets), _spawn_until_ready(command, data, account))


@contextmanager
def running(data: Path, *, durable: bool = True, preferred: Path | None = None) -> Iterator[Server]:
    """Start a server and stop it in the end, whatever happens in between."""
    with watched(data, durable=durable, preferred=preferred) as kept:
        yield kept.server


class Watched:
    """A server that is started again when somebody has killed it; its address stays the same."""

    def __init__(self, data: Path, *, durable: bool, preferred: Path | None) -> None:
        self._start = partial(start, data, durable=durable, preferred=preferred)
        self.server = self._start()

    def has_ended(self) -> bool:
        """Tell whether the server has ended although nobody stopped it here."""
        return self.server.process.poll() is not None

    def restart(self) -> None:
        """Start it on its data; call it from the thread that started it first.

        Raise `PostgresUnusable` when it cannot be started.
        """
        self.server = self._start()


@contextmanager
def watched(
    data: Path, *, durable: bool = True, preferred: Path | None = None
) -> Iterator[Watched]:
    """Start a server that the caller watches, and stop it in the end."""
    kept = Watched(data, durable=durable, preferred=preferred)
    try:
        yield kept
    finally:
        kept.server.stop()


def check_search(connection: psycopg.Connection) -> None:
    """Refuse a database whose trigram search is blind to Cyrillic."""
    connection.execute("create extension if not exists pg_trgm")
    found = connection.execute("select similarity('ООО Ромашка', 'Ромашка ООО')").fetchone()
    if found is None or found[0] <= 0:
        raise PostgresUnusable(
            "This database cannot search in Cyrillic: its LC_CTYPE must be a UTF-8 one, not C."
        )


def _make_data(data: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    # Made beside and renamed: an interrupted initdb leaves nothing that looks complete.
    raw = data.with_name(data.name + ".new")
    shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir(parents=True)
    account.give(raw)
    done = subprocess.run(  # noqa: S603  (a program that we looked up ourselves)
        [
            *(binaries.initdb, "-D", raw, "--encoding=UTF8", f"--username={SUPERUSER}"),
            *LOCALES[binaries.major >= BUILTIN_LOCALES_SINCE],
            *(f"--lc-ctype={CTYPE}", "--auth=trust", "--no-instructions"),
            *(() if durable else ("--no-sync",)),
        ],
        **account.popen_options(),
        env=_environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PostgresUnusable(f"initdb failed on {data}: {done.stderr.strip()}")
    raw.rename(data)


def _make_sockets(data: Path, account: Account) -> Path:
    """Return a short folder that only the server's user may enter: trust ends at its door."""
    name = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"portal-{account.uid}-{name}"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET:
        folder = Path("/tmp") / folder.name  # noqa: S108  (private, checked below)
    refuse_closed_folders(folder.parent, account)
    try:
        folder.mkdir(mode=stat.S_IRWXU)
        account.give(folder)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            raise PostgresUnusable(f"{folder} is not ours; remove it.") from None
        folder.chmod(stat.S_IRWXU)
    return folder


def _spawn_until_ready(command: list[str], data: Path, account: Account) -> subprocess.Popen[bytes]:
    deadline = time.monotonic() + START_PATIENCE
    log = data.with_name(data.name + ".log")
    while True:
        process = _spawn(command, log, account)
        try:
            if _becomes_ready(process, data, deadline):
                return process
        except BaseException:
            process.kill()
            raise
        words = log.read_text(errors="replace")[-2000:].strip()
        if ORPHANS not in words or time.monotonic() > deadline:
            process.kill()
            raise PostgresUnusable(f"PostgreSQL did not start on {data}:\n{words}")
        time.sleep(PAUSE)  # the children of a killed server need a moment to notice


def _spawn(command: list[str], log: Path, account: Account) -> subprocess.Popen[bytes]:
    # A file of its own: sessions of an earlier server may still write to theirs.
    log.unlink(missing_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603  (a program that we looked up ourselves)
            command,
            **account.popen_options(),
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C at the terminal must not reach the database before its clients are gone.
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  (only prctl runs there)
        )


def _becomes_ready(process: subprocess.Popen[bytes], data: Path, deadline: float) -> bool:
    while process.poll() is None and time.monotonic() < deadline:
        found = read_pid_file(data)
        if found is not None and found.pid == process.pid and found.is_ready:
            return True
        time.sleep(PAUSE)
    return False


def _environment() -> dict[str, str]:
    """Return the environment without PG* variables, which would change the server's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
