"""Gathering what an act may show; a file of its own because it only reads and only translates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from acts.facts import (
    ActFacts,
    ActKind,
    ActLine,
    ActPart,
    EndCustomer,
    LineDecision,
    NamedDocument,
    Party,
    SupersededAct,
)
from app.accounts.models import Dealer, Plant
from app.catalog.models import DefectCode
from app.claims.amounts import currency_of, value_of, vat_of
from app.claims.days import Fact, day_of, place_of
from app.claims.forecast_models import ClaimForecast
from app.claims.models import Claim, ClaimEvent, ClaimLine, RejectionReason
from app.claims.own_terms import term_of_lines
from app.claims.part_models import LinePart
from app.claims.parts import named_parts
from app.claims.promising import promises_of, remedies_of
from app.claims.rules import Action, ShipmentCheck, scaled
from app.core.db import db
from app.core.money import Money, price_of, total_of
from app.deadlines.rules import Leg
from app.deadlines.wording import describe
from app.paperwork.wording import base_words, remedy_words, tax_ids, unit_words
from app.shipments.contracts import NO_PAPERS, Papers, papers_of
from app.vocabulary import REFUNDS, Language


def gather(
    claim: Claim,
    kind: ActKind,
    *,
    number: str,
    revision: int,
    decided: bool,
    at: datetime,
    supersedes: Sequence[SupersededAct] = (),
) -> ActFacts:
    """Return the facts of an act about a filed claim; before the decision without one.

    Deadline, transport, annexes, contracts and base documents are those of its own lines: what
    accepts nothing, promises nothing.
    """
    language = claim.dealer.language
    lines = lines_of(claim, kind, decided=decided)
    sums = [_sum(line, kind, decided=decided) for line in lines]
    total_of(filter(None, sums))  # a document of two currencies would be a lie
    decided_at = claim.decided_at if decided else None
    filed_on = day_of(claim, Fact.FILED, claim.filed_at or at).day
    issued = issued_fact(decided=decided)
    term = _term(claim, lines, language) if decided else NO_TERM
    papers = papers_of(line.shipment_line_id for line in lines)
    parts = named_parts(line.id for line in lines)
    assert claim.answer_on is not None  # noqa: S101  (a CHECK of the table)
    return ActFacts(
        number=number,
        revision=revision,
        place=place_of(claim, issued).city,
        issued_on=day_of(claim, issued, at).day,
        claim_number=claim.number or "",
        claimed_on=filed_on,
        demand_presented_on=claim.demand_presented_on or filed_on,
        dealer_reference=claim.dealer_reference,
        contracts=_contracts(papers.values(), claim.dealer),
        manufacturer=_manufacturer(claim.plant),
        dealer=_dealer(claim.dealer),
        end_customer=_end_customer(claim, kind),
        claim_text=claim.text,
        currency=currency_of(claim.lines) or "",
        lines=tuple(
            replace(
                _line(line, money, language, decided=decided, filed_on=filed_on),
                parts=_parts(parts.get(line.id, ())),
                base_document=_base_document(
                    papers.get(line.shipment_line_id, NO_PAPERS), language
                ),
            )
            for line, money in zip(lines, sums, strict=True)
        ),
        answer_on=claim.answer_on,
        decided_on=day_of(claim, Fact.DECIDED, decided_at).day if decided_at else None,
        promise_on=term.promise_on,
        logistics=term.logistics,
        annexes=_annexes(claim, lines),
        legal_on=term.legal_on,
        filed_by=_filed_by(claim),
        supersedes=tuple(supersedes),
    )


def issued_fact(*, decided: bool) -> Fact:
    """Return what an act is made by: the filing at the dealer, or the decision at the plant."""
    return Fact.DECISION_ACT_ISSUED if decided else Fact.FILING_ACT_ISSUED


def kinds_of(claim: Claim, *, decided: bool) -> list[ActKind]:
    """Return the acts that the lines of a claim ask for; each line is in exactly one of them."""
    found = {_kind_of(line, decided=decided) for line in claim.lines}
    return [kind for kind in ActKind if kind in found]


def lines_of(claim: Claim, kind: ActKind, *, decided: bool) -> Sequence[ClaimLine]:
    """Return the lines that an act of this kind is about."""
    return [line for line in claim.lines if _kind_of(line, decided=decided) is kind]


def _kind_of(line: ClaimLine, *, decided: bool) -> ActKind:
    """What is refused of a line that is accepted in part stands in the act of that part."""
    if decided and not line.accepted_quantity:
        return ActKind.REFUSAL
    outcome = line.remedy if decided else line.demand
    return ActKind.REFUND if outcome in REFUNDS else ActKind.RECLAMATION


@dataclass(frozen=True)
class Term:
    """By when something is promised, on which way, and the last day that the law allows."""

    promise_on: date | None = None
    logistics: str = ""
    legal_on: date | None = None


NO_TERM = Term()


def _term(claim: Claim, lines: Sequence[ClaimLine], language: Language) -> Term:
    """Return what an act promises for its lines, of a decided claim."""
    accepted = {line.id: line.remedy for line in lines if line.remedy is not None}
    if not accepted or claim.promise_on is None:
        return NO_TERM
    if accepted == remedies_of(claim):
        promised = promises_of(claim)
        legal_on = promised[-1].legal_on if promised else None
        return Term(claim.promise_on, _logistics(claim, language), legal_on)
    own = term_of_lines(claim, accepted)
    return Term(own.promise_on, describe(own.legs, language), own.legal_on)


def _annexes(claim: Claim, lines: Sequence[ClaimLine]) -> tuple[str, ...]:
    """Return the files of these lines and those of the whole claim."""
    about = {None, *(line.id for line in lines)}
    return tuple(kept.file.name for kept in claim.public_files if kept.line_id in about)


def _contracts(papers: Iterable[Papers], dealer: Dealer) -> tuple[NamedDocument, ...]:
    """Return what the lines were shipped under, else the contract that the dealer's data name."""
    known = [one.contract for one in papers if one.contract]
    found = [NamedDocument("", contract.number, contract.signed_on) for contract in known]
    if not found and dealer.contract_number:
        return (NamedDocument("", dealer.contract_number, dealer.contract_date),)
    return tuple(dict.fromkeys(found))


