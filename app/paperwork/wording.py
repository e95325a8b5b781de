"""The words of our enums inside acts, in the act's language; acts outlive the screens' wording."""

from acts.facts import ActKind
from app.core.units import unit_sign
from app.shipments.base_documents import BaseDocument, BaseKind
from app.vocabulary import Language, Remedy

REMEDIES: dict[Language, dict[Remedy, str]] = {
    Language.RU: {
        Remedy.REPAIR: "ремонт",
        Remedy.REPLACEMENT: "замена",
        Remedy.REFUND: "возврат денежных средств",
        Remedy.PRICE_REDUCTION: "уменьшение цены",
        Remedy.SPARE_PART: "запасная часть",
        Remedy.DOCUMENTS: "документы",
    },
    Language.PL: {
        Remedy.REPAIR: "naprawa",
        Remedy.REPLACEMENT: "wymiana",
        Remedy.REFUND: "zwrot środków",
        Remedy.PRICE_REDUCTION: "obniżenie ceny",
        Remedy.SPARE_PART: "część zamienna",
        Remedy.DOCUMENTS: "dokumenty",
    },
    Language.CS: {
        Remedy.REPAIR: "oprava",
        Remedy.REPLACEMENT: "výměna",
        Remedy.REFUND: "vrácení peněz",
        Remedy.PRICE_REDUCTION: "sleva z ceny",
        Remedy.SPARE_PART: "náhradní díl",
        Remedy.DOCUMENTS: "doklady",
    },
    Language.EN: {
        Remedy.REPAIR: "repair",
        Remedy.REPLACEMENT: "replacement",
        Remedy.REFUND: "refund",
        Remedy.PRICE_REDUCTION: "price reduction",
        Remedy.SPARE_PART: "spare part",
        Remedy.DOCUMENTS: "documents",
    },
}

# What an act says of a unit that is not in the table.
UNKNOWN_UNITS: dict[Language, str] = {
    Language.RU: "(ед. изм. «{}» неизвестна)",
    Language.PL: "(nieznana j.m. „{}”)",
    Language.CS: "(neznámá MJ „{}“)",
    Language.EN: "(unknown unit “{}”)",
}

# What a shipment was billed by, as each country calls it.
BASE_DOCUMENTS: dict[Language, dict[BaseKind, str]] = {
    Language.RU: {
        BaseKind.UPD: "УПД",
        BaseKind.INVOICE: "счёт-фактура",
        BaseKind.DELIVERY_NOTE: "накладная",
    },
    Language.PL: {
        BaseKind.UPD: "UPD",
        BaseKind.INVOICE: "faktura",
        BaseKind.DELIVERY_NOTE: "WZ",
    },
    Language.CS: {
        BaseKind.UPD: "UPD",
        BaseKind.INVOICE: "faktura",
        BaseKind.DELIVERY_NOTE: "dodací list",
    },
    Language.EN: {
        BaseKind.UPD: "UPD",
        BaseKind.INVOICE: "invoice",
        BaseKind.DELIVERY_NOTE: "delivery note",
    },
}

# What an act says of a document whose kind the ERP does not tell, or tells by an unknown word.
UNTOLD_DOCUMENT: dict[Language, str] = {
    Language.RU: "документ",
    Language.PL: "dokument",
    Language.CS: "doklad",
    Language.EN: "document",
}
UNKNOWN_DOCUMENTS: dict[Language, str] = {
    Language.RU: "документ (вид «{}» неизвестен)",
    Language.PL: "dokument (nieznany rodzaj „{}”)",
    Language.CS: "doklad (neznámý druh „{}“)",
    Language.EN: "document (unknown kind “{}”)",
}

# The letters in front of an act's number.
CODES: dict[Language, dict[ActKind, str]] = {
    Language.RU: {ActKind.RECLAMATION: "АР", ActKind.REFUND: "АВ", ActKind.REFUSAL: "УО"},
    Language.PL: {ActKind.RECLAMATION: "PR", ActKind.REFUND: "PZ", ActKind.REFUSAL: "ZO"},
    Language.CS: {ActKind.RECLAMATION: "RP", ActKind.REFUND: "VP", ActKind.REFUSAL: "OZ"},
    Language.EN: {ActKind.RECLAMATION: "CR", ActKind.REFUND: "RS", ActKind.REFUSAL: "RN"},
}

# What the tax numbers of a party are called in its country: tax id, tax code, registry number.
TAX_LABELS: dict[str, tuple[str, str, str]] = {
    "RU": ("ИНН", "КПП", "ОГРН"),
    "BY": ("УНП", "", ""),
    "KZ": ("БИН", "", ""),
    "PL": ("NIP", "", "REGON"),
    "CZ": ("DIČ", "", "IČO"),
    "DE": ("USt-IdNr.", "", ""),
}
OTHER_TAX_LABELS = ("VAT ID", "", "")


def remedy_words(remedy: Remedy | None, language: Language) -> str:
    """Return what a demand or remedy is called in an act, nothing for none."""
    return REMEDIES[language][remedy] if remedy else ""


def unit_words(code: str, language: Language) -> str:
    """Return the unit as an act in this language writes it; an unknown one is said to be so."""
    return unit_sign(code, language) or UNKNOWN_UNITS[language].format(code)


def base_words(document: BaseDocument, language: Language) -> str:
    """Return what an act calls a base document; an unknown kind is said to be so."""
    if document.known_kind:
        return BASE_DOCUMENTS[language][document.known_kind]
    if document.kind:
        return UNKNOWN_DOCUMENTS[language].format(document.kind)
    return UNTOLD_DOCUMENT[language]


def tax_ids(country: str, *numbers: str) -> tuple[tuple[str, str], ...]:
    """Return (label, number) pairs of what a party of this country has."""
    labels = TAX_LABELS.get(country, OTHER_TAX_LABELS)
    return tuple((label, number) for label, number in zip(labels, numbers, strict=True) if number)
