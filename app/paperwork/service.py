"""Issuing acts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from acts.facts import ActFacts, ActKind, ActLanguage, SupersededAct
from acts.render import render
from acts.superseding import mark_superseded
from app.accounts.policy import SYSTEM
from app.claims.days import day_of
from app.claims.demands import demands_of
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim
from app.core.db import db
from app.core.numbering import next_number
from app.core.words import marked
from app.files.service import StoredDocument, add_document, store_document
from app.outbox import service as outbox
from app.outbox.service import promise
from app.paperwork import words as _words  # noqa: F401  (registers what acts are called)
from app.paperwork.facts import gather, issued_fact, kinds_of
from app.paperwork.models import Act, ActNumber
from app.paperwork.queries import acts_owed, superseded_by
from app.paperwork.wording import CODES
from app.vocabulary import Language

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def act_id(claim_id: UUID, kind: ActKind, revision: int) -> UUID:
    """Return the id of an act, the same for ever: it is the key under which the ERP keeps it."""
    return uuid5(claim_id, f"{kind}/{revision}")


@dataclass(frozen=True)
class Draft:
    """An act with its number and all its facts, not rendered yet. `connection` leads to its ERP."""

    id: UUID
    claim_id: UUID
    dealer_id: int
    kind: ActKind
    revision: int
    is_decided: bool
    language: Language
    connection: str
    facts: ActFacts


def draft_filed(claim_id: UUID, *, at: datetime) -> list[Draft]:
    """Return the acts that a filed claim is owed: one for money, one for everything else.

    A changed demand is the next revision, also after a decision that was contested.
    """
    claim = db.get_one(Claim, claim_id)
    before = 0 if claim.decided_at else claim.decision_revision
    return _drafts(claim, demands_of(claim) + before, decided=False, at=at)


def draft_decided(claim_id: UUID, *, at: datetime) -> list[Draft]:
    """Return the acts with the decision; what is wholly refused has a notice of its own.

    Another promise or another decision is the next revision.
    """
    claim = db.get_one(Claim, claim_id)
    revision = demands_of(claim) + max(claim.decision_revision, 1)
    return _drafts(claim, revision, decided=True, at=at)


def issue_again(claim_id: UUID, *, at: datetime) -> int:
    """Try at once what was given up of a claim's acts; return how many these were."""
    failed = [owed for owed in acts_owed(claim_id) if owed.failure]
    return sum(outbox.retry(owed.message_id, at=at) for owed in failed)


def render_and_store(drafts: Sequence[Draft]) -> list[StoredDocument]:
    """Render acts and store their files; asks the database nothing, and takes its time."""
    return [
        store_document(
            f"{draft.facts.number}-{draft.revision}.docx",
            DOCX,
            render(draft.kind, ActLanguage(draft.language), draft.facts),
        )
        for draft in drafts
    ]


def issue(drafts: Sequence[Draft], files: Sequence[StoredDocument], *, at: datetime) -> None:
    """Issue acts whose files are stored, and owe them to the ERP; one that is there stays."""
    for draft, file in zip(drafts, files, strict=True):
        if db.get(Act, draft.id) is None:
            _issue(draft, file, at=at)


def issue_filed(claim_id: UUID, *, at: datetime) -> None:
    """Issue the acts of a filed claim in one transaction."""
    drafts = draft_filed(claim_id, at=at)
    issue(drafts, render_and_store(drafts), at=at)


def issue_decided(claim_id: UUID, *, at: datetime) -> None:
    """Issue the acts of a decided claim in one transaction."""
    drafts = draft_decided(claim_id, at=at)
    issue(drafts, render_and_store(drafts), at=at)


def marked_superseded(act: Act, document: bytes, newer: Sequence[Act]) -> bytes:
    """Return an act's document with the words that newer ones have taken its place."""
    by = [SupersededAct(one.number, one.revision) for one in newer]
    return mark_superseded(document, by, ActLanguage(act.language))


def _drafts(claim: Claim, revision: int, *, decided: bool, at: datetime) -> list[Draft]:
    """Return the acts of a revision that are not issued; their numbers are taken last.

    Others who want a number of the same series wait until this is committed.
    """
    kinds = kinds_of(claim, decided=decided)
    wanted = [kind for kind in kinds if not db.get(Act, act_id(claim.id, kind, revision))]
    before = superseded_by(claim.id, revision)
    facts = [
        gather(
            claim,
            kind,
            number="",
            revision=revision,
            decided=decided,
            at=at,
            supersedes=before,
        )
        for kind in wanted
    ]
    year = day_of(claim, issued_fact(decided=decided), at).day.year
    return [
        Draft(
            id=act_id(claim.id, kind, revision),
            claim_id=claim.id,
            dealer_id=claim.dealer_id,
            kind=kind,
            revision=revision,
            is_decided=decided,
            language=claim.dealer.language,
            connection=claim.plant.home,
            facts=replace(known, number=_number(claim, kind, year)),
        )
        for kind, known in zip(wanted, facts, strict=True)
    ]


def _issue(draft: Draft, document: StoredDocument, *, at: datetime) -> None:
    file = add_document(document, dealer_id=draft.dealer_id, at=at)
    db.add(
        Act(
            id=draft.id,
            claim_id=draft.claim_id,
            kind=draft.kind,
            revision=draft.revision,
            is_decided=draft.is_decided,
            number=draft.facts.number,
            language=draft.language,
            file_id=file.id,
            issued_at=at,
        )
    )
    record(
        draft.claim_id,
        HistoryKind.ACT_ISSUED,
        by=SYSTEM,
        at=at,
        document=marked(draft.kind),
        number=draft.facts.number,
        revision=draft.revision,
    )

    promise(
        "erp.push_act",
        draft.id,
        at=at,
        claim_id=draft.claim_id,
        queue=f"erp/{draft.claim_id}",
        connection=draft.connection,
    )


def _number(claim: Claim, kind: ActKind, year: int) -> str:
    """Return the number that the act has, or the next of the dealer's own series for good."""
    known = db.get(ActNumber, (claim.id, kind))
    if known is not None:
        return known.number
    code = CODES[claim.dealer.language][kind]
    count = next_number(f"{kind}/{claim.dealer.series}/{year}")
    number = f"{code}-{claim.dealer.series}-{year}-{count:06}"
    db.add(ActNumber(claim_id=claim.id, kind=kind, number=number))
    return number
