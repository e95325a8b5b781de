"""The pages of the ERP connections: a mapping is changed, checked, kept, compared, restored."""

import html
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import cli
from app.accounts.models import Dealer, Plant
from app.connect import connect_erps
from app.core.clock import now
from app.core.db import db
from app.core.outside import Outside, connect_outside
from app.erp.installed import InstalledErps, MappingFile
from app.erp.messages import list_actions
from app.erp.models import DeskAct, MappingVersion
from app.erp.tryouts import try_reply
from app.outbox.models import ExchangeRecord, OutboxMessage
from config.settings import MAPPINGS, Settings
from connectors.doorbell.silent import SilentDoorbell
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage
from tests.app.conftest import SignIn
from tests.app.world import World

PAGE = "/exchange/connections/lodz"
SECRETS = {"ERP_PASSWORD": "secret"}
REFERENCE = (MAPPINGS / "reference.yaml").read_text(encoding="utf-8")
TEXT = REFERENCE.replace("name: reference", "name: lodz").replace("Reference contract", "1C Łódź")


@pytest.fixture
def erps(tmp_path: Path) -> InstalledErps:
    """Two connections by file, and one place that the environment names."""
    (tmp_path / "lodz.yaml").write_text(TEXT, encoding="utf-8")
    files = [
        MappingFile("lodz", tmp_path),
        MappingFile("erp", MAPPINGS, "reference.yaml", title="ERP", place={"user": "portal"}),
    ]
    return InstalledErps(files, lambda name: SECRETS.get(name, ""), recorder=lambda _: None)


@pytest.fixture
def neighbours(erps: InstalledErps) -> Outside:
    neighbours = Outside(erps, MemoryStorage(), RememberingMail(), SilentDoorbell())
    connect_outside(neighbours)
    return neighbours


@pytest.fixture
def admin(sign_in: SignIn, world: World) -> FlaskClient:
    return sign_in(world.admin)


def save(client: FlaskClient, text: str, *, reason: str = "moved", base: int = 1) -> TestResponse:
    sent = text.replace("\n", "\r\n")
    return client.post(PAGE, data={"text": sent, "reason": reason, "base": str(base)})


def kept() -> list[tuple[int, str]]:
    db.expire_all()
    query = select(MappingVersion.version, MappingVersion.reason).order_by(MappingVersion.version)
    return [(row.version, row.reason) for row in db.execute(query)]


def shown(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def test_each_connection_is_listed_with_its_version(admin: FlaskClient) -> None:
    page = shown(admin.get("/exchange/connections"))

    assert "1C Łódź" in page
    assert "lodz" in page
    assert f'href="{PAGE}"' in page


def test_the_file_is_the_first_version_and_shown_whole(admin: FlaskClient) -> None:
    page = shown(admin.get(PAGE))

    assert TEXT in page
    assert "from the file" in page
    assert "Version 1" in page
    assert kept() == []


def test_a_saved_text_is_in_force_at_once_with_author_and_reason(
    admin: FlaskClient, erps: InstalledErps, world: World
) -> None:
    answer = save(admin, TEXT.replace("1C Łódź", "Nowa Łódź"))

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert kept() == [(1, ""), (2, "moved")]
    assert db.get_one(MappingVersion, ("lodz", 1)).text == TEXT.strip()
    assert erps["lodz"].title == "Nowa Łódź"
    (action,) = list_actions()
    assert (action.act, action.connection, action.reason) == (DeskAct.MAPPING, "lodz", "moved")
    page = shown(admin.get(PAGE))
    assert world.admin.name in page
    assert "moved" in page


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("time_zone: UTC", "time_zone: Łódź", "time_zone must be a name such as Europe/Moscow"),
        ("name: lodz", "name: other", "name must be lodz"),
        ("password_from: ERP_PASSWORD", "password_from: ERP_PASSWORD_X", "is not set on this mach"),
        ("  wsdl: packaged", "  wsdl: ../../etc/passwd", "wsdl must be a file beside the mapping"),
        ("call: PutClaim", "call: PutKlaim", "PutKlaim"),
        ("name: lodz", "name: [", ""),
        ("name: lodz", "name: \x00", ""),
    ],
)
def test_a_fault_is_shown_with_its_line_and_nothing_is_lost_or_kept(
    admin: FlaskClient, erps: InstalledErps, right: str, wrong: str, sentence: str
) -> None:
    text = TEXT.replace(right, wrong, 1)
    assert text != TEXT

    answer = save(admin, text, reason="a try")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = shown(answer)
    line = text[: text.index(wrong)].count("\n") + 1
    if sentence:
        assert sentence in page
        if not wrong.startswith("name"):
            assert f"Line {line}</strong>" in page
            assert wrong.strip() in page
    assert "a try" in page
    assert "1C Łódź" in page
    assert kept() == []
    assert erps["lodz"].title == "1C Łódź"


