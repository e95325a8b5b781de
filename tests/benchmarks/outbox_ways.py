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

DATABASE = "benchmark"
KIND = "bench.job"
PATIENCE = 300.0
IDLE = 0.15  # seconds between two jobs for an idle worker
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
    """Our promises in PostgreSQL, which is also what rings the worker."""

    name = "outbox"

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._marks = folder / "outbox.marks"
        self._environment = {
            "DATABASE_URL": settings.database_url,
            "DATA_DIR": str(folder),
            MARKS: str(self._marks),
        }
        self._schedule = ("--schedule", str(folder / "schedule"))

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator["Outbox"]:
        """Start a durable database and bind this process to it."""
        with embedded.running(folder / "postgres", durable=True) as server:
            server.address.ensure_database(DATABASE)
            url = server.address.url(DATABASE)
            upgrade(url)
            settings = Settings(environment="test", database_url=url, data_dir=folder)
            engine = connect_database(url)
            connect_outside(connect(settings))
            yield cls(folder, settings)
            db.remove()
            engine.dispose()

    def drain(self, jobs: int, processes: int) -> float:
        db.execute(text("truncate outbox_message cascade"))
        at = now()
        rows = [
            {"kind": KIND, "subject_id": UUID(int=number), "created_at": at, "due_at": at}
            for number in range(jobs)
        ]
        db.execute(insert(OutboxMessage).values(state=MessageState.WAITING, queue=""), rows)
        db.commit()
        db.remove()
        command = ["tests.benchmarks.outbox_worker"]
        return drained(self._marks, jobs, [command] * processes, self._environment)

    def starts(self, jobs: int) -> list[float]:
        app = ("celery", "-A", "tests.benchmarks.outbox_worker", "worker", "-B")
        command = [*app, "-P", "threads", "-c", "4", *QUIET, *self._schedule]
        return started(self._marks, jobs, command, self._environment, _promise)


class Celery:
    """Celery with Redis, as people use it."""

    name = "Celery + Redis"

    def __init__(self, folder: Path, broker: str) -> None:
        self._marks = folder / "celery.marks"
        self._environment = {"BENCH_BROKER": broker, MARKS: str(self._marks)}
        self._command = ["celery", "-A", "tests.benchmarks.redis_worker", "worker", *QUIET]
        redis_worker.celery.conf.broker_url = broker

    def drain(self, jobs: int, processes: int) -> float:
        for _ in range(jobs):
            _delay()
        command = [*self._command, "-c", str(processes)]
        return drained(self._marks, jobs, [command], self._environment)

    def starts(self, jobs: int) -> list[float]:
        return started(self._marks, jobs, [*self._command, "-c", "2"], self._environment, _delay)


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


def _promise() -> None:
    promise(KIND, UUID(int=time.time_ns()), at=now())
    db.commit()
    db.remove()


def _delay() -> None:
    redis_worker.job.delay(time.time_ns())


def _wait_for(marks: Path, jobs: int) -> None:
    ends_at = time.monotonic() + PATIENCE
    while len(read_marks(marks)) < jobs:
        if time.monotonic() > ends_at:
            raise TimeoutError(f"{len(read_marks(marks))} of {jobs} jobs were done")
        time.sleep(0.05)
