"""Claims follow what the ERP enters anew: the same goods of the same shipment under another key.

A file of its own, because neither a person nor a step of the claim asks for it: the data does.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.policy import SYSTEM
from app.catalog.models import Item
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.moves import tell_erp
from app.claims.rules import FINAL, ClaimState
from app.core.db import code_key, db
from app.core.errors import N_
from app.shipments.models import Shipment, ShipmentLine, ShippedLot, ShippedUnit
from app.shipments.service import give_back, lock_lines
from app.vocabulary import Visibility

FOLLOWED = N_(
    "The shipment line was entered again in the ERP; the claim now refers to the new one."
)

_Heir, _HeirShipment, _HeirItem = aliased(ShipmentLine), aliased(Shipment), aliased(Item)


def claims_to_follow(home: str) -> list[UUID]:
    """Return the open claims on withdrawn lines of an ERP that have a successor."""
    query = (
        select(Claim.id)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .join(ShipmentLine, ShipmentLine.id == ClaimLine.shipment_line_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Item, Item.id == ShipmentLine.item_id)
        .join(_HeirShipment, _HeirShipment.number == Shipment.number)
        .join(_Heir, _Heir.shipment_id == _HeirShipment.id)
        .join(_HeirItem, _HeirItem.id == _Heir.item_id)
        .where(Shipment.home == home, Claim.state.not_in(FINAL), _inherits())
        .distinct()
    )
    return list(db.scalars(query.order_by(Claim.id)))


def follow_claim(claim_id: UUID, *, at: datetime) -> None:
    """Let a claim hold the successors of its withdrawn lines; its snapshots stay as they are."""
    query = select(Claim).where(Claim.id == claim_id, Claim.state.not_in(FINAL))
    claim = db.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if claim is None:
        return
    followed = [line for line in claim.lines if _follow(line)]
    if not followed or claim.state is ClaimState.DRAFT:
        return
    claim.revision += 1
    claim.version += 1  # whoever decides at this moment has to look again
    for line in followed:
        record(
            claim.id, HistoryKind.SHIPMENT_CHANGED, by=SYSTEM, at=at,
            visibility=Visibility.INTERNAL, line=line.position, item=line.item_name, news=FOLLOWED,
        )  # fmt: skip
    tell_erp(claim, at)


def _follow(line: ClaimLine) -> bool:
    """Hand what a line holds over to the successor of its shipment line, if there is just one."""
    if line.shipment_line_id is None:
        return False
    heirs = _heirs(line)
    if len(heirs) != 1:
        return False
    shipped = lock_lines([line.shipment_line_id, heirs[0]])
    give_back(shipped[line.shipment_line_id], line.reserved_quantity)
    shipped[heirs[0]].claimed_quantity += line.reserved_quantity
    line.shipment_line_id = heirs[0]
    return True


def _heirs(line: ClaimLine) -> Sequence[int]:
    """Return the successors of a line's shipment line; of several the one at the same place."""
    query = (
        select(_Heir.id, _Heir.position == ShipmentLine.position)
        .select_from(ClaimLine)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(ShipmentLine, ShipmentLine.id == ClaimLine.shipment_line_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Item, Item.id == ShipmentLine.item_id)
        .join(_HeirShipment, _HeirShipment.number == Shipment.number)
        .join(_Heir, _Heir.shipment_id == _HeirShipment.id)
        .join(_HeirItem, _HeirItem.id == _Heir.item_id)
        .where(ClaimLine.id == line.id, _inherits())
    )
    found = list(db.execute(query))
    at_place = [line_id for line_id, is_same_place in found if is_same_place]
    return at_place if len(found) > 1 else [line_id for line_id, _ in found]


def _inherits() -> ColumnElement[bool]:
    """The shipment line is withdrawn, and the heir is the same goods of the same shipment."""
    same_item = or_(
        _Heir.item_id == ShipmentLine.item_id, and_(_HeirItem.sku != "", _HeirItem.sku == Item.sku)
    )
    piece = select(ShippedUnit.id).where(
        ShippedUnit.line_id == _Heir.id, code_key(ShippedUnit.serial) == code_key(ClaimLine.serial)
    )
    part = select(ShippedLot.id).where(
        ShippedLot.line_id == _Heir.id, code_key(ShippedLot.lot) == code_key(ClaimLine.lot)
    )
    has_piece = or_(ClaimLine.serial == "", piece.exists())
    has_lot = or_(
        ClaimLine.serial != "",
        code_key(_Heir.lot) == code_key(ClaimLine.lot),
        part.exists(),
    )
    return and_(
        func.coalesce(ShipmentLine.withdrawn_at, Shipment.withdrawn_at).is_not(None),
        _Heir.withdrawn_at.is_(None),
        _HeirShipment.withdrawn_at.is_(None),
        _HeirShipment.home == Shipment.home,
        _HeirShipment.dealer_id == Claim.dealer_id,
        _HeirShipment.shipped_on == Shipment.shipped_on,
        _Heir.quantity > 0,
        same_item,
        has_piece,
        has_lot,
    )
