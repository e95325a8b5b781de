"""Jobs with several threads and connections, as workers have them."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from app.core.clock import now
from app.core.db import db, end_session, own_session
from app.core.outside import ONLY_ERP, Outside, connect_outside
from app.erp import job_runner, jobs
from app.erp.job_models import ErpJob, JobKind, JobSource, JobState
from connectors.erp.memory import RememberingErp
from tests.app.neighbours import one_erp

PATIENCE = 30.0


@pytest.fixture
def erp(committed_database: str, neighbours: Outside) -> RememberingErp:
    erp = RememberingErp()
    connect_outside(replace(neighbours, erps=one_erp(erp)))
    return erp


@pytest.fixture
def job_id(erp: RememberingErp) -> UUID:
    found = jobs.ask(ONLY_ERP, JobKind.READ, source=JobSource.ERP, by=None, at=now())
    db.commit()
    return found


def seen() -> ErpJob:
    with own_session() as beside:
        (job,) = beside.query(ErpJob)
        return job


def until(is_so: Callable[[], bool]) -> bool:
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        if is_so():
            return True
        time.sleep(0.01)
    return False


def test_a_job_shows_signs_of_life_while_the_erp_is_slow_to_answer(
    erp: RememberingErp, job_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[bool] = []
    changes = erp.changes

    def slow(*, after: int) -> object:
        begun = seen().heartbeat_at
        beats.append(until(lambda: seen().heartbeat_at != begun))
        return changes(after=after)

    monkeypatch.setattr(job_runner, "BEAT", 0.02)
    monkeypatch.setattr(erp, "changes", slow)

    job_runner.run(job_id)

    assert beats == [True]
    assert seen().state is JobState.DONE


def test_two_workers_do_a_job_once(
    erp: RememberingErp, job_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    changes = erp.changes

    def slow(*, after: int) -> object:
        begun.set()
        assert go_on.wait(PATIENCE)
        return changes(after=after)

    def work() -> None:
        job_runner.run(job_id)
        end_session()

    monkeypatch.setattr(erp, "changes", slow)
    first = threading.Thread(target=work)
    first.start()
    assert begun.wait(PATIENCE)

    job_runner.run(job_id)
    is_running = seen().state is JobState.RUNNING
    go_on.set()
    first.join(PATIENCE)

    assert is_running
    assert (seen().state, seen().tries) == (JobState.DONE, 1)
    assert erp.calls == ["changes", "confirm"]
