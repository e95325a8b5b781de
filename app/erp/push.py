"""Telling the ERP: how the promises of claims, decisions, acts and evidence are kept.

Each message is made of what is in our tables when it is sent, so that a late one tells the present
state, and is kept by the ERP once under its id and revision.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Person
from app.accounts.policy import SYSTEM
from app.catalog.models import Item
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim, ClaimFile, Settlement
from app.claims.own_terms import day_of_lines
from app.claims.parts import named_parts
from app.claims.settlements import decided_at_of, lines_of
from app.core.clock import now
from app.core.db import db
from app.core.outside import outside
from app.core.words import marked
from app.erp import infobase, proof, translate
from app.erp import words as _words  # noqa: F401  (registers what documents are called)
from app.erp.models import DocumentKind, ErpDocument
from app.files.models import StoredFile
from app.files.rules import Variant
from app.files.service import read
from app.outbox.delivery import Keeper
from app.outbox.doubts import Inquiry, Remedy
from app.outbox.models import OutboxMessage
from app.paperwork.models import Act
from app.shipments.contracts import papers_of
from connectors.erp.port import ClaimMessage, DecisionMessage, FileMessage, Receipt
from connectors.erp.replies import said_no

M = TypeVar("M", ClaimMessage, DecisionMessage)


@dataclass(frozen=True)
class Told(Generic[M]):
    """What is told, and through which connection."""

    connection: str
    message: M


@dataclass(frozen=True)
class Parcel:
    """A file to be told; its bytes are fetched when it is sent, outside of any transaction."""

    connection: str
    message: FileMessage
    file: StoredFile


Sent = Told[ClaimMessage] | Told[DecisionMessage] | Parcel


def ping(connection: str) -> object:
    """Ask whether our ERP is there; raises what any call does, and `Foreign` for another one."""
    info = outside().erp(connection).ping()
    infobase.check(connection, info)
    return info


def prepare_claim(claim_id: UUID, connection: str) -> Told[ClaimMessage] | None:
    """Return the claim, unless the ERP knows this revision of it."""
    claim = db.get(Claim, claim_id)
    if claim is None or claim.number is None or _knows(claim.id, claim.revision):
        return None
    return Told(connection, translate.claim_message(claim, known_of(claim)))


def prepare_decision(settlement_id: UUID, connection: str) -> Told[DecisionMessage] | None:
    """Return one remedy of a decision, unless the ERP knows this revision of it.

    One that has lost its lines is told only where the ERP may hold it.
    """
    settlement = db.get(Settlement, settlement_id)
    if settlement is None or decided_at_of(settlement.claim) is None:
        return None
    claim = settlement.claim
    if _knows(settlement.id, claim.decision_revision):
        return None
    if not lines_of(claim, settlement.remedy) and not _may_be_there(settlement.id):
        return None
    return Told(connection, decision_of(settlement))


def decision_of(settlement: Settlement) -> DecisionMessage:
    """Return one remedy of a decision as it is told, with the day of its own lines."""
    claim = settlement.claim
    lines = [line.id for line in lines_of(claim, settlement.remedy)]
    return translate.decision_message(
        settlement,
        known_of(claim),
        decided_at=decided_at_of(claim),
        decided_by=_name(claim.decided_by),
        promise_on=day_of_lines(claim, lines) if settlement.remedy else None,
    )


def prepare_act(act_id: UUID, connection: str) -> Parcel | None:
    """Return an act, unless the ERP has it."""
    act = db.get(Act, act_id)
    if act is None or _knows(act.id, act.revision):
        return None
    return Parcel(connection, translate.act_message(act), act.file)


def prepare_evidence(file_id: UUID, connection: str) -> Parcel | None:
    """Return a public file of a claim, unless the ERP has it or the claim has it no longer."""
    kept = db.scalars(select(ClaimFile).where(ClaimFile.file_id == file_id)).one_or_none()
    if kept is None or kept.is_internal or _knows(file_id, 1):
        return None
    return Parcel(connection, translate.evidence_message(kept), kept.file)


def send_claim(told: Told[ClaimMessage]) -> Receipt:
    """Hand a claim over."""
    infobase.ensure_ours_lately(told.connection)
    return _proven(told, outside().erp(told.connection).put_claim(told.message))


def send_decision(told: Told[DecisionMessage]) -> Receipt:
    """Hand a decision over."""
    infobase.ensure_ours_lately(told.connection)
    return _proven(told, outside().erp(told.connection).put_decision(told.message))


def send_file(parcel: Parcel) -> Receipt:
    """Hand a file over, in its original."""
    infobase.ensure_ours_lately(parcel.connection)
    content = read(parcel.file, Variant.ORIGINAL)
    message = replace(parcel.message, content=content)
    receipt = outside().erp(parcel.connection).put_file(message)
    # What was told is what must be stored, whether or not the receipt speaks of it.
    told = replace(receipt, name=message.name, sha256=message.sha256, size=len(content))
    proof.refuse_unlike(told, receipt, str(receipt))
    return _proven(parcel, told)


def record_claim(claim_id: UUID, told: Told[ClaimMessage], receipt: Receipt) -> None:
    """Keep the receipt of a claim."""
    _record(told.connection, DocumentKind.CLAIM, claim_id, receipt)


def record_decision(settlement_id: UUID, told: Told[DecisionMessage], receipt: Receipt) -> None:
    """Keep the receipt of one remedy of a decision."""
    _record(told.connection, DocumentKind.DECISION, told.message.claim_id, receipt)


def record_act(act_id: UUID, parcel: Parcel, receipt: Receipt) -> None:
    """Keep the receipt of an act."""
    _record(parcel.connection, DocumentKind.ACT, parcel.message.claim_id, receipt)


def record_evidence(file_id: UUID, parcel: Parcel, receipt: Receipt) -> None:
    """Keep the receipt of a file."""
    _record(parcel.connection, DocumentKind.EVIDENCE, parcel.message.claim_id, receipt)


def known_of(claim: Claim) -> translate.Known:
    """Return what is known of the lines of a claim besides what they hold."""
    wanted = {line.item_id for line in claim.lines if line.item_id is not None}
    query = select(Item.id, Item.ref).where(Item.id.in_(wanted))
    refs: dict[int, UUID] = dict(db.execute(query).all())
    papers = papers_of(line.shipment_line_id for line in claim.lines)
    return translate.Known(refs, papers, named_parts(line.id for line in claim.lines))


def ask(told: Sent) -> Receipt | None:
    """Return the ERP's receipt when it has got this already."""
    infobase.ensure_ours_lately(told.connection)
    message = told.message
    return proof.find_receipt(told.connection, message.external_id, message.revision)


