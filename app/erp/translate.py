"""Our words into the ERP's: pure functions from rows to the messages of the port."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from app.claims.models import Claim, ClaimFile, ClaimLine, Settlement
from app.claims.rules import Action, ClaimState, LineVerdict, decision_action
from app.claims.settlements import lines_of
from app.paperwork.models import Act
from connectors.erp.port import (
    ClaimLineMessage,
    ClaimMessage,
    DecisionLineMessage,
    DecisionMessage,
    FileMessage,
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


def claim_message(claim: Claim, item_refs: Mapping[int, UUID]) -> ClaimMessage:
    """Return a filed claim as it stands; `item_refs` are the ERP's keys of its items by our id."""
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
        lines=tuple(_claim_line(line, item_refs) for line in claim.lines),
        customer_kind=claim.customer_kind.upper() if claim.customer_kind else "",
        customer_phone=claim.customer_phone,
        customer_email=claim.customer_email,
        customer_address=claim.customer_address,
        sold_on=claim.sold_on,
        sale_document=claim.sale_document,
    )


def decision_message(
    settlement: Settlement, item_refs: Mapping[int, UUID], *, decided_by: str
) -> DecisionMessage:
    """Return one remedy of a decided claim, or what was refused of it, with its own lines.

    Without lines it is withdrawn: another decision was made since it was told.
    """
    claim = settlement.claim
    if claim.decided_at is None:
        raise ValueError(f"the claim {claim.id} has not been decided")
    lines = lines_of(claim, settlement.remedy)
    verdicts = [_verdict(line) for line in lines]
    return DecisionMessage(
        external_id=settlement.id,
        revision=claim.decision_revision,
        claim_id=claim.id,
        decided_at=claim.decided_at,
        decided_by=decided_by,
        outcome=OUTCOMES[decision_action(verdicts)] if verdicts else WITHDRAWN,
        promise_on=claim.promise_on if settlement.remedy and lines else None,
        lines=tuple(_decision_line(line, item_refs) for line in lines),
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


def _claim_line(line: ClaimLine, item_refs: Mapping[int, UUID]) -> ClaimLineMessage:
    return ClaimLineMessage(
        external_id=line.id,
        position=line.position,
        shipment_line_ref=line.shipment_line.ref if line.shipment_line else None,
        item_ref=item_refs[line.item_id] if line.item_id is not None else None,
        item_name=line.item_name,
        serial=line.serial,
        lot=line.lot,
        quantity=line.quantity,
        unit=line.unit,
        defect_code=line.defect_code or "",
        description=line.description,
        demand=line.demand.upper() if line.demand else "",
    )


def _decision_line(line: ClaimLine, item_refs: Mapping[int, UUID]) -> DecisionLineMessage:
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
        vat_rate=line.vat_rate or Decimal(0),
        vat_amount=line.granted_vat.amount if line.granted_vat else Decimal(0),
        price=line.price,
        item_name=line.item_name,
        item_ref=item_refs[line.item_id] if line.item_id is not None else None,
        shipment_line_ref=line.shipment_line.ref if line.shipment_line else None,
    )


def _verdicts(claim: Claim) -> list[LineVerdict]:
    return [_verdict(line) for line in claim.lines]


def _verdict(line: ClaimLine) -> LineVerdict:
    if line.accepted_quantity is None or line.rejected_quantity is None:
        raise ValueError(f"the line {line.id} has not been decided")
    return LineVerdict(line.quantity, line.accepted_quantity, line.rejected_quantity)
