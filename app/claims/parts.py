"""The defective components of a claim line, named by the dealer and by departments.

Screens, acts and the ERP get them from `named_parts`; whoever changes them calls `set_parts` for a
draft and `name_parts` for a filed line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.policy import User
from app.catalog.queries import components_of
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.moves import tell_erp
from app.claims.part_models import LinePart
from app.core.db import db
from app.core.errors import N_, Refusal

MOST_PARTS = 10


class NoSuchPart(Refusal):
    message = N_("The bill of materials of this item does not have the part.")


@dataclass(frozen=True)
class PartEntry:
    """What somebody typed of a component: its name as the bill of materials has it, and marks."""

    name: str
    lot: str = ""
    serial: str = ""
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True)
class LineParts:
    """The components of a line: `known` by name with the ERP's keys, `named` by position."""

    known: Mapping[str, UUID] = field(default_factory=dict)
    named: Mapping[int, LinePart] = field(default_factory=dict)

    @property
    def choices(self) -> list[str]:
        """The components that can be named, with those that are named already."""
        return sorted({*self.known, *(part.name for part in self.named.values())})

    def ref_of(self, name: str) -> UUID | None:
        """Return the ERP's key of a component; one that was named before needs no list."""
        named = (part.component_ref for part in self.named.values() if part.name == name)
        return self.known.get(name) or next(named, None)


NO_PARTS = LineParts()


def named_parts(line_ids: Iterable[UUID]) -> dict[UUID, list[LinePart]]:
    """Return the named parts of each line in their order, with who named them: one statement."""
    query = (
        select(LinePart)
        .where(LinePart.line_id.in_(list(line_ids)))
        .options(joinedload(LinePart.person), joinedload(LinePart.department))
        .order_by(LinePart.line_id, LinePart.position)
    )
    found: dict[UUID, list[LinePart]] = {}
    for part in db.scalars(query):
        found.setdefault(part.line_id, []).append(part)
    return found


def parts_of(lines: Iterable[ClaimLine]) -> dict[UUID, LineParts]:
    """Return what can be named and what is named on each line: two statements."""
    lines = list(lines)
    known = components_of({line.item_id for line in lines if line.item_id is not None})
    named = named_parts(line.id for line in lines)
    return {
        line.id: LineParts(
            known.get(line.item_id or 0, {}),
            {part.position: part for part in named.get(line.id, ())},
        )
        for line in lines
    }


def set_parts(
    line: ClaimLine,
    entries: Mapping[int, PartEntry],
    before: LineParts,
    *,
    by: User,
    at: datetime,
) -> None:
    """Put components at positions of a line; an entry without a name takes its position's off.

    Positions that have no entry stay. Who named a part is kept until somebody else changes it.
    """
    for position, entry in entries.items():
        part = before.named.get(position)
        if not entry.name:
            if part is not None:
                db.delete(part)
        elif part is None or entry_of(part) != entry:
            _put(line, position, entry, before, by, at)
    db.flush()


def name_parts(
    line: ClaimLine, entries: Mapping[int, PartEntry], *, by: User, at: datetime
) -> None:
    """Name components of a filed line; the history keeps what was named before, the ERP is told."""
    before = parts_of([line])[line.id]
    was = tell_parts(before.named.values())
    set_parts(line, entries, before, by=by, at=at)
    now_named = tell_parts(named_parts([line.id]).get(line.id, ()))
    if now_named != was:
        changed = {f"{line.position}/parts": [was, now_named]}
        record(line.claim_id, HistoryKind.DATA_CHANGED, by=by, at=at, changed=changed)
        line.claim.revision = Claim.revision + 1  # two departments may name parts at one time
        tell_erp(line.claim, at)


def entry_of(part: LinePart) -> PartEntry:
    """Return a named part as it would be typed."""
    return PartEntry(part.name, part.lot, part.serial, part.quantity)


def tell_part(part: LinePart) -> str:
    """Return a part in one line that every language reads: `2 × Door glass (GL-2026-07)`."""
    marks = ", ".join(mark for mark in (part.lot, part.serial) if mark)
    quantity = f"{part.quantity.normalize():f}"
    what = part.name if quantity == "1" else f"{quantity} × {part.name}"
    return f"{what} ({marks})" if marks else what


def tell_parts(parts: Iterable[LinePart]) -> str:
    """Return all parts of a line in one text, empty for none."""
    return "; ".join(tell_part(part) for part in parts)


def _put(
    line: ClaimLine, position: int, entry: PartEntry, before: LineParts, by: User, at: datetime
) -> None:
    ref = before.ref_of(entry.name)
    if ref is None:
        raise NoSuchPart
    part = before.named.get(position)
    if part is None:
        part = LinePart(line_id=line.id, position=position)
        db.add(part)
    part.component_ref, part.name, part.quantity = ref, entry.name, entry.quantity
    part.lot, part.serial = entry.lot, entry.serial
    part.named_by, part.named_at, part.department_id = by.id, at, by.department_id
