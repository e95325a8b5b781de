"""The reconciliation: what differs is found, told and mended, once, with who and when."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import requests
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, select, update

from app import cli
from app.accounts.models import Person
from app.claims.models import Claim, ClaimFile, Settlement
from app.claims.settlements import settlement_id
from app.core.db import db
from app.core.i18n import show_money
from app.core.outside import ONLY_ERP, Outside, connect_outside
from app.erp import push, reconcile
from app.erp.differences import Found, Held, Mending, What, compare, newly_posted
from app.erp.models import Difference, DocumentKind, ErpDocument
from app.erp.reconcile import (
    DocumentHasMoved,
    OnlyInTheErp,
    PortalIsBehind,
    mend,
    push_all_again,
)
from app.erp.reconciled import last_run, mended_differences, open_differences
from app.files.service import keep_document
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import promise
from app.vocabulary import Language, Remedy
from connectors.erp.memory import RememberingErp
from connectors.erp.port import DecisionMessage, Receipt
from connectors.errors import Unavailable
from connectors.reasons import ErpReason
from tests.app.conftest import SignIn
from tests.app.erp.working import pressed
from tests.app.neighbours import one_erp
from tests.app.world import World
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import RunningSimulator, running

AT = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
LATER = AT + timedelta(days=1)
KEY = UUID(int=7)
DIGEST = "a" * 64
HELD = Held(
    KEY, 2, "ref", "ERP-1", date(2026, 11, 16), posted=True, status="Зарегистрирована",
    amount=Decimal("100.00"), currency="EUR", name="act.docx", sha256=DIGEST, size=7,
)  # fmt: skip
TOLD = Receipt(KEY, 2, "ref", "ERP-1", date(2026, 11, 16), True, "Зарегистрирована")


@pytest.fixture
def erp(neighbours: Outside) -> RememberingErp:
    found = neighbours.erp(ONLY_ERP)
    assert isinstance(found, RememberingErp)
    return found


@pytest.fixture
def told(world: World, erp: RememberingErp) -> Claim:
    """A filed claim of which the ERP has been told, and nothing else is owed."""
    claim = world.filed()
    db.execute(delete(OutboxMessage))
    push_by_hand(claim)
    return claim


def push_by_hand(claim: Claim) -> None:
    message = push.prepare_claim(claim.id, ONLY_ERP)
    assert message is not None
    push.record_claim(claim.id, message, push.send_claim(message))
    db.commit()


def change(erp: RememberingErp, claim: Claim, **values: object) -> None:
    """Let somebody in the ERP change the claim's document."""
    erp.receipts[claim.id] = replace(erp.receipts[claim.id], **values)  # type: ignore[arg-type]


def run(at: datetime = AT) -> list[What]:
    reconcile.reconcile(ONLY_ERP, by=None, at=at)
    db.commit()
    db.expire_all()
    return [row.what for row in open_differences(ONLY_ERP)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (TOLD, []),
        (None, [What.MISSING]),
        (replace(TOLD, revision=1, number="other"), [What.OLDER]),
        (replace(TOLD, revision=3), [What.NEWER]),
        (replace(TOLD, number="ERP-2"), [What.NUMBER]),
        (replace(TOLD, status="Удовлетворена"), [What.STATUS]),
        (replace(TOLD, status="Помечен на удаление"), [What.DELETED]),
        (replace(TOLD, posted=False), [What.UNPOSTED]),
        (replace(TOLD, number="ERP-2", posted=False), [What.NUMBER, What.UNPOSTED]),
        (replace(TOLD, amount=Decimal("99.90")), [What.AMOUNT]),
        (replace(TOLD, amount=Decimal("100.0"), currency="RUB"), [What.AMOUNT]),
        (replace(TOLD, amount=Decimal("100.0"), currency="EUR"), []),
        (replace(TOLD, amount=Decimal("100.0")), []),
        (replace(TOLD, name="act.docx", sha256=DIGEST, size=7), []),
        (replace(TOLD, name="act (1).docx"), [What.CONTENT]),
        (replace(TOLD, name="act.docx", sha256="b" * 64), [What.CONTENT]),
        (replace(TOLD, size=0), [What.CONTENT]),
        (replace(TOLD, revision=0), []),
        (replace(TOLD, revision=0, number="ERP-2"), [What.NUMBER]),
    ],
)
def test_what_the_erp_tells_is_compared_with_what_we_believe(
    told: Receipt | None, expected: list[What]
) -> None:
    found = compare([HELD], [told] if told else [])

    assert found == [Found(HELD, what, told) for what in expected]


