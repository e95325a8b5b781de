"""What the ERP says now of what was claimed, beside the snapshot that was taken when it was added.

A file of its own, because neither snapshot nor present row is wrong: whoever decides sees both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Row, and_, func, or_, select

from app.accounts.models import Dealer
from app.catalog.models import Item
from app.claims.days import Fact, day_of
from app.claims.models import Claim, ClaimLine
from app.core.db import code_key, db
from app.core.errors import N_
from app.core.i18n import show_day, show_price, show_quantity, unit_name
from app.shipments.models import Shipment, ShipmentLine, ShippedLot, ShippedUnit

NOTHING = "–"


@dataclass(frozen=True)
class Change:
    """A fact as it was snapshot and as the ERP has it now, both in the reader's words."""

    what: str
    then: str
    now: str


Show = Callable[[Any, Any], str]


def _text(value: Any, _: Any) -> str:
    return str(value) if value else NOTHING


# The facts of a claim line that the ERP may change, what they are called, and how they are shown
# with the line or row that they are of.
_FACTS: Mapping[str, tuple[str, Show]] = {
    "item_name": (N_("Item"), _text),
    "sku": (N_("Item no."), _text),
    "shipment_number": (N_("Shipment"), _text),
    "shipped_on": (N_("Shipped on"), lambda day, _: show_day(day)),
    "shipped_quantity": (N_("Shipped"), lambda number, of: show_quantity(number, of.unit)),
    "unit": (N_("Unit"), lambda code, _: unit_name(code)),
    "warranty_until": (N_("Warranty until"), lambda day, _: show_day(day)),
    "price": (N_("Price with VAT"), lambda price, of: show_price(price, of.currency)),
    "vat_rate": (N_("VAT rate"), lambda rate, _: f"{show_quantity(rate)} %"),
    "currency": (N_("Currency"), _text),
}


def changes_of(claim: Claim) -> dict[UUID, tuple[Change, ...]]:
    """Return what the ERP has changed of each line since it was added; one statement."""
    lines = {line.id: line for line in claim.lines}
    return {row.line_id: tuple(_changes(claim, lines[row.line_id], row)) for row in _present(claim)}


def _changes(claim: Claim, line: ClaimLine, row: Row[Any]) -> list[Change]:
    found = [
        Change(gettext(words), show(then, line), show(now, row))
        for name, (words, show) in _FACTS.items()
        if (then := getattr(line, name)) != (now := getattr(row, name))
    ]
    if row.withdrawn_at is not None:
        day = day_of(claim, Fact.WITHDRAWN_IN_ERP, row.withdrawn_at).day
        now = gettext("withdrawn in the ERP on %(day)s", day=show_day(day))
        found.insert(0, Change(gettext("Shipment line"), line.shipment_number, now))
    if row.dealer_id != claim.dealer_id:
        found.append(Change(gettext("Shipped to"), claim.dealer.name, row.dealer_name))
    if line.serial and not row.has_piece:
        found.append(_gone(N_("Serial number"), line.serial))
    if line.lot and not row.has_lot:
        found.append(_gone(N_("Lot"), line.lot))
    return found


def _gone(what: str, code: str) -> Change:
    return Change(gettext(what), code, gettext("no longer on this shipment line"))


def _present(claim: Claim) -> list[Row[Any]]:
    """Return the present row of each line that was found in the shipments."""
    of_line = ShippedUnit.line_id == ShipmentLine.id
    piece = select(ShippedUnit.id).where(
        of_line, code_key(ShippedUnit.serial) == code_key(ClaimLine.serial)
    )
    lot = code_key(ClaimLine.lot)
    part = select(ShippedLot.id).where(
        ShippedLot.line_id == ShipmentLine.id, code_key(ShippedLot.lot) == lot
    )
    of_piece = piece.where(code_key(ShippedUnit.lot) == lot)
    query = (
        select(
            ClaimLine.id.label("line_id"),
            Item.name.label("item_name"),
            Item.sku,
            Shipment.number.label("shipment_number"),
            Shipment.shipped_on,
            ShipmentLine.quantity.label("shipped_quantity"),
            ShipmentLine.unit,
            ShipmentLine.warranty_until,
            ShipmentLine.price,
            ShipmentLine.vat_rate,
            Shipment.currency,
            Shipment.dealer_id,
            Dealer.name.label("dealer_name"),
            func.coalesce(ShipmentLine.withdrawn_at, Shipment.withdrawn_at).label("withdrawn_at"),
            piece.exists().label("has_piece"),
            or_(code_key(ShipmentLine.lot) == lot, part.exists(), of_piece.exists()).label(
                "has_lot"
            ),
        )
        .join(ShipmentLine, ShipmentLine.id == ClaimLine.shipment_line_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Item, Item.id == ShipmentLine.item_id)
        .join(Dealer, Dealer.id == Shipment.dealer_id)
        .where(and_(ClaimLine.claim_id == claim.id))
    )
    return list(db.execute(query))
