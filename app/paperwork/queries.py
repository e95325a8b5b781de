"""Finding acts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select

from acts.facts import ActKind, SupersededAct
from app.accounts.policy import User
from app.claims.models import Claim
from app.claims.policy import visible_to
from app.core.db import db
from app.outbox.models import MessageState
from app.outbox.queries import waiting_for
from app.paperwork.models import Act
from app.vocabulary import Language
from connectors.reasons import Reason


@dataclass(frozen=True)
class ActRow:
    """An act as a claim's page lists it."""

    id: UUID
    kind: ActKind
    number: str
    revision: int
    language: Language
    issued_at: datetime
    is_decided: bool
    superseded_by: int | None


@dataclass(frozen=True)
class ActOwed:
    """An act that a claim still waits for; `failure` is why it was given up, None while it is not.

    `next_try_at` is when a failed attempt is repeated, None before the first.
    """

    message_id: int
    next_try_at: datetime | None
    failure: Reason | None


def acts_owed(claim_id: UUID) -> list[ActOwed]:
    """Return the acts that are still to be issued for a claim, those that were given up first."""
    owed = [
        ActOwed(
            message.id,
            message.due_at if message.attempts else None,
            message.last_error if message.state is MessageState.PARKED else None,
        )
        for message in waiting_for(claim_id)
        if message.kind.startswith("act.")
    ]
    return sorted(owed, key=lambda one: not one.failure)


def list_acts(claim_id: UUID) -> list[ActRow]:
    """Return the acts of a claim that somebody was already found to see, oldest first."""
    newest = func.max(Act.revision).over()
    query = (
        select(
            Act.id,
            Act.kind,
            Act.number,
            Act.revision,
            Act.language,
            Act.issued_at,
            Act.is_decided,
            case((Act.revision < newest, newest)),
        )
        .where(Act.claim_id == claim_id)
        .order_by(Act.revision, Act.kind)
    )
    return [ActRow(*row) for row in db.execute(query)]


def superseded_by(claim_id: UUID, revision: int) -> list[SupersededAct]:
    """Return the acts of the last revision before this one: it takes their place."""
    before = select(func.max(Act.revision)).where(Act.claim_id == claim_id, Act.revision < revision)
    query = select(Act.number, Act.revision).where(
        Act.claim_id == claim_id, Act.revision == before.scalar_subquery()
    )
    return [SupersededAct(*row) for row in db.execute(query.order_by(Act.number))]


def superseding(act: Act) -> list[Act]:
    """Return the newest acts of the claim when they have taken this one's place."""
    newest = select(func.max(Act.revision)).where(Act.claim_id == act.claim_id)
    query = select(Act).where(
        Act.claim_id == act.claim_id,
        Act.revision == newest.scalar_subquery(),
        Act.revision > act.revision,
    )
    return list(db.scalars(query.order_by(Act.number)))


def get_act(user: User, act_id: UUID) -> Act | None:
    """Return an act of a claim that this person may see."""
    query = select(Act).join(Claim, Claim.id == Act.claim_id)
    return db.execute(query.where(Act.id == act_id, visible_to(user))).scalar_one_or_none()
