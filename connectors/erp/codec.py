"""Our frozen messages as SOAP values, and the ERP's elements as ours."""

import re
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from uuid import UUID

from lxml import etree

from connectors.erp.port import COLUMNS, Capabilities, ErpInfo, Receipt, Row, RowKind
from connectors.errors import Rejected

# Characters that XML cannot carry; people paste them from spreadsheets.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
EMPTY_YEAR = 1  # 1C writes "no date" as the first day of the first year


def to_wire(message: Any) -> dict[str, Any]:
    """Return a message's fields under their names in the contract, without absent ones."""
    named = {wire_name(field.name): getattr(message, field.name) for field in fields(message)}
    return {name: _value(value) for name, value in named.items() if value is not None}


def wire_name(field: str) -> str:
    """Return the contract's name of a field: `claim_id` is `ClaimId`."""
    if field == "sha256":
        return "SHA256"
    return "".join(word.capitalize() for word in field.split("_"))


def _value(value: Any) -> Any:
    match value:
        case str():
            return NOT_XML.sub(" ", value)
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).replace(microsecond=0)
        case tuple():
            return {"Line": [to_wire(line) for line in value]}
        case _ if is_dataclass(value):
            return to_wire(value)
    return value


def read_info(element: etree._Element, zone: tzinfo) -> ErpInfo:
    """Read the answer to Ping."""
    texts = _texts(element)
    at = read_moment(texts["At"], zone)
    if at is None:
        raise Rejected("The ERP does not know the time.")
    return ErpInfo(product=texts["Product"], version=texts["Version"], at=at)


def read_capabilities(element: etree._Element) -> Capabilities:
    """Read what the ERP says of itself."""
    texts = _texts(element)
    return Capabilities(
        documents=_all(element, "Document"),
        statuses=_all(element, "Status"),
        max_part_bytes=int(texts["MaxPartBytes"]),
        max_file_bytes=int(texts["MaxFileBytes"]),
    )


def read_rows(page: etree._Element, kind: RowKind) -> list[Row]:
    """Read the rows of a page as raw text, in the order of `COLUMNS`."""
    items = next(child for child in page if _name(child) == "Items")
    rows = [_texts(row) for row in items if _name(row) == kind]
    return [tuple(row.get(name) for name in COLUMNS[kind]) for row in rows]


def read_receipt(element: etree._Element, zone: tzinfo) -> Receipt:
    """Read a receipt; the schema has been checked before."""
    texts = _texts(element)
    return Receipt(
        external_id=UUID(texts["ExternalId"]),
        revision=int(texts["Revision"]),
        ref=texts.get("Ref", ""),
        number=texts.get("Number", "").strip(),
        date=_day(texts.get("Date", ""), zone),
        posted=texts["Posted"].strip() in {"true", "1"},
        status=texts["Status"],
        errors=_all(element, "Errors"),
    )


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """Return the moment, in `zone` when it names none; None for 1C's empty date."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Rejected("The ERP sent a date that cannot be read.", details=text) from error
    if moment.year == EMPTY_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _day(text: str, zone: tzinfo) -> date | None:
    """Return the day as the ERP's own calendar shows it."""
    moment = read_moment(text, zone)
    return moment.date() if moment else None


def _texts(element: etree._Element) -> dict[str, str]:
    return {_name(child): child.text or "" for child in element}


def _all(element: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(child.text or "" for child in element if _name(child) == name)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
