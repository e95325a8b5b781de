"""A plant and an ERP that remembers."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Plant
from app.core.outside import ONLY_ERP, Outside, connect_outside
from app.erp.pull import PullReport, pull
from app.vocabulary import Language
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.memory import RememberingErp
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage
from tests.app.erp.rows import Change
from tests.app.neighbours import one_erp

FRIDAY = datetime(2026, 5, 8, 9, 0, tzinfo=UTC)


@pytest.fixture
def erp(monkeypatch: pytest.MonkeyPatch) -> RememberingErp:
    """The ERP of this test."""
    neighbour = RememberingErp()
    monkeypatch.setattr("app.core.outside._present", [])
    connect_outside(
        Outside(one_erp(neighbour), MemoryStorage(), RememberingMail(), SilentDoorbell())
    )
    return neighbour


def add_plant(session: scoped_session[Session]) -> Plant:
    """Add the plant RU1, which is reference data and never pulled."""
    found = Plant(
        code="RU1",
        name="АО «Завод»",
        city="Ижевск",
        address="ул. Заводская, 1",
        country="RU",
        time_zone="Europe/Samara",
        language=Language.RU,
        tax_id="1831000000",
        signer="Иванов И. И.",
        signer_basis="Устав",
    )
    session.add(found)
    session.commit()
    return found


@pytest.fixture
def plant(session: scoped_session[Session]) -> Plant:
    """The plant RU1."""
    return add_plant(session)


@pytest.fixture
def pulled(
    session: scoped_session[Session], erp: RememberingErp, plant: Plant
) -> Callable[[Iterable[Change]], PullReport]:
    """Let the ERP serve these rows as its next message and pull it."""

    def serve_and_pull(rows: Iterable[Change]) -> PullReport:
        erp.serve(rows)
        report = pull(ONLY_ERP, at=FRIDAY)
        session.commit()
        session.expire_all()
        return report

    return serve_and_pull
