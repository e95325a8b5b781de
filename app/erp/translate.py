"""Our words into the ERP's: pure functions from rows to the messages of the port."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from app.claims.models import Claim, ClaimFile, ClaimLine, Settlement
from app.claims.part_models import LinePart
from app.claims.rules import Action, ClaimState, LineVerdict, decision_action
from app.claims.settlements import lines_of
from app.paperwork.models import Act
from app.shipments.contracts import NO_PAPERS, Papers
from connectors.erp.port import (
    ClaimLineMessage,
    ClaimMessage,
    DecisionLineMessage,
    DecisionMessage,
    FileMessage,
    PartMessage,
)

REGISTERED = "Зарегистрирована"
IN_WORK = "Обрабатывается"
SATISFIED = "Удовлетворена"
DECLINED = "Отклонена"

# Steps that give the claim no new revision must not change the word either: the ERP refuses two
# contents under one key, and a message may have to be repeated after such a step.
STATUSES = {
    ClaimState.SUBMITTED: REGISTERED,
    ClaimState.VERIFICATION: REGISTERED,
    ClaimState.NEEDS_INFO: REGISTERED,
    ClaimState.ACCEPTED: IN_WORK,
    ClaimState.PARTIALLY_ACCEPTED: IN_WORK,
    ClaimState.EXECUTION: IN_WORK,
    ClaimState.RESOLVED: SATISFIED,
    ClaimState.REJECTED: DECLINED,
    ClaimState.CANCELLED: DECLINED,
}

OUTCOMES = {
    Action.ACCEPT: "accepted",
    Action.ACCEPT_PARTLY: "partially_accepted",
    Action.REJECT: "rejected",
}

WITHDRAWN = "withdrawn"
EVIDENCE = "evidence"


@dataclass(frozen=True)
class Known:
    """What is known of the lines of a claim besides what they hold.

    `item_refs` are the ERP's keys of the items by our ids, `papers` the documents behind shipment
    lines, `parts` the components that are named on each line as defective.
    """

    item_refs: Mapping[int, UUID]
    papers: Mapping[int | None, Papers]
    parts: Mapping[UUID, Sequence[LinePart]]

    def item_ref(self, line: ClaimLine) -> UUID | None:
        """Return the ERP's key of a line's item."""
        return None if line.item_id is None else self.item_refs[line.item_id]

    def parts_of(self, line: ClaimLine) -> tuple[PartMessage, ...]:
        """Return the defective components of a line."""
        return tuple(
            PartMessage(part.name, part.lot, part.serial, part.quantity, part.component_ref)
            for part in self.parts.get(line.id, ())
        )

    def papers_of(self, line: ClaimLine) -> "PaperFields":
        """Return the documents behind a line as fields of its message."""
        papers = self.papers.get(line.shipment_line_id, NO_PAPERS)
        base, contract = papers.base, papers.contract
        return {
            "base_kind": base.kind if base else "",
            "base_number": base.number if base else "",
            "base_on": base.issued_on if base else None,
            "contract_number": contract.number if contract else "",
            "contract_on": contract.signed_on if contract else None,
        }


class PaperFields(TypedDict):
    """The fields by which both a claim's and a decision's line name documents."""

    base_kind: str
    base_number: str
    base_on: date | None
    contract_number: str
    contract_on: date | None


def claim_message(claim: Claim, known: Known) -> ClaimMessage:
    """Return a filed claim as it stands.

    How the end customer is reached is in it only where a basis in law is noted.
    """
    if claim.number is None or claim.filed_at is None or claim.demand_presented_on is None:
        raise ValueError(f"the claim {claim.id} has not been filed")
    return ClaimMessage(
        external_id=claim.id,
        revision=claim.revision,
        number=claim.number,
        filed_at=claim.filed_at,
        demand_presented_on=claim.demand_presented_on,
        dealer_ref=claim.dealer.ref,
        plant_code=claim.plant.code,
        dealer_reference=claim.dealer_reference,
        end_customer=claim.end_customer,
        text=claim.text,
        status=told_status(claim),
        lines=tuple(_claim_line(line, known) for line in claim.lines),
        customer_kind=claim.customer_kind.upper() if claim.customer_kind else "",
        customer_phone=claim.contact.phone,
        customer_email=claim.contact.email,
        customer_address=claim.contact.address,
        sold_on=claim.sold_on,
        sale_document=claim.sale_document,
    )


def decision_message(
    settlement: Settlement,
    known: Known,
    *,
    decided_at: datetime | None,
    decided_by: str,
    promise_on: date | None,
) -> DecisionMessage:
    """Return one remedy of a decided claim, or what was refused of it, with its own lines.

    `promise_on` is the day of its own lines. Without lines it is withdrawn: since it was told,
    another decision was made or this one was contested, at `decided_at`.
    """
    claim = settlement.claim
    if decided_at is None:
        raise ValueError(f"the claim {claim.id} has not been decided")
    lines = lines_of(claim, settlement.remedy)
    verdicts = [_verdict(line) for line in lines]
    return DecisionMessage(
        external_id=settlement.id,
        revision=claim.decision_revision,
        claim_id=claim.id,
        decided_at=decided_at,
        decided_by=decided_by,
        outcome=OUTCOMES[decision_action(verdicts)] if verdicts else WITHDRAWN,
        promise_on=promise_on,
        lines=tuple(_decision_line(line, known) for line in lines),
        remedy=settlement.remedy.upper() if settlement.remedy else "",
    )


def act_message(act: Act) -> FileMessage:
    """Return an act without its content."""
    return FileMessage(
        external_id=act.id,
        revision=act.revision,
        claim_id=act.claim_id,
        kind=act.kind,
        number=act.number,
        name=act.file.name,
        media_type=act.file.media_type,
        sha256=act.file.sha256,
        content=b"",
    )


def evidence_message(kept: ClaimFile) -> FileMessage:
    """Return a photo or document of a claim without its content."""
    return FileMessage(
        external_id=kept.file_id,
        revision=1,
        claim_id=kept.claim_id,
        kind=EVIDENCE,
        number="",
        name=kept.file.name,
        media_type=kept.file.media_type,
        sha256=kept.file.sha256,
        content=b"",
    )


def told_status(claim: Claim) -> str:
    """Return the ERP's word for where a claim stands."""
    if claim.state is ClaimState.CLOSED:
        is_refused = decision_action(_verdicts(claim)) is Action.REJECT
        return DECLINED if is_refused else SATISFIED
    return STATUSES[claim.state]


