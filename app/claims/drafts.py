"""Everything a dealer does to a draft; a file of its own because a draft has no history yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from app.accounts.models import Dealer
from app.accounts.policy import User
from app.catalog.queries import unit_of
from app.claims.amounts import currency_of
from app.claims.attachment_rules import all_requirements
from app.claims.completeness import Problem, problems_of, wishes_of
from app.claims.customers import DataBasis
from app.claims.history import record, record_change
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.parts import PartEntry, named_parts, parts_of, set_parts, tell_parts
from app.claims.requirements import requirements_of
from app.claims.rules import ClaimState, CustomerKind
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.core.money import Portion
from app.shipments import contracts
from app.shipments.queries import FoundLine
from app.vocabulary import REFUNDS, Remedy

MOST_LINES = 100
MUSTS = 4  # quantity, defect, description, demand
UNLISTED_MUSTS = 2  # its unit and a proof of purchase
THE_CUSTOMER = 1  # wanted once a claim


class TooManyLines(Refusal):
    message = N_("A claim can have at most %(most)s lines. File the rest as another claim.")


class AlreadyInDraft(Refusal):
    message = N_("%(item)s is already in this claim: change its quantity there.")
    status = HTTPStatus.CONFLICT


class BelongsApart(Refusal):
    """A claim is about one plant and in one currency: those of its first line."""

    status = HTTPStatus.CONFLICT


class OfAnotherPlant(BelongsApart):
    message = N_("%(item)s was shipped by another plant: file it as a claim of its own.")


class InAnotherCurrency(BelongsApart):
    message = N_(
        "%(item)s was sold in %(other)s, this claim is in %(currency)s: file it as a claim of its"
        " own."
    )


@dataclass(frozen=True)
class LineChange:
    """What a dealer typed into a line; `demand_portion` is how much money is demanded.

    `parts` are the defective components by their position; those without an entry stay.

    Name, unit, serial number, lot and currency are read of items only that were not in the
    shipments.
    """

    quantity: Decimal
    defect_code: str | None
    description: str
    demand: Remedy | None
    item_name: str = ""
    unit: str = ""
    serial: str = ""
    lot: str = ""
    demand_portion: Portion | None = None
    currency: str | None = None
    parts: Mapping[int, PartEntry] = field(default_factory=dict)


@dataclass(frozen=True)
class DraftChange:
    """What a dealer typed into a draft; lines by their id."""

    demand_presented_on: date | None
    dealer_reference: str
    end_customer: str
    sold_on: date | None
    text: str
    lines: Mapping[UUID, LineChange]
    customer_kind: CustomerKind | None = None
    customer_phone: str = ""
    customer_email: str = ""
    customer_address: str = ""
    customer_basis: DataBasis | None = None
    sale_document: str = ""


# What the history tells of a changed draft: columns of the claim, and of each line.
HEAD_DATA = tuple(one.name for one in fields(DraftChange) if one.name != "lines")
LINE_DATA = tuple(one.name for one in fields(LineChange) if one.name != "parts")


@dataclass(frozen=True)
class Readiness:
    """How far a draft is from a complete claim.

    `problems` keep it from being filed; `wishes` only make it complete.
    """

    percent: int
    problems: Sequence[Problem]
    wishes: Sequence[Problem] = ()


def start_draft(*, by: User, at: datetime) -> Claim:
    """Begin a claim of the person's company."""
    dealer = db.get_one(Dealer, by.dealer_id)
    claim = Claim(
        dealer_id=dealer.id,
        plant_id=dealer.plant_id,
        created_by=by.id,
        created_at=at,
        changed_at=at,
    )
    db.add(claim)
    db.flush()  # the way to the draft needs its id
    return claim


def add_line(claim: Claim, found: FoundLine, *, by: User, at: datetime) -> ClaimLine:
    """Add a shipped line, or one piece of it, with a snapshot of what was shipped."""
    _check_room(claim)
    if any(_same_piece(line, found) for line in claim.lines):
        raise AlreadyInDraft(item=found.serial or found.item_name)
    refuse_stranger(claim, found)
    line = ClaimLine(
        position=_next_position(claim),
        shipment_line_id=found.line_id,
        item_id=found.item_id,
        sku=found.sku,
        item_name=found.item_name,
        lot=found.lot,
        serial=found.serial,
        shipment_number=found.shipment_number,
        shipped_on=found.shipped_on,
        shipped_quantity=found.quantity,
        warranty_until=found.warranty_until,
        unit=found.unit,
        price=found.price,
        vat_rate=found.vat_rate,
        currency=found.currency,
        quantity=min(Decimal(1), found.left) if found.left > 0 else Decimal(1),
    )
    claim.plant_id = found.plant_id
    for other in claim.lines:  # of what was not in the shipments it may not have been known
        other.currency = other.currency or found.currency
    return _append(claim, line, by, at)


def refuse_stranger(claim: Claim, found: FoundLine) -> None:
    """Raise `BelongsApart` for a line that another plant or currency keeps out of the claim."""
    if not claim.lines:
        return
    if found.plant_id != claim.plant_id:
        raise OfAnotherPlant(item=found.item_name)
    currency = currency_of(claim.lines)
    if currency not in (None, found.currency):
        raise InAnotherCurrency(item=found.item_name, other=found.currency, currency=currency)


