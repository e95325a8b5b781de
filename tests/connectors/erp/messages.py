"""Messages as the portal would send them; only what a test is about is given."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from connectors.erp.port import (
    ClaimLineMessage,
    ClaimMessage,
    DecisionLineMessage,
    DecisionMessage,
    FileMessage,
    RowKind,
)
from connectors.erp.simulator.demo_data import ref_of

DEALER = UUID(ref_of(RowKind.DEALER, "D01"))
ITEM = UUID(ref_of(RowKind.ITEM, "OG-T20"))
AT = datetime(2026, 11, 16, 6, tzinfo=UTC)


def a_claim(
    *,
    external_id: UUID | None = None,
    revision: int = 1,
    text: str = "Течь по сварному шву",
    dealer: UUID = DEALER,
    number: str = "CL-1",
) -> ClaimMessage:
    external_id = external_id or uuid4()
    line = ClaimLineMessage(
        external_id=UUID(int=external_id.int ^ 1), position=1, shipment_line_ref=None,
        item_ref=ITEM, item_name="Котёл Т-20", serial="OGT202604000011", lot="",
        quantity=Decimal(1), unit="H87", defect_code="ELU", description="Мокрый шов",
        demand="REPAIR",
    )  # fmt: skip
    return ClaimMessage(
        external_id=external_id, revision=revision, number=number, filed_at=AT,
        demand_presented_on=date(2026, 11, 13), dealer_ref=dealer, plant_code="RU-CHE",
        dealer_reference="", end_customer="Иванов И. И.", text=text, status="FILED",
        lines=(line,),
    )  # fmt: skip


CONTACT: dict[str, Any] = {
    "customer_kind": "CONSUMER",
    "customer_phone": "+7 000 123-45-67",
    "customer_email": "anna@example.test",
    "customer_address": "Пермь, ул. Ленина, 1",
    "sale_document": "Чек 15",
}


def with_contact(claim: ClaimMessage) -> ClaimMessage:
    """Return a claim whose end customer can be reached."""
    return replace(claim, sold_on=date(2026, 10, 1), **CONTACT)


def a_decision(claim: ClaimMessage, *, remedy: str = "REFUND") -> DecisionMessage:
    line = DecisionLineMessage(
        line_id=claim.lines[0].external_id, accepted_quantity=Decimal(1), remedy=remedy,
        rejected_quantity=Decimal(0), reason_code="", reason_text="",
        amount=Decimal("62900.00"), currency="RUB", vat_rate=Decimal(20),
    )  # fmt: skip
    return DecisionMessage(
        external_id=uuid4(), revision=1, claim_id=claim.external_id, decided_at=AT,
        decided_by="Смирнова О. В.", outcome="ACCEPTED", promise_on=None, lines=(line,),
        remedy=remedy,
    )  # fmt: skip


def an_act(
    claim: ClaimMessage, *, content: bytes = b"PK act", name: str = "Акт.docx"
) -> FileMessage:
    return FileMessage(
        external_id=uuid4(), revision=1, claim_id=claim.external_id, kind="refund_act",
        number="АВ-17", name=name,
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        sha256=hashlib.sha256(content).hexdigest(), content=content,
    )  # fmt: skip
