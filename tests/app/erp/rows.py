"""Rows of the change feed, with everything that does not matter made up."""

from typing import Any
from uuid import UUID, uuid5

from connectors.erp.port import COLUMNS, Row, RowKind

WORLD = UUID("0c8b7c7e-54c7-4a3e-9a6c-0a7b6f1f0001")
Change = tuple[RowKind, Row]

_USUAL: dict[RowKind, dict[str, str]] = {
    RowKind.DEALER: {
        "Code": "D01", "Name": "ООО «Ромашка»", "TaxId": "7707083893", "Country": "RU",
        "City": "Пермь", "Language": "ru", "TimeZone": "Asia/Yekaterinburg", "PlantCode": "RU1",
        "Active": "true",
    },
    RowKind.ITEM: {
        "Sku": "ST-90", "Name": "Печь Гефест 90", "ProductGroup": "stoves", "Unit": "PCE",
        "Price": "45900.00", "Currency": "RUB", "VatRate": "22", "WarrantyMonths": "36",
        "Tracking": "serial", "PlantCode": "RU1",
    },
    RowKind.COMPONENT: {"Name": "Дверца", "Quantity": "1"},
    RowKind.SHIPMENT: {
        "Number": "УТ-000117", "Date": "2026-03-02T00:00:00", "Currency": "RUB", "PlantCode": "RU1",
    },
    RowKind.LINE: {
        "Position": "1", "Lot": "L2602", "Quantity": "10.000", "Unit": "PCE", "Price": "45900.00",
        "VatRate": "22", "WarrantyUntil": "2029-03-02T00:00:00",
    },
    RowKind.CONTRACT: {
        "Number": "D01-2024/01", "Date": "2024-01-15T00:00:00", "ValidUntil": "2029-01-15T00:00:00",
        "Currency": "RUB", "PaymentDays": "30", "Terms": "FCA Пермь",
    },
    RowKind.LOT: {"Quantity": "5"},
    RowKind.DOCUMENT: {
        "Revision": "1", "Ref": "b0000000", "Number": "ОГДМ-000001", "Date": "2026-05-08T10:00:00",
        "Posted": "false", "Status": "Зарегистрирована",
    },
    RowKind.UNIT: {"Lot": "L2602"},
    RowKind.PACKAGE: {"Quantity": "10"},
}  # fmt: skip


def ref(name: str) -> str:
    """Return the ERP's reference for a thing of this name."""
    return str(uuid5(WORLD, name))


def row(kind: RowKind, **values: Any) -> Change:
    """Return a row with the usual values and these ones; None leaves a value out."""
    known = _USUAL.get(kind, {}) | values
    assert set(known) <= set(COLUMNS[kind])
    return kind, tuple(known.get(name) for name in COLUMNS[kind])


def dealer(name: str = "dealer", **values: Any) -> Change:
    return row(RowKind.DEALER, Ref=ref(name), **values)


def item(name: str = "item", **values: Any) -> Change:
    return row(RowKind.ITEM, Ref=ref(name), **values)


def contract(name: str = "contract", **values: Any) -> Change:
    return row(RowKind.CONTRACT, **{"Ref": ref(name), "DealerRef": ref("dealer")} | values)


def group(name: str, **values: Any) -> Change:
    return row(RowKind.GROUP, **{"Ref": ref(name), "Name": name} | values)


def lot(number: str, **values: Any) -> Change:
    return row(RowKind.LOT, **{"LineRef": ref("line"), "Lot": number} | values)


def document(key: object, **values: Any) -> Change:
    return row(RowKind.DOCUMENT, ExternalId=str(key), **values)


def component(name: str, **values: Any) -> Change:
    return row(RowKind.COMPONENT, **{"ItemRef": ref("item"), "Name": name} | values)


def shipment(name: str = "shipment", **values: Any) -> Change:
    return row(RowKind.SHIPMENT, **{"Ref": ref(name), "DealerRef": ref("dealer")} | values)


def line(name: str = "line", **values: Any) -> Change:
    usual = {"Ref": ref(name), "ShipmentRef": ref("shipment"), "ItemRef": ref("item")}
    return row(RowKind.LINE, **usual | values)


def unit(serial: str, **values: Any) -> Change:
    return row(RowKind.UNIT, **{"LineRef": ref("line"), "Serial": serial} | values)


def package(code: str, **values: Any) -> Change:
    return row(RowKind.PACKAGE, **{"LineRef": ref("line"), "Code": code} | values)


def deleted(kind: RowKind | str, key: str) -> Change:
    return row(RowKind.DELETED, Kind=str(kind), Ref=key)


WHOLE_DELIVERY = (dealer(), item(), shipment(), line())


def told(reasons: list[dict[str, Any]]) -> str:
    """Return why a row was put aside: each field with the code of what is wrong with it."""
    return "; ".join(f"{one['values'].get('field', '')} {one['code']}" for one in reasons).strip()
