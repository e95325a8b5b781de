"""How the simulator's page writes what the ERP holds: names and moments as the reader does."""

import re
from datetime import UTC, date, datetime

from connectors.erp.port import RowKind
from connectors.erp.simulator import kinds, papers
from connectors.erp.simulator.operations import STATUSES

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAYS = {"ru": "%d.%m.%Y", "en": "%-d %b %Y"}
CLOCK = " %H:%M:%S"

# The ERP is Russian and speaks so to the portal; its page tells an English reader what it says.
_ENGLISH = {
    kinds.CLAIM: "Claim",
    kinds.FILE: "Attached file",
    kinds.RETURN: "Return of goods from a customer",
    kinds.ADJUSTMENT: "Adjustment of a sale",
    kinds.DISCREPANCY: "Act on discrepancies after shipment",
    kinds.DECISION: "Decision on a claim",
    papers.MARKED: "Marked for deletion",
    **dict(zip(STATUSES, ("Registered", "In work", "Satisfied", "Declined"), strict=True)),
}
_RUSSIAN_ROWS = {
    RowKind.DEALER: "Дилеры",
    RowKind.CONTRACT: "Договоры",
    RowKind.GROUP: "Группы номенклатуры",
    RowKind.ITEM: "Номенклатура",
    RowKind.COMPONENT: "Состав изделий",
    RowKind.SHIPMENT: "Отгрузки",
    RowKind.LINE: "Строки отгрузок",
    RowKind.LOT: "Партии строк",
    RowKind.UNIT: "Серийные номера",
    RowKind.PACKAGE: "Упаковки",
    RowKind.DOCUMENT: "Документы",
    RowKind.DELETED: "Удалённые",
}
_RUSSIAN_FIELDS = {
    "ExternalId": "Ключ портала",
    "Revision": "Редакция",
    "Number": "Номер в портале",
    "FiledAt": "Подана",
    "DemandPresentedOn": "Требование предъявлено",
    "DealerRef": "Дилер, ссылка",
    "PlantCode": "Завод",
    "DealerReference": "Номер у дилера",
    "EndCustomer": "Конечный покупатель",
    "Text": "Текст",
    "Status": "Статус",
    "Object": "Объект метаданных",
    "ClaimId": "Ключ претензии",
    "LineId": "Ключ строки",
    "Position": "Номер строки",
    "ShipmentLineRef": "Строка отгрузки, ссылка",
    "ItemRef": "Номенклатура, ссылка",
    "ItemName": "Товар",
    "Serial": "Серийный номер",
    "Lot": "Партия",
    "Quantity": "Количество",
    "Unit": "Единица, код",
    "DefectCode": "Код дефекта",
    "Description": "Описание",
    "Demand": "Требование",
    "DecidedAt": "Решено",
    "DecidedBy": "Кем решено",
    "Outcome": "Итог",
    "PromiseOn": "Обещанный срок",
    "AcceptedQuantity": "Принято",
    "RejectedQuantity": "Отклонено",
    "Remedy": "Способ урегулирования",
    "ReasonCode": "Код причины отказа",
    "ReasonText": "Причина отказа",
    "Amount": "Сумма",
    "Currency": "Валюта",
    "VatRate": "Ставка НДС",
    "VatAmount": "В том числе НДС",
    "Price": "Цена",
    "BaseKind": "Вид документа-основания",
    "BaseNo": "Номер документа-основания",
    "BaseDate": "День документа-основания",
    "ContractNo": "Номер договора",
    "ContractDate": "День договора",
    "Parts": "Дефектные части",
    "Kind": "Вид",
    "Name": "Имя файла",
    "MediaType": "Тип файла",
    "Sha256": "SHA-256",
    "Size": "Размер, байт",
}


class Reader:
    """Somebody before the page, by their language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def term(self, russian: str) -> str:
        """Return a word of the ERP: the kind of a document, or its state."""
        return _ENGLISH.get(russian, russian) if self.language == "en" else russian

    def rows(self, kind: str) -> str:
        """Return what rows of a kind are called."""
        names = _RUSSIAN_ROWS if self.language == "ru" else {}
        return names.get(RowKind(kind), _spaced(kind))

    def field(self, name: str) -> str:
        """Return what a field of the contract is called."""
        names = _RUSSIAN_FIELDS if self.language == "ru" else {}
        return names.get(name, _spaced(name))

    def moment(self, stored: str) -> str:
        """Return a moment, which the store and the wire keep in UTC, by this machine's clock."""
        at = datetime.fromisoformat(stored)
        local = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone()
        return local.strftime(DAYS[self.language] + CLOCK)

    def value(self, text: str | list[dict[str, str]]) -> str:
        """Return a field's value; days and moments as the reader writes them, a list by commas."""
        if isinstance(text, list):
            return ", ".join(" · ".join(filter(None, part.values())) for part in text)
        if _MOMENT.fullmatch(text):
            return self.moment(text)
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).strftime(DAYS[self.language])
        return self.term(text)


def zone_name() -> str:
    """Return the time zone of the page's moments, such as `UTC+05:00`."""
    moment = datetime.now(UTC).astimezone().isoformat(timespec="minutes")
    return f"UTC{moment[-6:]}".removesuffix("+00:00")


def _spaced(name: str) -> str:
    return _HUMP.sub(" ", name).capitalize()
