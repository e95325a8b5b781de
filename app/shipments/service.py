"""Holding and giving back what is left of a shipment line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from app.core.db import code_key, db
from app.core.errors import N_, Refusal
from app.core.units import Quantity
from app.shipments.models import Freshness, Shipment, ShipmentLine, ShippedUnit
from app.shipments.returns import Moved, spread_returns


class NotEnoughLeft(Refusal):
    """More is claimed than is left of what was shipped."""

    message = N_("%(item)s: only %(left)s of %(shipped)s can still be claimed.")
    status = HTTPStatus.CONFLICT


class ShipmentWithdrawn(Refusal):
    """The ERP has taken the shipment back."""

    message = N_("Shipment %(number)s was withdrawn in the ERP, nothing of it can be claimed.")
    status = HTTPStatus.CONFLICT


class LineWithdrawn(Refusal):
    """The ERP has taken the line out of its shipment."""

    message = N_("%(item)s was removed from shipment %(number)s in the ERP.")
    status = HTTPStatus.CONFLICT


def lock_lines(line_ids: Iterable[int]) -> dict[int, ShipmentLine]:
    """Lock shipment lines, always in the same order, and return them as they are now.

    Each comes with its shipment, which is not locked.
    """
    query = (
        select(ShipmentLine)
        .where(ShipmentLine.id.in_(sorted(set(line_ids))))
        .order_by(ShipmentLine.id)
        .options(joinedload(ShipmentLine.shipment, innerjoin=True))
        .with_for_update(of=ShipmentLine)
        .execution_options(populate_existing=True)
    )
    return {line.id: line for line in db.scalars(query)}


def hold(line: ShipmentLine, quantity: Decimal, *, item: str) -> None:
    """Hold a quantity of a locked line for a claim, or tell how much is left."""
    shipment = line.shipment
    if shipment.withdrawn_at is not None:
        raise ShipmentWithdrawn(number=shipment.number)
    if line.withdrawn_at is not None:
        raise LineWithdrawn(item=item, number=shipment.number)
    left = line.left
    if quantity > left:
        raise NotEnoughLeft(
            item=item,
            left=Quantity(left, line.unit),
            shipped=Quantity(line.quantity, line.unit),
        )
    line.claimed_quantity += quantity


def give_back(line: ShipmentLine, quantity: Decimal) -> None:
    """Give a held quantity of a locked line back, so that it can be claimed again."""
    line.claimed_quantity -= quantity


@dataclass(frozen=True)
class Goods:
    """An item as a dealer was sent it."""

    dealer_id: int
    item_id: int


def take_back(touched: Sequence[Goods]) -> None:
    """Write down anew how much of each line of these goods has come back."""
    lines = _moved(touched)
    returned: dict[int, Decimal] = {}
    for goods in touched:
        returned |= spread_returns(lines.get(goods, ()))
    for line_id, quantity in returned.items():
        is_news = (ShipmentLine.id == line_id, ShipmentLine.returned_quantity != quantity)
        db.execute(update(ShipmentLine).where(*is_news).values(returned_quantity=quantity))


def _moved(touched: Sequence[Goods]) -> dict[Goods, list[Moved]]:
    """Return what was sent and came back of these goods, as far as it is not withdrawn."""
    if not touched:
        return {}
    serials = func.array_agg(code_key(ShippedUnit.serial)).filter(ShippedUnit.id.is_not(None))
    query = (
        select(
            Shipment.dealer_id,
            ShipmentLine.item_id,
            ShipmentLine.id,
            Shipment.shipped_on,
            code_key(ShipmentLine.lot),
            ShipmentLine.quantity,
            serials,
        )
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .outerjoin(ShippedUnit, ShippedUnit.line_id == ShipmentLine.id)
        .where(Shipment.withdrawn_at.is_(None), ShipmentLine.withdrawn_at.is_(None))
        .where(
            tuple_(Shipment.dealer_id, ShipmentLine.item_id).in_(
                [(goods.dealer_id, goods.item_id) for goods in touched]
            )
        )
        .group_by(ShipmentLine.id, Shipment.id)
    )
    found: dict[Goods, list[Moved]] = {}
    for dealer_id, item_id, line_id, day, lot, quantity, pieces in db.execute(query):
        moved = Moved(line_id, day, lot, quantity, frozenset(pieces or ()))
        found.setdefault(Goods(dealer_id, item_id), []).append(moved)
    return found


def note_confirmed(home: str, kinds: Iterable[str], *, at: datetime) -> None:
    """Write down that these kinds of an ERP's data are up to date as of a moment."""
    rows = [{"home": home, "kind": str(kind), "confirmed_at": at} for kind in kinds]
    query = insert(Freshness).values(rows)
    db.execute(
        query.on_conflict_do_update(
            index_elements=[Freshness.home, Freshness.kind],
            set_={"confirmed_at": query.excluded.confirmed_at},
        )
    )


def note_full_load(
    home: str, kind: str, *, rows: int, missing: int, is_believed: bool, at: datetime
) -> None:
    """Write down how a kind came out of a comparison with everything that the ERP has."""
    facts = {"full_rows": rows, "full_missing": missing, "full_believed": is_believed}
    query = insert(Freshness).values(home=home, kind=str(kind), full_at=at, **facts)
    db.execute(
        query.on_conflict_do_update(
            index_elements=[Freshness.home, Freshness.kind], set_={"full_at": at, **facts}
        )
    )
