"""What all tests share: a real PostgreSQL, a clean session, and no silent skips in CI."""

import os
from collections.abc import Generator, Iterator
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session

from connectors.postgres.embedded import Address
from tests.databases import RunningSlot, cloned, ensure_template, take_slot

os.environ.setdefault("ENVIRONMENT", "test")  # the processes that tests start inherit it
os.environ.setdefault("UNDO_SECONDS", "0")  # decisions are made at once; who tests undo says so
pytest_plugins = ("tests.cut_off", "tests.order")
SLOT = pytest.StashKey[RunningSlot]()
SKIPS_FAIL = os.environ.get("REQUIRE_ALL") == "1"
_numbers = count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each xdist worker where the one server of this run listens."""
    node.workerinput["postgres"] = str(_slot(node.config).server.address.sockets)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this run started."""
    if slot := config.stash.get(SLOT, None):
        slot.release()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skipped test as failed where everything must run."""
    report = yield
    _demand_that_it_ran(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Count a skipped file as failed where everything must run."""
    report = yield
    _demand_that_it_ran(report)
    return report


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Address:
    """The server of this run, without any promise about its databases."""
    told = getattr(request.config, "workerinput", {})
    if "postgres" in told:
        return Address(Path(told["postgres"]))
    return _slot(request.config).server.address


@pytest.fixture(scope="session")
def template_database(postgres: Address) -> str:
    """The name of the migrated, empty database that all others are cloned from."""
    return ensure_template(postgres)


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The name of this xdist worker, or `alone`."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "alone"))


@pytest.fixture(scope="session")
def database_url(postgres: Address, template_database: str, worker_name: str) -> Iterator[str]:
    """The migrated database of this worker. Do not commit to it except through `session`."""
    with cloned(postgres, template_database, f"test_{worker_name}") as url:
        yield url


@pytest.fixture(scope="session")
def empty_engine(database_url: str) -> Iterator[Engine]:
    """The engine of this worker's database."""
    engine = app_db().connect_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    """The engine of the test's database."""
    return empty_engine


@pytest.fixture
def session(engine: Engine) -> Iterator[scoped_session[Session]]:
    """`db` on the test's database; commits are seen by this test and undone after it.

    All sessions of the test share one connection, so it is for one thread only. A test with
    several threads or processes takes `committed_database`.
    """
    db = app_db().db
    with engine.connect() as connection:
        outer = connection.begin()
        db.remove()
        db.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield db
        finally:
            db.remove()
            db.configure(bind=engine, join_transaction_mode="conditional_savepoint")
            outer.rollback()


@pytest.fixture
def committed_database(
    postgres: Address, template_database: str, worker_name: str
) -> Iterator[str]:
    """The URL of a database of this test's own, for several threads or processes; `db` uses it."""
    with cloned(postgres, template_database, f"own_{worker_name}_{next(_numbers)}") as url:
        db = app_db().db
        before = db.session_factory.kw["bind"]
        engine = app_db().connect_database(url)
        try:
            yield url
        finally:
            db.remove()
            db.configure(bind=before)
            engine.dispose()


def app_db() -> ModuleType:
    """Import the app's database only for tests that need it: the leaves' tests do not."""
    return import_module("app.core.db")


def _slot(config: pytest.Config) -> RunningSlot:
    if SLOT not in config.stash:
        config.stash[SLOT] = take_slot()
    return config.stash[SLOT]


def _demand_that_it_ran(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not SKIPS_FAIL or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"Skipped although REQUIRE_ALL=1: {reason}"
