"""The defective component of a claim line, named by the dealer or by a department."""

from datetime import datetime

from app.accounts.policy import User
from app.catalog.queries import components_of
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import ClaimLine
from app.core.errors import N_, Refusal
from app.core.text import clean_line


class NoSuchPart(Refusal):
    message = N_("The bill of materials of this item does not have the part.")


def part_names(line: ClaimLine) -> list[str]:
    """Return the components that can be named on a line, and the one that is named already."""
    known = components_of([line.item_id]).get(line.item_id, {}) if line.item_id else {}
    return sorted({*known, line.part_name} - {""})


def set_part(line: ClaimLine, name: str, lot: str) -> None:
    """Put a component of the item on the line, or take it off by an empty name."""
    if name != line.part_name:
        known = components_of([line.item_id]).get(line.item_id, {}) if line.item_id else {}
        if name and name not in known:
            raise NoSuchPart
        line.part_ref = known.get(name)
        line.part_name = name
    line.part_lot = clean_line(lot) if name else ""


def name_part(line: ClaimLine, name: str, lot: str, *, by: User, at: datetime) -> None:
    """Name the component of a filed line; the history keeps what was named before."""
    before = {"part_name": line.part_name, "part_lot": line.part_lot}
    set_part(line, name, lot)
    changed = {
        f"{line.position}/{column}": [was, getattr(line, column)]
        for column, was in before.items()
        if was != getattr(line, column)
    }
    if changed:
        record(line.claim_id, HistoryKind.DATA_CHANGED, by=by, at=at, changed=changed)