def add_unlisted_line(claim: Claim, item_name: str, *, by: User, at: datetime) -> ClaimLine:
    """Add an item that was not found in the shipments; it will need a proof.

    What it cost is not known. Its unit is the one that the catalogue has for it, else the dealer
    has to say it. The claim's currency is that of its other lines, else of the dealer's contract.
    """
    _check_room(claim)
    line = ClaimLine(
        position=_next_position(claim),
        item_name=item_name,
        unit=unit_of(claim.dealer.home, item_name),
        currency=currency_of(claim.lines) or contracts.currency_of(claim.dealer),
        quantity=Decimal(1),
    )
    return _append(claim, line, by, at)


def remove_line(claim: Claim, line: ClaimLine, *, by: User, at: datetime) -> None:
    """Take a line out of a draft; its files stay with the claim.

    Where no shipped line is left, nothing fixes plant and currency any more.
    """
    _check_draft(claim)
    _record_line(claim, HistoryKind.LINE_REMOVED, line, by, at)
    claim.lines.remove(line)
    if all(rest.shipment_line_id is None for rest in claim.lines):
        _release(claim)
    for position, rest in enumerate(claim.lines, start=1):
        rest.position = position
    claim.changed_at = at


def save_draft(claim: Claim, change: DraftChange, *, by: User, at: datetime) -> None:
    """Keep what was typed, complete or not."""
    _check_draft(claim)
    before = _data_of(claim)
    for name in HEAD_DATA:
        setattr(claim, name, getattr(change, name))
    claim.changed_at = at
    for line in claim.lines:
        if line.id in change.lines:
            _save_line(line, change.lines[line.id])
    _save_parts(claim, change, by, at)
    record_change(claim, before, _data_of(claim), by=by, at=at)


def delete_draft(claim: Claim) -> None:
    """Throw a draft away; no number was used."""
    _check_draft(claim)
    db.delete(claim)


def readiness_of(claim: Claim) -> Readiness:
    """Return how much of what filing needs is there."""
    table = all_requirements()
    problems, wishes = problems_of(claim, table), wishes_of(claim, table)
    needed = sum(
        MUSTS + UNLISTED_MUSTS * (line.shipment_line_id is None) + len(requirements_of(line, table))
        for line in claim.lines
    )
    if not needed:
        return Readiness(0, problems, wishes)
    needed += THE_CUSTOMER + claim.has_contact
    there = max(0, needed - len(problems) - len(wishes))
    return Readiness(100 * there // needed, problems, wishes)


def _save_line(line: ClaimLine, change: LineChange) -> None:
    line.quantity = change.quantity
    line.defect_code = change.defect_code
    line.description = change.description
    line.demand = change.demand
    portion = change.demand_portion if change.demand in REFUNDS else None
    line.demand_per_cent = portion.per_cent if portion else None
    line.demand_amount = portion.amount if portion else None
    if line.shipment_line_id is None:
        line.currency = line.currency or change.currency
        line.item_name = change.item_name or line.item_name
        line.unit = change.unit
        line.serial = change.serial
        line.lot = change.lot


def _save_parts(claim: Claim, change: DraftChange, by: User, at: datetime) -> None:
    entries = {key: line.parts for key, line in change.lines.items() if line.parts}
    lines = [line for line in claim.lines if line.id in entries]
    if not lines:
        return
    before = parts_of(lines)
    for line in lines:
        set_parts(line, entries[line.id], before[line.id], by=by, at=at)


def _release(claim: Claim) -> None:
    """Give the claim the plant and currency that its dealer has without any shipment.

    A sum that was demanded in another currency has to be said anew.
    """
    claim.plant_id = claim.dealer.plant_id
    currency = contracts.currency_of(claim.dealer) if claim.lines else None
    for line in claim.lines:
        if line.currency != currency:
            line.demand_amount = None  # the number would be another sum
        line.currency = currency


def _append(claim: Claim, line: ClaimLine, by: User, at: datetime) -> ClaimLine:
    claim.lines.append(line)
    claim.changed_at = at
    db.flush()  # the form names its fields by the line's id
    _record_line(claim, HistoryKind.LINE_ADDED, line, by, at)
    return line


def _record_line(claim: Claim, kind: HistoryKind, line: ClaimLine, by: User, at: datetime) -> None:
    what = " · ".join(part for part in (line.item_name, line.serial, line.lot) if part)
    record(claim.id, kind, by=by, at=at, line=line.position, item=what)


def _data_of(claim: Claim) -> dict[str, Any]:
    """Return what a dealer can type of a draft, as the history tells it."""
    head = {name: _plain(getattr(claim, name)) for name in HEAD_DATA}
    lines = {
        f"{line.position}/{name}": _plain(getattr(line, name))
        for line in claim.lines
        for name in LINE_DATA
    }
    named = named_parts(line.id for line in claim.lines)
    parts = {f"{line.position}/parts": tell_parts(named.get(line.id, ())) for line in claim.lines}
    return head | lines | parts


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _check_room(claim: Claim) -> None:
    _check_draft(claim)
    if len(claim.lines) >= MOST_LINES:
        raise TooManyLines(most=MOST_LINES)


def _check_draft(claim: Claim) -> None:
    if claim.state is not ClaimState.DRAFT:
        raise NotAllowed


def _same_piece(line: ClaimLine, found: FoundLine) -> bool:
    same = (line.serial, line.lot) == (found.serial, found.lot)
    return line.shipment_line_id == found.line_id and same


def _next_position(claim: Claim) -> int:
    return max((line.position for line in claim.lines), default=0) + 1
