"""A mapping with faults costs its own connection and nothing else, in processes as they are run."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.connect import make_celery
from app.core.db import db
from app.erp.models import Feed
from config.settings import Settings
from tests.app.erp.mapping_texts import mapping_text
from tests.checks.exchange.crew import answers
from tests.checks.exchange.stage import free_port
from tests.connectors.erp.running import PASSWORD, RunningSimulator, running

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
GOOD, FAULTY = "chelyabinsk", "lodz"
WORKER = ("celery", "-A", "app.worker", "worker", "-P", "solo", "-l", "WARNING")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")
FAULT = "lodz.yaml, line {line}: time_zone must be a name such as Europe/Moscow, not Lodz"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("erp"), shipments=2, lines=4) as started:
        yield started


@pytest.fixture
def environment(
    committed_database: str, tmp_path: Path, simulator: RunningSimulator
) -> dict[str, str]:
    """Two connections, one of them with a fault in its file."""
    text = mapping_text(FAULTY, simulator.url, time_zone="Lodz")
    (tmp_path / f"{GOOD}.yaml").write_text(mapping_text(GOOD, simulator.url))
    (tmp_path / f"{FAULTY}.yaml").write_text(text)
    return {
        "DATABASE_URL": committed_database,
        "DATA_DIR": str(tmp_path / "data"),
        "ENVIRONMENT": "test",
        "ERP_CONNECTIONS": f"{GOOD}, {FAULTY}",
        "ERP_FOLDER": str(tmp_path),
        "ERP_PASSWORD_CHELYABINSK": PASSWORD,
        "ERP_PASSWORD_LODZ": PASSWORD,
    }


@contextmanager
def started(words: tuple[str, ...], environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a program of Python's, and end it."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=file,
            stderr=file,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_until(comes_true: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not comes_true():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


def fault_line(folder: Path) -> str:
    lines = (folder / f"{FAULTY}.yaml").read_text().splitlines()
    return FAULT.format(line=1 + next(at for at, one in enumerate(lines) if "Lodz" in one))


def test_the_worker_names_the_line_and_reads_the_other_erp(
    environment: dict[str, str], committed_database: str, tmp_path: Path
) -> None:
    log = tmp_path / "worker.log"
    celery = make_celery(Settings(environment="test", database_url=committed_database))

    def is_read() -> bool:
        db.rollback()
        feed = db.get(Feed, GOOD, populate_existing=True)
        return feed is not None and feed.message_no > 0

    with started((*WORKER, *QUIET), environment, log):
        celery.send_task("erp.pull")
        wait_until(is_read, log)
        wait_until(lambda: "erp.not_pulled" in log.read_text(), log)
    celery.pool.force_close_all()  # its database is about to be dropped

    said = log.read_text()
    assert fault_line(tmp_path) in said
    assert "Traceback" not in said


def test_the_web_server_names_the_line_and_answers(
    environment: dict[str, str], tmp_path: Path
) -> None:
    log, port = tmp_path / "web.log", free_port()
    words = ("gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--no-control-socket")

    with started(words, environment, log):
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/sign-in"), log)

    said = log.read_text()
    assert fault_line(tmp_path) in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        (
            {
                "ENVIRONMENT": "production",
                "SECRET_KEY": "k" * 32,
                "PUBLIC_URL": "https://claims.example.com",
                "TRUSTED_HOSTS": "claims.example.com",
                "TRUSTED_PROXIES": "1",
                "ERP_PASSWORD_CHELYABINSK": "portal-demo",
            },
            "the password must not be the demo's",
        ),
    ],
)
def test_a_worker_that_must_not_start_says_why_and_ends(
    environment: dict[str, str], changed: dict[str, str], words: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", *WORKER, *QUIET],
        cwd=ROOT,
        env=os.environ | environment | changed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode != 0
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