def quiet_time(told: Sent) -> timedelta:
    """Return how long the ERP may still be at work on this after it was sent."""
    return proof.quiet_time(told.connection)


def remedy(told: Sent) -> Remedy:
    """Return how it comes out whether the ERP has got this."""
    return proof.remedy(told.connection)


INQUIRY = Inquiry(ask, quiet_time, remedy)
KEEPERS = {
    "erp.push_claim": Keeper(prepare_claim, send_claim, record_claim, INQUIRY),
    "erp.push_decision": Keeper(prepare_decision, send_decision, record_decision, INQUIRY),
    "erp.push_act": Keeper(prepare_act, send_file, record_act, INQUIRY),
    "erp.push_evidence": Keeper(prepare_evidence, send_file, record_evidence, INQUIRY),
}


def _proven(told: Sent, receipt: Receipt) -> Receipt:
    if receipt.errors:
        raise said_no(receipt.errors)
    return proof.read_back(told.connection, receipt)


def _record(connection: str, kind: DocumentKind, claim_id: UUID, receipt: Receipt) -> None:
    """Keep a receipt; one that comes late never covers a newer one."""
    values = {
        "connection": connection,
        "kind": kind,
        "claim_id": claim_id,
        "revision": receipt.revision,
        "ref": receipt.ref,
        "number": receipt.number,
        "dated_on": receipt.date,
        "posted": receipt.posted,
        "status": receipt.status,
        "object": receipt.object,
        "confirmed_at": now(),
    }
    record(
        claim_id,
        HistoryKind.ERP_RECEIVED,
        by=SYSTEM,
        at=now(),
        document=marked(kind),
        number=receipt.number,
        file=receipt.name,
        revision=receipt.revision,
    )
    query = insert(ErpDocument).values(id=receipt.external_id, **values)
    db.execute(
        query.on_conflict_do_update(
            index_elements=[ErpDocument.id],
            set_=values,
            where=ErpDocument.revision <= query.excluded.revision,
        )
    )


def _knows(key: UUID, revision: int) -> bool:
    held = db.scalar(select(ErpDocument.revision).where(ErpDocument.id == key))
    return held is not None and held >= revision


def _may_be_there(key: UUID) -> bool:
    """Whether the ERP holds something under a key, or may: its answer was lost."""
    sent = select(OutboxMessage.id).where(
        OutboxMessage.subject_id == key, OutboxMessage.doubt_since.is_not(None)
    )
    held = select(ErpDocument.id).where(ErpDocument.id == key)
    return db.scalar(select(sent.exists() | held.exists())) or False


def _name(person_id: int | None) -> str:
    """Return who decided; nobody did what silence has accepted."""
    return db.get_one(Person, person_id).name if person_id is not None else ""
