"""Which of the infobase's objects a paper becomes: the one that the portal names, or our choice."""

from typing import Any

CLAIM = "Претензия"
FILE = "Присоединённый файл"
RETURN = "Заявка на возврат товаров от клиента"
ADJUSTMENT = "Корректировка реализации"
DISCREPANCY = "Акт о расхождениях после отгрузки"
DECISION = "Решение по претензии"
KINDS = (CLAIM, RETURN, ADJUSTMENT, DISCREPANCY, DECISION, FILE)
# What each operation can make, by the full names of the metadata. A decision without a document
# of its own is written into the claim's entry.
OBJECTS = {
    "PutClaim": {"Справочник.Претензии": CLAIM},
    "PutDecision": {
        "Документ.ЗаявкаНаВозвратТоваровОтКлиента": RETURN,
        "Документ.КорректировкаРеализации": ADJUSTMENT,
        "Документ.АктОРасхожденияхПослеОтгрузки": DISCREPANCY,
        "Справочник.Претензии": DECISION,
    },
    "SaveFile": {"Справочник.ПретензииПрисоединенныеФайлы": FILE},
}
MADE = tuple(dict.fromkeys(name for made in OBJECTS.values() for name in made))
# Each remedy of a decision comes by itself; without a name of its own its lines tell it.
PAPERS = (
    (RETURN, {"REFUND", "REPLACEMENT", "RETURN_GOOD_QUALITY"}),
    (ADJUSTMENT, {"PRICE_REDUCTION", "COMPENSATION", "MISSING_QTY"}),
)

Content = dict[str, Any]


def kind_of(operation: str, content: Content) -> str:
    """Return what a paper becomes; nothing where the portal names an object that cannot be made."""
    named = content.get("Object")
    if named:
        return OBJECTS[operation].get(named, "")
    if operation == "PutDecision":
        return _decision_kind(content)
    return next(iter(OBJECTS[operation].values()))


def object_of(operation: str, kind: str) -> str:
    """Return the full name of the object that holds a document of this kind."""
    return next((name for name, made in OBJECTS[operation].items() if made == kind), "")


def _decision_kind(content: Content) -> str:
    named = content.get("Remedy", "")
    remedies = {str(line["Remedy"]).upper() for line in content["Lines"]} | {str(named).upper()}
    return next((kind for kind, asked in PAPERS if remedies & asked), DECISION)
