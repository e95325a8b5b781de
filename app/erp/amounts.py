"""What the decisions that an ERP holds come to, and how one is told anew."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update

from app.claims.models import Claim, ClaimLine
from app.claims.rules import gross_amount
from app.core.db import db
from app.erp.models import DocumentKind, ErpDocument

Sum = tuple[Decimal, str]


def amounts_of_decisions(connection: str) -> Mapping[UUID, Sum]:
    """Return gross sum and currency of each decision as we told it, by the key of its document.

    One that is decided anew since is left out, and so is one in several currencies.
    """
    query = (
        select(ErpDocument.id, ClaimLine.accepted_quantity, ClaimLine.price, ClaimLine.currency)
        .join(Claim, Claim.id == ErpDocument.claim_id)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(
            ErpDocument.connection == connection,
            ErpDocument.kind == DocumentKind.DECISION,
            ErpDocument.revision == Claim.decision_revision,
            ClaimLine.accepted_quantity.is_not(None),
        )
    )
    sums: dict[UUID, dict[str, Decimal]] = {}
    for key, accepted, price, currency in db.execute(query):
        by_currency = sums.setdefault(key, {})
        gross = gross_amount(accepted or Decimal(0), price)
        by_currency[currency] = by_currency.get(currency, Decimal(0)) + gross
    return {
        key: (amount, currency)
        for key, by_currency in sums.items()
        if len(by_currency) == 1
        for currency, amount in by_currency.items()
    }


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
