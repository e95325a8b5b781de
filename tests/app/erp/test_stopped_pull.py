"""The reading by the clock keeps away from a connection that has stopped, and can stop it."""

from importlib import import_module
from types import ModuleType

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.core.clock import now
from app.outbox import connections
from app.outbox.models import Connection
from app.outbox.rules import ConnectionState
from connectors.erp.memory import RememberingErp
from connectors.errors import Closed, Denied, Unavailable
from connectors.reasons import ErpReason

Db = scoped_session[Session]


@pytest.fixture
def worker(database_url: str, session: Db, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The worker's module, which reads the settings when it is imported."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return import_module("app.worker")


def test_a_paused_erp_is_not_read(worker: ModuleType, session: Db, erp: RememberingErp) -> None:
    connections.pause("erp", "1C is being updated", by="Admin", at=now())
    session.commit()

    worker.pull_one("erp")

    assert erp.calls == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (
            Denied(ErpReason.SAYS, words="The ERP did not accept the log-in."),
            ConnectionState.DENIED,
        ),
        (Closed(ErpReason.CLOSED), ConnectionState.CLOSED),
    ],
)
def test_a_log_in_refused_to_the_reading_is_not_tried_every_minute(
    worker: ModuleType, session: Db, erp: RememberingErp, error: Exception, state: ConnectionState
) -> None:
    erp.fail_next(error)  # type: ignore[arg-type]

    worker.pull_one("erp")
    worker.pull_one("erp")

    assert erp.calls == ["changes"]
    assert session.get_one(Connection, "erp").state is state


def test_a_reading_that_failed_alone_is_tried_the_next_minute(
    worker: ModuleType, session: Db, erp: RememberingErp
) -> None:
    erp.fail_next(Unavailable(ErpReason.SILENT, seconds=30))

    worker.pull_one("erp")
    worker.pull_one("erp")

    assert erp.calls == ["changes", "changes", "confirm"]
