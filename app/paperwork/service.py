"""Issuing acts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from acts.facts import ActFacts, ActKind, ActLanguage
from acts.render import render
from app.accounts.policy import SYSTEM
from app.claims.days import day_of
from app.claims.history import record
from app.claims.history_models import HistoryKind
from app.claims.models import Claim
from app.claims.rules import act_kinds
from app.core.db import db
from app.core.numbering import next_number
from app.core.words import marked
from app.files.service import StoredDocument, add_document, store_document
from app.outbox import service as outbox
from app.outbox.service import promise
from app.paperwork import words as _words  # noqa: F401  (registers what acts are called)
from app.paperwork.facts import gather, issued_fact
from app.paperwork.models import Act, ActNumber
from app.paperwork.queries import acts_owed
from app.paperwork.wording import CODES
from app.vocabulary import Language

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILED = 1


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
    language: Language
    connection: str
    facts: ActFacts


def draft_filed(claim_id: UUID, *, at: datetime) -> list[Draft]:
    """Return the acts that a filed claim is owed: one for money, one for everything else."""
    claim = db.get_one(Claim, claim_id)
    kinds = act_kinds(line.demand for line in claim.lines if line.demand)
    return _drafts(claim, kinds, revision=FILED, at=at)


def draft_decided(claim_id: UUID, *, at: datetime) -> list[Draft]:
    """Return the acts with the decision; a wholly rejected line stays in the act of its demand.

    Another promise or another decision is the act's next revision.
    """
    claim = db.get_one(Claim, claim_id)
    revision = FILED + max(claim.decision_revision, 1)
    outcomes = (line.remedy or line.demand for line in claim.lines)
    kinds = act_kinds(outcome for outcome in outcomes if outcome)
    return _drafts(claim, kinds, revision=revision, at=at)


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


def _drafts(claim: Claim, kinds: Iterable[ActKind], *, revision: int, at: datetime) -> list[Draft]:
    """Return the acts of these kinds that are not issued; their numbers are taken last.

    Others who want a number of the same series wait until this is committed.
    """
    is_decided = revision > FILED
    wanted = [kind for kind in kinds if not db.get(Act, act_id(claim.id, kind, revision))]
    facts = [
        gather(claim, kind, number="", revision=revision, decided=is_decided, at=at)
        for kind in wanted
    ]
    year = day_of(claim, issued_fact(decided=is_decided), at).day.year
    return [
        Draft(
            id=act_id(claim.id, kind, revision),
            claim_id=claim.id,
            dealer_id=claim.dealer_id,
            kind=kind,
            revision=revision,
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
