"""What a claim holds of the shipments; apart from `service`, because all of it needs locks."""

from collections.abc import Iterable
from decimal import Decimal
from http import HTTPStatus

from sqlalchemy import select

from app.claims.models import Claim, ClaimLine
from app.claims.rules import ClaimState
from app.core.db import db
from app.core.errors import N_, Refusal
from app.shipments.models import ShipmentLine
from app.shipments.queries import was_shipped_again
from app.shipments.service import give_back, hold, lock_lines

OPEN_FOR_SERIALS = tuple(
    state
    for state in ClaimState
    if state not in (ClaimState.DRAFT, ClaimState.CLOSED, ClaimState.CANCELLED, ClaimState.REJECTED)
)


class SerialAlreadyClaimed(Refusal):
    message = N_("%(serial)s is already in claim %(number)s.")
    status = HTTPStatus.CONFLICT


class SerialShippedAgain(Refusal):
    message = N_("%(serial)s came back and was shipped again: it belongs to the newer shipment.")
    status = HTTPStatus.CONFLICT


def hold_lines(claim: Claim) -> None:
    """Hold what the lines claim, or refuse what is not left or already claimed."""
    hold_lines_of(claim, claim.lines)


def hold_lines_of(claim: Claim, lines: Iterable[ClaimLine]) -> None:
    """Hold what some of a claim's lines claim, or refuse."""
    shipped = _lock(claim)
    for line in lines:
        if line.shipment_line_id is not None:
            _check_serial(line)
            hold(shipped[line.shipment_line_id], line.quantity, item=line.item_name)
            line.reserved_quantity = line.quantity


def give_back_rejected(claim: Claim) -> None:
    """Give back what was rejected; what was accepted stays held."""
    shipped = _lock(claim)
    for line in claim.lines:
        if line.shipment_line_id is not None and line.rejected_quantity:
            give_back(shipped[line.shipment_line_id], line.rejected_quantity)
            line.reserved_quantity -= line.rejected_quantity


def give_back_all(claim: Claim) -> None:
    """Give back everything that the lines hold."""
    shipped = _lock(claim)
    for line in claim.lines:
        if line.shipment_line_id is not None:
            give_back(shipped[line.shipment_line_id], line.reserved_quantity)
            line.reserved_quantity = Decimal(0)


def _check_serial(line: ClaimLine) -> None:
    """Refuse a piece that is in another open claim; the shipment line's lock makes this safe."""
    if not line.serial or line.shipment_line_id is None:
        return
    if was_shipped_again(line.shipment_line_id, line.serial):
        raise SerialShippedAgain(serial=line.serial)
    query = (
        select(Claim.number)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(ClaimLine.shipment_line_id == line.shipment_line_id)
        .where(ClaimLine.serial == line.serial, Claim.id != line.claim_id)
        .where(Claim.state.in_(OPEN_FOR_SERIALS))
    )
    number = db.execute(query).scalar()
    if number:
        raise SerialAlreadyClaimed(serial=line.serial, number=number)


def _lock(claim: Claim) -> dict[int, ShipmentLine]:
    return lock_lines(
        line.shipment_line_id for line in claim.lines if line.shipment_line_id is not None
    )
