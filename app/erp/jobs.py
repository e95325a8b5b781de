"""Asking for a job on an ERP, and what is known of it; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, or_, select, update

from app.accounts.models import Person
from app.core.db import db
from app.erp.job_models import SLOTS, ErpJob, JobKind, JobSource, JobState
from app.erp.pull import PullIsRunning
from app.outbox.connections import refuse_if_held
from app.outbox.service import promise
from connectors.reasons import Reason

# A worker shows every few seconds that it is at work; one that has not for so long is dead.
SILENT = timedelta(seconds=60)
SHOWN = 5
_OPEN = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class JobRow:
    """A job as its page shows it; `who` is "" where no person asked.

    One whose worker has died without a word is `broken` from the moment when it was last seen.
    """

    id: UUID
    connection: str
    kind: JobKind
    source: JobSource
    state: JobState
    asked_at: datetime
    who: str
    tries: int
    started_at: datetime | None
    heartbeat_at: datetime | None
    ended_at: datetime | None
    rows: dict[str, int]
    result: dict[str, Any]
    reason: Reason | None

    @property
    def is_open(self) -> bool:
        """Whether it is waited for or worked at."""
        return self.state in _OPEN

    @property
    def row_count(self) -> int:
        """How many rows have been read so far."""
        return sum(self.rows.values())


def ask(connection: str, kind: JobKind, *, source: JobSource, by: int | None, at: datetime) -> UUID:
    """Ask for a job, to be done by a worker; return the one that is there where one waits already.

    What is read at this moment is read once more when a change is told meanwhile. Raise
    `ConnectionIsHeld` when the connection is paused, `PullIsRunning` when another kind of job
    is in the way.
    """
    job_id, is_new = _enter(connection, kind, source=source, by=by, at=at)
    if is_new:
        promise("erp.job", job_id, at=at)
    return job_id


def enter(
    connection: str, kind: JobKind, *, source: JobSource, by: int | None, at: datetime
) -> UUID | None:
    """Enter a job that is done here and now; None when one is open already."""
    job_id, is_new = _enter(connection, kind, source=source, by=by, at=at)
    return job_id if is_new else None


def begin(job_id: UUID, *, at: datetime, is_left: bool = False) -> ErpJob | None:
    """Take a job that waits, or whose worker has died; None when it is none of both.

    One that `is_left` was begun by somebody who is known to have stopped, however lately.
    """
    values = {"state": JobState.RUNNING, "heartbeat_at": at, "tries": ErpJob.tries + 1}
    values |= {"started_at": at, "is_asked_again": False}
    is_ours_to_take = ErpJob.state.in_(_OPEN) if is_left else _is_free(at)
    query = update(ErpJob).where(ErpJob.id == job_id, is_ours_to_take).values(**values)
    if db.execute(query.returning(ErpJob.id)).first() is None:
        return None
    return db.get_one(ErpJob, job_id, populate_existing=True)


def finish(job: ErpJob, *, at: datetime, **values: Any) -> bool:
    """End a job; False when it was asked for again meanwhile, and then it goes on."""
    again = update(ErpJob).where(_is_ours(job), ErpJob.is_asked_again)
    if db.execute(again.values(is_asked_again=False).returning(ErpJob.id)).first() is not None:
        return False
    end(job, JobState.DONE, at=at, **values)
    return True


def end(job: ErpJob, state: JobState, *, at: datetime, **values: Any) -> None:
    """Write down how a job has ended, if it is still ours."""
    query = update(ErpJob).where(_is_ours(job))
    db.execute(query.values(state=state, ended_at=at, heartbeat_at=at, **values))


def of_slot(connection: str, slot: str, *, at: datetime) -> list[JobRow]:
    """Return the last jobs of a slot of a connection, the newest first."""
    query = (
        select(ErpJob, Person.name)
        .outerjoin(Person, Person.id == ErpJob.asked_by)
        .where(ErpJob.connection == connection, ErpJob.slot == slot)
        .order_by(ErpJob.asked_at.desc())
        .limit(SHOWN)
        .execution_options(populate_existing=True)
    )
    return [_row(job, name or "", at) for job, name in db.execute(query)]


def get_job(job_id: UUID) -> ErpJob:
    """Return a job as it is now."""
    return db.get_one(ErpJob, job_id, populate_existing=True)


def _enter(
    connection: str, kind: JobKind, *, source: JobSource, by: int | None, at: datetime
) -> tuple[UUID, bool]:
    if kind is not JobKind.EXAMINE:  # it is how one finds out why a connection has stopped
        refuse_if_held(connection)
    slot = SLOTS[kind]
    query = select(ErpJob).where(
        ErpJob.connection == connection, ErpJob.slot == slot, ErpJob.state.in_(_OPEN)
    )
    known = db.scalars(query.with_for_update()).first()
    if known is not None and _is_dead(known, at):
        known.state, known.ended_at = JobState.BROKEN, known.heartbeat_at
        db.flush()
        known = None
    if known is not None:
        _join(known, kind)
        return known.id, False
    job = ErpJob(
        id=uuid4(), connection=connection, kind=kind, slot=slot, source=source,
        state=JobState.WAITING, asked_at=at, asked_by=by,
    )  # fmt: skip
    db.add(job)
    db.flush()
    return job.id, True


def _join(known: ErpJob, kind: JobKind) -> None:
    """Let an open job stand for one that was asked for as well."""
    if known.state is JobState.WAITING:
        known.kind = JobKind.READ_ALL if kind is JobKind.READ_ALL else known.kind
        return
    if kind is JobKind.READ_ALL and known.kind is not kind:
        raise PullIsRunning
    known.is_asked_again = kind is JobKind.READ


def _is_free(at: datetime) -> ColumnElement[bool]:
    is_dead = and_(ErpJob.state == JobState.RUNNING, ErpJob.heartbeat_at < at - SILENT)
    return or_(ErpJob.state == JobState.WAITING, is_dead)


def _is_ours(job: ErpJob) -> ColumnElement[bool]:
    is_same_try = and_(ErpJob.id == job.id, ErpJob.tries == job.tries)
    return and_(is_same_try, ErpJob.state == JobState.RUNNING)


def _is_dead(job: ErpJob, at: datetime) -> bool:
    seen = job.heartbeat_at
    return job.state is JobState.RUNNING and seen is not None and seen < at - SILENT


def _row(job: ErpJob, who: str, at: datetime) -> JobRow:
    is_dead = _is_dead(job, at)
    known = {name: getattr(job, name) for name in JobRow.__dataclass_fields__ if name != "who"}
    if is_dead:
        known |= {"state": JobState.BROKEN, "ended_at": job.heartbeat_at}
    return JobRow(who=who, **known)
