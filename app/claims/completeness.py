"""What a draft lacks before it can be filed, and what it is decided faster with. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from app.claims.requirements import AttachmentKind, AttachmentLevel, Requirement, shortages
from app.claims.rules import CustomerKind
from app.core.errors import N_
from app.core.money import Money
from app.vocabulary import REFUNDS, Remedy


class HasLine(Protocol):
    """What a rule must know of a line."""

    id: Any
    shipment_line_id: int | None
    item_name: str
    serial: str
    quantity: Decimal
    unit: str
    defect_code: str | None
    description: str
    demand: Remedy | None
    currency: str | None

    @property
    def value(self) -> Money | None: ...
    @property
    def demanded(self) -> Money | None: ...


class HasFile(Protocol):
    """What a rule must know of an attached file."""

    line_id: Any
    shows: Any

    @property
    def is_photo(self) -> bool: ...


class HasLines(Protocol):
    """What a rule must know of a claim."""

    @property
    def lines(self) -> Sequence[HasLine]: ...

    @property
    def files(self) -> Sequence[HasFile]: ...

    @property
    def end_customer(self) -> str: ...

    @property
    def customer_kind(self) -> CustomerKind | None: ...

    @property
    def lacks_basis(self) -> bool: ...


_NO_BASIS = N_("Say on what legal basis you pass on the customer's contact data.")
_ATTACH_ONE = {
    AttachmentKind.PHOTO: N_("Add a photo: %(what)s."),
    AttachmentKind.FILE: N_("Add a photo or document: %(what)s."),
}
_ATTACH = {
    AttachmentKind.PHOTO: N_("Add photos (%(count)s): %(what)s."),
    AttachmentKind.FILE: N_("Add photos or documents (%(count)s): %(what)s."),
}


@dataclass(frozen=True)
class Problem:
    """Something that a draft lacks; `line_id` None is the claim as a whole.

    `text` has the places `%(what)s` and `%(count)s` where attachments are missing: `names` says in
    each language what they shall show.
    """

    line_id: Any
    field: str
    text: str
    names: Mapping[str, str] | None = None
    count: int = 1


def problems_of(claim: HasLines, requirements: Sequence[Requirement] = ()) -> list[Problem]:
    """Return everything that keeps a draft from being filed, in the order of the page."""
    if not claim.lines:
        return [
            Problem(None, "lines", N_("Add the defective goods: scan a code or choose a shipment."))
        ]
    proven = {file.line_id for file in claim.files}
    found: list[Problem] = []
    for line in claim.lines:
        found += [
            Problem(line.id, field, text)
            for field, is_wrong, text in _line_checks(line, has_proof=line.id in proven)
            if is_wrong
        ]
        found += _attachments_missing(line, claim, requirements, AttachmentLevel.MANDATORY)
    no_basis = [Problem(None, "customer_basis", _NO_BASIS)] if claim.lacks_basis else []
    return found + no_basis


def wishes_of(claim: HasLines, requirements: Sequence[Requirement] = ()) -> list[Problem]:
    """Return what a draft can be filed without, and is decided faster with."""
    found: list[Problem] = []
    for line in claim.lines:
        found += _attachments_missing(line, claim, requirements, AttachmentLevel.WANTED)
    if claim.lines and not (claim.customer_kind or claim.end_customer):
        text = N_("If the piece was sold already, say who the end customer is.")
        found.append(Problem(None, "customer_kind", text))
    return found


def _attachments_missing(
    line: HasLine, claim: HasLines, requirements: Sequence[Requirement], level: AttachmentLevel
) -> list[Problem]:
    return [
        Problem(
            line.id,
            "files",
            (_ATTACH_ONE if shortage.lacking == 1 else _ATTACH)[shortage.requirement.kind],
            names=shortage.requirement.names,
            count=shortage.lacking,
        )
        for shortage in shortages(line, requirements, claim.files)
        if shortage.requirement.level is level
    ]


def _line_checks(line: HasLine, *, has_proof: bool) -> tuple[tuple[str, bool, str], ...]:
    return (
        ("quantity", line.quantity <= 0, N_("The quantity must be more than zero.")),
        (
            "quantity",
            bool(line.serial) and line.quantity != 1,
            N_("A serial number is one piece: the quantity is 1."),
        ),
        ("unit", not line.unit, N_("Choose the unit of the quantity.")),
        ("defect_code", not line.defect_code, N_("Choose the defect.")),
        ("description", not line.description, N_("Describe what is wrong.")),
        ("demand", line.demand is None, N_("Choose what you want.")),
        *_money_checks(line),
        (
            "files",
            line.shipment_line_id is None and not has_proof,
            N_("This item was not found in your shipments: attach a proof of purchase to it."),
        ),
    )


def _money_checks(line: HasLine) -> tuple[tuple[str, bool, str], ...]:
    """Return what a demand for money must say: how much, and no more than the goods cost."""
    if line.demand not in REFUNDS:
        return ()
    value, demanded = line.value, line.demanded
    has_sum = demanded is not None
    return (
        ("currency", line.currency is None, N_("Say in which currency you paid.")),
        (
            "demand_portion",
            not has_sum and value is not None,
            N_("Say how much the price is to be reduced: a percentage or an amount."),
        ),
        (
            "demand_portion",
            not has_sum and value is None and line.currency is not None,
            N_("The price of this item is not known here: say the amount that you demand."),
        ),
        (
            "demand_portion",
            bool(value and demanded and demanded > value),
            N_("This is more than these goods cost."),
        ),
    )