def test_what_would_change_is_shown_before_anything_is_kept(admin: FlaskClient) -> None:
    changed = TEXT.replace("title: 1C Łódź", "title: 1C Łódź II")
    asked = {"base": "1", "reason": "", "preview": "1", "command_key": "k" * 32}

    same = admin.post(PAGE, data={**asked, "text": TEXT})
    other = admin.post(PAGE, data={**asked, "text": changed})
    faulty = admin.post(PAGE, data={**asked, "text": TEXT.replace("name: lodz", "name: radom")})

    assert "Nothing: the text is the same" in shown(same)
    changes = shown(other).split('id="preview"')[1].split("</section>")[0]
    assert "-title: 1C Łódź" in changes
    assert "+title: 1C Łódź II" in changes
    assert faulty.status_code == 422
    assert "name must be lodz" in shown(faulty)
    assert kept() == []
    # The same form may still be sent to be kept.
    sent = {**asked, "text": changed, "reason": "moved"}
    sent.pop("preview")
    assert admin.post(PAGE, data=sent).status_code == 303
    assert [version for version, _ in kept()] == [1, 2]


def test_without_a_reason_the_text_waits_on_the_page(admin: FlaskClient) -> None:
    answer = save(admin, TEXT.replace("1C Łódź", "Nowa Łódź"), reason="  ")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Nowa Łódź" in shown(answer)
    assert "Say why" in shown(answer)
    assert kept() == []


def test_the_same_text_again_is_no_version(admin: FlaskClient) -> None:
    assert "the same as the one in force" in shown(save(admin, TEXT))
    assert kept() == []


def test_of_two_administrators_the_second_is_told_and_loses_nothing(admin: FlaskClient) -> None:
    save(admin, TEXT.replace("parallel: 2", "parallel: 3"), reason="first")

    answer = save(admin, TEXT.replace("parallel: 2", "parallel: 9"), reason="second")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = shown(answer)
    assert "Version 2 was put in force in the meantime" in page
    assert "parallel: 9" in page
    assert kept() == [(1, ""), (2, "first")]
    save(admin, TEXT.replace("parallel: 2", "parallel: 9"), reason="seen", base=2)
    assert kept()[-1] == (3, "seen")


def test_a_version_shows_what_changed_and_an_older_one_comes_back(
    admin: FlaskClient, erps: InstalledErps
) -> None:
    save(admin, TEXT.replace("parallel: 2", "parallel: 3"))

    page = shown(admin.get(f"{PAGE}/versions/2"))
    assert "-  parallel: 2" in page
    assert "+  parallel: 3" in page
    assert erps["lodz"].parallel == 3

    back = admin.post(f"{PAGE}/versions/1/restore", data={"reason": "too many"})

    assert back.status_code == HTTPStatus.SEE_OTHER
    assert kept()[-1] == (3, "too many")
    assert db.get_one(MappingVersion, ("lodz", 3)).text == TEXT.strip()
    assert erps["lodz"].parallel == 2


