"""An infobase that was restored from an older copy is noticed and read anew, without harm."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Plant
from app.core.clock import now
from app.core.outside import ONLY_ERP
from app.erp.intake import pull_now
from app.erp.models import Feed
from app.erp.pull import RELOAD_REST
from app.shipments.models import Shipment, ShipmentLine
from connectors.erp.memory import RememberingErp
from connectors.errors import Restored
from connectors.reasons import ErpReason
from tests.app.erp.rows import WHOLE_DELIVERY, line
from tests.app.erp.simulated import add_plants, connect_simulator
from tests.connectors.erp.running import RunningSimulator, start

Db = scoped_session[Session]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[RunningSimulator]]:
    """Simulators that this test has started, one after the other on one store."""
    simulators: list[RunningSimulator] = []
    yield simulators
    for one in simulators:
        one.stop()


@pytest.fixture(autouse=True)
def _neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.outside._present", [])


def begin(simulators: list[RunningSimulator], data: Path) -> RunningSimulator:
    simulator = start(data, shipments=20, lines=60)
    simulators.append(simulator)
    connect_simulator(simulator)
    return simulator


def ship(simulator: RunningSimulator) -> None:
    answer = requests.post(
        f"{simulator.page}shipments", headers={"Origin": simulator.page.rstrip("/")}, timeout=5
    )
    assert answer.ok


def count(session: Db, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_an_infobase_restored_from_an_older_copy_is_read_anew_and_takes_nothing_away(
    session: Db, tmp_path: Path, started: list[RunningSimulator]
) -> None:
    add_plants()
    data, copy = tmp_path / "erp", tmp_path / "backup"
    simulator = begin(started, data)
    pull_now(ONLY_ERP)
    simulator.stop()
    shutil.copytree(data, copy)
    simulator = begin(started, data)
    for _ in range(3):
        ship(simulator)
        pull_now(ONLY_ERP)
    before = count(session, Shipment), count(session, ShipmentLine)
    lost_after = session.get_one(Feed, ONLY_ERP).message_no
    simulator.stop()
    shutil.rmtree(data)
    shutil.copytree(copy, data)
    simulator = begin(started, data)

    reports = pull_now(ONLY_ERP)

    assert sum(report.published for report in reports) == 0
    assert (count(session, Shipment), count(session, ShipmentLine)) == before
    feed = session.get_one(Feed, ONLY_ERP)
    assert feed.restored_after == lost_after
    assert "не отправлялось" in str(feed.restored_reason)
    assert feed.last_error is None

    for _ in range(4):  # three of which we have
        ship(simulator)
    pull_now(ONLY_ERP)
    assert count(session, Shipment) == before[0] + 1


def test_a_restored_infobase_is_told_to_the_administrator(
    session: Db, erp: RememberingErp, plant: Plant
) -> None:
    erp.serve(WHOLE_DELIVERY)
    pull_now(ONLY_ERP)
    erp.fail_next(Restored(ErpReason.SAYS, words="Сообщение 1 узлу portal не отправлялось"))

    reports = pull_now(ONLY_ERP)

    assert [report.message_no for report in reports] == [1]
    feed = session.get_one(Feed, ONLY_ERP)
    assert (feed.restored_after, feed.failed_at) == (1, None)


def test_an_acknowledgement_of_an_unknown_message_has_the_same_answer(
    session: Db, erp: RememberingErp, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.serve(WHOLE_DELIVERY)
    erp.serve([line("second")])
    refusals = [Restored(ErpReason.SAYS, words="Message 1 to node portal was not sent")]

    def confirm(message_no: int) -> None:
        if refusals:
            raise refusals.pop()

    monkeypatch.setattr(erp, "confirm", confirm)

    pull_now(ONLY_ERP)

    assert session.get_one(Feed, ONLY_ERP).message_no == 2
    assert count(session, ShipmentLine) == 2


def test_an_erp_that_goes_back_again_and_again_is_not_read_for_ever(
    session: Db, erp: RememberingErp, plant: Plant
) -> None:
    erp.serve(WHOLE_DELIVERY)
    pull_now(ONLY_ERP)
    erp.fail_next(Restored(ErpReason.SAYS, words="Message 1 to node portal was not sent"), times=1)
    pull_now(ONLY_ERP)
    erp.fail_next(Restored(ErpReason.SAYS, words="Message 1 to node portal was not sent"), times=1)

    with pytest.raises(Restored):
        pull_now(ONLY_ERP)

    feed = session.get_one(Feed, ONLY_ERP)
    assert feed.message_no == 1
    assert feed.failed_at is not None

    feed.restored_at = now() - RELOAD_REST - timedelta(seconds=1)
    session.commit()
    erp.fail_next(Restored(ErpReason.SAYS, words="Message 1 to node portal was not sent"), times=1)
    assert pull_now(ONLY_ERP)[-1].message_no == 1


def test_an_erp_that_refuses_even_to_begin_is_not_asked_twice(
    session: Db, erp: RememberingErp, plant: Plant
) -> None:
    erp.fail_next(Restored(ErpReason.SAYS, words="Запросите полную выгрузку"))

    with pytest.raises(Restored):
        pull_now(ONLY_ERP)

    assert erp.calls == ["changes"]
