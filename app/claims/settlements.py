"""What a decision becomes outside: a settlement for each remedy, and one for what was refused."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.claims.models import Claim, ClaimEvent, ClaimLine, Settlement
from app.claims.moves import owe
from app.claims.rules import Action
from app.core.db import db
from app.vocabulary import Remedy

REFUSED = "refused"


def settlement_id(claim_id: UUID, remedy: Remedy | None) -> UUID:
    """Return the key of a settlement, the same for ever: the ERP keeps its document under it."""
    return uuid5(claim_id, f"settlement/{remedy or REFUSED}")


def lines_of(claim: Claim, remedy: Remedy | None) -> Sequence[ClaimLine]:
    """Return the decided lines of a settlement; none where a later decision has taken them away.

    What is refused of a line that is accepted in part belongs to the remedy of that part.
    """
    return [
        line for line in claim.lines if line.accepted_quantity is not None and line.remedy is remedy
    ]


def decided_at_of(claim: Claim) -> datetime | None:
    """Return when a claim was decided, or its decision contested; None where neither was done."""
    contested = select(func.max(ClaimEvent.at)).where(
        ClaimEvent.claim_id == claim.id, ClaimEvent.action == Action.CONTEST
    )
    return claim.decided_at or db.scalar(contested)


def tell_decision(claim: Claim, at: datetime) -> None:
    """Owe the ERP each settlement of a claim, also those that have lost their lines.

    A claim whose decision is contested has none with lines.
    """
    _keep_settlements(claim)
    query = select(Settlement.id).where(Settlement.claim_id == claim.id)
    for key in db.scalars(query.order_by(Settlement.remedy.nulls_last())):
        owe(claim, "erp.push_decision", at, subject_id=key, queue="erp")


def _keep_settlements(claim: Claim) -> None:
    remedies = {line.remedy for line in claim.lines if line.accepted_quantity is not None}
    rows = [
        {"id": settlement_id(claim.id, remedy), "claim_id": claim.id, "remedy": remedy}
        for remedy in remedies
    ]
    if rows:
        db.execute(insert(Settlement).values(rows).on_conflict_do_nothing())
