"""What pages ask about the exchange with the ERP."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import N_
from app.core.i18n import show_moment
from app.core.outside import outside
from app.core.words import call
from app.erp.absence import ABSENCES
from app.erp.models import DocumentKind, ErpDocument, Feed, RejectedRow
from app.outbox.connections import next_try
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.queries import MessageRow, waiting_for
from app.shipments.models import Freshness as Kept
from connectors.erp.port import RowKind
from connectors.reasons import Reason

COUNTED = {absence.kind for absence in ABSENCES}
STALE = timedelta(minutes=15)


class Handover(StrEnum):
    """How far a claim has got on its way into the ERP, as a dealer may know it."""

    NOTHING = "nothing"
    WAITING = "waiting"
    STUCK = "stuck"
    DONE = "done"


call(
    {
        Handover.NOTHING: N_("Nothing to hand over yet"),
        Handover.WAITING: N_("Being sent to the manufacturer's ERP"),
        Handover.STUCK: N_("The manufacturer is clearing a question before it goes into the ERP"),
        Handover.DONE: N_("In the manufacturer's ERP"),
    }
)


@dataclass(frozen=True)
class DocumentRow:
    """A document that the ERP has made of ours; `object` is what it is called over there."""

    connection: str
    kind: DocumentKind
    object: str
    number: str
    dated_on: date | None
    posted: bool | None
    status: str
    confirmed_at: datetime


@dataclass(frozen=True)
class ErpState:
    """A claim in the ERP: what is there, and what is on its way.

    `last_error` is for administrators only; dealers get `handover`.
    """

    documents: tuple[DocumentRow, ...]
    handover: Handover
    waiting: int
    parked: int
    attempts: int
    next_try_at: datetime | None
    last_error: Reason | None


@dataclass(frozen=True)
class Freshness:
    """How far a feed was read and when; the error is for administrators only."""

    connection: str
    message_no: int
    pulled_at: datetime | None
    failed_at: datetime | None
    last_error: Reason | None
    restored_at: datetime | None
    restored_after: int | None
    restored_reason: Reason | None
    full_since: datetime | None
    full_at: datetime | None
    rejected_rows: int

    def is_stale(self, at: datetime) -> bool:
        """Whether the data of the ERP may be out of date."""
        return self.pulled_at is None or at - self.pulled_at > STALE


def erp_state(claim_id: UUID) -> ErpState:
    """Return what the ERP holds of a claim and what is still owed to it."""
    documents = _documents(claim_id)
    owed = [message for message in waiting_for(claim_id) if message.kind.startswith("erp.")]
    parked = [message for message in owed if message.state is MessageState.PARKED]
    waiting = [message for message in owed if message.state is not MessageState.PARKED]
    first = next(iter(parked or waiting), None)
    return ErpState(
        documents=documents,
        handover=_handover(documents, waiting, parked),
        waiting=len(waiting),
        parked=len(parked),
        attempts=first.attempts if first else 0,
        next_try_at=(
            next_try(waiting[0].connection, waiting[0].due_at) if waiting and not parked else None
        ),
        last_error=first.last_error if first else None,
    )


def document_of(message_id: int) -> DocumentRow | None:
    """Return what the ERP has made of what a message is about; None before its first receipt."""
    columns: list[Any] = [getattr(ErpDocument, name) for name in DocumentRow.__dataclass_fields__]
    query = (
        select(*columns)
        .join(OutboxMessage, OutboxMessage.subject_id == ErpDocument.id)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.kind == func.concat("erp.push_", ErpDocument.kind),
        )
    )
    row = db.execute(query).one_or_none()
    return DocumentRow(*row) if row else None


def knows_state(document: DocumentRow) -> bool:
    """Whether the mapping of an ERP knows the state in which it told a document to be."""
    known = outside().erps.get(document.connection)
    return known is None or known.knows_state(document.status)


def freshness(connection: str) -> Freshness:
    """Return how fresh the data of an ERP is; a feed that was never read is known too."""
    rejected = select(func.count()).where(RejectedRow.connection == connection).scalar_subquery()
    names = list(Freshness.__dataclass_fields__)[:-1]
    columns: list[Any] = [*(getattr(Feed, name) for name in names), rejected]
    found = db.execute(select(*columns).where(Feed.connection == connection)).first()
    nothing = (connection, 0, None, None, "", None, None, "", None, None, 0)
    return Freshness(*(found or nothing))


@dataclass(frozen=True)
class KindFreshness:
    """How fresh a kind of rows is, and how it came out of the last full load."""

    kind: str
    confirmed_at: datetime | None
    full_at: datetime | None
    full_rows: int | None
    full_missing: int | None
    full_believed: bool | None

    def words(self) -> str:
        """Return a line for a terminal."""
        fate = "withdrawn here" if self.full_believed else "too many, nothing was withdrawn"
        missing = (
            f", {self.full_missing} of them missing there: {fate}" if self.full_missing else ""
        )
        return f"{self.kind}: {self.full_rows or 0} rows here{missing}"


def list_freshness(connection: str) -> list[KindFreshness]:
    """Return how fresh each kind of an ERP's rows is, in the order in which they come."""
    columns: list[Any] = [getattr(Kept, name) for name in KindFreshness.__dataclass_fields__]
    found = {
        row.kind: KindFreshness(*row)
        for row in db.execute(select(*columns).where(Kept.home == connection))
    }
    return [found[kind] for kind in RowKind if kind in found and kind in COUNTED]


def feed_notice(connections: Collection[str], *, at: datetime) -> str:
    """Return a sentence for every reader while an ERP of these does not answer, else nothing."""
    feeds = [freshness(connection) for connection in connections]
    return next((words for feed in feeds if (words := _notice(feed, at))), "")


def _notice(feed: Freshness, at: datetime) -> str:
    if feed.pulled_at is None:
        return str(
            gettext("The manufacturer's ERP has not answered yet: shipments may be missing.")
        )
    is_away = feed.failed_at is not None and feed.failed_at > feed.pulled_at
    if not is_away and not feed.is_stale(at):
        return ""
    return str(
        gettext(
            "Last contact with the manufacturer's ERP: %(moment)s. Newer shipments "
            "may be missing. You can continue to work; what you send is delivered "
            "later.",
            moment=show_moment(feed.pulled_at),
        )
    )


def _documents(claim_id: UUID) -> tuple[DocumentRow, ...]:
    columns = (getattr(ErpDocument, name) for name in DocumentRow.__dataclass_fields__)
    query = select(*columns).where(ErpDocument.claim_id == claim_id)
    rows = db.execute(query.order_by(ErpDocument.confirmed_at, ErpDocument.id))
    return tuple(DocumentRow(*row) for row in rows)


def _handover(
    documents: tuple[DocumentRow, ...], waiting: list[MessageRow], parked: list[MessageRow]
) -> Handover:
    if parked:
        return Handover.STUCK
    if waiting:
        return Handover.WAITING
    return Handover.DONE if documents else Handover.NOTHING
