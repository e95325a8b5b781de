"""What the portal asks of any ERP: the protocol and its frozen messages.

Pulled rows stay raw text, one tuple a row in the order of `COLUMNS`: the database casts them, set
by set, and one bad row never spoils the others. Pushed messages are typed; (external id, revision)
is the key under which the ERP keeps each of them exactly once.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class RowKind(StrEnum):
    """The kinds of rows in the change feed; the value is the element's name on the wire."""

    DEALER = "Dealer"
    CONTRACT = "Contract"
    GROUP = "ItemGroup"
    ITEM = "Item"
    COMPONENT = "Component"
    SHIPMENT = "Shipment"
    LINE = "ShipmentLine"
    LOT = "LineLot"
    UNIT = "Unit"
    PACKAGE = "Package"
    DOCUMENT = "Document"
    DELETED = "Deleted"


COLUMNS: dict[RowKind, tuple[str, ...]] = {
    RowKind.DEALER: (
        "Ref", "PartnerRef", "Code", "Name", "TaxId", "TaxCode", "RegistryNo", "Country", "City",
        "Address", "Language", "TimeZone", "PriorityClass", "BankName", "BankAccount", "BankCode",
        "ContractNo", "ContractDate", "Signer", "SignerBasis", "PlantCode", "Active",
        "SignerPosition", "SignerBasisNo", "SignerBasisDate",
    ),
    RowKind.CONTRACT: (
        "Ref", "DealerRef", "Number", "Date", "ValidUntil", "Currency", "PaymentDays", "Terms",
    ),
    RowKind.GROUP: ("Ref", "ParentRef", "Code", "Name"),
    RowKind.ITEM: (
        "Ref", "Sku", "Name", "ProductGroup", "Unit", "Price", "Currency", "VatRate",
        "WarrantyMonths", "Tracking", "Gtin", "PlantCode", "GroupRef", "IsFolder",
        "Weight",
    ),
    RowKind.COMPONENT: ("ItemRef", "ComponentRef", "Name", "Quantity"),
    RowKind.SHIPMENT: (
        "Ref", "Number", "Date", "DealerRef", "ContractNo", "Currency", "PlantCode", "Waybill",
        "ContractRef", "ContractDate", "BaseKind", "BaseNo", "BaseDate",
    ),
    RowKind.LINE: (
        "Ref", "ShipmentRef", "Position", "ItemRef", "Lot", "Quantity", "Unit", "Price", "VatRate",
        "WarrantyUntil",
    ),
    RowKind.LOT: ("LineRef", "Lot", "Quantity"),
    RowKind.UNIT: ("LineRef", "Serial", "Lot"),
    RowKind.PACKAGE: ("Code", "LineRef", "Quantity", "ParentCode"),
    RowKind.DOCUMENT: (
        "ExternalId", "Revision", "Ref", "Number", "Date", "Posted", "Status",
    ),
    RowKind.DELETED: ("Kind", "Ref"),
}  # fmt: skip

Row = tuple[str | None, ...]


class ChangeStream(Protocol):
    """One message of the change feed; iterate it once, to its end.

    The iteration raises `Rejected` when the reply is cut, malformed or shorter than it declared:
    what was read so far must then not be published.
    """

    message_no: int
    more: bool
    count: int

    def __iter__(self) -> Iterator[tuple[RowKind, Row]]: ...


@dataclass(frozen=True)
class ErpInfo:
    """Who answers on the other side; `at` is None where it does not tell the time.

    `infobase` tells this base from its copies, "" where the service does not say.
    """

    product: str
    version: str
    at: datetime | None
    infobase: str = ""


@dataclass(frozen=True)
class PartMessage:
    """A defective component of an item; `ref` is the ERP's key of it, None where it has none."""

    name: str
    lot: str
    serial: str
    quantity: Decimal
    ref: UUID | None = None


@dataclass(frozen=True)
class ClaimLineMessage:
    """One line of a claim. `shipment_line_ref` is None when the item was not in the shipments.

    `base_…` is the document that goods and price were billed by, `contract_…` the contract of the
    shipment; empty and None where they are not known.
    """

    external_id: UUID
    position: int
    shipment_line_ref: UUID | None
    item_ref: UUID | None
    item_name: str
    serial: str
    lot: str
    quantity: Decimal
    unit: str
    defect_code: str
    description: str
    demand: str
    parts: tuple[PartMessage, ...] = ()
    base_kind: str = ""
    base_number: str = ""
    base_on: date | None = None
    contract_number: str = ""
    contract_on: date | None = None


@dataclass(frozen=True)
class ClaimMessage:
    """A claim as it stands; `revision` grows with each change worth telling.

    How the end customer is reached is told only where a mapping asks for it.
    """

    external_id: UUID
    revision: int
    number: str
    filed_at: datetime
    demand_presented_on: date
    dealer_ref: UUID
    plant_code: str
    dealer_reference: str
    end_customer: str
    text: str
    status: str
    lines: tuple[ClaimLineMessage, ...]
    customer_kind: str = ""
    customer_phone: str = ""
    customer_email: str = ""
    customer_address: str = ""
    sold_on: date | None = None
    sale_document: str = ""