def _base_document(papers: Papers, language: Language) -> NamedDocument | None:
    """Return what the shipment of a line was billed by, as far as the ERP tells it."""
    base = papers.base
    return NamedDocument(base_words(base, language), base.number, base.issued_on) if base else None


def _end_customer(claim: Claim, kind: ActKind) -> EndCustomer | None:
    """Return what an act says of the end customer: between the two businesses, nothing.

    A reclamation act also says how they are reached and what they were sold the goods by, where a
    basis in law is noted.
    """
    if not claim.end_customer or kind is ActKind.REFUND:
        return None
    if kind is not ActKind.RECLAMATION or claim.customer_basis is None:
        return EndCustomer(claim.end_customer, claim.sold_on)
    return EndCustomer(
        claim.end_customer,
        claim.sold_on,
        sale_document=claim.sale_document,
        phone=claim.contact.phone,
        address=claim.contact.address,
    )


def _filed_by(claim: Claim) -> str:
    """Return who filed the claim at the dealer."""
    query = select(ClaimEvent.actor_name).where(
        ClaimEvent.claim_id == claim.id, ClaimEvent.action == Action.SUBMIT
    )
    return db.scalar(query) or ""


def _sum(line: ClaimLine, kind: ActKind, *, decided: bool) -> Money | None:
    """Return what an act says of a line in money: what is paid, or what the goods cost."""
    if kind is ActKind.REFUND:
        return line.granted if decided else line.demanded
    return value_of(line, line.accepted_quantity if decided else None)


