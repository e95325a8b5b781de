"""What a claim holds of the shipments; apart from `service`, because all of it needs locks."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import select

from app.claims.models import Claim, ClaimLine
from app.claims.rules import CONSUMES, ClaimState
from app.core.db import code_key, db
from app.core.errors import N_, Refusal
from app.shipments.models import ShipmentLine
from app.shipments.queries import has_moved_on
from app.shipments.service import give_back, hold, lock_lines

OPEN_FOR_SERIALS = tuple(
    state
    for state in ClaimState
    if state not in (ClaimState.DRAFT, ClaimState.CLOSED, ClaimState.CANCELLED, ClaimState.REJECTED)
)

_CONSUMING = tuple(remedy for remedy, consumes in CONSUMES.items() if consumes)


class SerialAlreadyClaimed(Refusal):
    message = N_("%(serial)s is already in claim %(number)s.")
    status = HTTPStatus.CONFLICT


class SerialConsumed(Refusal):
    message = N_("%(serial)s was replaced or refunded under claim %(number)s.")
    status = HTTPStatus.CONFLICT


class SerialReturned(Refusal):
    message = N_("%(serial)s was returned: the ERP has taken it back.")
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


def hold_accepted(claim: Claim, accepted: Mapping[UUID, Decimal]) -> None:
    """Hold what a revised decision accepts of each line: take what is missing, give back the rest.

    What was given back with the former decision may be claimed by somebody else by now: refused.
    """
    shipped = _lock(claim)
    for line in claim.lines:
        more = accepted[line.id] - line.reserved_quantity
        if line.shipment_line_id is None or not more:
            continue
        if more > 0:
            _check_serial(line)
            hold(shipped[line.shipment_line_id], more, item=line.item_name)
        else:
            give_back(shipped[line.shipment_line_id], -more)
        line.reserved_quantity = accepted[line.id]


def give_back_rejected(claim: Claim) -> None:
    """Give back what was rejected; what was accepted stays held while the claim is open."""
    _keep(claim, lambda line: line.accepted_quantity or Decimal(0))


def give_back_remaining(claim: Claim) -> None:
    """Give back, at the end of a claim, what its remedies have left with the owner."""
    _keep(claim, consumed_quantity)


def give_back_all(claim: Claim) -> None:
    """Give back everything that the lines hold."""
    _keep(claim, lambda _line: Decimal(0))


def consumed_quantity(line: ClaimLine) -> Decimal:
    """Return how much of a decided line is gone for ever: paid back or exchanged."""
    if line.remedy is None or not CONSUMES[line.remedy]:
        return Decimal(0)
    return line.accepted_quantity or Decimal(0)


def _keep(claim: Claim, needed: Callable[[ClaimLine], Decimal]) -> None:
    """Let each line hold only what is needed of what it holds, and give the rest back."""
    shipped = _lock(claim)
    for line in claim.lines:
        kept = min(line.reserved_quantity, needed(line))
        if line.shipment_line_id is not None and kept < line.reserved_quantity:
            give_back(shipped[line.shipment_line_id], line.reserved_quantity - kept)
            line.reserved_quantity = kept


def _check_serial(line: ClaimLine) -> None:
    """Refuse a piece that is claimed or gone; the shipment line's lock makes this safe."""
    if not line.serial or line.shipment_line_id is None:
        return
    shipped_again, came_back = has_moved_on(line.shipment_line_id, line.serial)
    if shipped_again:
        raise SerialShippedAgain(serial=line.serial)
    if came_back:
        raise SerialReturned(serial=line.serial)
    others = (
        select(Claim.number)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(ClaimLine.shipment_line_id == line.shipment_line_id)
        .where(code_key(ClaimLine.serial) == code_key(line.serial), Claim.id != line.claim_id)
    )
    for other, refusal in (
        (Claim.state.in_(OPEN_FOR_SERIALS), SerialAlreadyClaimed),
        (ClaimLine.remedy.in_(_CONSUMING), SerialConsumed),
    ):
        number = db.execute(others.where(other)).scalar()
        if number:
            raise refusal(serial=line.serial, number=number)


def _lock(claim: Claim) -> dict[int, ShipmentLine]:
    return lock_lines(
        line.shipment_line_id for line in claim.lines if line.shipment_line_id is not None
    )
