"""Writing the history of a claim, in the transaction of what it tells, and reading it again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select

from app.accounts.policy import User
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim
from app.core.db import db
from app.vocabulary import Visibility

# Somebody who types a draft saves it every few seconds: what belongs together is one entry.
ONE_SITTING = timedelta(minutes=30)
KINDS_OF_DRAFTS = (
    HistoryKind.DATA_CHANGED,
    HistoryKind.LINE_ADDED,
    HistoryKind.LINE_REMOVED,
    HistoryKind.FILE_REMOVED,
)
MOST_READDRESSED = 20


def record(
    claim_id: UUID,
    kind: HistoryKind,
    *,
    by: User,
    at: datetime,
    visibility: Visibility = Visibility.PUBLIC,
    **facts: Any,
) -> HistoryEntry:
    """Add an entry; `facts` are what JSON can hold, named as the timeline reads them."""
    entry = HistoryEntry(
        claim_id=claim_id,
        kind=kind,
        visibility=visibility,
        at=at,
        actor_id=by.id or None,
        actor_name=by.name,
        facts=facts,
    )
    db.add(entry)
    return entry


def record_change(
    claim: Claim, before: dict[str, Any], after: dict[str, Any], *, by: User, at: datetime
) -> None:
    """Note which data of a draft somebody changed: `{"text": ["", "Cracked"]}`.

    The names are those of the columns, those of a line after its position, as `1/quantity`. What
    the same person changes in one sitting is one entry from the first value to the last.
    """
    changed = {
        name: [before.get(name), after.get(name)]
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }
    if not changed:
        return
    entry = _open_entry(claim, by, at)
    if entry is None:
        record(claim.id, HistoryKind.DATA_CHANGED, by=by, at=at, changed=changed)
        return
    merged = {**entry.facts["changed"]}
    for name, (was, becomes) in changed.items():
        merged[name] = [merged.get(name, [was])[0], becomes]
    entry.facts = {"changed": {name: pair for name, pair in merged.items() if pair[0] != pair[1]}}
    entry.at = at


def entries_of(user: User, claim: Claim) -> Sequence[HistoryEntry]:
    """Return what this reader may see, newest first; a draft's history is its dealer's alone."""
    query = select(HistoryEntry).where(HistoryEntry.claim_id == claim.id)
    if user.is_dealer:
        query = query.where(HistoryEntry.visibility == Visibility.PUBLIC)
    elif claim.filed_at is not None:
        is_later = HistoryEntry.at > claim.filed_at
        with_filing = and_(
            HistoryEntry.at == claim.filed_at, HistoryEntry.kind.not_in(KINDS_OF_DRAFTS)
        )
        query = query.where(or_(is_later, with_filing))
    return db.scalars(query.order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())).all()


def readdressed_letters(since: datetime) -> Sequence[Row[str, datetime, dict[str, Any]]]:
    """Return number, moment and facts of letters that reached somebody else, newest first."""
    query = (
        select(Claim.number, HistoryEntry.at, HistoryEntry.facts)
        .join(Claim, Claim.id == HistoryEntry.claim_id)
        .where(func.jsonb_exists(HistoryEntry.facts, "instead_of"), HistoryEntry.at >= since)
        .order_by(HistoryEntry.at.desc())
        .limit(MOST_READDRESSED)
    )
    return db.execute(query).all()


def _open_entry(claim: Claim, by: User, at: datetime) -> HistoryEntry | None:
    """Return the last entry of the draft if it is this person's and of this sitting."""
    query = select(HistoryEntry).where(HistoryEntry.claim_id == claim.id)
    last = db.scalars(query.order_by(HistoryEntry.id.desc()).limit(1)).one_or_none()
    is_open = (
        last is not None
        and last.kind is HistoryKind.DATA_CHANGED
        and last.actor_id == (by.id or None)
        and at - last.at < ONE_SITTING
    )
    return last if is_open else None