@dataclass(frozen=True)
class DecisionLineMessage:
    """The decision on one claim line; money is gross, in the line's currency.

    `amount` is what is paid, nought where the remedy is no money; `price` is that of the shipment,
    per unit. Price and rate are None where they are not known: a rate of nought is a rate.
    `base_…` and `contract_…` are as in the line of a claim.
    """

    line_id: UUID
    accepted_quantity: Decimal
    remedy: str
    rejected_quantity: Decimal
    reason_code: str
    reason_text: str
    amount: Decimal
    currency: str
    vat_rate: Decimal | None
    vat_amount: Decimal = Decimal(0)
    price: Decimal | None = None
    item_name: str = ""
    item_ref: UUID | None = None
    shipment_line_ref: UUID | None = None
    base_kind: str = ""
    base_number: str = ""
    base_on: date | None = None
    contract_number: str = ""
    contract_on: date | None = None


@dataclass(frozen=True)
class DecisionMessage:
    """One remedy of a decided claim, or what was refused of it (`remedy` empty).

    Its key is its own, the same for every decision on the claim. `outcome` says how its lines were
    decided; `withdrawn`: a later decision has taken all of them away.
    """

    external_id: UUID
    revision: int
    claim_id: UUID
    decided_at: datetime
    decided_by: str
    outcome: str
    promise_on: date | None
    lines: tuple[DecisionLineMessage, ...]
    remedy: str = ""


@dataclass(frozen=True)
class FileMessage:
    """A file that belongs to a claim: an act (kind `refund_act`, `reclamation_act` or
    `refusal_notice`) or evidence.

    `number` is the act's number, empty for evidence; `sha256` is lower-case hex of `content`.
    """

    external_id: UUID
    revision: int
    claim_id: UUID
    kind: str
    number: str
    name: str
    media_type: str
    sha256: str
    content: bytes


@dataclass(frozen=True)
class Receipt:
    """What the ERP holds under a key; `errors` are business refusals in the ERP's words.

    `amount` is the gross sum of the document, in `currency`; `object` is what was made of it over
    there; `name`, `sha256` (lower-case hex) and `size` are those of a file as it is stored. None or
    empty where the ERP does not tell them, also `posted`. `status` is a word of ours, or the ERP's
    own where the mapping does not know it.
    """

    external_id: UUID
    revision: int
    ref: str
    number: str
    date: date | None
    posted: bool | None
    status: str
    errors: tuple[str, ...] = ()
    amount: Decimal | None = None
    currency: str = ""
    object: str = ""
    name: str = ""
    sha256: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Capabilities:
    """What the ERP says of itself: `documents` are the objects that it makes of what it is told.

    The limits are bytes of a part and of a whole file.
    """

    documents: tuple[str, ...]
    statuses: tuple[str, ...]
    max_part_bytes: int
    max_file_bytes: int


@dataclass(frozen=True)
class HttpAnswer:
    """How the service's address answers a plain GET; `text` is the beginning of its body."""

    status: int
    content_type: str
    location: str
    text: str


@dataclass(frozen=True)
class Needed:
    """The fields of the published contract that something needs: in requests and in answers."""

    sent: frozenset[str] = frozenset()
    heard: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Approach:
    """How far one gets towards the ERP before any message is sent.

    A step that failed has its reason in `…_fault`; those behind it were not asked and are None or
    empty. `pinned` and `live` map each field of a message in use to its type. `schema_fault` says
    why messages cannot be checked against the pinned types, if so. `needed` names the fields that
    a push needs, by what is pushed: `claim`, `decision`, `act`, `evidence`. `objects` are what
    these may become over there, where the mapping says it. `offered` are the names of all
    operations that are published.
    """

    url: str
    user: str
    zone: str
    pinned: Mapping[str, str]
    addresses: tuple[str, ...] = ()
    lookup_fault: str = ""
    connect_fault: str = ""
    is_encrypted: bool = False
    certificate_until: datetime | None = None
    answer: HttpAnswer | None = None
    answer_fault: str = ""
    schema_fault: str = ""
    needed: Mapping[str, Needed] = field(default_factory=dict)
    objects: tuple[str, ...] = ()
    live: Mapping[str, str] | None = None
    live_fault: str = ""
    offered: tuple[str, ...] = ()


class Erp(Protocol):
    """Every call raises `Unavailable` or `Rejected`, nothing else of the outside."""

    def ping(self) -> ErpInfo: ...

    def changes(self, *, after: int) -> AbstractContextManager[ChangeStream]:
        """Open the next message after the acknowledged number `after`; 0 asks for everything."""
        ...

    def confirm(self, message_no: int) -> None:
        """Acknowledge a message; call it only after our commit."""
        ...

    def put_claim(self, message: ClaimMessage) -> Receipt: ...

    def put_decision(self, message: DecisionMessage) -> Receipt: ...

    def put_file(self, message: FileMessage) -> Receipt: ...

    def states(self, external_ids: list[UUID]) -> list[Receipt]:
        """Return what the ERP holds under these keys; unknown keys are simply absent."""
        ...

    def approach(self) -> Approach:
        """Walk up to the ERP's door: name, connection, address, published contract.

        What went wrong on the way is in the answer; only a pinned contract of ours that cannot
        be read raises `Rejected`.
        """
        ...

    def version(self) -> str:
        """Return which version of the contract is implemented."""
        ...

    def capabilities(self) -> Capabilities: ...

    def sample(self, kind: RowKind, *, limit: int) -> list[Row]:
        """Return the first rows of a kind; the change feed does not move."""
        ...

    def draft_claim(self, message: ClaimMessage) -> str:
        """Return, laid out for a person and without secrets, what `put_claim` would send."""
        ...

    def rehearse_claim(self, message: ClaimMessage) -> Receipt:
        """Have the ERP check a claim without keeping it; `errors` are its objections."""
        ...