def test_a_version_that_would_not_work_today_does_not_come_back(
    admin: FlaskClient, erps: InstalledErps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SECRETS, "ERP_PASSWORD_OLD", "x")
    save(admin, TEXT.replace("password_from: ERP_PASSWORD", "password_from: ERP_PASSWORD_OLD"))
    save(admin, TEXT, reason="new", base=2)
    monkeypatch.delitem(SECRETS, "ERP_PASSWORD_OLD")

    answer = admin.post(f"{PAGE}/versions/2/restore", data={"reason": "back"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "ERP_PASSWORD_OLD is not set" in shown(answer)
    assert kept()[-1] == (3, "new")


def test_what_is_not_there_is_not_found(admin: FlaskClient) -> None:
    for path in ("/exchange/connections/minsk", f"{PAGE}/versions/7"):
        assert admin.get(path).status_code == HTTPStatus.NOT_FOUND
    answer = admin.post(f"{PAGE}/versions/7/restore", data={"reason": "x"})
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_the_page_says_which_settings_stand_above_the_text(admin: FlaskClient) -> None:
    assert "overrides the text: ERP_USER" in shown(admin.get("/exchange/connections/erp"))


def test_a_plant_gets_its_home_while_nothing_of_it_has_come(
    admin: FlaskClient, world: World
) -> None:
    words = {"city": "", "address": "", "tax_id": "", "signer": "", "signer_basis": ""}
    place = {"country": "PL", "time_zone": "Europe/Warsaw", "language": world.plant.language}
    fresh = Plant(code="PL-LDZ", name="Zakład", **words, **place)
    db.add(fresh)
    db.commit()

    admin.post(f"/exchange/homes/{fresh.id}", data={"home": "lodz"})
    refused = admin.post(f"/exchange/homes/{world.plant.id}", data={"home": "lodz"})

    assert db.scalars(select(Dealer.plant_id)).first() == world.plant.id
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    db.expire_all()
    assert db.get_one(Plant, fresh.id).home == "lodz"
    assert db.get_one(Plant, world.plant.id).home == "erp"
    assert [one.act for one in list_actions()] == [DeskAct.HOME]
    stranger = admin.post(f"/exchange/homes/{fresh.id}", data={"home": "minsk"})
    assert stranger.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "is not there or cannot be read"), ("no certificate", "holds no certificate")],
)
def test_a_file_of_certificates_that_cannot_be_used_is_a_fault_with_its_line(
    erps: InstalledErps, tmp_path: Path, content: str | None, sentence: str
) -> None:
    text = TEXT.replace("  node: portal", "  ca_file: ours.pem\n  node: portal")
    if content:
        (tmp_path / "ours.pem").write_text(content)

    ((line, words),) = erps.read("lodz", text).faults

    assert text.splitlines()[line - 1].strip() == "ca_file: ours.pem"
    assert sentence in str(words)


def test_certificates_of_the_company_are_a_setting_too(tmp_path: Path) -> None:
    settings = Settings(
        environment="test", database_url="postgresql://x", erp_ca_file=tmp_path / "gone.pem"
    )

    erps = connect_erps(settings)

    ((_, words),) = erps.read("erp", erps.file_text("erp")).faults
    assert "gone.pem is not there" in str(words)
    assert "ERP_CA_FILE" in erps.fixed("erp")


REPLY = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<GetFullPageResponse xmlns="http://dealer-claims.example/dealer-claims/1_0"><return>'
    "<More>false</More><Count>1</Count><Items><Package><Code>0290</Code><LineRef>5e1f0b6a-0000-4000-8000-000000000001</LineRef>"
    "<Quantity>1</Quantity></Package></Items></return></GetFullPageResponse></s:Body></s:Envelope>"
)


def test_a_text_is_tried_on_a_pasted_reply_before_anything_is_kept(admin: FlaskClient) -> None:
    asked = {"base": "1", "reason": "", "try": "1", "text": TEXT, "operation": "GetFullPage"}

    page = shown(admin.post(PAGE, data={**asked, "reply": REPLY}))
    nothing = admin.post(PAGE, data={**asked, "reply": ""})

    assert "package: code=0290" in page
    assert REPLY in page
    assert nothing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "no reply of GetFullPage was recorded" in shown(nothing)
    assert kept() == []


def test_a_reply_that_was_recorded_last_is_tried_when_none_is_pasted(
    admin: FlaskClient, erps: InstalledErps
) -> None:
    at = now()
    message = OutboxMessage(
        kind="erp.push_claim", subject_id=uuid4(), connection="lodz", created_at=at, due_at=at
    )
    db.add(message)
    db.flush()
    facts = {"at": at, "status": 200, "request": "", "milliseconds": 1}
    reply = REPLY.replace("0290", "0291")
    record = ExchangeRecord(message_id=message.id, operation="GetFullPage", reply=reply, **facts)
    db.add(record)
    db.commit()

    trial = try_reply(erps, "lodz", TEXT, "pages", "")
    of_another = try_reply(erps, "erp", REFERENCE, "pages", "")

    assert trial.is_recorded
    assert "code=0291" in trial.records[0]
    assert of_another.records == ()


def test_the_command_tries_a_reply_from_a_file_and_fails_when_something_is_not_there(
    erps: InstalledErps, world: World, neighbours: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_portal", _NoApp)
    runner = CliRunner()

    good = runner.invoke(cli.main, ["erp", "try", "lodz", "GetVersion", "-"], input=VERSION)
    bad = runner.invoke(cli.main, ["erp", "try", "lodz", "GetVersion", "-"], input=REPLY)

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "1.0" in good.output
    assert "is GetFullPageResponse and not GetVersionResponse" in bad.output


VERSION = REPLY.partition("<GetFull")[0] + (
    '<GetVersionResponse xmlns="http://dealer-claims.example/dealer-claims/1_0"><return>1.0'
    "</return></GetVersionResponse></s:Body></s:Envelope>"
)


class _NoApp:
    def app_context(self) -> ExitStack:
        return ExitStack()
