"""Doing a job on an ERP, in a worker or for a command: it commits, and its row tells the truth.

While a job runs, a thread beside it says every few seconds that it is alive and how far it got. A
worker that dies leaves its job to the next one, which goes on where the feed was left.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app.core.clock import now
from app.core.db import db, own_session
from app.core.errors import N_, Refusal
from app.core.reasons import reason_of, words
from app.erp import intake, jobs
from app.erp.doctor import examine
from app.erp.job_models import ErpJob, JobKind, JobSource, JobState
from app.erp.pull import PullIsRunning, PullReport
from app.erp.reconcile import reconcile
from app.outbox import connections
from app.outbox.delivery import LEASE, Keeper
from app.outbox.leases import extend
from app.outbox.service import note_run
from connectors.erp.port import RowKind
from connectors.reasons import Reason, ReasonCode

MESSAGE = "erp.job"  # the kind of message by which a worker hears of a job
BEAT = 3.0  # seconds between two signs of life
BUSY_SECONDS = 600.0  # while the minute's reading of the same feed is waited for
NOTED = {
    JobKind.READ: "erp.pull",
    JobKind.READ_ALL: "erp.pull_all",
    JobKind.COMPARE: "erp.reconcile",
}

log = logging.getLogger(__name__)
T = TypeVar("T")


class JobReason(ReasonCode):
    """Why a job did not begin."""

    BUSY = "job_busy", N_("The ERP was being read by schedule all the time.")


class Progress(AbstractContextManager["Progress"]):
    """How far a job got, and the thread that writes it down; implements `pull.Watcher`."""

    def __init__(self, job: ErpJob) -> None:
        self.rows: dict[str, int] = dict(job.rows)
        self.result: dict[str, int] = dict(job.result)
        self._job_id, self._tries = job.id, job.tries
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, daemon=True)

    def saw(self, kind: RowKind, rows: int) -> None:
        """Count rows that have come."""
        self.rows[kind.value] = self.rows.get(kind.value, 0) + rows

    def took(self, report: PullReport) -> None:
        """Count what a message brought, now that it is committed."""
        for name, number in (
            ("messages", 1), ("published", report.published), ("rejected", report.rejected)
        ):  # fmt: skip
            self.result[name] = self.result.get(name, 0) + number

    def beat(self) -> None:
        """Write down that the job is alive and how far it got, and keep its message ours."""
        at = now()
        with own_session() as session:
            mine = (ErpJob.id == self._job_id, ErpJob.tries == self._tries)
            values = {"heartbeat_at": at, "rows": dict(self.rows), "result": dict(self.result)}
            is_running = ErpJob.state == JobState.RUNNING
            session.execute(update(ErpJob).where(*mine, is_running).values(**values))
            extend(session, MESSAGE, self._job_id, until=at + LEASE)
            session.commit()

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat_on(self) -> None:
        while not self._over.wait(BEAT):
            try:
                self.beat()
            except OperationalError as error:  # the next beat tries again
                log.info("job.no_beat", extra={"reason": str(error)})


def run(job_id: UUID, *, is_left: bool = False) -> None:
    """Do a job that waits or was left by another worker; nothing when it is neither.

    Whatever happens, its row says how it ended; only a database that is away leaves it to the next.
    """
    job = jobs.begin(job_id, at=now(), is_left=is_left)
    db.commit()
    if job is None:
        return
    facts = {"connection": job.connection, "job": job.kind.value}
    with Progress(job) as progress:
        try:
            _do(job, progress)
        except OperationalError:
            raise
        except Exception as error:
            db.rollback()
            reason = _reason(error)
            log.warning("job.stopped", extra=facts | {"reason": str(reason)}, exc_info=error)
            connections.stop_for(job.connection, error, at=now())
            counts = {"rows": progress.rows, "result": progress.result}
            jobs.end(job, JobState.STOPPED, at=now(), reason=reason, **counts)
            db.commit()


def run_here(connection: str, kind: JobKind, *, source: JobSource) -> ErpJob:
    """Do a job now, in this process; raise `PullIsRunning` when one is open already."""
    job_id = jobs.enter(connection, kind, source=source, by=None, at=now())
    db.commit()
    if job_id is None:
        raise PullIsRunning
    run(job_id)
    return jobs.get_job(job_id)


def _do(job: ErpJob, progress: Progress) -> None:
    work = _WORK[job.kind]
    is_first = True
    while True:
        result = _when_free(partial(work, job, progress, is_first))
        counts = {"rows": progress.rows, "result": progress.result | result}
        if job.kind in NOTED:
            note_run(NOTED[job.kind], at=now())
        is_over = jobs.finish(job, at=now(), **counts)
        db.commit()
        if is_over:
            return
        is_first = False


def _read(job: ErpJob, progress: Progress, is_first: bool) -> dict[str, Any]:
    intake.pull_now(job.connection, progress)
    return {}


def _read_all(job: ErpJob, progress: Progress, is_first: bool) -> dict[str, Any]:
    """Begin a load, unless this one was begun by a worker that died: then go on with it."""
    is_begun = job.tries > 1 and intake.is_loading(job.connection)
    if is_first and not is_begun:
        intake.pull_all(job.connection, progress)
    else:
        intake.pull_now(job.connection, progress)
    return {}


def _compare(job: ErpJob, progress: Progress, is_first: bool) -> dict[str, Any]:
    outcome = reconcile(job.connection, by=job.asked_by, at=now())
    untold = {kind.value: number for kind, number in outcome.untold.items()}
    return {"asked": outcome.asked, "found": outcome.found, "untold": untold}


def _examine(job: ErpJob, progress: Progress, is_first: bool) -> dict[str, Any]:
    return {"asked": len(examine(job.connection, by=job.asked_by))}


_WORK: dict[JobKind, Callable[[ErpJob, Progress, bool], dict[str, Any]]] = {
    JobKind.READ: _read,
    JobKind.READ_ALL: _read_all,
    JobKind.COMPARE: _compare,
    JobKind.EXAMINE: _examine,
}


def _when_free(work: Callable[[], T]) -> T:
    """Do something with a feed when nobody else reads it; the minute's reading is soon over."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return work()
        except PullIsRunning:
            db.rollback()
            if time.monotonic() > until:
                raise
            time.sleep(1.0)


def _reason(error: Exception) -> Reason:
    match error:
        case PullIsRunning():
            return Reason(JobReason.BUSY)
        case Refusal(values={"reason": Reason() as reason}):
            return reason
        case Refusal():
            return words(str(error)) or reason_of(error)
    return reason_of(error)


def _prepare(job_id: UUID, _connection: str) -> UUID:
    return job_id


def _send(job_id: UUID) -> None:
    """Do the job of a message; who holds the message knows that nobody is at the job any more."""
    run(job_id, is_left=True)


KEEPERS = {MESSAGE: Keeper(_prepare, _send, lambda *_: None)}