def test_two_documents_under_one_key_and_one_document_under_two_are_doubled() -> None:
    other = replace(HELD, key=UUID(int=8))
    twice = compare([HELD], [TOLD, replace(TOLD, ref="another")])
    shared = compare([HELD, other], [TOLD, replace(TOLD, external_id=other.key)])

    assert [one.what for one in twice] == [What.DOUBLED]
    assert [one.what for one in shared] == [What.DOUBLED, What.DOUBLED]


def test_posting_is_progress_and_no_difference() -> None:
    draft = replace(HELD, posted=False)

    assert compare([draft], [TOLD]) == []
    assert newly_posted([draft], [TOLD]) == [KEY]
    assert newly_posted([HELD], [TOLD]) == []
    assert newly_posted([draft], [replace(TOLD, revision=1)]) == []
    assert newly_posted([draft], [replace(TOLD, revision=0)]) == [KEY]


def test_without_a_sum_of_ours_there_is_nothing_to_compare() -> None:
    claim = replace(HELD, amount=None, currency="")

    assert compare([claim], [replace(TOLD, amount=Decimal(1), currency="EUR")]) == []


def test_when_all_is_well_nothing_differs_and_the_run_is_remembered(told: Claim) -> None:
    assert run() == []

    last = last_run(ONLY_ERP)
    assert last is not None
    assert (last.at, last.by, last.asked, last.on_its_way) == (AT, "", 1, 0)


def test_a_lost_claim_is_pushed_again_under_its_key_and_then_all_is_well(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    erp.receipts.clear()
    erp.claims.clear()
    assert run() == [What.MISSING]
    (row,) = open_differences(ONLY_ERP)

    assert mend(row.id, by=world.admin.id, at=LATER)
    db.commit()

    (owed,) = db.scalars(select(OutboxMessage))
    assert (owed.kind, owed.subject_id, owed.claim_id) == ("erp.push_claim", told.id, told.id)
    assert owed.queue == f"erp/{told.id}"
    db.delete(owed)
    push_by_hand(told)
    assert set(erp.claims) == {(told.id, told.revision)}
    assert run(LATER) == []


def test_a_second_click_promises_nothing_more(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    erp.receipts.clear()
    run()
    (row,) = open_differences(ONLY_ERP)

    assert mend(row.id, by=world.admin.id, at=LATER)
    assert not mend(row.id, by=world.admin.id, at=LATER)
    assert not mend(row.id + 1000, by=world.admin.id, at=LATER)

    assert len(db.scalars(select(OutboxMessage)).all()) == 1


def test_an_older_revision_in_the_erp_is_brought_up_to_date(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    told.revision = 3
    db.commit()
    push_by_hand(told)
    change(erp, told, revision=2)
    assert run() == [What.OLDER]
    (row,) = open_differences(ONLY_ERP)
    assert "portal: 3, ERP: 2" in row.sentence()

    mend(row.id, by=world.admin.id, at=LATER)
    db.commit()
    db.expire_all()

    ready = push.prepare_claim(told.id, ONLY_ERP)
    assert ready is not None
    assert ready.message.revision == 3


def test_the_erps_number_and_state_are_taken_over_together(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    change(erp, told, number="ERP-000777", status="Удовлетворена")
    assert run() == [What.NUMBER, What.STATUS]
    number, _ = open_differences(ONLY_ERP)

    mend(number.id, by=world.admin.id, at=LATER)
    db.commit()
    db.expire_all()

    document = db.get_one(ErpDocument, told.id)
    assert (document.number, document.status) == ("ERP-000777", "Удовлетворена")
    assert open_differences(ONLY_ERP) == []
    assert run(LATER) == []
    log = mended_differences(ONLY_ERP)
    assert {row.what for row in log} == {What.NUMBER, What.STATUS}
    assert {(row.mending, row.mended_at, row.mended_by) for row in log} == {
        (Mending.TAKE_OVER, LATER, world.admin.name)
    }


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"posted": False}, What.UNPOSTED),
        ({"status": "Помечен на удаление"}, What.DELETED),
        ({"number": "ERP-9"}, What.NUMBER),
    ],
)
def test_what_somebody_did_in_the_erp_is_noticed(
    erp: RememberingErp, told: Claim, values: dict[str, object], what: What
) -> None:
    change(erp, told, posted=True)
    assert run() == []

    change(erp, told, **values)

    assert run(LATER) == [what]


