"""What an ERP's own names mean for people: objects of 1C's metadata and fields of the contract.

The name of the ERP stays beside it, for whoever looks for it over there.
"""

from dataclasses import dataclass

from flask_babel import gettext

from app.core.errors import N_
from app.erp.field_names import FIELD_NAMES

# By the name after the class; the classes are written in Russian or in English.
OBJECTS = {
    "Претензии": N_("Claim"),
    "ПретензииКлиентов": N_("Claim"),
    "ПретензииПрисоединенныеФайлы": N_("Attached file"),
    "ЗаявкаНаВозвратТоваровОтКлиента": N_("Request for a goods return"),
    "ВозвратТоваровОтКлиента": N_("Goods return"),
    "ВозвратТоваровОтПокупателя": N_("Goods return"),
    "КорректировкаРеализации": N_("Correction of a sale"),
    "АктОРасхожденияхПослеОтгрузки": N_("Report of discrepancies after shipment"),
    "РеализацияТоваровУслуг": N_("Sale of goods"),
}
CLASSES = {
    "Документ": N_("Document of the ERP"),
    "Document": N_("Document of the ERP"),
    "Справочник": N_("Entry of a catalogue of the ERP"),
    "Catalog": N_("Entry of a catalogue of the ERP"),
}
CHANGES = {
    "-": N_("%(name)s is gone"),
    "~": N_("%(name)s has another type"),
    "!": N_("%(name)s is newly demanded"),
    "+": N_("%(name)s is new"),
}


@dataclass(frozen=True)
class FieldChange:
    """How a field of the contract has changed: for people, and as the contract writes it."""

    words: str
    raw: str


def object_name(name: str) -> str:
    """Return what an object of the ERP is, "" where nobody knows."""
    kind, _, own = name.partition(".")
    known = OBJECTS.get(own) or CLASSES.get(kind, "")
    return str(gettext(known)) if known else ""


def changes_in(lines: str) -> list[FieldChange]:
    """Return the changes of lines such as `- PutClaimResponse/return/Number: string 1..1`."""
    return [_change(line) for line in lines.splitlines() if line]


def _change(line: str) -> FieldChange:
    sign, _, rest = line.partition(" ")
    if sign not in CHANGES:
        return FieldChange("", line)
    field = rest.partition(":")[0].rpartition("/")[2]
    name, sentence = FIELD_NAMES.get(field, ""), CHANGES[sign]
    return FieldChange(str(gettext(sentence, name=gettext(name) if name else field)), rest)
