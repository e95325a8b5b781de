"""The two ways to have a job done later: each is filled and drained, and woken when idle."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

import psycopg
from sqlalchemy import insert, text

from app.connect import connect
from app.core.clock import now
from app.core.db import connect_database, db
from app.core.outside import connect_outside
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import promise
from config.settings import Settings
from connectors.postgres import embedded
from migrations import upgrade
from tests.benchmarks import redis_worker
from tests.benchmarks.marks import MARKS, read_marks
from tests.benchmarks.outbox_by_hand import CONNINFO, KIND, promise_by_hand

DATABASE = "benchmark"
PATIENCE = 300.0
IDLE = 0.15  # seconds between two jobs for an idle worker
SETTLE = 2.0  # seconds after its first job: the rest of it may still be starting
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR")


class Way(Protocol):
    """A way to have jobs done."""

    name: str

    def drain(self, jobs: int, processes: int) -> float:
        """Return how many waiting jobs are done a second."""
        ...

    def starts(self, jobs: int) -> list[float]:
        """Return after how many milliseconds an idle worker has started each of some jobs."""
        ...


class Outbox:
    """Our promises in PostgreSQL, kept by the worker as it is; each change reaches the disk."""

    name = "outbox"

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._marks = folder / "outbox.marks"
        self._environment = {
            "ENVIRONMENT": "test",
            "DATABASE_URL": settings.database_url,
            "DATA_DIR": str(folder),
            MARKS: str(self._marks),
        }
        self._command = ["celery", "-A", "tests.benchmarks.outbox_worker", "worker", *QUIET]

    def drain(self, jobs: int, processes: int) -> float:
        _fill(jobs)
        command = [*self._command, "-c", str(processes)]
        return drained(self._marks, jobs, [command], self._environment)

    def starts(self, jobs: int) -> list[float]:
        _empty()
        command = [*self._command, "-c", "2"]
        return started(self._marks, jobs, command, self._environment, self._promise)

    def _promise(self) -> None:
        """Promise it in a transaction that is there anyway, as a change of a claim has one."""
        db.execute(text("select 1"))
        promise(KIND, UUID(int=time.time_ns()), at=now())
        db.commit()
        db.remove()


class ByHand:
    """The least that keeps a promise durably in the same table: SKIP LOCKED, LISTEN, no lease."""

    name = "SQL by hand"

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._marks = folder / "by_hand.marks"
        self._conninfo = settings.database_url.replace("+psycopg", "", 1)
        self._environment = {CONNINFO: self._conninfo, MARKS: str(self._marks)}
        self._line = psycopg.connect(self._conninfo, autocommit=True)

    def drain(self, jobs: int, processes: int) -> float:
        _fill(jobs)
        command = ["tests.benchmarks.outbox_by_hand"]
        return drained(self._marks, jobs, [command] * processes, self._environment)

    def starts(self, jobs: int) -> list[float]:
        _empty()
        command = ["tests.benchmarks.outbox_by_hand"]
        return started(self._marks, jobs, command, self._environment, self._promise)

    def _promise(self) -> None:
        promise_by_hand(self._line, time.time_ns())


class Celery:
    """Celery with Redis, as people use it: nothing of it is on a disk.

    Where the disk makes it slow, a fraction of the jobs shows how slow.
    """

    def __init__(
        self, folder: Path, broker: str, name: str = "Celery + Redis", *, fraction: int = 1
    ) -> None:
        self.name = name
        self._fraction = fraction
        self._marks = folder / "celery.marks"
        self._environment = {"BENCH_BROKER": broker, MARKS: str(self._marks)}
        self._command = ["celery", "-A", "tests.benchmarks.redis_worker", "worker", *QUIET]
        self._app = redis_worker.make_celery(broker)

    def drain(self, jobs: int, processes: int) -> float:
        jobs //= self._fraction
        for _ in range(jobs):
            self._delay()
        command = [*self._command, "-c", str(processes)]
        return drained(self._marks, jobs, [command], self._environment)

    def starts(self, jobs: int) -> list[float]:
        command = [*self._command, "-c", "2"]
        return started(self._marks, jobs, command, self._environment, self._delay)

    def _delay(self) -> None:
        self._app.tasks[redis_worker.JOB].delay(time.time_ns())


@contextmanager
def running_database(folder: Path) -> Iterator[Settings]:
    """Start a durable database and bind this process to it."""
    with embedded.running(folder / "postgres", durable=True) as server:
        server.address.ensure_database(DATABASE)
        url = server.address.url(DATABASE)
        upgrade(url)
        settings = Settings(environment="test", database_url=url, data_dir=folder)
        engine = connect_database(url)
        connect_outside(connect(settings))
        yield settings
        db.remove()
        engine.dispose()


def drained(
    marks: Path, jobs: int, commands: Sequence[list[str]], environment: Mapping[str, str]
) -> float:
    """Start the workers on waiting jobs; return the rate from the first job to the last."""
    marks.unlink(missing_ok=True)
    with workers(commands, environment):
        _wait_for(marks, jobs)
    moments = [done for _, done in read_marks(marks)]
    return (jobs - 1) / max((max(moments) - min(moments)) / 1e9, 1e-9)


def started(
    marks: Path,
    jobs: int,
    command: list[str],
    environment: Mapping[str, str],
    ask: Callable[[], None],
) -> list[float]:
    """Ask an idle worker for one job after the other; return how long each took to start."""
    marks.unlink(missing_ok=True)
    with workers([command], environment):
        ask()
        _wait_for(marks, 1)  # the worker is there, everything is imported
        time.sleep(SETTLE)
        for _ in range(jobs):
            time.sleep(IDLE)
            ask()
        _wait_for(marks, jobs + 1)
    return [(done - asked) / 1e6 for asked, done in read_marks(marks)[1:]]


@contextmanager
def workers(commands: Sequence[list[str]], environment: Mapping[str, str]) -> Iterator[None]:
    """Run worker processes for the length of a block."""
    running = [
        subprocess.Popen([sys.executable, "-m", *command], env={**os.environ, **environment})
        for command in commands
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(PATIENCE)


def _fill(jobs: int) -> None:
    """Make so many promises, as far as the disk."""
    _empty()
    at = now()
    rows = [
        {"kind": KIND, "subject_id": UUID(int=number), "created_at": at, "due_at": at}
        for number in range(jobs)
    ]
    db.execute(insert(OutboxMessage).values(state=MessageState.WAITING, queue=""), rows)
    db.commit()
    db.remove()


def _empty() -> None:
    """Forget what a worker that was ended had kept and not yet marked as done."""
    db.execute(text("truncate outbox_message cascade"))
    db.commit()
    db.remove()


def _wait_for(marks: Path, jobs: int) -> None:
    ends_at = time.monotonic() + PATIENCE
    while len(read_marks(marks)) < jobs:
        if time.monotonic() > ends_at:
            raise TimeoutError(f"{len(read_marks(marks))} of {jobs} jobs were done")
        time.sleep(0.05)
