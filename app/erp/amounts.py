"""What the decisions that an ERP holds come to, and how one is told anew."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update

from app.claims.models import Claim, ClaimLine, Settlement
from app.core.db import db
from app.core.money import Money, total_of
from app.erp.models import DocumentKind, ErpDocument


def amounts_of_decisions(connection: str) -> Mapping[UUID, Money]:
    """Return what was granted by each document of a decision as we told it, by its key.

    One that is decided anew since is left out, and so is what grants no money.
    """
    query = (
        select(ErpDocument.id, ClaimLine)
        .join(Settlement, Settlement.id == ErpDocument.id)
        .join(Claim, Claim.id == Settlement.claim_id)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(
            ErpDocument.connection == connection,
            ErpDocument.kind == DocumentKind.DECISION,
            ErpDocument.revision == Claim.decision_revision,
            ClaimLine.remedy == Settlement.remedy,
            ClaimLine.granted_amount.is_not(None),
        )
    )
    granted: dict[UUID, list[Money]] = {}
    for key, line in db.execute(query):
        granted.setdefault(key, []).extend(filter(None, [line.granted]))
    return {key: total for key, monies in granted.items() if (total := total_of(monies))}


def renew_decision(claim_id: UUID, *, told: int) -> bool:
    """Give the decision its next revision; return whether `told` was still the present one.

    The version goes along, so that whoever decides at this moment has to look again.
    """
    renewed = (
        update(Claim)
        .where(Claim.id == claim_id, Claim.decision_revision == told)
        .values(decision_revision=told + 1, version=Claim.version + 1)
    )
    return db.execute(renewed.returning(Claim.id)).first() is not None
