"""The reconciliation: asks what an ERP holds, keeps every difference, and mends one.

It reads and writes here only; what must be told again is promised, under the same key as ever.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.accounts.policy import SYSTEM
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim
from app.claims.settlements import tell_decision
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.core.money import Money
from app.core.outside import outside
from app.core.words import marked
from app.erp import words as _words  # noqa: F401  (registers what differences are called)
from app.erp.amounts import amounts_of_decisions, renew_decision
from app.erp.contents import NO_FILE, Content, contents_of_files
from app.erp.differences import (
    MENDS,
    NOT_TOLD,
    Found,
    Held,
    Mending,
    compare,
    newly_posted,
)
from app.erp.infobase import ensure_ours
from app.erp.models import Difference, DocumentKind, ErpDocument, Reconciliation
from app.erp.untold import promise_untold
from app.outbox.connections import refuse_if_held
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import promise
from app.paperwork.models import Act
from app.vocabulary import Visibility
from connectors.erp.port import Receipt

_POSTED = N_("posted")
CHUNK = 200  # keys in one question
COMPARING = 20_261_124  # the first half of the advisory locks' keys

PUSHES = {
    DocumentKind.CLAIM: "erp.push_claim",
    DocumentKind.DECISION: "erp.push_decision",
    DocumentKind.ACT: "erp.push_act",
    DocumentKind.EVIDENCE: "erp.push_evidence",
}
# Without the claim the ERP takes nothing else of it.
ORDER = tuple(PUSHES)


class ReconciliationIsRunning(Refusal):
    message = N_("The comparison with the ERP is running already")


class DocumentHasMoved(NotAllowed):
    message = N_("This document has changed since the comparison. Compare again.")


class OnlyInTheErp(NotAllowed):
    message = N_("This can only be corrected manually in the ERP.")


class PortalIsBehind(NotAllowed):
    message = N_(
        "The ERP has revision %(theirs)s, the portal only %(ours)s: the portal "
        "was probably restored from an old copy. Compare the two manually."
    )


@dataclass(frozen=True)
class Believed:
    """A document of which we have a receipt, and whose it is."""

    held: Held
    kind: DocumentKind
    claim_id: UUID


@dataclass(frozen=True)
class Outcome:
    """What a comparison brought; what was `untold`, by its kind, is promised to be told now."""

    asked: int
    on_its_way: int
    found: int
    untold: Mapping[DocumentKind, int] = field(default_factory=dict)


def reconcile(connection: str, *, by: int | None, at: datetime) -> Outcome:
    """Ask an ERP for everything that we believe it holds and keep the differences.

    Documents of claims with messages on their way are left out: they are about to change. So are
    those that changed while we asked. What nobody has ever told the ERP is promised. Comparing
    again changes nothing but the moment.
    """
    refuse_if_held(connection)
    lock = func.pg_try_advisory_xact_lock(COMPARING, func.hashtext(connection))
    if not db.scalar(select(lock)):
        raise ReconciliationIsRunning
    ensure_ours(connection)
    believed, on_its_way = _believed(connection)
    held = [one.held for one in believed.values()]
    erp = outside().erp(connection)
    receipts = [receipt for chunk in _chunks(list(believed)) for receipt in erp.states(chunk)]

    unchanged, _ = _believed(connection)
    found = [
        one
        for one in compare(held, receipts)
        if unchanged.get(one.held.key) == believed[one.held.key]
    ]
    _note_posted(newly_posted(held, receipts), at)
    _keep(connection, found, believed, at)
    run = {"compared_at": at, "compared_by": by, "asked": len(held), "on_its_way": on_its_way}
    db.merge(Reconciliation(connection=connection, **run))
    return Outcome(len(held), on_its_way, len(found), promise_untold(connection, at=at))


def mend(difference_id: int, *, by: int, at: datetime) -> bool:
    """Remove a difference in its way; return whether it was still there.

    A second click changes nothing. Raise a `Refusal` when it cannot be mended from here.
    """
    query = select(Difference).where(Difference.id == difference_id).with_for_update()
    difference = db.scalars(query).one_or_none()
    if difference is None or difference.mended_at is not None:
        return False
    mending = MENDS[difference.what]
    if mending is Mending.PUSH:
        _push_again(difference, at)
    elif mending is Mending.TELL_ANEW:
        _tell_anew(difference, at)
    elif mending is Mending.TAKE_OVER:
        _take_over(difference, at)
    else:
        raise OnlyInTheErp
    _close(difference.document_id, mending, by, at)
    return True


def push_all_again(connection: str, *, by: int, at: datetime) -> int:
    """Tell an ERP everything that it lacks, claims first; return how much that is."""
    pushable = [what for what, mending in MENDS.items() if mending is Mending.PUSH]
    query = select(Difference.id, Difference.kind).where(
        Difference.connection == connection,
        Difference.mended_at.is_(None),
        Difference.what.in_(pushable),
    )
    rows = sorted(db.execute(query), key=lambda row: (ORDER.index(row.kind), row.id))
    return sum(mend(row.id, by=by, at=at) for row in rows)


def _believed(connection: str) -> tuple[dict[UUID, Believed], int]:
    """Return our receipts by their keys, and how many were left out as being on their way."""
    moving = select(OutboxMessage.claim_id).where(
        OutboxMessage.kind.in_(PUSHES.values()),
        OutboxMessage.state.in_((MessageState.WAITING, MessageState.LEASED)),
        OutboxMessage.claim_id.is_not(None),
    )
    is_moving = ErpDocument.claim_id.in_(moving).label("is_moving")
    query = select(ErpDocument, is_moving).where(ErpDocument.connection == connection)
    query = query.order_by(ErpDocument.confirmed_at, ErpDocument.id)
    # Another transaction may have changed them since we last looked.
    rows = db.execute(query.execution_options(populate_existing=True)).all()
    sums, contents = amounts_of_decisions(connection), contents_of_files(connection)
    resting = {row.id: _belief(row, sums, contents) for row, is_moving in rows if not is_moving}
    return resting, len(rows) - len(resting)


def _belief(
    row: ErpDocument, sums: Mapping[UUID, Money], contents: Mapping[UUID, Content]
) -> Believed:
    money = sums.get(row.id)
    amount, currency = (money.amount, money.currency) if money else (None, "")
    file = contents.get(row.id, NO_FILE)
    held = Held(
        row.id, row.revision, row.ref, row.number, row.dated_on, row.posted, row.status, amount,
        currency, file.name, file.sha256, file.size,
    )  # fmt: skip
    return Believed(held, row.kind, row.claim_id)


def _chunks(keys: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def _note_posted(keys: list[UUID], at: datetime) -> None:
    """Follow the ERP where it has done its work, so that undoing it is noticed."""
    columns = (ErpDocument.claim_id, ErpDocument.kind, ErpDocument.number)
    posted = update(ErpDocument).where(ErpDocument.id.in_(keys))
    followed = posted.values(posted=True, confirmed_at=at).returning(*columns)
    for claim_id, kind, number in db.execute(followed).all():
        _record(claim_id, kind, number, _POSTED, Visibility.PUBLIC, at)


def _keep(
    connection: str, found: list[Found], believed: dict[UUID, Believed], at: datetime
) -> None:
    """Add what is new, renew what is still there, close what has gone by itself."""
    still_open = (Difference.mended_at.is_(None), Difference.connection == connection)
    query = select(Difference).where(*still_open).with_for_update()
    known = {(one.document_id, one.what): one for one in db.scalars(query)}
    for one in found:
        facts = {"ours": _as_json(one.held), "theirs": _as_json(one.theirs)}
        difference = known.pop((one.held.key, one.what), None)
        if difference is None:
            whose = believed[one.held.key]
            difference = Difference(
                connection=connection, document_id=one.held.key, kind=whose.kind,
                claim_id=whose.claim_id, what=one.what, found_at=at,
            )  # fmt: skip
            db.add(difference)
            news, hidden = marked(one.what), Visibility.INTERNAL
            _record(whose.claim_id, whose.kind, one.held.number, news, hidden, at)
        difference.ours, difference.theirs = facts["ours"] or {}, facts["theirs"]
    for gone in known.values():
        gone.mending, gone.mended_at = Mending.GONE, at


def _push_again(difference: Difference, at: datetime) -> None:
    """Forget the part of our receipt that the ERP does not confirm, and promise the rest again."""
    if difference.theirs is None:
        gone = delete(ErpDocument).where(_is_as_compared(difference)).returning(ErpDocument.id)
        is_there = db.execute(gone).first() is not None
    else:
        is_there = _change(difference, {"revision": difference.theirs["revision"]})
    if not is_there:
        raise DocumentHasMoved
    _promise(difference, at)


def _tell_anew(difference: Difference, at: datetime) -> None:
    """Tell what we hold under a new revision: the ERP keeps what came under the present one."""
    if not renew_decision(difference.claim_id, told=difference.ours["revision"]):
        raise DocumentHasMoved
    # The other remedies of the decision follow, so that all are told under one revision.
    tell_decision(db.get_one(Claim, difference.claim_id, populate_existing=True), at)


def _promise(difference: Difference, at: datetime) -> None:
    promise(
        PUSHES[difference.kind],
        difference.document_id,
        at=at,
        claim_id=difference.claim_id,
        queue=f"erp/{difference.claim_id}",
        connection=difference.connection,
    )


def _take_over(difference: Difference, at: datetime) -> None:
    """Believe the ERP: its receipt, as it was seen, becomes ours."""
    theirs = dict(difference.theirs or {})
    if theirs["revision"] == NOT_TOLD:
        theirs["revision"] = difference.ours["revision"]
    ours = _present_revision(difference)
    if theirs["revision"] > ours:
        raise PortalIsBehind(theirs=theirs["revision"], ours=ours)
    values = {name: theirs[name] for name in ("revision", "ref", "number", "status")}
    if theirs["posted"] is not None:
        values["posted"] = theirs["posted"]
    dated_on = date.fromisoformat(theirs["date"]) if theirs["date"] else None
    if not _change(difference, {**values, "dated_on": dated_on, "confirmed_at": at}):
        raise DocumentHasMoved


def _present_revision(difference: Difference) -> int:
    """Return how far the portal itself has got with what the document is about."""
    queries = {
        DocumentKind.CLAIM: select(Claim.revision).where(Claim.id == difference.claim_id),
        DocumentKind.DECISION: select(Claim.decision_revision).where(
            Claim.id == difference.claim_id
        ),
        DocumentKind.ACT: select(Act.revision).where(Act.id == difference.document_id),
    }
    query = queries.get(difference.kind)
    return 1 if query is None else db.scalar(query) or 0


def _change(difference: Difference, values: dict[str, Any]) -> bool:
    changed = update(ErpDocument).where(_is_as_compared(difference)).values(**values)
    return db.execute(changed.returning(ErpDocument.id)).first() is not None


def _is_as_compared(difference: Difference) -> Any:
    """The document is still as it was when it was compared."""
    ours = difference.ours
    return (
        (ErpDocument.id == difference.document_id)
        & (ErpDocument.revision == ours["revision"])
        & (ErpDocument.number == ours["number"])
        & (ErpDocument.status == ours["status"])
        & (ErpDocument.posted.is_(ours["posted"]))
    )


def _record(
    claim_id: UUID, kind: DocumentKind, number: str, news: str, visibility: Visibility, at: datetime
) -> None:
    """Note in the history of a claim what has become of its document in the ERP."""
    record(
        claim_id,
        HistoryKind.ERP_CHANGED,
        by=SYSTEM,
        at=at,
        visibility=visibility,
        document=marked(kind),
        number=number,
        news=news,
    )


def _close(document_id: UUID, mending: Mending, by: int, at: datetime) -> None:
    """What mends one difference of a document mends all that are mended in the same way."""
    same = [what for what, way in MENDS.items() if way is mending]
    db.execute(
        update(Difference)
        .where(
            Difference.document_id == document_id,
            Difference.mended_at.is_(None),
            Difference.what.in_(same),
        )
        .values(mending=mending, mended_at=at, mended_by=by)
    )


def _as_json(told: Held | Receipt | None) -> dict[str, Any] | None:
    if told is None:
        return None
    plain = (str, int, bool, type(None))
    return {
        name: value if isinstance(value, plain) else str(value)
        for name, value in asdict(told).items()
    }
