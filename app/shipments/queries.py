"""Finding shipment lines: by code, by list, by reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from app.accounts.models import Dealer
from app.accounts.policy import User
from app.catalog.models import Item, Tracking
from app.core.db import db
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.shipments.models import Package, Shipment, ShipmentLine, ShippedUnit
from app.shipments.policy import visible_to
from app.shipments.rules import Code

# Its rows have the columns of `FoundLine`, in its order.
Lines = Select[*tuple[Any, ...]]
NO_SERIAL = literal("")


@dataclass(frozen=True)
class FoundLine:
    """A shipment line as a dealer may claim it; `serial` is set when one piece was asked for."""

    line_id: int
    ref: UUID
    dealer_id: int
    dealer_name: str
    plant_id: int
    item_id: int
    sku: str
    item_name: str
    tracking: Tracking
    lot: str
    shipment_number: str
    shipped_on: date
    position: int
    quantity: Decimal
    left: Decimal
    unit: str
    price: Decimal
    vat_rate: Decimal
    currency: str
    warranty_until: date | None
    serial: str = ""

    @property
    def can_be_claimed(self) -> bool:
        """There is something left of it."""
        return self.left > 0


def find_by_code(user: User, code: Code) -> list[FoundLine]:
    """Return the lines that a package code or serial number belongs to, newest first.

    Another dealer's code finds nothing, exactly as an unknown one.
    """
    by_serial = _lines(user, ShippedUnit.serial, ShippedUnit.lot).join(
        ShippedUnit, ShippedUnit.line_id == ShipmentLine.id
    )
    by_package = _lines(user, NO_SERIAL, ShipmentLine.lot).join(
        Package, Package.line_id == ShipmentLine.id
    )
    for query in (
        by_serial.where(ShippedUnit.serial == code.text),
        by_package.where(Package.code == code.text),
    ):
        found = [_found(row) for row in db.execute(_newest_first(query).limit(PAGE_SIZE))]
        if found:
            return found
    return []


def get_line(user: User, ref: UUID, serial: str = "") -> FoundLine | None:
    """Return one line by the ERP's reference, with one of its serials if it is given and its."""
    if serial:
        query = _lines(user, ShippedUnit.serial, ShippedUnit.lot).join(
            ShippedUnit, ShippedUnit.line_id == ShipmentLine.id
        )
        query = query.where(ShippedUnit.serial == serial)
    else:
        query = _lines(user, NO_SERIAL, ShipmentLine.lot)
    row = db.execute(query.where(ShipmentLine.ref == ref)).first()
    return _found(row) if row else None


def list_lines(user: User, *, search: str = "", after: str = "") -> Page[FoundLine]:
    """Return a page of shipment lines, newest shipments first, narrowed by a search text."""
    query = _newest_first(_lines(user, NO_SERIAL, ShipmentLine.lot))
    if search:
        query = query.where(_matches(search))
    start = _page_start(after)
    if start:
        place = tuple_(Shipment.shipped_on, ShipmentLine.id)
        query = query.where(place < tuple_(literal(start[0]), literal(start[1])))
    rows = [_found(row) for row in db.execute(query.limit(PAGE_SIZE + 1))]
    return cut_page(rows, lambda line: (line.shipped_on, line.line_id))


def latest_lines(user: User, count: int) -> list[FoundLine]:
    """Return the newest shipment lines."""
    query = _newest_first(_lines(user, NO_SERIAL, ShipmentLine.lot))
    return [_found(row) for row in db.execute(query.limit(count))]


def serials_of(line_id: int) -> list[str]:
    """Return the serial numbers that were shipped with a line."""
    query = select(ShippedUnit.serial).filter_by(line_id=line_id).order_by(ShippedUnit.serial)
    return list(db.scalars(query))


def _page_start(after: str) -> tuple[date, int] | None:
    """Return where a page begins; a key that is not one of ours begins at the beginning."""
    key = read_key(after, 2)
    try:
        return (date.fromisoformat(key[0]), int(key[1])) if key else None
    except ValueError:
        return None


def _matches(search: str) -> ColumnElement[bool]:
    columns = (Item.sku, Item.name, Shipment.number, ShipmentLine.lot)
    has_serial = (
        select(ShippedUnit.id)
        .where(ShippedUnit.line_id == ShipmentLine.id)
        .where(ShippedUnit.serial.icontains(search, autoescape=True))
        .exists()
    )
    return or_(*(column.icontains(search, autoescape=True) for column in columns), has_serial)


def _lines(user: User, serial: SQLColumnExpression[str], lot: SQLColumnExpression[str]) -> Lines:
    return (
        select(
            ShipmentLine.id,
            ShipmentLine.ref,
            Shipment.dealer_id,
            Dealer.name,
            Shipment.plant_id,
            Item.id,
            Item.sku,
            Item.name,
            Item.tracking,
            func.coalesce(func.nullif(lot, ""), ShipmentLine.lot),
            Shipment.number,
            Shipment.shipped_on,
            ShipmentLine.position,
            ShipmentLine.quantity,
            ShipmentLine.quantity - ShipmentLine.claimed_quantity,
            ShipmentLine.unit,
            ShipmentLine.price,
            ShipmentLine.vat_rate,
            Shipment.currency,
            ShipmentLine.warranty_until,
            serial,
        )
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Item, Item.id == ShipmentLine.item_id)
        .join(Dealer, Dealer.id == Shipment.dealer_id)
        .where(visible_to(user), Shipment.withdrawn_at.is_(None))
    )


def _newest_first(query: Lines) -> Lines:
    return query.order_by(Shipment.shipped_on.desc(), ShipmentLine.id.desc())


def _found(row: Sequence[Any]) -> FoundLine:
    return FoundLine(*row)
