"""Two plants on two real simulators: each talks to its own, one away never slows the other."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app import cli
from app.accounts.models import Dealer, Person, Plant
from app.accounts.policy import SYSTEM
from app.accounts.queries import as_user
from app.catalog.models import Item
from app.claims.models import Claim, ClaimLine
from app.claims.rules import ClaimState
from app.connect import connect_erps
from app.core.outside import Outside, connect_outside
from app.erp.doctor import examine
from app.erp.installed import InstalledErps
from app.erp.intake import pull_now
from app.erp.models import ErpDocument, Feed, MappingVersion
from app.erp.push import KEEPERS, ping
from app.erp.queries import freshness
from app.erp.reconcile import reconcile
from app.erp.verdicts import Question, Verdict
from app.navigation import homes_of
from app.outbox.connections import is_working
from app.outbox.delivery import Link, drain
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.rules import BREAK_AFTER
from app.outbox.service import promise
from app.shipments.models import Shipment, ShipmentLine
from app.vocabulary import Language, Remedy, Role
from config.settings import Settings, SettingsError
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.wsdl import PACKAGED_WSDL
from connectors.errors import Unavailable
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage
from tests.app.erp.conftest import FRIDAY
from tests.app.erp.mapping_texts import mapping_text
from tests.app.erp.simulated import add_plants
from tests.connectors.erp.running import PASSWORD, RunningSimulator, running

Db = scoped_session[Session]
CHE, LDZ = "chelyabinsk", "lodz"
HOMES = {"RU-CHE": CHE, "PL-LDZ": LDZ}


@pytest.fixture(scope="module")
def simulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RunningSimulator]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(running(tmp_path_factory.mktemp(name)))
            for name in HOMES.values()
        }


@pytest.fixture
def folder(
    tmp_path: Path, simulators: dict[str, RunningSimulator], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with a mapping for each simulator, and the environment that names them."""
    for name, simulator in simulators.items():
        (tmp_path / f"{name}.yaml").write_text(mapping_text(name, simulator.url))
        monkeypatch.setenv(f"ERP_PASSWORD_{name.upper()}", PASSWORD)
    monkeypatch.setenv("ERP_CONNECTIONS", f"{CHE}, {LDZ}")
    monkeypatch.setenv("ERP_FOLDER", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1/nothing")
    return tmp_path


@pytest.fixture
def erps(session: Db, folder: Path, monkeypatch: pytest.MonkeyPatch) -> InstalledErps:
    """Two plants, each with its home, and the two ERPs as this machine's neighbours."""
    installed = connect_erps(Settings.from_env())
    monkeypatch.setattr("app.core.outside._present", [])
    connect_outside(Outside(installed, MemoryStorage(), RememberingMail(), SilentDoorbell()))
    add_plants()
    for plant in session.scalars(select(Plant)):
        plant.home = HOMES[plant.code]
    session.commit()
    return installed


def file_one(session: Db, home: str, number: str) -> Claim:
    """File a claim about something that the ERP of this home has shipped."""
    line = session.scalars(
        select(ShipmentLine).join(ShipmentLine.shipment).where(Shipment.home == home)
    ).first()
    assert line is not None
    person = Person(
        email=f"{number}@dealer.test", name="Анна", password_hash="", role=Role.DEALER_USER,
        dealer_id=line.shipment.dealer_id, language=Language.RU, time_zone="UTC",
    )  # fmt: skip
    session.add(person)
    session.flush()
    claim = Claim(
        dealer_id=line.shipment.dealer_id,
        plant_id=line.shipment.plant_id,
        number=number,
        state=ClaimState.SUBMITTED,
        revision=1,
        created_by=person.id,
        created_at=FRIDAY,
        changed_at=FRIDAY,
        filed_at=FRIDAY,
        demand_presented_on=FRIDAY.date(),
        answer_on=date(2026, 5, 15),
        text="Трещина",
        lines=[
            ClaimLine(
                position=1, shipment_line_id=line.id, item_id=line.item_id,
                quantity=Decimal(1), item_name="Печь", unit=line.unit, price=line.price,
                vat_rate=line.vat_rate, currency="RUB", demand=Remedy.REFUND,
            )
        ],
    )  # fmt: skip
    session.add(claim)
    session.flush()
    home_of_claim = session.get_one(Plant, claim.plant_id).home
    promise("erp.push_claim", claim.id, at=FRIDAY, claim_id=claim.id, connection=home_of_claim)
    session.commit()
    return claim


def pushed(*names: str, at: timedelta = timedelta()) -> None:
    """Let the worker keep what is due."""
    links = {name: Link(2, ping=partial(ping, name)) for name in names}
    drain(KEEPERS, at=FRIDAY + at, links=links)


def test_each_plant_has_its_dealers_items_and_claims_in_its_own_erp(
    session: Db, erps: InstalledErps, simulators: dict[str, RunningSimulator]
) -> None:
    for name in erps:
        pull_now(name)
    claims = {name: file_one(session, name, f"CL-{name}").id for name in erps}
    pushed(*erps)

    for model in (Dealer, Item, Shipment):
        of_plant = select(model.home, Plant.code).join(Plant, Plant.id == model.plant_id)
        found = {(row.home, row.code) for row in session.execute(of_plant)}
        assert found == {(home, code) for code, home in HOMES.items()}
    for name, claim_id in claims.items():
        told = {entry["external_id"] for entry in simulators[name].entries("effect")}
        assert told & {str(one) for one in claims.values()} == {str(claim_id)}
        assert session.get_one(ErpDocument, claim_id).connection == name
        assert reconcile(name, by=None, at=FRIDAY).asked == 1


def test_one_erp_away_leaves_the_other_flowing(
    session: Db, erps: InstalledErps, simulators: dict[str, RunningSimulator]
) -> None:
    for name in erps:
        pull_now(name)
    waiting = [file_one(session, CHE, f"CL-C{n}").id for n in range(BREAK_AFTER + 1)]
    flowing = file_one(session, LDZ, "CL-L").id
    with simulators[CHE].weather("maintenance"):
        with pytest.raises(Unavailable):
            pull_now(CHE)
        pull_now(LDZ)
        pushed(*erps)

        assert not is_working(CHE)
        assert is_working(LDZ)
        assert freshness(CHE).failed_at is not None
        assert freshness(LDZ).failed_at is None
        states = dict(session.execute(select(OutboxMessage.subject_id, OutboxMessage.state)).all())
        assert states[flowing] is MessageState.DONE
        assert {states[one] for one in waiting} == {MessageState.WAITING}

    pushed(*erps, at=timedelta(hours=1))
    assert set(session.scalars(select(OutboxMessage.state))) == {MessageState.DONE}


def test_the_doctor_examines_each_connection_by_itself(
    session: Db, erps: InstalledErps, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("ERP_PASSWORD_LODZ", "wrong")
    found = {name: {one.question: one for one in examine(name, by=None)} for name in erps}

    assert found[CHE][Question.MAPPING].seen.values == {"title": "1C of chelyabinsk"}
    assert found[CHE][Question.LOG_IN].verdict is Verdict.GOOD
    assert found[LDZ][Question.LOG_IN].verdict is Verdict.BAD


def test_a_newer_mapping_is_in_force_at_once(
    session: Db, erps: InstalledErps, simulators: dict[str, RunningSimulator]
) -> None:
    assert erps[LDZ].title == "1C of lodz"

    text = (
        mapping_text(LDZ, simulators[CHE].url)
        .replace("1C of lodz", "Łódź")
        .replace("parallel: 2", "parallel: 5")
    )
    facts = {"written_at": FRIDAY, "written_by": None, "reason": "moved"}
    session.add(MappingVersion(connection=LDZ, version=2, text=text, **facts))
    session.commit()

    assert (erps[LDZ].title, erps[LDZ].parallel) == ("Łódź", 5)
    pull_now(LDZ)
    assert session.get_one(Feed, LDZ).message_no == 1
    nodes = {entry.get("node") for entry in simulators[CHE].entries("call")}
    assert "portal-lodz" in nodes


def test_a_mapping_that_cannot_be_used_stops_its_connection_and_says_where(
    session: Db, erps: InstalledErps
) -> None:
    text = erps.file_text(LDZ).replace("time_zone: UTC", "time_zone: Lodz")
    facts = {"written_at": FRIDAY, "written_by": None, "reason": "by hand"}
    session.add(MappingVersion(connection=LDZ, version=2, text=text, **facts))
    session.commit()

    with pytest.raises(Unavailable, match=r"lodz, line \d+: time_zone must be a name"):
        pull_now(LDZ)
    findings = examine(LDZ, by=None)
    assert findings[0].question is Question.MAPPING
    assert findings[0].verdict is Verdict.BAD
    assert {one.verdict for one in findings[1:]} == {Verdict.NOT_ASKED}
    pull_now(CHE)


def test_all_that_the_connections_lack_is_named_together(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ERP_PASSWORD_LODZ")
    monkeypatch.setenv("ERP_CONNECTIONS", f"{CHE}, {LDZ}, minsk, mail")
    monkeypatch.setenv("SMTP_HOSTT", "mail.example")

    with pytest.raises(SettingsError) as refused:
        Settings.from_env()

    words = str(refused.value)
    for name in ("ERP_PASSWORD_LODZ is not set", "names minsk", "mail cannot be", "SMTP_HOSTT"):
        assert name in words


def test_production_refuses_the_demos_password_in_any_mapping(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERP_PASSWORD_LODZ", "portal-demo")
    broken = folder / f"{CHE}.yaml"
    broken.write_text(broken.read_text().replace("time_zone: UTC", "time_zone: Nowhere"))
    settings = Settings.from_env().model_copy(update={"environment": "production"})

    with pytest.raises(SettingsError) as refused:
        connect_erps(settings)

    assert "lodz.yaml, line" in str(refused.value)
    assert "must not be the demo's" in str(refused.value)
    assert "chelyabinsk.yaml, line" in str(refused.value)


def test_a_file_that_cannot_be_read_costs_its_own_connection_only(
    session: Db, erps: InstalledErps, folder: Path
) -> None:
    (folder / f"{LDZ}.yaml").write_bytes("name: łódź".encode("utf-16"))

    with pytest.raises(Unavailable, match=r"lodz, line 1: the file lodz\.yaml is empty or"):
        pull_now(LDZ)
    pull_now(CHE)


def test_another_wsdl_than_the_mapping_s_own_is_held_against_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERP_CONNECTIONS", "")
    older = tmp_path / "older.wsdl"
    older.write_text(PACKAGED_WSDL.read_text().replace('name="Object"', 'name="Other"'))
    monkeypatch.setenv("ERP_WSDL", str(older))

    installed = connect_erps(Settings.from_env())
    reading = installed.read("erp", installed.file_text("erp"))

    assert "Claim has no Object" in str(reading.faults[0][1])


def test_the_doctor_of_a_stranger_says_which_connections_there_are(
    session: Db, erps: InstalledErps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_settings", lambda: None)
    monkeypatch.setattr(cli, "create_app", lambda _: _NoApp())

    result = CliRunner().invoke(cli.main, ["erp", "doctor", "minsk"])

    assert result.exit_code == 1
    assert f"{CHE}, {LDZ}" in result.output


class _NoApp:
    def app_context(self) -> ExitStack:
        return ExitStack()


def test_a_dealer_hears_only_of_the_silence_of_its_own_erp(
    session: Db, erps: InstalledErps
) -> None:
    pull_now(CHE)
    dealer = session.scalars(select(Dealer).where(Dealer.home == CHE)).first()
    assert dealer is not None
    person = Person(
        email="ann@dealer.test", name="Анна", password_hash="", role=Role.DEALER_USER,
        dealer_id=dealer.id, language=Language.RU, time_zone="UTC",
    )  # fmt: skip
    session.add(person)
    session.commit()

    assert homes_of(as_user(person)) == {CHE}
    assert set(homes_of(SYSTEM)) == {CHE, LDZ}
