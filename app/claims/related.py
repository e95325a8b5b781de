"""Other claims that share a serial number, a lot or a defective part with a claim's lines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Dealer
from app.claims.models import Claim, ClaimLine
from app.claims.part_models import LinePart
from app.claims.rules import ClaimState
from app.core.db import code_key, db

MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class OtherClaim:
    """Another claim on the same serial number, on the same part and its lot, or on the same lot.

    `parts` are the components in common, with the lot or serial number that is the same.
    """

    id: UUID
    number: str
    dealer: str
    state: ClaimState
    filed_at: datetime
    same_serial: bool
    parts: str | None = None


def other_claims(claim: Claim) -> dict[UUID, list[OtherClaim]]:
    """Return the other claims on the serial, part or lot of each line, nearest first."""
    common = union_all(*_in_common(claim)).subquery()
    same_serial = func.bool_or(common.c.same_serial)
    parts = func.string_agg(common.c.part.distinct(), "; ")
    query = (
        select(
            common.c.line_id, Claim.id, Claim.number, Dealer.name, Claim.state, Claim.filed_at,
            same_serial, parts,
        )
        .join(ClaimLine, ClaimLine.id == common.c.other_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .where(Claim.id != claim.id, Claim.state != ClaimState.DRAFT)
        .group_by(common.c.line_id, Claim.id, Dealer.name)
        .order_by(same_serial.desc(), parts.is_(None), Claim.filed_at.desc())
        .limit(MOST_LOOKED_AT)
    )  # fmt: skip
    found: dict[UUID, list[OtherClaim]] = {}
    for line_id, *facts in db.execute(query):
        found.setdefault(line_id, []).append(OtherClaim(*facts))
    return found


def _in_common(claim: Claim) -> tuple[Select[Any], ...]:
    """Return what lines of other claims share with these: serial number, lot, or a part.

    Each is asked by an index of its own. A part counts with its lot or serial number where that is
    known, else every claim on the part does.
    """
    mine, other = aliased(ClaimLine), aliased(ClaimLine)
    part, same = aliased(LinePart), aliased(LinePart)
    same_lot = and_(part.lot != "", _is_same(same.lot, part.lot))
    same_serial = and_(part.serial != "", _is_same(same.serial, part.serial))
    mark = case((same_serial, part.serial), (same_lot, part.lot))
    no, none = literal(value=False), cast(null(), Text)
    lines = select(mine.id.label("line_id"), other.id.label("other_id"))
    ours = mine.claim_id == claim.id
    return (
        lines.add_columns(literal(value=True).label("same_serial"), none.label("part"))
        .join(other, and_(other.serial != "", _is_same(other.serial, mine.serial)))
        .where(ours, mine.serial != ""),
        lines.add_columns(no, none)
        .join(other, and_(other.lot != "", _is_same(other.lot, mine.lot)))
        .where(ours, mine.lot != ""),
        select(mine.id, same.line_id, no, func.concat_ws(", ", part.name, mark))
        .join(part, part.line_id == mine.id)
        .join(same, same.component_ref == part.component_ref)
        .where(ours, or_(and_(part.lot == "", part.serial == ""), same_lot, same_serial)),
    )


def _is_same(one: Any, other: Any) -> ColumnElement[bool]:
    return code_key(one) == code_key(other)
