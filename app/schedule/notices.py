"""Who has to know of a due day, and that each of them is told once, in one mail for all claims."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Person
from app.accounts.queries import stand_ins
from app.claims.forecast_models import ClaimNotice, Outlook, Topic
from app.claims.models import Claim
from app.core.db import db, is_one_of
from app.core.outside import MAIL
from app.outbox.service import promise
from app.schedule.moves import Move
from app.schedule.outlook import is_worse
from app.vocabulary import Role

TOPICS = {
    Outlook.AT_RISK: Topic.AT_RISK,
    Outlook.BEYOND_SAFE: Topic.BEYOND_SAFE,
    Outlook.BEYOND_LEGAL: Topic.BEYOND_LEGAL,
}


@dataclass(frozen=True)
class Notice:
    """Something that a person has to know of a claim."""

    claim_id: UUID
    person_id: int
    topic: Topic
    due_on: date
    expected_on: date | None = None
    rung: int = 0


def tell_of_moves(moves: Collection[Move], *, at: datetime) -> None:
    """Tell whom it concerns what got worse: the manager of a promise, the heads of the law."""
    worse = [move for move in moves if is_worse(move.to_outlook, move.from_outlook)]
    if not worse:
        return
    owners = owners_of([move.claim_id for move in worse], at)
    heads = list_heads()
    tell(
        [
            Notice(move.claim_id, person_id, TOPICS[move.to_outlook], move.to_on, move.to_on)
            for move in worse
            if move.to_on
            for person_id in _concerned(move.to_outlook, owners.get(move.claim_id, []), heads)
        ],
        at=at,
    )


def tell(notices: Iterable[Notice], *, at: datetime) -> int:
    """Keep the notices that were not given before and promise one mail a person; count them."""
    batches: dict[int, UUID] = {}
    rows = []
    for notice in dict.fromkeys(notices):
        batch = batches.setdefault(notice.person_id, uuid4())
        rows.append({"id": uuid4(), "batch": batch, "created_at": at, **vars(notice)})
    if not rows:
        return 0
    query = insert(ClaimNotice).on_conflict_do_nothing().returning(ClaimNotice.batch)
    given = list(db.scalars(query, rows))
    for batch in dict.fromkeys(given):
        promise("mail.notices", batch, at=at, connection=MAIL)
    return len(given)


def owners_of(claim_ids: Collection[UUID], at: datetime) -> dict[UUID, list[int]]:
    """Return who looks after each claim: its manager, and while they are away their deputy."""
    query = select(Claim.id, Claim.manager_id).where(is_one_of(Claim.id, claim_ids))
    managers = {claim_id: manager for claim_id, manager in db.execute(query) if manager}
    deputies = stand_ins(set(managers.values()), at)
    return {
        claim_id: [manager_id, *deputies.get(manager_id, ())]
        for claim_id, manager_id in managers.items()
    }


def list_heads() -> list[int]:
    """Return the heads of claims."""
    query = select(Person.id).where(Person.role == Role.HEAD_OF_CLAIMS, Person.is_active)
    return list(db.scalars(query.order_by(Person.id)))


def _concerned(outlook: Outlook, owners: list[int], heads: list[int]) -> list[int]:
    if outlook is Outlook.AT_RISK and owners:
        return owners
    return [*owners, *heads]
