"""Issuing acts."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select

from acts.facts import ActKind, ActLanguage
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
from app.files.service import keep_document
from app.outbox import service as outbox
from app.outbox.service import promise
from app.paperwork import words as _words  # noqa: F401  (registers what acts are called)
from app.paperwork.facts import gather, issued_fact
from app.paperwork.models import Act
from app.paperwork.queries import acts_owed
from app.paperwork.wording import CODES

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILED = 1


def act_id(claim_id: UUID, kind: ActKind, revision: int) -> UUID:
    """Return the id of an act, the same for ever: it is the key under which the ERP keeps it."""
    return uuid5(claim_id, f"{kind}/{revision}")


def issue_filed(claim_id: UUID, *, at: datetime) -> None:
    """Issue the acts that a filed claim is owed: one for money, one for everything else."""
    claim = db.get_one(Claim, claim_id)
    for kind in act_kinds(line.demand for line in claim.lines if line.demand):
        _issue(claim, kind, revision=FILED, at=at)


def issue_decided(claim_id: UUID, *, at: datetime) -> None:
    """Issue the acts with the decision; a wholly rejected line stays in the act of its demand.

    Another promise or another decision is the act's next revision.
    """
    claim = db.get_one(Claim, claim_id)
    revision = FILED + max(claim.decision_revision, 1)
    outcomes = (line.remedy or line.demand for line in claim.lines)
    for kind in act_kinds(outcome for outcome in outcomes if outcome):
        _issue(claim, kind, revision=revision, at=at)


def issue_again(claim_id: UUID, *, at: datetime) -> int:
    """Try at once what was given up of a claim's acts; return how many these were."""
    failed = [owed for owed in acts_owed(claim_id) if owed.failure]
    return sum(outbox.retry(owed.message_id, at=at) for owed in failed)


def _issue(claim: Claim, kind: ActKind, *, revision: int, at: datetime) -> None:
    key = act_id(claim.id, kind, revision)
    if db.get(Act, key):
        return
    language = claim.dealer.language
    is_decided = revision > FILED
    number = _number(claim, kind, day_of(claim, issued_fact(decided=is_decided), at).day.year)
    facts = gather(claim, kind, number=number, revision=revision, decided=is_decided, at=at)

    content = render(kind, ActLanguage(language), facts)
    file = keep_document(
        f"{number}-{revision}.docx", DOCX, content, dealer_id=claim.dealer_id, at=at
    )
    db.add(
        Act(
            id=key,
            claim_id=claim.id,
            kind=kind,
            revision=revision,
            number=number,
            language=language,
            file_id=file.id,
            issued_at=at,
        )
    )
    record(
        claim.id,
        HistoryKind.ACT_ISSUED,
        by=SYSTEM,
        at=at,
        document=marked(kind),
        number=number,
        revision=revision,
    )

    promise(
        "erp.push_act",
        key,
        at=at,
        claim_id=claim.id,
        queue=f"erp/{claim.id}",
        connection=claim.plant.home,
    )


def _number(claim: Claim, kind: ActKind, year: int) -> str:
    """Return the number of the first revision, or the next of the dealer's own series."""
    query = select(Act.number).filter_by(claim_id=claim.id, kind=kind).limit(1)
    number = db.execute(query).scalar()
    if number:
        return number
    code = CODES[claim.dealer.language][kind]
    count = next_number(f"{kind}/{claim.dealer.series}/{year}")
    return f"{code}-{claim.dealer.series}-{year}-{count:06}"
