"""What the ERP is told of claims, and what we remember of its answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from acts.facts import ActKind
from app.accounts.models import Person, Plant
from app.claims.models import Claim, ClaimFile, ClaimLine, RejectionReason, Settlement
from app.claims.rules import ClaimState
from app.claims.settlements import settlement_id
from app.core.outside import ONLY_ERP
from app.erp.messages import Wanted, list_messages
from app.erp.models import DocumentKind, ErpDocument
from app.erp.push import KEEPERS
from app.erp.queries import Handover, erp_state
from app.files.service import keep_document
from app.outbox.delivery import drain
from app.outbox.models import MessageState
from app.outbox.service import promise
from app.paperwork.models import Act
from app.shipments.models import Shipment, ShipmentLine
from app.vocabulary import Language, Remedy, Role
from connectors.erp.memory import RememberingErp
from connectors.erp.port import ClaimMessage, Receipt
from connectors.errors import Rejected, Unavailable
from connectors.reasons import ErpReason
from tests.app.erp.conftest import FRIDAY
from tests.app.erp.rows import WHOLE_DELIVERY, ref

Db = scoped_session[Session]


@pytest.fixture
def claim(session: Db, plant: Plant, pulled: Callable[..., object]) -> Claim:
    """A filed claim: two pieces of what was shipped, and one thing that is in no shipment."""
    pulled(WHOLE_DELIVERY)
    shipped = session.scalars(select(ShipmentLine)).one()
    ann = Person(
        email="ann@dealer.example",
        name="Анна",
        password_hash="",
        role=Role.DEALER_USER,
        dealer_id=shipped.shipment.dealer_id,
        language=Language.RU,
        time_zone="Asia/Yekaterinburg",
    )
    session.add(ann)
    session.flush()  # the claim names its author
    filed = Claim(
        number="D01-2026-000001",
        dealer_id=shipped.shipment.dealer_id,
        plant_id=plant.id,
        state=ClaimState.SUBMITTED,
        revision=1,
        created_by=ann.id,
        created_at=FRIDAY,
        changed_at=FRIDAY,
        filed_at=FRIDAY,
        demand_presented_on=FRIDAY.date(),
        answer_on=date(2026, 5, 15),
        text="Трещина",
    )
    facts = {"item_name": "Печь", "unit": "PCE", "price": Decimal("45900.00")}
    money = {"vat_rate": Decimal(22), "currency": "RUB", "demand": Remedy.REFUND}
    filed.lines = [
        ClaimLine(
            position=1,
            shipment_line_id=shipped.id,
            item_id=shipped.item_id,
            quantity=Decimal(2),
            **facts,
            **money,
        ),
        ClaimLine(position=2, quantity=Decimal("1.5"), **facts, **money),
    ]
    session.add(filed)
    session.commit()
    return filed


@pytest.fixture
def tell(session: Db, claim: Claim) -> Callable[..., None]:
    """Promise to tell the ERP something of the claim, and let the worker work."""

    def promise_and_drain(kind: str, subject_id: UUID | None = None) -> None:
        queue = f"erp/{claim.id}"
        promise(
            kind,
            subject_id or claim.id,
            at=FRIDAY,
            claim_id=claim.id,
            queue=queue,
            connection=ONLY_ERP,
        )
        session.commit()
        drain(KEEPERS, at=FRIDAY)
        session.expire_all()

    return promise_and_drain


def decide(session: Db, claim: Claim) -> None:
    """Accept one of the two pieces, reject everything else."""
    session.add(claim)  # the worker's session has ended
    session.add(RejectionReason(code="misuse", names={"en": "Misuse"}, position=1))
    first, second = claim.lines
    first.accepted_quantity, first.rejected_quantity = Decimal(1), Decimal(1)
    first.remedy, first.reason_code, first.reason_text = Remedy.REFUND, "misuse", "Удар"
    first.granted_amount = Decimal("45900.00")
    second.accepted_quantity, second.rejected_quantity = Decimal(0), second.quantity
    second.reason_code = "misuse"
    claim.state = ClaimState.PARTIALLY_ACCEPTED
    claim.decided_at, claim.decided_by = FRIDAY, claim.created_by
    claim.earliest_on = claim.promise_on = date(2026, 6, 1)
    claim.revision, claim.decision_revision = 2, 1
    for remedy in (Remedy.REFUND, None):
        key = settlement_id(claim.id, remedy)
        session.add(Settlement(id=key, claim_id=claim.id, remedy=remedy))
    session.commit()


def documents(session: Db) -> list[ErpDocument]:
    return list(session.scalars(select(ErpDocument).order_by(ErpDocument.number)))


def test_the_erp_gets_the_claim_in_its_own_terms(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    tell("erp.push_claim")

    (told,) = erp.claims.values()
    assert (told.external_id, told.revision, told.number) == (claim.id, 1, "D01-2026-000001")
    assert (str(told.dealer_ref), told.plant_code) == (ref("dealer"), "RU1")
    assert told.status == "Зарегистрирована"
    shipped, unknown = told.lines
    assert (str(shipped.shipment_line_ref), str(shipped.item_ref)) == (ref("line"), ref("item"))
    assert (shipped.quantity, shipped.demand) == (Decimal(2), "REFUND")
    assert (unknown.shipment_line_ref, unknown.item_ref) == (None, None)
    (document,) = documents(session)
    assert (document.id, document.kind, document.number) == (
        claim.id,
        DocumentKind.CLAIM,
        "ERP-000001",
    )


def test_each_remedy_of_a_decision_is_a_document_of_its_own_with_its_lines_and_money(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    decide(session, claim)

    tell("erp.push_decision", settlement_id(claim.id, Remedy.REFUND))
    tell("erp.push_decision", settlement_id(claim.id, None))

    paid, refused = erp.decisions.values()
    assert len({paid.external_id, refused.external_id, claim.id}) == 3
    assert (paid.claim_id, paid.remedy, paid.outcome) == (claim.id, "REFUND", "partially_accepted")
    assert (paid.decided_by, paid.promise_on) == ("Анна", date(2026, 6, 1))
    (line,) = paid.lines
    assert (line.accepted_quantity, line.amount) == (Decimal(1), Decimal("45900.00"))
    assert (line.vat_amount, line.price) == (Decimal("8277.05"), Decimal(45900))
    assert (line.item_name, str(line.shipment_line_ref)) == ("Печь", ref("line"))
    assert (line.rejected_quantity, line.reason_code, line.reason_text) == (
        Decimal(1),
        "misuse",
        "Удар",
    )
    assert (refused.remedy, refused.outcome, refused.promise_on) == ("", "rejected", None)
    assert [(one.remedy, one.amount) for one in refused.lines] == [("", Decimal(0))]


def test_a_line_names_what_its_shipment_was_billed_by_and_its_contract(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    facts = {"base_kind": "UPD", "base_number": "77", "base_on": date(2026, 3, 2)}
    contract = {"contract_number": "K-2", "contract_date": date(2026, 1, 15)}
    session.execute(update(Shipment).values(facts | contract))
    decide(session, claim)

    tell("erp.push_claim")
    tell("erp.push_decision", settlement_id(claim.id, Remedy.REFUND))

    (told,), (decided,) = erp.claims.values(), erp.decisions.values()
    for line in (told.lines[0], decided.lines[0]):
        assert (line.base_kind, line.base_number, line.base_on) == ("UPD", "77", date(2026, 3, 2))
        assert (line.contract_number, line.contract_on) == ("K-2", date(2026, 1, 15))
    unknown = told.lines[1]
    assert (unknown.base_kind, unknown.base_number, unknown.base_on) == ("", "", None)


def test_a_rate_of_vat_that_is_not_known_is_not_told_as_nought(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    decide(session, claim)
    claim.lines[1].price = claim.lines[1].vat_rate = None
    session.commit()

    tell("erp.push_decision", settlement_id(claim.id, None))

    (refused,) = erp.decisions.values()
    assert [(line.vat_rate, line.price) for line in refused.lines] == [(None, None)]


def test_an_act_and_a_photo_are_told_with_their_bytes(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    paper = keep_document("act.docx", docx, b"the act", dealer_id=claim.dealer_id, at=FRIDAY)
    photo = keep_document("photo.jpg", "image/jpeg", b"crack", dealer_id=claim.dealer_id, at=FRIDAY)
    act = Act(
        id=uuid4(),
        claim_id=claim.id,
        kind=ActKind.REFUND,
        revision=2,
        number="RA-1",
        language=Language.RU,
        file_id=paper.id,
        issued_at=FRIDAY,
    )
    added = {"added_by": claim.created_by, "added_at": FRIDAY}
    session.add_all([act, ClaimFile(claim_id=claim.id, file_id=photo.id, **added)])
    session.commit()

    tell("erp.push_act", act.id)
    tell("erp.push_evidence", photo.id)

    told = {message.kind: message for message in erp.files.values()}
    assert set(told) == {"refund_act", "evidence"}
    assert (told["refund_act"].external_id, told["refund_act"].revision) == (act.id, 2)
    assert (told["refund_act"].number, told["refund_act"].content) == ("RA-1", b"the act")
    assert (told["evidence"].external_id, told["evidence"].content) == (photo.id, b"crack")
    assert {document.claim_id for document in documents(session)} == {claim.id}


def test_two_promises_of_the_same_state_are_told_once(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    tell("erp.push_claim")
    tell("erp.push_claim")

    assert erp.calls == ["changes", "put_claim", "states"]


def test_a_lost_receipt_is_fetched_under_the_same_key(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    erp.lose_next_receipt()
    tell("erp.push_claim")
    # A step without a revision of its own must not change what is told under the old key.
    session.add(claim)  # the worker's session has ended
    claim.state, claim.manager_id = ClaimState.VERIFICATION, claim.created_by
    session.commit()

    drain(KEEPERS, at=FRIDAY + timedelta(minutes=1))

    assert len(erp.claims) == 1
    assert len(documents(session)) == 1
    assert erp.calls.count("put_claim") == 1


def test_what_the_erp_does_not_accept_waits_for_a_person(
    session: Db,
    claim: Claim,
    erp: RememberingErp,
    tell: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(message: ClaimMessage) -> Receipt:
        errors = ("Период закрыт", "Контрагент не найден")
        return Receipt(message.external_id, 1, "", "", None, False, "", errors)

    monkeypatch.setattr(erp, "put_claim", refuse)

    tell("erp.push_claim")

    assert documents(session) == []
    (row,) = list_messages(Wanted(MessageState.PARKED), at=FRIDAY).rows
    assert str(row.last_error) == "The ERP says: “Период закрыт; Контрагент не найден”"


def test_an_older_receipt_never_covers_a_newer_one(session: Db, claim: Claim) -> None:
    keeper = KEEPERS["erp.push_claim"]
    told = keeper.prepare(claim.id, ONLY_ERP)
    newer = Receipt(claim.id, 2, "r", "N-1", FRIDAY.date(), True, "new")

    keeper.record(claim.id, told, newer)
    keeper.record(claim.id, told, replace(newer, revision=1, status="old"))

    (document,) = documents(session)
    assert (document.revision, document.status) == (2, "new")


def test_a_dealer_reads_how_far_the_claim_got_and_never_the_erp_s_words(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    seen = [erp_state(claim.id).handover]
    erp.fail_next(Unavailable(ErpReason.SAYS, words="closed for maintenance"))
    tell("erp.push_claim")
    waiting = erp_state(claim.id)
    seen.append(waiting.handover)
    drain(KEEPERS, at=FRIDAY + timedelta(minutes=1))
    seen.append(erp_state(claim.id).handover)
    decide(session, claim)
    erp.fail_next(Rejected(ErpReason.SAYS, words="{WebСервис.Module(25)}: no"))
    tell("erp.push_decision", settlement_id(claim.id, Remedy.REFUND))
    stuck = erp_state(claim.id)
    seen.append(stuck.handover)

    assert seen == [Handover.NOTHING, Handover.WAITING, Handover.DONE, Handover.STUCK]
    assert (waiting.waiting, waiting.attempts) == (1, 1)
    assert waiting.next_try_at is not None
    assert waiting.next_try_at > FRIDAY
    assert (stuck.parked, stuck.next_try_at) == (1, None)
    assert str(stuck.last_error) == "The ERP says: “{WebСервис.Module(25)}: no”"
    assert [document.number for document in stuck.documents] == ["ERP-000001"]


def test_a_draft_is_nobody_s_business(
    session: Db, claim: Claim, erp: RememberingErp, tell: Callable[..., None]
) -> None:
    tell("erp.push_claim", uuid4())

    assert erp.claims == {}
    assert list_messages(Wanted(MessageState.DONE), at=FRIDAY).rows
