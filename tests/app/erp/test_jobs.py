"""Reading an ERP is a job: asked for, done by a worker, with progress and a true result."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from app.core.clock import now
from app.core.db import db, own_session
from app.core.outside import ONLY_ERP
from app.erp import intake, job_runner, jobs
from app.erp.job_models import ErpJob, JobKind, JobSource, JobState
from app.erp.job_runner import KEEPERS, JobReason, Progress, run, run_here
from app.erp.messages import list_actions
from app.erp.models import DeskAct, Feed, RejectedRow
from app.erp.pull import PullIsRunning
from app.outbox import connections
from app.outbox.connections import ConnectionIsHeld
from app.outbox.delivery import drain
from app.outbox.models import MessageState, OutboxMessage
from connectors.erp.memory import RememberingErp
from connectors.errors import Denied, Unavailable
from connectors.reasons import ErpReason, Reason
from tests.app.conftest import SignIn
from tests.app.erp.rows import WHOLE_DELIVERY, package
from tests.app.world import World

Db = scoped_session[Session]
BUTTON = "/exchange/connection/erp/pull"
ROWS = [*WHOLE_DELIVERY, package("346")]


@pytest.fixture
def admin(sign_in: SignIn, world: World) -> FlaskClient:
    return sign_in(world.admin)


@pytest.fixture
def asked(session: Db) -> Callable[..., UUID]:
    def ask(kind: JobKind = JobKind.READ, source: JobSource = JobSource.ERP) -> UUID:
        job_id = jobs.ask(ONLY_ERP, kind, source=source, by=None, at=now())
        session.commit()
        return job_id

    return ask


def only_job(session: Db) -> ErpJob:
    session.expire_all()
    (job,) = session.query(ErpJob)
    return job


def work() -> None:
    drain(KEEPERS)


def test_who_asks_waits_for_nothing_and_the_worker_reads(
    admin: FlaskClient, session: Db, erp: RememberingErp, world: World
) -> None:
    answer = admin.post(BUTTON)

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert erp.calls == []
    waiting = admin.get("/exchange").text
    assert "Waiting for the background worker" in waiting
    assert 'hx-trigger="every 2s"' in waiting

    work()

    job = only_job(session)
    assert (job.state, job.asked_by, job.source) == (
        JobState.DONE,
        world.admin.id,
        JobSource.PAGE,
    )
    assert erp.calls == ["changes", "confirm"]
    page = admin.get("/exchange/connection/erp/jobs/feed").text
    assert "Finished" in page
    assert world.admin.name in page
    assert "hx-trigger" not in page
    assert [(one.act, one.connection) for one in list_actions()] == [(DeskAct.PULL, ONLY_ERP)]


def test_the_result_counts_what_came(
    session: Db, erp: RememberingErp, asked: Callable[..., UUID]
) -> None:
    erp.serve(ROWS)
    erp.serve([package("bad", Quantity="-1")])
    asked()

    work()

    job = only_job(session)
    assert job.rows == {"Dealer": 1, "Item": 1, "Shipment": 1, "ShipmentLine": 1, "Package": 2}
    assert (job.result["messages"], job.result["rejected"]) == (
        2,
        session.query(RejectedRow).count(),
    )


def test_a_reading_that_fails_says_by_what_and_keeps_what_it_had(
    admin: FlaskClient, session: Db, erp: RememberingErp
) -> None:
    admin.post(BUTTON)
    erp.fail_next(Unavailable(ErpReason.UNREACHABLE))

    work()

    job = only_job(session)
    assert (job.state, job.reason) == (JobState.STOPPED, Reason(ErpReason.UNREACHABLE))
    assert job.ended_at is not None
    assert "The ERP cannot be reached." in admin.get("/exchange/connection/erp/jobs/feed").text
    (message,) = session.query(OutboxMessage)
    assert message.state is MessageState.DONE


def test_a_fault_of_our_own_ends_the_job_too(
    session: Db, asked: Callable[..., UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(intake, "pull_now", fail)
    asked()

    work()

    job = only_job(session)
    assert job.state is JobState.STOPPED
    assert "KeyError: 'ours'" in str(job.reason)


def test_a_refused_log_in_stops_the_connection_too(
    session: Db, erp: RememberingErp, asked: Callable[..., UUID]
) -> None:
    erp.fail_next(Denied(ErpReason.WRONG_PASSWORD))
    asked()

    work()

    assert not connections.is_working(ONLY_ERP)
    with pytest.raises(ConnectionIsHeld):
        asked()


def test_two_who_ask_have_it_read_once(
    admin: FlaskClient, session: Db, erp: RememberingErp, asked: Callable[..., UUID]
) -> None:
    first = asked()

    assert asked(source=JobSource.PAGE) == first
    admin.post(BUTTON, data={"full": "1"})
    work()

    assert only_job(session).kind is JobKind.READ_ALL
    assert erp.calls == ["changes", "confirm"]


def test_what_is_told_while_it_is_read_is_read_once_more(
    session: Db, erp: RememberingErp, asked: Callable[..., UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm = erp.confirm

    def ring(message_no: int) -> None:
        confirm(message_no)
        if len(erp.confirmed) == 1:
            asked()

    monkeypatch.setattr(erp, "confirm", ring)
    asked()

    work()

    assert only_job(session).state is JobState.DONE
    assert erp.calls == ["changes", "confirm"] * 2


def test_everything_cannot_be_asked_for_while_something_is_read(
    session: Db, asked: Callable[..., UUID]
) -> None:
    assert jobs.begin(asked(), at=now()) is not None
    session.commit()

    with pytest.raises(PullIsRunning):
        asked(JobKind.READ_ALL)


def test_the_progress_is_seen_while_it_is_read(
    session: Db, erp: RememberingErp, asked: Callable[..., UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Progress] = []
    seen: list[tuple[JobState, dict[str, int], int]] = []
    changes = erp.changes

    class Seen(Progress):
        def __enter__(self) -> Progress:
            begun.append(self)
            return self

        def __exit__(self, *_: object) -> None:
            """No thread has been started: the tests have one connection only."""

    def look(*, after: int) -> object:
        begun[0].beat()
        with own_session() as beside:
            (job,) = beside.query(ErpJob)
            seen.append((job.state, job.rows, job.result.get("messages", 0)))
        return changes(after=after)

    monkeypatch.setattr(job_runner, "Progress", Seen)
    monkeypatch.setattr(erp, "changes", look)
    erp.serve(ROWS)
    erp.serve([package("347")])
    asked()

    work()

    first, second = seen
    assert first == (JobState.RUNNING, {}, 0)
    assert (second[0], second[1]["Package"], second[2]) == (JobState.RUNNING, 1, 1)
    assert only_job(session).rows["Package"] == 2


def silent(session: Db, job_id: UUID) -> None:
    """Have a worker begin and die."""
    job = jobs.begin(job_id, at=now() - 2 * jobs.SILENT)
    assert job is not None
    session.commit()


def test_a_dead_worker_is_said_to_be_dead_and_its_job_can_be_asked_for_anew(
    admin: FlaskClient, session: Db, erp: RememberingErp, asked: Callable[..., UUID]
) -> None:
    first = asked()
    silent(session, first)

    page = admin.get("/exchange").text
    second = asked()
    run(first)
    run(second)

    assert "Interrupted at" in page
    assert second != first
    states = {job.id: job.state for job in session.query(ErpJob).populate_existing()}
    assert states == {first: JobState.BROKEN, second: JobState.DONE}
    assert erp.calls == ["changes", "confirm"]


def test_the_next_worker_goes_on_with_the_job_of_a_dead_one(
    session: Db, erp: RememberingErp, asked: Callable[..., UUID]
) -> None:
    erp.serve(ROWS)
    job_id = asked(JobKind.READ_ALL)
    silent(session, job_id)
    session.merge(Feed(connection=ONLY_ERP, message_no=7, full_since=now()))
    session.commit()

    work()

    job = only_job(session)
    assert (job.state, job.tries) == (JobState.DONE, 2)
    assert session.get_one(Feed, ONLY_ERP).message_no == 8  # it did not begin anew


def test_a_job_that_lost_its_database_is_done_with_the_next_try_and_counts_all_that_came(
    session: Db, erp: RememberingErp, asked: Callable[..., UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm = erp.confirm

    def lose(_message_no: int) -> None:
        monkeypatch.setattr(erp, "confirm", confirm)
        raise OperationalError("select 1", {}, Exception("deadlock detected"))

    job_id = asked()
    session.get_one(ErpJob, job_id).result = {"messages": 3}
    session.commit()
    erp.serve(ROWS)
    monkeypatch.setattr(erp, "confirm", lose)

    work()
    assert only_job(session).state is JobState.RUNNING
    assert session.query(OutboxMessage).one().state is MessageState.WAITING
    drain(KEEPERS, at=now() + timedelta(seconds=5))

    job = only_job(session)
    assert (job.state, job.tries) == (JobState.DONE, 2)
    assert job.result["messages"] > 3


def test_a_worker_that_was_thought_dead_changes_nothing_any_more(
    session: Db, asked: Callable[..., UUID]
) -> None:
    job_id = asked()
    slow = jobs.begin(job_id, at=now() - 2 * jobs.SILENT)
    assert slow is not None
    session.commit()
    session.expunge(slow)

    run(job_id)
    jobs.end(slow, JobState.STOPPED, at=now())
    session.commit()

    assert only_job(session).state is JobState.DONE


def test_a_job_that_is_being_done_is_left_alone(
    session: Db, erp: RememberingErp, asked: Callable[..., UUID]
) -> None:
    job_id = asked()
    assert jobs.begin(job_id, at=now()) is not None
    session.commit()

    run(job_id)

    assert erp.calls == []
    assert only_job(session).state is JobState.RUNNING


def test_a_command_does_the_same_job_at_once(session: Db, erp: RememberingErp) -> None:
    job = run_here(ONLY_ERP, JobKind.READ, source=JobSource.COMMAND)

    assert (job.state, job.source, job.asked_by) == (JobState.DONE, JobSource.COMMAND, None)
    assert session.query(OutboxMessage).count() == 0


def test_the_lease_of_the_message_is_kept_while_it_is_read(
    session: Db, asked: Callable[..., UUID]
) -> None:
    job_id = asked()
    message = session.query(OutboxMessage).one()
    message.state, message.lease_token = MessageState.LEASED, job_id
    message.leased_until = now()
    session.commit()
    job = jobs.begin(job_id, at=now())
    assert job is not None
    session.commit()

    job_runner.Progress(job).beat()

    session.expire_all()
    until = session.query(OutboxMessage).one().leased_until
    assert until is not None
    assert until > now() + timedelta(minutes=1)


def test_a_feed_that_the_clock_reads_is_waited_for_and_not_for_ever(
    session: Db, asked: Callable[..., UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise PullIsRunning

    monkeypatch.setattr(job_runner, "BUSY_SECONDS", -1.0)
    monkeypatch.setattr(intake, "pull_now", busy)
    asked()

    work()

    assert only_job(session).reason == Reason(JobReason.BUSY)
    db.rollback()


@pytest.mark.parametrize(
    ("address", "kind", "shown"),
    [
        ("/exchange/doctor/erp", JobKind.EXAMINE, "Contract as published"),
        ("/exchange/reconciliation/erp", JobKind.COMPARE, "documents compared."),
    ],
)
def test_checks_and_comparisons_are_jobs_too(
    admin: FlaskClient, session: Db, erp: RememberingErp, world: World, address: str, kind: JobKind,
    shown: str,
) -> None:  # fmt: skip
    world.filed()
    session.query(OutboxMessage).delete()
    erp.calls.clear()
    before = admin.post(address)
    assert (before.status_code, erp.calls) == (HTTPStatus.SEE_OTHER, [])
    assert "hx-trigger" in admin.get(address).text

    work()

    assert (only_job(session).kind, only_job(session).state) == (kind, JobState.DONE)
    assert shown in admin.get(address).text
    slot = only_job(session).slot
    assert admin.get(f"/exchange/connection/erp/jobs/{slot}").headers["HX-Refresh"] == "true"


def test_a_stopped_connection_can_still_be_checked(
    session: Db, asked: Callable[..., UUID], erp: RememberingErp
) -> None:
    connections.pause(ONLY_ERP, "1C is being updated", by="Admin", at=now())
    session.commit()

    asked(JobKind.EXAMINE)
    with pytest.raises(ConnectionIsHeld):
        asked(JobKind.COMPARE)