def _line(
    line: ClaimLine, money: Money | None, language: Language, *, decided: bool, filed_on: date
) -> ActLine:
    vat = vat_of(money, line.vat_rate)
    return ActLine(
        position=line.position,
        sku=line.sku,
        name=line.item_name,
        lot=line.lot,
        serial=line.serial,
        shipment_number=line.shipment_number,
        shipped_on=line.shipped_on,
        shipped_quantity=None
        if line.shipped_quantity is None
        else scaled(line.shipped_quantity, line.unit),
        claimed_quantity=scaled(line.quantity, line.unit),
        unit=unit_words(line.unit, language),
        warranty_until=line.warranty_until,
        defect=_defect(line, language),
        description=line.description,
        demand=remedy_words(line.demand, language),
        price=None if line.price is None else price_of(line.price, line.currency or ""),
        amount=money.amount if money else None,
        vat_rate=line.vat_rate,
        vat_amount=vat.amount if vat else None,
        per_cent=line.granted_per_cent if decided else line.demand_per_cent,
        decision=_decision(line, language) if decided else None,
        unchecked_on=filed_on if line.shipment_check is ShipmentCheck.PROVISIONAL else None,
    )


def _parts(parts: Iterable[LinePart]) -> tuple[ActPart, ...]:
    return tuple(ActPart(part.name, part.lot, part.serial, part.quantity) for part in parts)


def _decision(line: ClaimLine, language: Language) -> LineDecision | None:
    if line.accepted_quantity is None or line.rejected_quantity is None:
        return None
    reason = db.get(RejectionReason, line.reason_code) if line.reason_code else None
    return LineDecision(
        accepted_quantity=scaled(line.accepted_quantity, line.unit),
        rejected_quantity=scaled(line.rejected_quantity, line.unit),
        remedy=remedy_words(line.remedy, language),
        reason=_name(reason.names, language) if reason else "",
        reason_text=line.reason_text,
    )


def _defect(line: ClaimLine, language: Language) -> str:
    defect = db.get(DefectCode, line.defect_code) if line.defect_code else None
    return f"{defect.code} {_name(defect.names, language)}" if defect else ""


def _logistics(claim: Claim, language: Language) -> str:
    """Return the way in words: as it is expected by now, else as it was planned."""
    forecast = db.get(ClaimForecast, claim.id)
    is_new = forecast and claim.decided_at and forecast.computed_at >= claim.decided_at
    if forecast and is_new and forecast.legs:
        return describe([Leg.from_dict(leg["forecast"]) for leg in forecast.legs], language)
    return describe([Leg.from_dict(leg) for leg in claim.logistics], language)


def _manufacturer(plant: Plant) -> Party:
    return Party(
        name=plant.name,
        tax_ids=tax_ids(plant.country, plant.tax_id, plant.tax_code, plant.registry_no),
        address=plant.address,
        signer=plant.signer,
        signer_basis=_authority(plant),
        signer_position=plant.signer_position,
        bank_name=plant.bank_name,
        bank_account=plant.bank_account,
        bank_code=plant.bank_code,
    )


def _dealer(dealer: Dealer) -> Party:
    return Party(
        name=dealer.name,
        tax_ids=tax_ids(dealer.country, dealer.tax_id, dealer.tax_code, dealer.registry_no),
        address=dealer.address,
        signer=dealer.signer,
        signer_basis=_authority(dealer),
        signer_position=dealer.signer_position,
        bank_name=dealer.bank_name,
        bank_account=dealer.bank_account,
        bank_code=dealer.bank_code,
    )


def _authority(party: Plant | Dealer) -> NamedDocument:
    return NamedDocument(party.signer_basis, party.signer_basis_number, party.signer_basis_on)


def _name(names: dict[str, str], language: Language) -> str:
    return names.get(language) or names.get(Language.EN, "")
