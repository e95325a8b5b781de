"""The demo with an ERP for each plant: two simulators, two mappings, each plant at home in one."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.accounts.models import Dealer, Plant
from app.connect import connect_erps
from app.core.db import db
from app.core.outside import Outside, connect_outside
from app.demo_data import DemoData
from app.demo_erps import DemoErp, connect_portal, demo_erps
from app.erp.models import RejectedRow
from app.seed import load_world
from app.shipments.models import Shipment
from app.supervisor import main
from config.settings import Settings
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.port import COLUMNS, RowKind
from connectors.erp.simulator.demo_data import generate, one_shipment
from connectors.erp.simulator.demo_plant import of_plant
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage
from tests.checks.exchange.crew import answers, wait_until
from tests.checks.exchange.stage import free_port

TODAY = date(2026, 11, 16)
CHE, LDZ = "RU-CHE", "PL-LDZ"


@pytest.fixture
def erps(tmp_path: Path) -> Iterator[list[DemoErp]]:
    """Both simulators as the demo starts them."""
    chosen = [DemoErp(free_port(), plant) for plant in (CHE, LDZ)]
    with ExitStack() as stack:
        for erp in chosen:
            process = subprocess.Popen(erp.command(tmp_path), stdout=subprocess.DEVNULL)
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
        wait_until(lambda: all(answers(erp.page) for erp in chosen))
        yield chosen


def test_each_plant_is_at_home_in_its_own_erp(
    erps: list[DemoErp], committed_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in connect_portal(erps, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", committed_database)
    installed = connect_erps(Settings.from_env())
    connect_outside(Outside(installed, MemoryStorage(), RememberingMail(), SilentDoorbell()))

    load_world("no password")

    homes = dict(db.execute(select(Plant.code, Plant.home)).all())
    dealers = dict(db.execute(select(Dealer.home, func.count()).group_by(Dealer.home)).all())
    shipped = select(Plant.code, Shipment.home).join(Shipment, Shipment.plant_id == Plant.id)
    assert homes == {CHE: "ru-che", LDZ: "pl-ldz"}
    assert sum(dealers.values()) == 12
    assert min(dealers.values()) > 1
    assert {tuple(row) for row in db.execute(shipped)} == set(homes.items())
    assert db.scalar(select(func.count(RejectedRow.id))) == 0


def test_the_plants_share_the_demo_and_nothing_is_in_both_but_the_groups() -> None:
    rows = list(generate(1, TODAY, shipments=120, lines=500))
    here, there = ({*of_plant(rows, plant)} for plant in (CHE, LDZ))

    in_both = here & there
    assert here | there == set(rows)
    assert in_both
    is_folder = COLUMNS[RowKind.ITEM].index("IsFolder")
    assert {kind for kind, _ in in_both} <= {RowKind.GROUP, RowKind.ITEM}
    assert {row[is_folder] for kind, row in in_both if kind is RowKind.ITEM} <= {"true"}


def test_later_shipments_of_two_plants_have_nothing_in_common() -> None:
    here = {row for number in range(1, 20) for row in one_shipment(number, TODAY, CHE)}
    there = {row for number in range(1, 20) for row in one_shipment(number, TODAY, LDZ)}
    codes = [{row[0] for kind, row in rows if kind is RowKind.PACKAGE} for rows in (here, there)]

    assert codes[0]
    assert codes[1]
    assert codes[0].isdisjoint(codes[1])


def test_one_erp_keeps_both_plants_and_needs_no_mapping_of_its_own(tmp_path: Path) -> None:
    (erp,) = demo_erps(1, 8100)

    assert connect_portal([erp], tmp_path) == {"ERP_URL": "http://127.0.0.1:8100/ws/dealer-claims"}
    assert [one.port for one in demo_erps(2, 8100)] == [8100, 8101]


def test_data_of_two_erps_are_not_started_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "demo"))
    for name in ("ERP_URL", "ERP_WSDL", "ERP_CONNECTIONS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    data = DemoData()
    with data.held():
        data.note_loaded("anna@d01.example", erps=2)

    assert main(["--erps", "1", "--port", str(free_port())]) == 1
    assert "are of 2 ERP: add --fresh" in capsys.readouterr().err
