"""Lines filed while the ERP was away: its shipments are looked through once it is back.

A file of its own, because neither a person nor a step of the claim asks for it: the data does.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Dealer
from app.accounts.policy import SYSTEM
from app.claims.amounts import currency_of
from app.claims.holding import hold_lines_of
from app.claims.models import Claim, ClaimLine
from app.claims.moves import move, tell_erp
from app.claims.rules import CHECKABLE, Action, ShipmentCheck
from app.core.db import db
from app.core.errors import Refusal
from app.outbox.connections import is_working
from app.shipments.queries import FoundLine, claimable, data_as_of, find_by_code
from app.shipments.rules import UnreadableCode, parse_code

BEHIND = timedelta(minutes=15)
# What a found line tells better than the dealer could.
_SNAPSHOT = (
    *("item_id", "sku", "item_name", "lot", "serial", "shipment_number", "shipped_on"),
    *("warranty_until", "unit", "price", "vat_rate", "currency"),
)


def is_behind(home: str, *, at: datetime) -> bool:
    """Whether something may have been shipped that the portal cannot know yet."""
    as_of = data_as_of(home)
    return as_of is None or at - as_of > BEHIND or not is_working(home)


def mark_provisional(claim: Claim, *, at: datetime) -> None:
    """Mark the lines that were not found in the shipments while those are not up to date."""
    unlisted = [line for line in claim.lines if line.shipment_line_id is None]
    if unlisted and is_behind(claim.dealer.home, at=at):
        for line in unlisted:
            line.shipment_check = ShipmentCheck.PROVISIONAL


def claims_to_check(home: str) -> list[UUID]:
    """Return the undecided claims with lines that can be looked up now, the oldest first."""
    as_of = data_as_of(home)
    if as_of is None:
        return []
    query = (
        select(Claim.id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .where(Dealer.home == home, Claim.state.in_(CHECKABLE), Claim.filed_at <= as_of)
        .where(Claim.lines.any(ClaimLine.shipment_check == ShipmentCheck.PROVISIONAL))
        .order_by(Claim.filed_at, Claim.id)
    )
    return list(db.scalars(query))


def check_claim(claim_id: UUID, *, at: datetime) -> None:
    """Look the provisional lines of a claim up; the claim's history says what was found."""
    query = select(Claim).where(Claim.id == claim_id, Claim.state.in_(CHECKABLE))
    claim = db.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if claim is None:
        return
    lines = [line for line in claim.lines if line.shipment_check is ShipmentCheck.PROVISIONAL]
    outcomes = [_check_line(claim, line) for line in lines]
    if not outcomes:
        return
    is_news = any(line.shipment_check is ShipmentCheck.FOUND for line in lines)
    revision: dict[str, Any] = {"revision": claim.revision + 1} if is_news else {}
    facts = {"checked": outcomes}
    move(claim, Action.CHECK_SHIPMENT, claim.version, SYSTEM, at, facts=facts, **revision)
    if is_news:
        tell_erp(claim, at)


def _check_line(claim: Claim, line: ClaimLine) -> dict[str, Any]:
    """Tie a line to what was shipped, if it is there and free; return what the history keeps."""
    outcome: dict[str, Any] = {"position": line.position, "item": line.item_name}
    found = _find(claim, line)
    if found is None:
        line.shipment_check = ShipmentCheck.NOT_FOUND
        return outcome | {"outcome": ShipmentCheck.NOT_FOUND.value}
    outcome["shipment"] = found.shipment_number
    if not _fits(claim, line, found):
        line.shipment_check = ShipmentCheck.ELSEWHERE
        return outcome | {"outcome": ShipmentCheck.ELSEWHERE.value}
    try:
        with db.begin_nested():
            _tie(line, found)
            hold_lines_of(claim, [line])
            db.flush()  # what the database refuses is refused here
    except Refusal as refusal:
        line.shipment_check = ShipmentCheck.TAKEN
        return outcome | {"outcome": ShipmentCheck.TAKEN.value, "reason": refusal.words()}
    return outcome | {"outcome": ShipmentCheck.FOUND.value}


def _find(claim: Claim, line: ClaimLine) -> FoundLine | None:
    """Return the one line that was shipped to this dealer under the serial or code of a line."""
    for text in filter(None, (line.serial, line.item_name)):
        try:
            code = parse_code(text)
        except UnreadableCode:
            continue
        found = _own(claim, claimable(find_by_code(SYSTEM, code)))
        if len(found) == 1:
            return found[0]
    return None


def _fits(claim: Claim, line: ClaimLine, found: FoundLine) -> bool:
    """Whether what was found is of the claim's plant, and in the currency that is fixed already.

    It is by the other lines, and by a sum that the dealer demands for this one: that sum would be
    another one in another currency.
    """
    fixing = (one for one in claim.lines if one is not line or one.demand_amount is not None)
    return found.plant_id == claim.plant_id and currency_of(fixing) in (None, found.currency)


def _own(claim: Claim, lines: Iterable[FoundLine]) -> list[FoundLine]:
    return [line for line in lines if line.dealer_id == claim.dealer_id]


def _tie(line: ClaimLine, found: FoundLine) -> None:
    facts = asdict(found)
    line.shipment_line_id = found.line_id
    line.shipped_quantity = found.quantity
    for name in _SNAPSHOT:
        setattr(line, name, facts[name])
    if found.serial:
        line.quantity = Decimal(1)
    line.shipment_check = ShipmentCheck.FOUND
