"""How each language writes dates, quantities, money and per cents."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from acts.facts import ActLanguage, ActPart, NamedDocument, SupersededAct

NBSP = "\u00a0"
FEW = 1024  # the lines of acts name the same days and rates again and again
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Habits:
    """The habits of one language; `signs` are the names of its own money."""

    group: str
    point: str
    per_cent: str
    signs: dict[str, str]


HABITS = {
    ActLanguage.RU: Habits(NBSP, ",", f"{NBSP}%", {"RUB": "руб."}),
    ActLanguage.PL: Habits(NBSP, ",", "%", {"PLN": "zł"}),
    ActLanguage.CS: Habits(NBSP, ",", f"{NBSP}%", {"CZK": "Kč"}),
    ActLanguage.EN: Habits(",", ".", "%", {}),
}


@lru_cache(maxsize=FEW)
def date_text(day: date, language: ActLanguage) -> str:
    """Return 21.11.2026, in Czech with spaces, in English with the month in words."""
    match language:
        case ActLanguage.CS:
            return f"{day.day}.{NBSP}{day.month}.{NBSP}{day.year}"
        case ActLanguage.EN:
            return f"{day.day}{NBSP}{ENGLISH_MONTHS[day.month - 1]} {day.year}"
        case _:
            return f"{day.day:02d}.{day.month:02d}.{day.year}"


# A document's number, its day, an act by its number and revision.
NAMED = {
    ActLanguage.RU: (f"№{NBSP}{{}}", "от {}", f"№{NBSP}{{}} (редакция {{}})"),
    ActLanguage.PL: (f"nr{NBSP}{{}}", "z dnia {}", f"nr{NBSP}{{}} (wersja {{}})"),
    ActLanguage.CS: (f"č.{NBSP}{{}}", "ze dne {}", f"č.{NBSP}{{}} (verze {{}})"),
    ActLanguage.EN: (f"No.{NBSP}{{}}", "of {}", f"No.{NBSP}{{}} (revision {{}})"),
}


def document_text(document: NamedDocument, language: ActLanguage) -> str:
    """Return a document by its name, number and day, as far as they are known."""
    number, day, _ = NAMED[language]
    parts = (
        document.name,
        number.format(document.number) if document.number else "",
        day.format(date_text(document.issued_on, language)) if document.issued_on else "",
    )
    return " ".join(part for part in parts if part)


# A part's lot and its serial number.
PART_MARKS = {
    ActLanguage.RU: (f"партия{NBSP}{{}}", f"№{NBSP}{{}}"),
    ActLanguage.PL: (f"partia{NBSP}{{}}", f"nr{NBSP}{{}}"),
    ActLanguage.CS: (f"šarže{NBSP}{{}}", f"výr.{NBSP}č.{NBSP}{{}}"),
    ActLanguage.EN: (f"lot{NBSP}{{}}", f"serial No.{NBSP}{{}}"),
}


def part_text(part: ActPart, language: ActLanguage) -> str:
    """Return a part with its quantity, unless it is one, and what is written on it."""
    lot, serial = PART_MARKS[language]
    marks = (
        lot.format(part.lot) if part.lot else "",
        serial.format(part.serial) if part.serial else "",
    )
    written = ", ".join(mark for mark in marks if mark)
    quantity = quantity_text(part.quantity.normalize(), language)
    what = part.name if part.quantity == 1 else f"{quantity} × {part.name}"
    return f"{what} ({written})" if written else what


def revision_text(act: SupersededAct, language: ActLanguage) -> str:
    """Return an act by its number and its revision."""
    return NAMED[language][2].format(act.number, act.revision)


def quantity_text(quantity: Decimal, language: ActLanguage) -> str:
    """Return a quantity with as many places as its unit has."""
    return _localise(f"{quantity:,f}", language)


def money_text(amount: Decimal, language: ActLanguage) -> str:
    """Return money without its name, with the places that it has: nothing is rounded here."""
    return _localise(f"{amount:,f}", language)


@lru_cache(maxsize=FEW)
def rate_text(rate: Decimal, language: ActLanguage) -> str:
    """Return a rate given in per cent, without idle zeros."""
    return _localise(f"{rate.normalize():f}", language) + HABITS[language].per_cent


def currency_text(currency: str, language: ActLanguage) -> str:
    """Return the money's local name in its own country, elsewhere its code."""
    return HABITS[language].signs.get(currency, currency)


def _localise(number: str, language: ActLanguage) -> str:
    habits = HABITS[language]
    if habits.point == ".":
        return number
    return number.replace(",", habits.group).replace(".", habits.point)
