"""The worker knows every promise, and a real one keeps them."""

import importlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest

from app.core.clock import now
from app.core.db import db
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import promise
from config.schedule import BEAT

ROOT = Path(__file__).parents[2]
PROMISED = re.compile(r"""\b(?:promise|owe|tell_departments)\(\s*(?:claim,\s*)?"([\w.]+)\"""")
PATIENCE = 90.0
WORKER = (sys.executable, "-m", "celery", "-A", "app.worker", "worker")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The worker's module, imported without any neighbour there."""
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    return importlib.import_module("app.worker")


def test_whatever_is_promised_has_somebody_who_keeps_it(worker: ModuleType) -> None:
    promised = {
        kind
        for source in (ROOT / "app").rglob("*.py")
        for kind in PROMISED.findall(source.read_text())
    }

    assert len(promised) > 5
    assert promised == set(worker.KEEPERS)


def test_the_clock_calls_only_tasks_that_exist(worker: ModuleType) -> None:
    assert {entry["task"] for entry in BEAT.values()} <= set(worker.celery.tasks)


@pytest.fixture(params=["threads", "prefork", "solo"])
def running_worker(
    request: pytest.FixtureRequest, committed_database: str, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker without a clock on this test's database: only the doorbell wakes it."""
    environment = os.environ | {
        "DATABASE_URL": committed_database,
        "DATA_DIR": str(tmp_path),
        "ENVIRONMENT": "test",
        "ERP_URL": "http://127.0.0.1:1/nobody",
    }
    flags = ("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "WARNING")
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [*WORKER, "-P", request.param, "-c", "2", *flags],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


@pytest.mark.real_clock
@pytest.mark.timeout(3 * PATIENCE)  # it starts, it keeps, it ends
def test_a_promise_made_here_is_kept_by_the_worker_there(
    running_worker: subprocess.Popen[bytes], committed_database: str, tmp_path: Path
) -> None:
    subject_id = uuid4()

    promise("erp.push_claim", subject_id, at=now())
    db.commit()

    end = time.monotonic() + PATIENCE
    state = MessageState.WAITING
    while state is not MessageState.DONE and time.monotonic() < end:
        assert running_worker.poll() is None, (tmp_path / "worker.log").read_text()
        time.sleep(0.1)
        db.rollback()
        state = db.query(OutboxMessage.state).filter_by(subject_id=subject_id).scalar()
    assert state is MessageState.DONE, (tmp_path / "worker.log").read_text()

    running_worker.terminate()
    assert running_worker.wait(PATIENCE) == 0
    assert "Traceback" not in (tmp_path / "worker.log").read_text()