def test_a_document_that_moved_since_the_comparison_is_not_touched(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    change(erp, told, number="ERP-9")
    run()
    (row,) = open_differences(ONLY_ERP)
    document = db.get_one(ErpDocument, told.id)
    document.revision = 9
    db.commit()

    with pytest.raises(DocumentHasMoved):
        mend(row.id, by=world.admin.id, at=LATER)

    assert db.get_one(ErpDocument, told.id).number != "ERP-9"


def test_a_revision_that_the_portal_never_made_is_left_to_a_person(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    change(erp, told, revision=told.revision + 4)
    assert run() == [What.NEWER]
    (row,) = open_differences(ONLY_ERP)

    with pytest.raises(PortalIsBehind, match="restored from an old copy"):
        mend(row.id, by=world.admin.id, at=LATER)


def test_a_receipt_that_was_lost_is_taken_over(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    told.revision += 1
    db.commit()
    change(erp, told, revision=told.revision)
    assert run() == [What.NEWER]

    mend(open_differences(ONLY_ERP)[0].id, by=world.admin.id, at=LATER)
    db.commit()
    db.expire_all()

    assert db.get_one(ErpDocument, told.id).revision == told.revision
    assert push.prepare_claim(told.id, ONLY_ERP) is None


def test_what_a_service_without_revisions_tells_is_taken_over_under_ours(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    change(erp, told, revision=0, number="ERP-000777")
    assert run() == [What.NUMBER]

    mend(open_differences(ONLY_ERP)[0].id, by=world.admin.id, at=LATER)
    db.commit()
    db.expire_all()

    document = db.get_one(ErpDocument, told.id)
    assert (document.revision, document.number) == (told.revision, "ERP-000777")
    assert run(LATER) == []


@pytest.fixture
def decided(world: World, told: Claim) -> Claim:
    """A decided claim of which the ERP knows everything but the acts."""
    world.accepted(told, Remedy.REFUND)
    settle_all()
    push_by_hand(told)
    push_decision_by_hand(told)
    return told


def push_decision_by_hand(claim: Claim) -> None:
    key = settlement_id(claim.id, Remedy.REFUND)
    message = push.prepare_decision(key, ONLY_ERP)
    assert message is not None
    push.record_decision(key, message, push.send_decision(message))
    db.commit()


def test_a_decision_with_another_amount_is_told_anew_under_its_next_revision(
    world: World, erp: RememberingErp, decided: Claim
) -> None:
    key = settlement_id(decided.id, Remedy.REFUND)
    held = erp.receipts[key]
    assert held.amount
    assert run() == []
    erp.receipts[key] = replace(held, amount=held.amount / 2)
    assert run() == [What.AMOUNT]
    (row,) = open_differences(ONLY_ERP)
    revision, version = decided.decision_revision, decided.version

    assert mend(row.id, by=world.admin.id, at=LATER)
    assert not mend(row.id, by=world.admin.id, at=LATER)
    db.commit()
    db.expire_all()

    (owed,) = db.scalars(select(OutboxMessage).filter_by(state=MessageState.WAITING))
    assert (owed.kind, owed.subject_id) == ("erp.push_decision", key)
    assert decided.decision_revision == revision + 1
    assert decided.version > version
    settle_all()
    push_decision_by_hand(decided)
    assert run(LATER) == []
    assert [one.mending for one in mended_differences(ONLY_ERP)] == [Mending.TELL_ANEW]


def test_a_claim_decided_anew_since_the_comparison_is_not_told_its_old_amount(
    world: World, erp: RememberingErp, decided: Claim
) -> None:
    key = settlement_id(decided.id, Remedy.REFUND)
    erp.receipts[key] = replace(erp.receipts[key], amount=Decimal(1))
    run()
    (row,) = open_differences(ONLY_ERP)
    decided.decision_revision += 1
    db.commit()

    with pytest.raises(DocumentHasMoved):
        mend(row.id, by=world.admin.id, at=LATER)


def test_the_page_shows_both_amounts_in_the_readers_words(
    app: Flask, world: World, erp: RememberingErp, decided: Claim, sign_in: SignIn
) -> None:
    key = settlement_id(decided.id, Remedy.REFUND)
    erp.receipts[key] = replace(erp.receipts[key], amount=Decimal("12.50"), currency="")
    browser = sign_in(world.admin)

    page = pressed(browser, f"/exchange/reconciliation/{ONLY_ERP}").text

    currency = decided.lines[0].currency
    assert "another amount in the ERP" in page
    with app.test_request_context():
        assert show_money(Decimal("12.50"), currency or "") in page
    assert "Push again as a new revision" in page
    assert "Push again all" not in page


def test_a_doubled_document_has_no_button(
    world: World, erp: RememberingErp, told: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [erp.receipts[told.id], replace(erp.receipts[told.id], ref="another")]
    monkeypatch.setattr(erp, "states", lambda _: both)
    assert run() == [What.DOUBLED]
    (row,) = open_differences(ONLY_ERP)

    assert row.offered is None
    with pytest.raises(OnlyInTheErp):
        mend(row.id, by=world.admin.id, at=LATER)


def test_comparing_again_finds_the_same_once_and_remembers_since_when(
    erp: RememberingErp, told: Claim
) -> None:
    change(erp, told, number="ERP-9")
    run()
    change(erp, told, number="ERP-10")

    assert run(LATER) == [What.NUMBER]

    (row,) = open_differences(ONLY_ERP)
    assert row.found_at == AT
    assert "ERP: ERP-10" in row.sentence()


def test_a_difference_that_goes_by_itself_is_closed_as_nobodys_doing(
    erp: RememberingErp, told: Claim
) -> None:
    change(erp, told, number="ERP-9")
    run()
    change(erp, told, number=db.get_one(ErpDocument, told.id).number)

    assert run(LATER) == []

    (row,) = mended_differences(ONLY_ERP)
    assert (row.mending, row.mended_by, row.mended_at) == (Mending.GONE, None, LATER)


@pytest.mark.parametrize(
    ("state", "expected"), [(MessageState.WAITING, []), (MessageState.PARKED, [What.MISSING])]
)
def test_what_is_on_its_way_is_left_out(
    erp: RememberingErp, told: Claim, state: MessageState, expected: list[What]
) -> None:
    promise("erp.push_claim", told.id, at=AT, claim_id=told.id, connection=ONLY_ERP)
    db.flush()
    db.scalars(select(OutboxMessage)).one().state = state
    db.commit()
    erp.receipts.clear()

    assert run() == expected

    last = last_run(ONLY_ERP)
    assert last is not None
    assert last.on_its_way == (state is MessageState.WAITING)


def test_what_changes_while_we_ask_is_no_difference(
    erp: RememberingErp, told: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    def push_meanwhile(_: list[UUID]) -> list[Receipt]:
        document = db.get_one(ErpDocument, told.id)
        document.revision += 1
        db.flush()
        return []

    monkeypatch.setattr(erp, "states", push_meanwhile)

    assert run() == []


def test_many_documents_are_asked_for_in_chunks(
    world: World, erp: RememberingErp, told: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "CHUNK", 2)
    asked: list[int] = []
    states = erp.states

    def count(keys: list[UUID]) -> list[Receipt]:
        asked.append(len(keys))
        return states(keys)

    monkeypatch.setattr(erp, "states", count)
    for number in range(4):
        _believe(told, DocumentKind.EVIDENCE, uuid4(), f"F-{number}")

    found = run()

    assert asked == [2, 2, 1]
    assert found == [What.MISSING] * 4


def test_all_that_is_missing_is_pushed_again_claims_first(
    world: World, erp: RememberingErp, told: Claim
) -> None:
    evidence = uuid4()
    _believe(told, DocumentKind.EVIDENCE, evidence, "F-1")
    erp.receipts.clear()
    run()

    assert push_all_again(ONLY_ERP, by=world.admin.id, at=LATER) == 2

    promised = [
        (one.kind, one.subject_id) for one in db.scalars(select(OutboxMessage).order_by("id"))
    ]
    assert promised == [("erp.push_claim", told.id), ("erp.push_evidence", evidence)]
    assert push_all_again(ONLY_ERP, by=world.admin.id, at=LATER) == 0


def test_an_erp_that_is_away_leaves_the_last_result_alone(erp: RememberingErp, told: Claim) -> None:
    change(erp, told, number="ERP-9")
    run()
    erp.fail_next(Unavailable(ErpReason.SAYS, words="down"))

    with pytest.raises(Unavailable):
        reconcile.reconcile(ONLY_ERP, by=None, at=LATER)
    db.rollback()

    assert [row.what for row in open_differences(ONLY_ERP)] == [What.NUMBER]
    last = last_run(ONLY_ERP)
    assert last is not None
    assert last.at == AT


def test_the_page_compares_mends_and_shows_the_log(
    app: Flask, world: World, erp: RememberingErp, told: Claim, sign_in: SignIn
) -> None:
    browser = sign_in(world.admin)
    assert b"Nothing has been compared yet" in browser.get("/exchange/reconciliation").data
    change(erp, told, number="ERP-000777")

    compared = pressed(browser, f"/exchange/reconciliation/{ONLY_ERP}")
    (row,) = open_differences(ONLY_ERP)
    mended = browser.post(
        f"/exchange/reconciliation/{ONLY_ERP}/{row.id}/mend", follow_redirects=True
    )

    page = compared.get_data(as_text=True)
    assert "ERP: ERP-000777" in page
    assert "Take over from the ERP" in page
    assert f"/claims/{told.id}" in page
    assert "Push again all" not in page
    assert "No differences" in mended.get_data(as_text=True)
    assert world.admin.name in mended.get_data(as_text=True)
    assert db.scalars(select(ErpDocument.number)).one() == "ERP-000777"


def test_the_page_pushes_all_that_is_missing_in_the_readers_language(
    app: Flask, world: World, erp: RememberingErp, told: Claim, sign_in: SignIn
) -> None:
    told.revision = 3
    db.commit()
    push_by_hand(told)
    change(erp, told, revision=2)
    browser = sign_in(world.admin)
    db.get_one(Person, world.admin.id).language = Language.RU
    db.commit()

    compared = pressed(browser, f"/exchange/reconciliation/{ONLY_ERP}")
    pushed = browser.post(f"/exchange/reconciliation/{ONLY_ERP}/push-all", follow_redirects=True)

    page = compared.get_data(as_text=True)
    assert "в портале: 3, в ERP: 2" in page
    assert "Отправить снова всё недостающее" in page
    assert "Документов отправляется повторно: 1." in pushed.get_data(as_text=True)
    kinds = select(OutboxMessage.kind).order_by(OutboxMessage.id)
    assert db.scalars(kinds).all() == ["erp.job", "erp.push_claim"]


def test_the_page_says_why_it_could_not_compare(
    app: Flask, world: World, erp: RememberingErp, told: Claim, sign_in: SignIn
) -> None:
    browser = sign_in(world.admin)
    erp.fail_next(Unavailable(ErpReason.CLOSED))

    answer = pressed(browser, f"/exchange/reconciliation/{ONLY_ERP}")

    assert answer.status_code == 200
    assert b"The ERP is closed at the moment." in answer.data


def test_the_command_prints_a_row_for_each_difference(
    app: Flask, erp: RememberingErp, told: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(erp, told, number="ERP-000777")
    monkeypatch.setattr(cli, "_settings", lambda: None)
    monkeypatch.setattr(cli, "create_app", lambda _: app)
    number = told.number

    result = CliRunner().invoke(cli.main, ["erp", "reconcile"])

    assert result.exit_code == 0, result.output
    head, line = result.output.splitlines()
    assert head == "erp: 1 documents compared, 0 on their way, 1 differences"
    assert line.startswith(str(number))
    assert "ERP: ERP-000777" in line


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("erp")) as started:
        yield started


@pytest.fixture
def in_the_erp(
    world: World, neighbours: Outside, simulator: RunningSimulator
) -> Callable[..., UUID]:
    """Put a claim into the real simulator and believe its receipt."""
    connect_outside(replace(neighbours, erps=one_erp(simulator.erp())))
    claim = world.filed()
    settle_all()
    db.commit()

    def put() -> UUID:
        message = a_claim(external_id=uuid4())
        push._record(ONLY_ERP, DocumentKind.CLAIM, claim.id, simulator.erp().put_claim(message))
        db.commit()
        return message.external_id

    return put


def settle_all() -> None:
    """Nothing is owed any more, because somebody has seen to it."""
    db.execute(update(OutboxMessage).values(state=MessageState.DONE, done_at=AT))


def in_the_infobase(simulator: RunningSimulator, statement: str, *values: object) -> None:
    """Do what somebody with the ERP open would do."""
    (base,) = [path for path in simulator.data.iterdir() if path.suffix in {".sqlite", ".db"}]
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute(statement, values)


def test_the_real_simulator_shows_what_was_done_in_it(
    in_the_erp: Callable[..., UUID], simulator: RunningSimulator
) -> None:
    untouched, lost, renumbered, marked = (in_the_erp() for _ in range(4))
    assert run() == []

    in_the_infobase(simulator, "DELETE FROM document WHERE external_id = ?", str(lost))
    in_the_infobase(
        simulator, "UPDATE document SET number = 'X-1' WHERE external_id = ?", str(renumbered)
    )
    in_the_infobase(
        simulator,
        "UPDATE document SET status = 'Помечен на удаление' WHERE external_id = ?",
        str(marked),
    )
    run(LATER)

    found = {row.document_id: row.what for row in db.scalars(select(Difference))}
    assert found == {lost: What.MISSING, renumbered: What.NUMBER, marked: What.DELETED}
    assert untouched not in found


def decision_of(claim: Claim) -> DecisionMessage:
    """Return a decided refund as it is told, without what the simulator does not know."""
    settlement = db.get_one(Settlement, settlement_id(claim.id, Remedy.REFUND))
    return replace(push.decision_of(settlement), decided_by="Cleo")


def test_an_amount_changed_at_the_desk_is_found_and_told_anew_to_the_real_simulator(
    in_the_erp: Callable[..., UUID], simulator: RunningSimulator, world: World
) -> None:
    claim_id = in_the_erp()
    erp, claim = simulator.erp(), db.scalars(select(Claim)).one()
    world.accepted(claim, Remedy.REFUND)
    settle_all()
    ours = decision_of(claim)
    # The real claim is of a dealer that the simulator does not know.
    push._record(
        ONLY_ERP, DocumentKind.DECISION, claim.id,
        erp.put_decision(replace(ours, claim_id=claim_id)),
    )  # fmt: skip
    db.commit()
    assert run() == []
    (held,) = erp.states([ours.external_id])

    halved = requests.post(
        f"{simulator.page}documents/{held.ref}/halve",
        headers={"Origin": simulator.page.rstrip("/")},
        timeout=5,
    )
    found = run(LATER)
    (row,) = open_differences(ONLY_ERP)
    here, there = (Decimal((side or {})["amount"]) for side in (row.ours, row.theirs))
    mend(row.id, by=world.admin.id, at=LATER)
    db.commit()
    db.expire_all()
    anew = decision_of(claim)
    receipt = erp.put_decision(replace(anew, claim_id=claim_id))

    assert halved.ok
    assert found == [What.AMOUNT]
    assert there * 2 == here == held.amount
    assert (receipt.revision, receipt.ref) == (held.revision + 1, held.ref)
    assert (receipt.amount, receipt.currency) == (held.amount, held.currency)


def test_a_file_that_was_cut_in_the_erp_is_found_with_both_sizes(
    in_the_erp: Callable[..., UUID], simulator: RunningSimulator, world: World
) -> None:
    claim_id = in_the_erp()
    erp, claim = simulator.erp(), db.scalars(select(Claim)).one()
    photo = keep_document("photo.jpg", "image/jpeg", b"cracked", dealer_id=world.dealer.id, at=AT)
    db.add(ClaimFile(claim_id=claim.id, file_id=photo.id, added_by=world.ann.id, added_at=AT))
    db.flush()
    prepared = push.prepare_evidence(photo.id, ONLY_ERP)
    assert prepared is not None
    # The real claim is of a dealer that the simulator does not know.
    parcel = replace(prepared, message=replace(prepared.message, claim_id=claim_id))
    push._record(ONLY_ERP, DocumentKind.EVIDENCE, claim.id, push.send_file(parcel))
    db.commit()
    assert run() == []
    (held,) = erp.states([photo.id])

    requests.post(
        f"{simulator.page}documents/{held.ref}/cut_file",
        headers={"Origin": simulator.page.rstrip("/")},
        timeout=5,
    )
    found = run(LATER)
    (row,) = open_differences(ONLY_ERP)

    assert (held.name, held.size, held.sha256) == ("photo.jpg", 7, photo.sha256)
    assert held.object == "Справочник.ПретензииПрисоединенныеФайлы"
    assert found == [What.CONTENT]
    assert "photo.jpg, 7 B" in row.sentence()
    assert "photo.jpg, 3 B" in row.sentence()
    assert row.offered is None


def _believe(claim: Claim, kind: DocumentKind, key: UUID, number: str) -> None:
    """Believe in a document that the ERP has never seen."""
    receipt = Receipt(key, 1, str(key), number, None, True, "registered")
    push._record(ONLY_ERP, kind, claim.id, receipt)
    db.commit()
