"""The Celery app; `KEEPERS`: every promise and who keeps it.

Start it with `celery -A app.worker worker -B -P threads -c 4`, or with prefork workers and one
beat apart.
"""

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from celery.concurrency.thread import TaskPool as Threads
from celery.signals import (
    setup_logging,
    task_postrun,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from app.claims import tasks as claims
from app.connect import connect, make_celery
from app.core.clock import now
from app.core.db import connect_database, db
from app.core.errors import Refusal
from app.core.outside import connect_outside, outside
from app.erp import consequences as _erp_consequences  # noqa: F401  (registers what is posted)
from app.erp import push as erp
from app.erp.intake import pull_now
from app.erp.job_models import JobKind, JobSource, JobState
from app.erp.job_runner import KEEPERS as JOB_KEEPERS
from app.erp.job_runner import run_here
from app.erp.reconcile import reconcile
from app.erp.watch import watch_contract
from app.notifications.account_mails import account_keepers
from app.notifications.alarms import alarm_keepers, remind
from app.notifications.service import keepers as mail_keepers
from app.outbox import connections
from app.outbox.delivery import Keeper, Link, Links, drain, local
from app.outbox.keeping import Keeping
from app.outbox.pruning import prune_portion
from app.outbox.service import note_run
from app.paperwork import tasks as paperwork
from app.schedule import tasks as schedule
from app.work import consequences as _work_consequences  # noqa: F401  (registers what is begun)
from app.work import tasks as work
from config.logging import configure_logging
from config.schedule import PULL
from config.settings import Settings, SettingsError
from connectors.errors import OutsideError

log = logging.getLogger(__name__)
try:
    settings = Settings.from_env()
except SettingsError as error:
    sys.exit(f"The worker cannot start:\n{error}")

KEEPERS: Mapping[str, Keeper] = {
    **paperwork.KEEPERS,
    "decision.make": local(claims.make_pending_decision),
    "work.open": local(work.open_orders),
    "work.follow": local(work.follow_claim),
    "forecast.renew": local(schedule.renew_one),
    "forecast.renew_all": local(schedule.renew_all),
    **erp.KEEPERS,
    **JOB_KEEPERS,
    **mail_keepers(settings.public_url),
    **account_keepers(settings.public_url, settings.secret_key.get_secret_value()),
    **alarm_keepers(settings.public_url),
}

celery = make_celery(settings)
keeping = Keeping(lambda **options: drain(KEEPERS, links=erp_links(), **options))


class ErpLinks(Mapping[str, Link]):
    """What each ERP bears; asked when it is needed, for a connection may change meanwhile."""

    def __getitem__(self, name: str) -> Link:
        return Link(outside().erps[name].parallel, ping=partial(erp.ping, name))

    def __iter__(self) -> Iterator[str]:
        return iter(outside().erps)

    def __len__(self) -> int:
        return len(outside().erps)


def erp_links() -> Links:
    """Return what each ERP bears."""
    return ErpLinks()


@celery.task(name="outbox.deliver")  # type: ignore[untyped-decorator]
def deliver() -> None:
    """Keep what is due, as the clock says: what nobody rang for, or nobody heard."""
    drain(KEEPERS, links=erp_links())
    _note("outbox.deliver")


@celery.task(name="erp.pull")  # type: ignore[untyped-decorator]
def pull() -> None:
    """Have every ERP's changes read, each by a task of its own: none waits for another."""
    for connection in outside().erps:
        pull_one.apply_async((connection,), expires=PULL)


@celery.task(name="erp.pull_one")  # type: ignore[untyped-decorator]
def pull_one(connection: str) -> None:
    """Read an ERP's changes; the feed remembers a failure, the next minute tries again.

    A connection that has stopped is left alone: the worker asks when it may go on.
    """
    if not connections.is_working(connection):
        return
    try:
        pull_now(connection)
    except (OutsideError, Refusal) as error:
        log.warning("erp.not_pulled", extra={"connection": connection, "reason": str(error)})
        connections.stop_for(connection, error, at=now())
        db.commit()
    else:
        _note("erp.pull")


@celery.task(name="erp.pull_all")  # type: ignore[untyped-decorator]
def read_everything() -> None:
    """Have every ERP's data read anew: what the change feed missed or never told is mended."""
    _for_each_erp("erp.pull_all", _read_everything, failed="erp.not_read_anew")


@celery.task(name="erp.reconcile")  # type: ignore[untyped-decorator]
def compare_with_erps() -> None:
    """Compare what each ERP holds with what we believe; a person mends what differs."""
    _for_each_erp("erp.reconcile", _compare, failed="erp.not_reconciled")


@celery.task(name="claims.midnight")  # type: ignore[untyped-decorator]
def turn_midnight() -> None:
    """Do what a new day does to claims: mark what is late, accept what silence has accepted."""
    claims.turn_midnight()
    _note("claims.midnight")


@celery.task(name="erp.watch")  # type: ignore[untyped-decorator]
def watch_contracts() -> None:
    """Look at the contract that each ERP publishes; a paused one is left alone."""
    _for_each_erp("erp.watch", _watch, failed="erp.not_watched")


@celery.task(name="outbox.remind")  # type: ignore[untyped-decorator]
def remind_of_dead_letters() -> None:
    """Remind people of the messages that wait for them."""
    remind(at=now())
    _note("outbox.remind")


@celery.task(name="outbox.prune")  # type: ignore[untyped-decorator]
def prune() -> None:
    """Remove messages that were done long ago, portion by portion."""
    while prune_portion(at=now()):
        db.commit()
    _note("outbox.prune")


@celery.task(name="schedule.begin_days")  # type: ignore[untyped-decorator]
def begin_days() -> None:
    """Look at the claims of every plant where a day has begun since they were looked at."""
    schedule.begin_days()
    _note("schedule.begin_days")


@celery.task(name="schedule.remind")  # type: ignore[untyped-decorator]
def remind_of_dues() -> None:
    """Remind of what is due and escalate what is late, each rung of the ladder once."""
    schedule.send_reminders()
    _note("schedule.remind")


@celery.task(name="worker.heartbeat")  # type: ignore[untyped-decorator]
def heartbeat() -> None:
    """Show that somebody works here."""
    _note("worker.heartbeat")


def _for_each_erp(job: str, work: Callable[[str], bool], *, failed: str) -> None:
    """Do a job for one ERP after the other; whatever goes wrong with one, the others get theirs.

    `work` returns whether it was done: an ERP may be left alone. `failed` is what the log calls it.
    """
    for connection in outside().erps:
        facts = {"connection": connection}
        try:
            is_done = work(connection)
            db.commit()
        except (OutsideError, Refusal) as error:
            db.rollback()
            log.warning(failed, extra=facts | {"reason": str(error)})
        except Exception:
            db.rollback()
            log.exception(failed, extra=facts)
        else:
            if is_done:
                _note(job)


def _read_everything(connection: str) -> bool:
    if not connections.is_working(connection):
        return False
    job = run_here(connection, JobKind.READ_ALL, source=JobSource.SCHEDULE)
    return job.state is JobState.DONE


def _compare(connection: str) -> bool:
    reconcile(connection, by=None, at=now())
    return True


def _watch(connection: str) -> bool:
    if not connections.is_working(connection):
        return False
    if stopped := watch_contract(connection, at=now()):
        log.error("erp.drifted", extra={"connection": connection, "stopped": stopped})
    return True


def _note(job: str) -> None:
    note_run(job, at=now())
    db.commit()


@worker_init.connect  # type: ignore[untyped-decorator]
def start(**_: Any) -> None:
    """Meet the neighbours; forked children inherit no open connection, for there is none yet."""
    _start_logging()  # Celery asks for it later only, and there may be faults to tell
    connect_database(settings.database_url)
    try:
        connect_outside(connect(settings))
    except SettingsError as error:
        sys.exit(f"The worker cannot start:\n{error}")  # Celery would log it and work on without


@worker_ready.connect  # type: ignore[untyped-decorator]
def _keep_in_threads(sender: Any, **_: Any) -> None:
    """Listen in the one process of a pool of threads; forked children do so themselves."""
    if isinstance(sender.pool, Threads):
        keeping.start(threads=sender.pool.limit)


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _keep_in_child(**_: Any) -> None:
    """Listen in a process that does one task at a time; while one thread waits, one is left."""
    keeping.start(threads=2)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _begin_nothing_more(**_: Any) -> None:
    keeping.end()


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
@worker_shutdown.connect  # type: ignore[untyped-decorator]
def _finish_keeping(**_: Any) -> None:
    keeping.end()
    keeping.wait()


@task_postrun.connect  # type: ignore[untyped-decorator]
def _end_session(**_: Any) -> None:
    db.remove()


@setup_logging.connect  # type: ignore[untyped-decorator]
def _start_logging(**_: Any) -> None:
    configure_logging(json=settings.log_format == "json", level=settings.log_level)
