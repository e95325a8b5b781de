"""What the ERP was never told: filed, decided or issued here, with neither receipt nor message.

Cause and promise are written together, so this does not come about by itself. It does when rows are
lost by a hand in the database or come back from an old copy; then nothing else would ever ask.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from app.accounts.models import Plant
from app.claims.models import Claim, ClaimFile, Settlement
from app.core.db import db
from app.erp.models import DocumentKind, ErpDocument
from app.outbox.models import OutboxMessage
from app.outbox.service import promise
from app.paperwork.models import Act
from app.vocabulary import Visibility


def promise_untold(connection: str, *, at: datetime) -> dict[DocumentKind, int]:
    """Promise to tell an ERP all that it should know and nobody has told it; return how much."""
    counts: dict[DocumentKind, int] = {}
    for kind, push, query in _questions(connection):
        rows = db.execute(query).all()
        for subject_id, claim_id in rows:
            queue = f"erp/{claim_id}"
            promise(push, subject_id, at=at, claim_id=claim_id, queue=queue, connection=connection)
        if rows:
            counts[kind] = len(rows)
    return counts


def _questions(connection: str) -> Iterator[tuple[DocumentKind, str, Select[UUID, UUID]]]:
    """Yield the kinds of messages in their order: without the claim the ERP takes no other."""
    claims = (
        select(Claim.id, Claim.id)
        .join(Plant, Plant.id == Claim.plant_id)
        .where(Plant.home == connection, Claim.number.is_not(None))
        .order_by(Claim.filed_at, Claim.id)
    )
    decisions = (
        select(Settlement.id, Claim.id)
        .join(Claim, Claim.id == Settlement.claim_id)
        .join(Plant, Plant.id == Claim.plant_id)
        .where(Plant.home == connection, Claim.decided_at.is_not(None))
        .order_by(Claim.decided_at, Settlement.id)
    )
    acts = (
        select(Act.id, Claim.id)
        .join(Claim, Claim.id == Act.claim_id)
        .join(Plant, Plant.id == Claim.plant_id)
        .where(Plant.home == connection)
        .order_by(Act.issued_at, Act.id)
    )
    evidence = (
        select(ClaimFile.file_id, Claim.id)
        .join(Claim, Claim.id == ClaimFile.claim_id)
        .join(Plant, Plant.id == Claim.plant_id)
        .where(
            Plant.home == connection,
            Claim.number.is_not(None),
            ClaimFile.visibility == Visibility.PUBLIC,
        )
        .order_by(ClaimFile.id)
    )
    yield (
        DocumentKind.CLAIM,
        "erp.push_claim",
        claims.where(_nothing(ErpDocument.id == Claim.id), _no_message("erp.push_claim", Claim.id)),
    )
    yield (
        DocumentKind.DECISION,
        "erp.push_decision",
        decisions.where(
            _nothing(ErpDocument.id == Settlement.id),
            _no_message("erp.push_decision", Settlement.id),
        ),
    )
    yield (
        DocumentKind.ACT,
        "erp.push_act",
        acts.where(_nothing(ErpDocument.id == Act.id), _no_message("erp.push_act", Act.id)),
    )
    yield (
        DocumentKind.EVIDENCE,
        "erp.push_evidence",
        evidence.where(
            _nothing(ErpDocument.id == ClaimFile.file_id),
            _no_message("erp.push_evidence", ClaimFile.file_id),
        ),
    )


def _nothing(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """No receipt of it."""
    return ~select(ErpDocument.id).where(*conditions).exists()


def _no_message(kind: str, subject_id: Any) -> ColumnElement[bool]:
    """Not even one that a person has marked as done: then it was left out on purpose."""
    message = (OutboxMessage.kind == kind, OutboxMessage.subject_id == subject_id)
    return ~select(OutboxMessage.id).where(*message).exists()