def _claim_line(line: ClaimLine, known: Known) -> ClaimLineMessage:
    return ClaimLineMessage(
        external_id=line.id,
        position=line.position,
        shipment_line_ref=line.shipment_line.ref if line.shipment_line else None,
        item_ref=known.item_ref(line),
        item_name=line.item_name,
        serial=line.serial,
        lot=line.lot,
        quantity=line.quantity,
        unit=line.unit,
        defect_code=line.defect_code or "",
        description=line.description,
        demand=line.demand.upper() if line.demand else "",
        parts=known.parts_of(line),
        **known.papers_of(line),
    )


def _decision_line(line: ClaimLine, known: Known) -> DecisionLineMessage:
    verdict = _verdict(line)
    return DecisionLineMessage(
        line_id=line.id,
        accepted_quantity=verdict.accepted,
        remedy=line.remedy.upper() if line.remedy else "",
        rejected_quantity=verdict.rejected,
        reason_code=line.reason_code or "",
        reason_text=line.reason_text,
        amount=line.granted.amount if line.granted else Decimal(0),
        currency=line.currency or "",
        vat_rate=line.vat_rate,
        vat_amount=line.granted_vat.amount if line.granted_vat else Decimal(0),
        price=line.price,
        item_name=line.item_name,
        item_ref=known.item_ref(line),
        shipment_line_ref=line.shipment_line.ref if line.shipment_line else None,
        **known.papers_of(line),
    )


def _verdicts(claim: Claim) -> list[LineVerdict]:
    return [_verdict(line) for line in claim.lines]


def _verdict(line: ClaimLine) -> LineVerdict:
    if line.accepted_quantity is None or line.rejected_quantity is None:
        raise ValueError(f"the line {line.id} has not been decided")
    return LineVerdict(line.quantity, line.accepted_quantity, line.rejected_quantity)
