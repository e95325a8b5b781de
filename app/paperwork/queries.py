"""Finding acts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from acts.facts import ActKind
from app.accounts.policy import User
from app.claims.models import Claim
from app.claims.policy import visible_to
from app.core.db import db
from app.paperwork.models import Act
from app.vocabulary import Language


@dataclass(frozen=True)
class ActRow:
    """An act as a claim's page lists it."""

    id: UUID
    kind: ActKind
    number: str
    revision: int
    language: Language
    issued_at: datetime


def list_acts(claim_id: UUID) -> list[ActRow]:
    """Return the acts of a claim that somebody was already found to see, oldest first."""
    query = (
        select(Act.id, Act.kind, Act.number, Act.revision, Act.language, Act.issued_at)
        .where(Act.claim_id == claim_id)
        .order_by(Act.revision, Act.kind)
    )
    return [ActRow(*row) for row in db.execute(query)]


def get_act(user: User, act_id: UUID) -> Act | None:
    """Return an act of a claim that this person may see."""
    query = select(Act).join(Claim, Claim.id == Act.claim_id)
    return db.execute(query.where(Act.id == act_id, visible_to(user))).scalar_one_or_none()
