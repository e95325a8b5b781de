"""The facts of an act: everything that a template may show, nothing that must be looked up.

Dates are local dates of the plant, money is gross unless said otherwise, quantities carry the
scale of their unit. Texts are already in the act's language; labels are the templates' business.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class ActKind(StrEnum):
    """Money makes a refund act, anything else a reclamation act; what is refused, a notice."""

    RECLAMATION = "reclamation_act"
    REFUND = "refund_act"
    REFUSAL = "refusal_notice"


class ActLanguage(StrEnum):
    """Languages with templates of their own."""

    RU = "ru"
    PL = "pl"
    CS = "cs"
    EN = "en"


@dataclass(frozen=True)
class NamedDocument:
    """A document by number and day; `name` is what it is called, empty where the place tells it.

    Number or day may be missing.
    """

    name: str
    number: str
    issued_on: date | None = None


@dataclass(frozen=True)
class Party:
    """One side of the act; `tax_ids` are (label, value) pairs such as ("ИНН", "0099000110").

    `signer_basis` is what the signer's authority comes from, such as a power of attorney.
    """

    name: str
    tax_ids: tuple[tuple[str, str], ...]
    address: str
    signer: str
    signer_basis: NamedDocument
    signer_position: str = ""
    bank_name: str = ""
    bank_account: str = ""
    bank_code: str = ""


@dataclass(frozen=True)
class EndCustomer:
    """The dealer's customer, when there is one; all but the name may be empty."""

    name: str
    sold_on: date | None
    sale_document: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class LineDecision:
    """What was decided for one line; the sums are of the accepted quantity."""

    accepted_quantity: Decimal
    rejected_quantity: Decimal
    remedy: str
    reason: str
    reason_text: str


@dataclass(frozen=True)
class ActPart:
    """A defective component of a line; lot and serial number are empty where nobody knows them."""

    name: str
    lot: str
    serial: str
    quantity: Decimal


@dataclass(frozen=True)
class ActLine:
    """One claimed position; shipment fields are empty when it was not in the shipments.

    `unchecked_on` is the day on which that could not be looked up; it is done later. Of the money
    is None what is not known: `amount` is what is demanded or granted, or what the goods cost, at
    the scale of its currency; `per_cent` is the part of the price that it was said as.
    `base_document` is what the shipment was billed by, None where that is not known.
    """

    position: int
    sku: str
    name: str
    lot: str
    serial: str
    shipment_number: str
    shipped_on: date | None
    shipped_quantity: Decimal | None
    claimed_quantity: Decimal
    unit: str
    warranty_until: date | None
    defect: str
    description: str
    demand: str
    price: Decimal | None
    amount: Decimal | None
    vat_rate: Decimal | None
    vat_amount: Decimal | None
    decision: LineDecision | None = None
    unchecked_on: date | None = None
    per_cent: Decimal | None = None
    parts: tuple[ActPart, ...] = ()
    base_document: NamedDocument | None = None


@dataclass(frozen=True)
class SupersededAct:
    """An earlier act of the claim that an act takes the place of."""

    number: str
    revision: int


@dataclass(frozen=True)
class ActFacts:
    """One act. Before the decision `decided_on` and `promise_on` are None.

    `answer_on` is the deadline of the answer; `promise_on` that of the remedy, way of the goods
    included, `legal_on` the last day that the law allows for it, None where it names none;
    `logistics` says in words what the way consists of. All three are those of the act's own lines.
    `filed_by` is who filed the claim at the dealer. `contracts` are those under which the lines
    were shipped.
    """

    number: str
    revision: int
    place: str
    issued_on: date
    claim_number: str
    claimed_on: date
    demand_presented_on: date
    dealer_reference: str
    contracts: tuple[NamedDocument, ...]
    manufacturer: Party
    dealer: Party
    end_customer: EndCustomer | None
    claim_text: str
    currency: str
    lines: tuple[ActLine, ...]
    answer_on: date
    decided_on: date | None
    promise_on: date | None
    logistics: str
    annexes: tuple[str, ...]
    legal_on: date | None = None
    filed_by: str = ""
    supersedes: tuple[SupersededAct, ...] = ()
