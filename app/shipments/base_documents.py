"""The documents by which shipments are billed: their kinds, and what ERPs call them.

A kind has a code of ours; one that is not in this table is kept as it came and is said to be
unknown. Its names on screens are in `words`, those in acts in `paperwork/wording`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BaseKind(StrEnum):
    """A document for shipment and tax in one (in Russia), one for tax, one for shipment."""

    UPD = "UPD"
    INVOICE = "INVOICE"
    DELIVERY_NOTE = "DELIVERY_NOTE"


# What else they are called: by law, in the objects of 1C, by the codes of UN/EDIFACT 1001.
NAMES: dict[BaseKind, tuple[str, ...]] = {
    BaseKind.UPD: ("УПД", "универсальный передаточный документ"),
    BaseKind.INVOICE: (
        *("счёт-фактура", "счет-фактура", "СчетФактураВыданный", "Документ.СчетФактураВыданный"),
        *("faktura", "faktura VAT", "faktura – daňový doklad", "invoice", "380"),
    ),
    BaseKind.DELIVERY_NOTE: (
        *("накладная", "товарная накладная", "ТОРГ-12", "WZ", "dodací list"),
        *("delivery note", "270"),
    ),
}
CODES = {
    name.lower().rstrip("."): kind.value
    for kind, names in NAMES.items()
    for name in (kind.value, *names)
}


@dataclass(frozen=True)
class BaseDocument:
    """A document that a shipment was billed by, as far as the ERP tells it.

    `kind` is a code of ours, the ERP's own word, or empty; so may be number and day.
    """

    kind: str
    number: str
    issued_on: date | None

    @property
    def known_kind(self) -> BaseKind | None:
        """Its kind, None for a word that nobody knows."""
        return BaseKind(self.kind) if self.kind in tuple(BaseKind) else None


def base_document(kind: str, number: str, issued_on: date | None) -> BaseDocument | None:
    """Return what an ERP tells of a document; None where it names none: a kind names nothing."""
    return BaseDocument(kind, number, issued_on) if number else None
