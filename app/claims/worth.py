"""What claims are about in money, for lists: a sum for each currency, none added to another."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from app.claims.models import ClaimLine
from app.core.db import db
from app.core.money import Money, sums_of


def worth_of(claim_ids: Collection[UUID]) -> Mapping[UUID, tuple[Money, ...]]:
    """Return what each claim is about, in one statement: granted, else demanded, else the goods.

    A claim of which nothing is known is left out.
    """
    if not claim_ids:
        return {}
    found: dict[UUID, list[Money]] = {}
    for line in db.scalars(select(ClaimLine).where(ClaimLine.claim_id.in_(claim_ids))):
        if line.at_stake is not None:
            found.setdefault(line.claim_id, []).append(line.at_stake)
    return {claim_id: sums_of(monies) for claim_id, monies in found.items()}
