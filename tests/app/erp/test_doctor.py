"""The doctor: each verdict as a table, the whole round on fakes and on the real simulator."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from app import cli
from app.accounts.models import Person
from app.connect import connect
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP, KnownErp, Outside, connect_outside
from app.erp.answers import (
    judge_clock,
    judge_limits,
    judge_objects,
    judge_ping,
    judge_version,
    judge_zone,
)
from app.erp.arrival import judge_address, judge_connection, judge_log_in, judge_service
from app.erp.doctor import examine, last_checkup
from app.erp.drift import judge_contract, judge_drift
from app.erp.models import Feed
from app.erp.sample import PORTIONS, as_record, faults_of, ten_of
from app.erp.verdicts import Examination, Question, Verdict
from app.outbox.models import OutboxMessage
from app.vocabulary import Language
from config.settings import Settings
from connectors.erp.memory import RememberingErp
from connectors.erp.port import Approach, Capabilities, ErpInfo, HttpAnswer, RowKind
from connectors.errors import Closed, NotOffered, Rejected, Unavailable
from connectors.reasons import ErpReason
from tests.app.conftest import SignIn
from tests.app.erp import rows
from tests.app.erp.working import pressed
from tests.app.neighbours import one_erp
from tests.app.world import World
from tests.connectors.erp.running import RunningSimulator, running

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
SHAPE = {"PutClaim": "message", "PutClaim/Claim": "structure 1..1", "Ping": "message"}
HEALTHY = Approach(
    url="https://erp.example/ws/claims",
    user="portal",
    zone="UTC",
    pinned=SHAPE,
    addresses=("192.0.2.1",),
    is_encrypted=True,
    answer=HttpAnswer(200, "text/xml", "", "<definitions/>"),
    live=SHAPE,
)


def answering(status: int, text: str = "", location: str = "") -> Approach:
    return replace(HEALTHY, answer=HttpAnswer(status, "text/html", location, text), live=None)


def verdicts(findings: list[Examination]) -> dict[Question, Verdict]:
    return {one.question: one.verdict for one in findings}


@pytest.fixture
def erp(neighbours: Outside) -> RememberingErp:
    found = neighbours.erp(ONLY_ERP)
    assert isinstance(found, RememberingErp)
    found.told_at = now()
    found.infobase = "ours"
    found.serve(rows.WHOLE_DELIVERY)
    return found


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("erp")) as started:
        yield started


@pytest.mark.parametrize(
    ("found", "verdict", "words"),
    [
        (HEALTHY, Verdict.GOOD, "publishes its contract"),
        (answering(404), Verdict.BAD, "publication's name letter by letter"),
        (answering(301, location="https://erp.example/ws"), Verdict.BAD, "https://erp.example/ws"),
        (answering(302, location="https://erp.example/in"), Verdict.BAD, "instead of http"),
        (answering(401), Verdict.GOOD, "requires a log-in"),
        (answering(403), Verdict.BAD, "right to the web service"),
        (answering(405), Verdict.LOOK, "does not publish its contract"),
        (answering(406), Verdict.BAD, "no free session"),
        (answering(502), Verdict.BAD, "HTTP 502"),
        (answering(503), Verdict.BAD, "server cluster"),
        (answering(504), Verdict.BAD, "HTTP 504"),
        (answering(418), Verdict.BAD, "HTTP 418"),
        (answering(200, "<html>Sign in"), Verdict.BAD, "Something other"),
        (answering(403, "Ведутся технические работы"), Verdict.BAD, "denies access"),
        (
            answering(403, "Начало сеанса с информационной базой запрещено.\nДо 3:00"),
            Verdict.BAD,
            "closed: Начало сеанса с информационной базой запрещено. До 3:00",
        ),
        (
            answering(500, "<p>Не обнаружено свободной лицензии!</p>"),
            Verdict.BAD,
            "no free licence: Не обнаружено свободной лицензии!",
        ),
        (
            answering(503, "Превышено максимальное количество сеансов"),
            Verdict.BAD,
            "no free session: Превышено максимальное количество сеансов",
        ),
        (answering(403, "Лицензионное соглашение"), Verdict.BAD, "denies access"),
        (replace(HEALTHY, live={}, offered=("Отгрузки",)), Verdict.BAD, "Another service"),
        (replace(HEALTHY, live={"Get": "message"}), Verdict.BAD, "Another service"),
        (
            replace(HEALTHY, answer=None, answer_fault="reset"),
            Verdict.BAD,
            "the answer is not valid",
        ),
    ],
)
def test_the_door_of_the_service_tells_what_is_wrong(
    found: Approach, verdict: Verdict, words: str
) -> None:
    one = judge_service(found)

    assert one.verdict is verdict
    assert words in f"{one.seen.said()} {one.step.said()}"


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (HEALTHY, Verdict.GOOD),
        (answering(401), Verdict.BAD),
        (replace(answering(401), user=""), Verdict.BAD),
        (replace(HEALTHY, user=""), Verdict.LOOK),
        (answering(404), Verdict.NOT_ASKED),
        (replace(HEALTHY, answer=None), Verdict.NOT_ASKED),
    ],
)
def test_the_log_in_is_judged_by_who_comes_and_who_is_let_in(
    found: Approach, verdict: Verdict
) -> None:
    assert judge_log_in(found).verdict is verdict


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({}, Verdict.GOOD, "Encrypted"),
        ({"is_encrypted": False}, Verdict.LOOK, "not encrypted"),
        ({"certificate_until": AT + timedelta(days=20)}, Verdict.LOOK, "6 Dec 2026"),
        ({"certificate_until": AT + timedelta(days=60)}, Verdict.GOOD, "Encrypted"),
        ({"connect_fault": "Connection refused"}, Verdict.BAD, "firewall"),
        ({"connect_fault": "certificate verify failed"}, Verdict.BAD, "whole chain"),
        ({"connect_fault": "[SSL] record layer failure"}, Verdict.BAD, "does not support HTTPS"),
    ],
)
def test_the_connection_is_judged_with_its_certificate(
    changes: dict[str, object], verdict: Verdict, words: str
) -> None:
    one = judge_connection(replace(HEALTHY, **changes), at=AT)  # type: ignore[arg-type]

    assert one.verdict is verdict
    assert words in f"{one.seen.said()} {one.step.said()}"


def test_another_service_is_said_to_be_one_and_its_operations_are_named() -> None:
    found = replace(HEALTHY, live={}, offered=("Остатки", "Отгрузки"))

    assert judge_service(found).details == ("Остатки", "Отгрузки")
    assert judge_contract(found).verdict is Verdict.NOT_ASKED


def test_what_was_inside_a_lost_operation_is_not_counted_again() -> None:
    live = {"Ping": "message"}

    assert judge_contract(replace(HEALTHY, live=live)).details == ("- PutClaim: message",)


@pytest.mark.parametrize(
    ("text", "question"),
    [("Не обнаружено свободной лицензии!", "no free licence: Не обнаружено свободной лицензии!")],
)
def test_a_ping_without_a_licence_shows_the_sentence_and_the_answer(
    world: World, erp: RememberingErp, text: str, question: str
) -> None:
    erp.fail_next(
        Closed(
            ErpReason.SAYS, words=f"The ERP has no free licence: {text}", details=f"<p>{text}</p>"
        )
    )

    (ping,) = [one for one in examine(ONLY_ERP, by=None) if one.question is Question.PING]

    assert question in ping.seen.said()
    assert "ERP_PARALLEL" in ping.step.said()
    assert ping.details == (f"<p>{text}</p>",)


def test_ten_rows_are_ten_while_the_erp_has_ten_of_anything() -> None:
    def rows_of(count: int) -> list[tuple[str | None, ...]]:
        return [(str(number),) for number in range(count)]

    kinds = tuple(PORTIONS)
    plenty = dict.fromkeys(kinds, rows_of(10))
    one_dealer = {**plenty, RowKind.DEALER: rows_of(1), RowKind.UNIT: []}
    only_items = {RowKind.ITEM: rows_of(10)}
    few = {RowKind.ITEM: rows_of(3), RowKind.LINE: rows_of(4)}

    assert [len(ten_of(found)) for found in (plenty, one_dealer, only_items, few)] == [
        10,
        10,
        10,
        7,
    ]
    assert {kind for kind, _ in ten_of(plenty)} == set(kinds)


def test_a_service_with_lists_of_one_kind_shows_those(
    world: World, erp: RememberingErp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sample(kind: RowKind, *, limit: int) -> list[tuple[str | None, ...]]:
        if kind is not RowKind.DEALER:
            raise NotOffered(
                ErpReason.SAYS, words=f"The service has no operation for a list of {kind}."
            )
        return [rows.dealer()[1]] * 12

    monkeypatch.setattr(erp, "sample", sample)

    findings = {one.question: one for one in examine(ONLY_ERP, by=None)}

    assert len(findings[Question.SAMPLE].details) >= 10
    assert "10 rows" in findings[Question.SAMPLE].seen.said()


def test_an_unknown_host_is_bad_and_the_reason_is_kept() -> None:
    one = judge_address(replace(HEALTHY, addresses=(), lookup_fault="Name or service not known"))

    assert (one.verdict, one.details) == (Verdict.BAD, ("Name or service not known",))


@pytest.mark.parametrize(
    ("change", "verdict", "named"),
    [
        ({}, Verdict.GOOD, ""),
        ({"PutClaim/Claim": "string 1..1"}, Verdict.BAD, "~ PutClaim/Claim"),
        ({"PutClaim/Claim": None}, Verdict.BAD, "- PutClaim/Claim"),
        ({"PutClaim/Claim/Town": "string 1..1"}, Verdict.BAD, "! PutClaim/Claim/Town"),
        ({"PutClaim/Claim/Town": "string 0..1"}, Verdict.GOOD, "+ PutClaim/Claim/Town"),
        ({"PingResponse/return/Extra": "string 0..1"}, Verdict.LOOK, "+ PingResponse"),
    ],
)
def test_a_changed_contract_is_bad_only_where_it_touches_us(
    change: dict[str, str | None], verdict: Verdict, named: str
) -> None:
    live = {path: kind for path, kind in (SHAPE | change).items() if kind is not None}

    against_pinned = judge_contract(replace(HEALTHY, live=live))
    against_last = judge_drift(SHAPE, live)

    assert (against_pinned.verdict, against_last.verdict) == (verdict, verdict)
    assert named in "".join(map(str, against_pinned.details))


@pytest.mark.parametrize(
    ("skew", "verdict", "words"),
    [
        (timedelta(seconds=5), Verdict.GOOD, "5 s"),
        (timedelta(minutes=2), Verdict.GOOD, "120 s"),
        (timedelta(minutes=3), Verdict.LOOK, "over the network"),
        (timedelta(minutes=11), Verdict.BAD, "over the network"),
        (timedelta(hours=3, seconds=20), Verdict.BAD, "ERP_TIME_ZONE"),
        (timedelta(hours=5, minutes=30), Verdict.BAD, "ERP_TIME_ZONE"),
        (timedelta(hours=3, minutes=12), Verdict.BAD, "over the network"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_the_clock_may_differ_by_two_minutes(
    skew: timedelta, verdict: Verdict, words: str, sign: int
) -> None:
    one = judge_clock(AT + sign * skew, AT)

    assert one.verdict is verdict
    assert words in f"{one.seen.said()} {one.step.said()}"


def test_a_clock_hours_away_makes_the_time_zone_suspect() -> None:
    wrong, right = judge_clock(AT + timedelta(hours=3), AT), judge_clock(AT, AT)

    assert judge_zone("UTC", wrong).verdict is Verdict.LOOK
    assert judge_zone("Europe/Moscow", right).verdict is Verdict.GOOD


def test_slow_answers_old_contracts_and_small_files_are_seen() -> None:
    info, able = ErpInfo("ERP", "2.5", AT), Capabilities((), (), 2**20, 10 * 2**20)

    assert judge_ping(info, 0.1).verdict is Verdict.GOOD
    assert judge_ping(info, 2.5).verdict is Verdict.LOOK
    assert judge_version("1.0", info).verdict is Verdict.GOOD
    assert judge_version("2.0", info).verdict is Verdict.BAD
    assert judge_limits(able, part=2**20, largest=10 * 2**20).verdict is Verdict.GOOD
    assert judge_limits(able, part=2**20, largest=11 * 2**20).verdict is Verdict.LOOK
    assert judge_limits(able, part=2**21, largest=10).verdict is Verdict.BAD


@pytest.mark.parametrize(
    ("part_bytes", "verdict"), [(0, Verdict.GOOD), (2**21, Verdict.GOOD), (2**22, Verdict.BAD)]
)
def test_parts_are_judged_by_the_size_that_the_mapping_sends(
    world: World, neighbours: Outside, part_bytes: int, verdict: Verdict
) -> None:
    known = KnownErp(neighbours.erp(ONLY_ERP), part_bytes=part_bytes)
    connect_outside(replace(neighbours, erps={ONLY_ERP: known}))

    (limits,) = [one for one in examine(ONLY_ERP, by=None) if one.question is Question.LIMITS]

    assert limits.verdict is verdict
    assert ("4096 KB" in limits.step.said()) == (verdict is Verdict.BAD)


def test_an_object_that_the_erp_does_not_make_is_named_before_anything_is_pushed() -> None:
    made = ("Справочник.Претензии", "Документ.КорректировкаРеализации")

    wrong = judge_objects(("Документ.Рекламация", "Справочник.Претензии"), made)

    assert wrong.verdict is Verdict.BAD
    assert wrong.seen.said() == "The ERP does not make: Документ.Рекламация."
    assert wrong.details == made
    assert judge_objects(made[:1], made).verdict is Verdict.GOOD
    assert judge_objects((), made).verdict is Verdict.GOOD
    assert judge_objects(made, ()).verdict is Verdict.LOOK  # nobody tells


def test_a_row_is_shown_under_our_names_and_its_faults_are_named() -> None:
    _, good = rows.dealer()
    _, bad = rows.dealer(PartnerRef="no reference", Name=None)

    assert "code=D01 · name=ООО «Ромашка»" in as_record(RowKind.DEALER, good)
    assert faults_of(RowKind.DEALER, good) == []
    assert [str(one) for one in faults_of(RowKind.DEALER, bad)] == [
        "Key of the business (PartnerRef) is not a reference Details: “no reference”",
        "Name (Name) is empty",
    ]


def test_a_healthy_exchange_is_good_in_every_question(world: World, erp: RememberingErp) -> None:
    claim = world.filed()

    findings = examine(ONLY_ERP, by=world.admin.id)

    assert set(verdicts(findings)) == set(Question)
    assert {one for one in findings if one.verdict is not Verdict.GOOD} == set()
    push = findings[-1]
    assert push.details == (f"PutClaim {claim.number} revision {claim.revision}",)


def test_an_examination_changes_nothing_but_its_own_memory(
    world: World, erp: RememberingErp
) -> None:
    world.filed()
    promised = db.scalar(select(func.count(OutboxMessage.id)))

    examine(ONLY_ERP, by=None)

    assert not {"changes", "confirm", "put_claim", "states"} & set(erp.calls)
    assert (erp.claims, erp.receipts) == ({}, {})
    assert db.scalar(select(func.count(OutboxMessage.id))) == promised
    assert db.get(Feed, ONLY_ERP) is None


def test_behind_a_closed_door_nothing_is_asked(world: World, erp: RememberingErp) -> None:
    erp.approached = answering(404)

    found = verdicts(examine(ONLY_ERP, by=None))

    assert found[Question.SERVICE] is Verdict.BAD
    behind = list(Question)[list(Question).index(Question.LOG_IN) :]
    assert {found[question] for question in behind} == {Verdict.NOT_ASKED}
    assert erp.calls == ["approach"]


def test_without_an_answer_to_the_ping_the_others_are_not_waited_for(
    world: World, erp: RememberingErp
) -> None:
    erp.fail_next(Unavailable(ErpReason.SILENT, seconds=30))

    findings = examine(ONLY_ERP, by=None)

    (ping,) = [one for one in findings if one.question is Question.PING]
    assert "did not answer within the 30 seconds" in ping.seen.said()
    assert verdicts(findings)[Question.SAMPLE] is Verdict.NOT_ASKED
    assert erp.calls == ["approach", "ping"]


def test_one_failing_question_does_not_stop_the_others(
    world: World, erp: RememberingErp, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.filed()
    erp.objections = ("Контрагент не найден",)
    monkeypatch.setattr(erp, "capabilities", _refuse)

    findings = {one.question: one for one in examine(ONLY_ERP, by=None)}

    assert findings[Question.LIMITS].verdict is Verdict.BAD
    assert findings[Question.LIMITS].details == ("<Fault/>",)
    assert findings[Question.SAMPLE].verdict is Verdict.GOOD
    assert findings[Question.PUSH].verdict is Verdict.LOOK
    assert findings[Question.PUSH].details[0] == "Контрагент не найден"


def _refuse() -> Capabilities:
    raise Rejected(ErpReason.SAYS, words="Нет прав", details="<Fault/>")


def test_a_contract_is_remembered_from_one_examination_to_the_next(
    world: World, erp: RememberingErp
) -> None:
    healthy = erp.approach()
    assert healthy.live is not None
    examine(ONLY_ERP, by=None)
    narrowed = {path: kind for path, kind in healthy.live.items() if "Claim/Status" not in path}

    erp.approached = replace(healthy, live=narrowed)
    changed = {one.question: one for one in examine(ONLY_ERP, by=None)}
    again = {one.question: one for one in examine(ONLY_ERP, by=None)}

    assert changed[Question.DRIFT].verdict is Verdict.BAD
    assert changed[Question.DRIFT].details == ("- PutClaim/Claim/Status: string 1..1",)
    assert again[Question.DRIFT].verdict is Verdict.GOOD
    assert again[Question.CONTRACT].verdict is Verdict.BAD


def test_an_erp_that_is_away_does_not_make_us_forget_its_contract(
    world: World, erp: RememberingErp
) -> None:
    examine(ONLY_ERP, by=None)
    erp.approached = answering(503)
    examine(ONLY_ERP, by=None)
    erp.approached = None

    assert verdicts(examine(ONLY_ERP, by=None))[Question.DRIFT] is Verdict.GOOD
    (drift,) = [one for one in examine(ONLY_ERP, by=None) if one.question is Question.DRIFT]
    assert "as last time" in drift.seen.said()


@pytest.mark.real_clock
def test_the_real_simulator_is_in_good_health(
    world: World, neighbours: Outside, simulator: RunningSimulator
) -> None:
    connect_outside(replace(neighbours, erps=one_erp(simulator.erp())))
    claim = world.filed()

    findings = {one.question: one for one in examine(ONLY_ERP, by=None)}

    plain = {Question.CONNECTION: Verdict.LOOK, Question.PUSH: Verdict.LOOK}
    for question, one in findings.items():
        assert one.verdict is plain.get(question, Verdict.GOOD), one
    assert len(findings[Question.SAMPLE].details) == 10
    # The simulator does not know the dealers of this test, and says so.
    assert "Контрагент" in str(findings[Question.PUSH].details[0])
    assert f"<ns0:Number>{claim.number}</ns0:Number>" in str(findings[Question.PUSH].details[-1])
    assert "Basic ***" in str(findings[Question.PUSH].details[-1])
    journal = simulator.journal.read_text("utf-8")
    assert "GetChanges" not in journal
    assert "effect" not in journal


def test_the_real_simulator_turns_a_wrong_password_away(
    world: World, neighbours: Outside, simulator: RunningSimulator
) -> None:
    connect_outside(replace(neighbours, erps=one_erp(simulator.erp(password="wrong"))))

    found = verdicts(examine(ONLY_ERP, by=None))

    assert found[Question.LOG_IN] is Verdict.BAD
    assert found[Question.PING] is Verdict.NOT_ASKED


def test_the_page_examines_on_a_click_and_keeps_the_result(
    app: Flask, world: World, erp: RememberingErp, sign_in: SignIn
) -> None:
    browser = sign_in(world.admin)
    assert b"has not been checked yet" in browser.get("/exchange/doctor").data
    assert erp.calls == []

    answer = pressed(browser, f"/exchange/doctor/{ONLY_ERP}")

    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert page.count("state-green") >= 10
    assert "192.0.2.1" in page
    last = last_checkup(ONLY_ERP)
    assert last is not None
    assert last.by
    assert len(last.findings) == len(Question)


def test_the_page_speaks_the_readers_language(
    app: Flask, world: World, erp: RememberingErp, sign_in: SignIn
) -> None:
    browser = sign_in(world.admin)
    db.get_one(Person, world.admin.id).language = Language.RU
    db.commit()

    page = pressed(browser, f"/exchange/doctor/{ONLY_ERP}").get_data(as_text=True)

    assert "Часы ERP расходятся" in page
    assert "The ERP&#39;s clock" not in page


@pytest.mark.parametrize("who", ["ann", "cleo", "dora"])
@pytest.mark.parametrize("path", ["/exchange/doctor/erp", "/exchange/reconciliation/erp"])
def test_only_administrators_are_let_in(
    app: Flask, world: World, erp: RememberingErp, sign_in: SignIn, who: str, path: str
) -> None:
    browser = sign_in(getattr(world, who))

    assert browser.get(path).status_code == 403
    assert browser.post(path).status_code == 403
    assert erp.calls == []


@pytest.mark.parametrize(("status", "code"), [(200, 0), (404, 1)])
def test_the_command_prints_the_verdicts_and_fails_when_something_is_bad(
    app: Flask,
    world: World,
    erp: RememberingErp,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: int,
) -> None:
    monkeypatch.setattr(cli, "_settings", lambda: None)
    monkeypatch.setattr(cli, "create_app", lambda _: app)
    if status != 200:
        erp.approached = answering(status)

    result = CliRunner().invoke(cli.main, ["erp", "doctor"])

    assert result.exit_code == code, result.output
    assert len([line for line in result.output.splitlines() if line[:1] != " "]) >= len(Question)
    assert ("publication's name" in result.output) == (status == 404)


def test_the_time_zone_of_the_infobase_is_a_setting() -> None:
    settings = Settings(
        environment="test",
        database_url="postgresql://x",
        erp_url="nowhere",
        erp_time_zone="Europe/Moscow",
    )

    assert connect(settings).erp(ONLY_ERP).approach().zone == "Europe/Moscow"
    with pytest.raises(ValueError, match="such as Europe/Moscow"):
        Settings(environment="test", database_url="postgresql://x", erp_time_zone="Moscow")
