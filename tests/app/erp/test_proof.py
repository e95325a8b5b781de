"""What the ERP confirms is read back, and what it may have got is asked about."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.claims.models import Claim, ClaimFile
from app.core.outside import Outside, connect_outside, outside
from app.erp.models import ErpDocument
from app.erp.proof import unlike
from app.erp.push import INQUIRY, KEEPERS, Told, send_claim
from app.erp.reasons import HeldReason
from app.files.service import keep_document
from app.outbox.delivery import Keeper, drain
from app.outbox.history import history_of
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.reasons import OutboxReason
from app.outbox.rules import Happening
from app.outbox.service import promise, retry
from connectors.erp.memory import RememberingErp
from connectors.erp.port import ClaimMessage, Receipt
from connectors.errors import Rejected, Unavailable
from connectors.reasons import ErpReason, Reason
from tests.app.erp.conftest import FRIDAY
from tests.app.erp.test_push import claim, tell  # noqa: F401  (fixtures)
from tests.app.neighbours import one_erp
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import RunningSimulator, running

Db = scoped_session[Session]
RECEIPT = Receipt(
    uuid4(), 2, "ref-1", "N-1", FRIDAY.date(), True, "new",
    object="Справочник.Претензии", name="act.docx", sha256="a" * 64, size=7,
)  # fmt: skip
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (RECEIPT, ""),
        (replace(RECEIPT, revision=3, number="N-2", posted=False), ""),
        (replace(RECEIPT, revision=1), "revision 1 instead of 2"),
        (replace(RECEIPT, number="N-2"), "number N-2 instead of N-1"),
        (replace(RECEIPT, number=""), "number – instead of N-1"),
        (replace(RECEIPT, ref="ref-2"), "reference ref-2 instead of ref-1"),
        (replace(RECEIPT, posted=False), "not posted"),
        (replace(RECEIPT, status="accepted"), ""),
        (replace(RECEIPT, object="", name="", sha256="", size=None), ""),
        (replace(RECEIPT, object="Справочник.Прочее"), "object Справочник.Прочее instead of"),
        (replace(RECEIPT, name="act(1).docx"), "file name act(1).docx instead of act.docx"),
        (replace(RECEIPT, size=0), "size in bytes 0 instead of 7"),
        (replace(RECEIPT, sha256="b" * 64), "SHA-256 bbbb"),
    ],
)
def test_a_difference_is_said_in_words(held: Receipt, words: str) -> None:
    wrong = "; ".join(str(one) for one in unlike(RECEIPT, held))

    assert (words in wrong) if words else wrong == ""


def test_what_was_posted_or_numbered_meanwhile_is_no_difference() -> None:
    early = replace(RECEIPT, posted=False, number="", ref="")

    assert unlike(early, RECEIPT) == []


def test_each_message_is_read_back_once(
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
) -> None:
    tell("erp.push_claim")

    assert erp.calls[1:] == ["put_claim", "states"]


def test_reading_back_can_be_switched_off(
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
) -> None:
    trusting("erp", reads_back=False)

    tell("erp.push_claim")

    assert erp.calls[1:] == ["put_claim"]


def test_a_claim_that_the_erp_confirms_and_does_not_keep_waits_for_a_person(
    session: Db,
    claim: Claim,  # noqa: F811
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forget(message: ClaimMessage) -> Receipt:
        return Receipt(message.external_id, 1, "r", "N-1", FRIDAY.date(), True, "new")

    monkeypatch.setattr(erp, "put_claim", forget)

    tell("erp.push_claim")

    message = only_message(session)
    assert (message.state, message.last_error) == (
        MessageState.PARKED,
        Reason(HeldReason.NOTHING_THERE),
    )
    assert message.doubt_since is not None
    assert session.get(ErpDocument, claim.id) is None


def test_a_receipt_that_was_lost_is_fetched_and_the_claim_not_told_again(
    session: Db,
    claim: Claim,  # noqa: F811
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
) -> None:
    erp.lose_next_receipt()
    tell("erp.push_claim")

    drain(KEEPERS, at=FRIDAY + MINUTE)

    assert erp.calls.count("put_claim") == 1
    assert session.get_one(ErpDocument, claim.id).number == "ERP-000001"
    happened = [one.what for one in history_of(only_message(session).id)]
    assert happened == [Happening.FOUND, Happening.IN_DOUBT]


def test_what_could_not_be_read_back_was_taken_all_the_same(
    session: Db,
    claim: Claim,  # noqa: F811
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[Exception] = [Unavailable(ErpReason.BROKEN_OFF)]
    honest = erp.states

    def states(keys: list[UUID]) -> list[Receipt]:
        if answers:
            raise answers.pop()
        return honest(keys)

    monkeypatch.setattr(erp, "states", states)
    tell("erp.push_claim")
    in_doubt = only_message(session).doubt_since

    drain(KEEPERS, at=FRIDAY + MINUTE)

    assert in_doubt is not None
    assert erp.calls.count("put_claim") == 1
    assert session.get_one(ErpDocument, claim.id).revision == 1


def test_an_erp_that_does_not_enforce_the_key_has_its_quiet_time(
    session: Db,
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trusting("erp", enforces_key=False, quiet_seconds=600.0)
    erp.fail_next(Unavailable(ErpReason.SILENT, seconds=30, outcome_unknown=True))
    tell("erp.push_claim")

    drain(KEEPERS, at=FRIDAY + MINUTE)
    told_early = erp.calls.count("put_claim")
    drain(KEEPERS, at=FRIDAY + 11 * MINUTE)

    assert told_early == 1
    assert erp.calls.count("put_claim") == 2
    assert only_message(session).state is MessageState.DONE


@pytest.mark.parametrize("is_kept", [True, False])
def test_without_a_key_and_without_states_a_lost_answer_waits_for_a_person(
    session: Db,
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
    is_kept: bool,
) -> None:
    trusting("erp", enforces_key=False, tells_states=False)
    if is_kept:
        erp.lose_next_receipt()
    else:
        erp.fail_next(Unavailable(ErpReason.SILENT, seconds=30, outcome_unknown=True))
    tell("erp.push_claim")

    drain(KEEPERS, at=FRIDAY + 60 * MINUTE)

    message = only_message(session)
    assert (message.state, message.last_error) == (
        MessageState.PARKED,
        Reason(OutboxReason.NOBODY_KNOWS),
    )
    assert erp.calls == ["changes", "put_claim"]
    happened = [one.what for one in history_of(message.id)]
    assert happened == [Happening.PARKED, Happening.IN_DOUBT]


def test_an_enforced_key_without_states_is_repeated_and_said_to_be(
    session: Db,
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
) -> None:
    trusting("erp", tells_states=False)
    erp.lose_next_receipt()
    tell("erp.push_claim")

    drain(KEEPERS, at=FRIDAY + 60 * MINUTE)

    message = only_message(session)
    assert message.state is MessageState.DONE
    assert erp.calls == ["changes", "put_claim", "put_claim"]
    assert len(erp.claims) == 1
    happened = [one.what for one in history_of(message.id)]
    assert happened == [Happening.REPEATED, Happening.IN_DOUBT]


def test_a_claim_found_twice_is_not_taken_for_one(
    session: Db,
    claim: Claim,  # noqa: F811
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    erp.lose_next_receipt()
    tell("erp.push_claim")
    (held,) = erp.receipts.values()
    monkeypatch.setattr(erp, "states", lambda keys: [held, replace(held, ref="another")])

    drain(KEEPERS, at=FRIDAY + MINUTE)

    message = only_message(session)
    assert message.state is MessageState.PARKED
    assert "twice" in str(message.last_error)
    assert session.get(ErpDocument, claim.id) is None


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("proof"), shipments=2, lines=4) as started:
        yield started


@pytest.mark.parametrize(
    ("weather", "state"),
    [
        ("error-after-work:count=1:on=PutClaim", MessageState.DONE),
        ("empty202:count=1:on=PutClaim", MessageState.DONE),
        ("cut-neatly:count=1:on=PutClaim", MessageState.DONE),
        ("cut:count=1:on=GetStates", MessageState.DONE),
        ("garbage:count=1:on=PutClaim", MessageState.PARKED),
    ],
)
def test_the_simulator_makes_one_document_however_its_answer_gets_lost(
    session: Db, erp: RememberingErp, simulator: RunningSimulator, weather: str, state: MessageState
) -> None:
    present, key, receipts = outside(), uuid4(), list[Receipt]()
    connect_outside(replace(present, erps=one_erp(simulator.erp())))
    keeper = Keeper(
        lambda key, connection: Told(connection, a_claim(external_id=key)),
        send_claim,
        lambda _key, _told, receipt: receipts.append(receipt),
        INQUIRY,
    )
    keepers = {"erp.push_claim": keeper}
    promise("erp.push_claim", key, at=FRIDAY, connection="erp")
    session.commit()

    with simulator.weather(weather):
        for minute in range(3):
            drain(keepers, at=FRIDAY + minute * MINUTE)
    first = only_message(session)
    reached = first.state
    if reached is MessageState.PARKED:
        retry(first.id, at=FRIDAY + 5 * MINUTE)
        session.commit()
        drain(keepers, at=FRIDAY + 6 * MINUTE)

    puts = [one for one in simulator.entries("call") if one.get("external_id") == str(key)]
    assert reached is state, only_message(session).last_error
    assert [one["operation"] for one in puts] == ["PutClaim"]
    assert [one.external_id for one in receipts] == [key]


def test_a_file_that_the_erp_stored_otherwise_waits_for_a_person(
    session: Db,
    claim: Claim,  # noqa: F811
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = keep_document("a.jpg", "image/jpeg", b"crack", dealer_id=claim.dealer_id, at=FRIDAY)
    session.add(
        ClaimFile(claim_id=claim.id, file_id=photo.id, added_by=claim.created_by, added_at=FRIDAY)
    )
    session.commit()
    honest = erp.put_file
    monkeypatch.setattr(erp, "put_file", lambda message: replace(honest(message), size=3))

    tell("erp.push_evidence", photo.id)

    message = only_message(session)
    assert message.state is MessageState.PARKED
    assert "size in bytes 3 instead of 5" in str(message.last_error)


def test_a_refusal_is_not_read_back(
    session: Db,
    erp: RememberingErp,
    tell: Callable[..., None],  # noqa: F811
) -> None:
    erp.fail_next(Rejected(ErpReason.SAYS, words="Период закрыт"))

    tell("erp.push_claim")

    assert erp.calls[1:] == ["put_claim"]
    assert only_message(session).doubt_since is None


def trusting(connection: str, **facts: object) -> None:
    """Change how far the ERP of the test is trusted."""
    present = outside()
    known = replace(present.erps[connection], **facts)  # type: ignore[arg-type]
    connect_outside(Outside({connection: known}, present.storage, present.mail, present.doorbell))


def only_message(session: Db) -> OutboxMessage:
    session.expire_all()
    return session.query(OutboxMessage).filter(OutboxMessage.kind.startswith("erp.")).one()
