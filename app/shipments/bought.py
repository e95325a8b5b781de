"""Which items of the catalogue were shipped to somebody; apart from the queries for lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.accounts.policy import User
from app.core.db import db
from app.shipments.models import Shipment, ShipmentLine
from app.shipments.policy import visible_to


@dataclass(frozen=True)
class Shipped:
    """How often an item was shipped to somebody, and when it was last."""

    count: int
    last_on: date


def shipped_of(user: User, item_ids: Iterable[int]) -> dict[int, Shipped]:
    """Return which of these items were shipped to somebody."""
    query = (
        select(ShipmentLine.item_id, func.count(ShipmentLine.id), func.max(Shipment.shipped_on))
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(ShipmentLine.item_id.in_(list(item_ids)), ShipmentLine.quantity >= 0)
        .where(visible_to(user), Shipment.withdrawn_at.is_(None))
        .where(ShipmentLine.withdrawn_at.is_(None))
        .group_by(ShipmentLine.item_id)
    )
    return {item_id: Shipped(count, last_on) for item_id, count, last_on in db.execute(query)}
