"""The pieces and lots of shipment lines, and where a serial number was shipped before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ARRAY, String, func, literal, select

from app.accounts.models import Dealer
from app.core.db import code_key, db
from app.shipments.models import Shipment, ShipmentLine, ShippedLot, ShippedUnit


@dataclass(frozen=True)
class LotPart:
    """How much of a line came from one lot."""

    lot: str
    quantity: Decimal


@dataclass(frozen=True)
class SentBefore:
    """One of the shipments of a serial number."""

    shipment_number: str
    shipped_on: date
    dealer_name: str


def serials_of(line_id: int) -> list[str]:
    """Return the serial numbers that were shipped with a line."""
    query = select(ShippedUnit.serial).filter_by(line_id=line_id).order_by(ShippedUnit.serial)
    return list(db.scalars(query))


def lots_of(line_ids: Iterable[int]) -> dict[int, list[LotPart]]:
    """Return the lots of lines that were picked from several."""
    query = (
        select(ShippedLot.line_id, ShippedLot.lot, ShippedLot.quantity)
        .where(ShippedLot.line_id.in_(list(line_ids)))
        .order_by(ShippedLot.lot)
    )
    lots: dict[int, list[LotPart]] = {}
    for line_id, lot, quantity in db.execute(query):
        lots.setdefault(line_id, []).append(LotPart(lot, quantity))
    return lots


def shipments_of_serials(serials: Iterable[str]) -> dict[str, list[SentBefore]]:
    """Return every shipment of these serial numbers, newest first; for the factory's eyes."""
    asked = (
        func.unnest(literal(list(serials), ARRAY(String))).table_valued("serial").render_derived()
    )
    query = (
        select(asked.c.serial, Shipment.number, Shipment.shipped_on, Dealer.name)
        .select_from(asked)
        .join(ShippedUnit, code_key(ShippedUnit.serial) == code_key(asked.c.serial))
        .join(ShipmentLine, ShipmentLine.id == ShippedUnit.line_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Dealer, Dealer.id == Shipment.dealer_id)
        .order_by(Shipment.shipped_on.desc(), ShipmentLine.id.desc())
    )
    found: dict[str, list[SentBefore]] = {}
    for serial, number, day, dealer in db.execute(query):
        found.setdefault(serial, []).append(SentBefore(number, day, dealer))
    return found
