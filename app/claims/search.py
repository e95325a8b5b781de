"""Finding claims by a text, for dealers and managers alike."""

from sqlalchemy import ColumnElement, select, union

from app.accounts.models import Dealer
from app.claims.models import SEARCHED, Claim, ClaimLine
from app.claims.part_models import LinePart
from app.core.search import contains


def found_by(search: str, *, also_by_dealer: bool = False) -> ColumnElement[bool]:
    """Return the condition that a claim, a line, a named part or its dealer has this text.

    Each table's own index is asked: an OR over joined tables would read all of them.
    """
    line, part = ClaimLine, LinePart
    finds = [
        select(Claim.id).where(contains(search, *(getattr(Claim, name) for name in SEARCHED))),
        select(line.claim_id).where(
            contains(search, line.serial, line.lot, line.sku, line.item_name)
        ),
        select(line.claim_id)
        .join(part, part.line_id == line.id)
        .where(contains(search, part.name, part.lot, part.serial)),
    ]
    if also_by_dealer:
        dealers = select(Dealer.id).where(contains(search, Dealer.name))
        finds.append(select(Claim.id).where(Claim.dealer_id.in_(dealers)))
    return Claim.id.in_(union(*finds))
