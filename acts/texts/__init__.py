"""The wording of the shipped act templates, one file a language, all of one shape.

Texts hold tags of the template language and `**bold**` words. All kinds of act share most of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heads:
    """The heads of table columns."""

    number: str
    sku: str
    goods: str
    mark: str
    shipment: str
    shipped: str
    claimed: str
    unit: str
    warranty: str
    defect: str
    description: str
    demand: str
    accepted: str
    rejected: str
    remedy: str
    reason: str
    quantity: str
    price: str
    amount: str
    vat_rate: str
    vat_amount: str
    total: str


@dataclass(frozen=True)
class Party:
    """How a side of the act is introduced: roles in both acts, labels of what follows."""

    manufacturer: str
    dealer: str
    payer: str
    payee: str
    signer: str
    basis: str
    account: str
    bank: str
    code: str


@dataclass(frozen=True)
class Signing:
    """What stands around the lines to sign on."""

    hint: str
    accountant: str
    customer: str


@dataclass(frozen=True)
class Texts:
    """All texts of one language."""

    language_tag: str
    reclamation_title: str
    refund_title: str
    refusal_title: str
    number: str
    revision: str
    basis: str
    filed_by: str
    shipments: str
    base_documents: str
    parties: str
    payer_and_payee: str
    party: Party
    end_customer: str
    goods: str
    shipment: str
    unchecked: str
    circumstances: str
    defects: str
    parts: str
    value: str
    refund: str
    refund_demanded: str
    refund_total: str
    answer_heading: str
    answer: str
    refusal: str
    refusal_closing: str
    decision_heading: str
    decision: str
    promise: str
    payment_heading: str
    payment: tuple[str, ...]
    annexes: str
    closing_heading: str
    closing: str
    dissent: str
    signing: Signing
    heads: Heads
    page_of: tuple[str, str]
