"""Keeping the promises of mail: whom, about what."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Person
from app.claims import words as _words  # noqa: F401  (registers what states are called)
from app.claims.confirming import latest_decision
from app.claims.decided import decided_lines, last_decision
from app.claims.models import Claim
from app.claims.queries import reason_names
from app.core.db import db
from app.core.outside import outside
from app.core.words import marked
from app.notifications import messages, notices
from app.notifications.letters import note_letter
from app.notifications.mails import (
    Compose,
    MailFacts,
    claim_decided,
    claim_filed,
    claim_resolved,
    decision_not_made,
    deemed_accepted,
    info_requested,
    info_supplied,
    promise_revised,
)
from app.notifications.readers import readdressed, recipient
from app.outbox.delivery import Keeper
from app.vocabulary import Role
from connectors.mail.port import Letter

FactsOf = Callable[[Claim, Person, str], MailFacts]


@dataclass(frozen=True)
class Posted:
    """A letter with its reader, and the name of whom it was meant for if that is somebody else."""

    letter: Letter
    reader_id: int
    instead_of: str


def keepers(public_url: str) -> dict[str, Keeper]:
    """Return the keeper of each mail; links in the mails begin with `public_url`."""
    to_dealer: dict[str, Compose] = {
        "mail.claim_filed": claim_filed,
        "mail.info_requested": info_requested,
        "mail.claim_resolved": claim_resolved,
        "mail.promise_revised": promise_revised,
    }
    kept = {kind: _keeper(compose, public_url, _author) for kind, compose in to_dealer.items()}
    kept["mail.claim_decided"] = _keeper(claim_decided, public_url, _author, _decided_facts)
    kept["mail.info_supplied"] = _keeper(info_supplied, public_url, _manager)
    kept["mail.decision_not_made"] = _keeper(decision_not_made, public_url, _decider)
    kept["mail.deemed_accepted"] = _keeper(deemed_accepted, public_url, _head)
    kept["mail.notices"] = notices.keeper(public_url)
    kept["mail.message_written"] = messages.keeper(public_url)
    return kept


def _author(claim: Claim) -> Person | None:
    return db.get(Person, claim.created_by)


def _manager(claim: Claim) -> Person | None:
    return db.get(Person, claim.manager_id) if claim.manager_id else None


def _decider(claim: Claim) -> Person | None:
    """Return who confirmed the last decision on a claim."""
    pending = latest_decision(claim.id)
    return pending.person if pending else None


def _head(claim: Claim) -> Person | None:
    """Return the head of claims, preferably one who speaks the plant's language."""
    query = select(Person).filter_by(role=Role.HEAD_OF_CLAIMS, is_active=True)
    speaks = Person.language == claim.plant.language
    return db.scalars(query.order_by(speaks.desc(), Person.id).limit(1)).first()


def _keeper(
    compose: Compose,
    public_url: str,
    reader_of: Callable[[Claim], Person | None],
    facts_of: FactsOf | None = None,
) -> Keeper:
    tell = facts_of or _facts

    def prepare(claim_id: UUID, _connection: str) -> Posted:
        claim = db.get_one(Claim, claim_id)
        to = recipient(reader_of(claim), claim)
        letter = compose(tell(claim, to.person, public_url))
        return Posted(readdressed(letter, to), to.person.id, to.instead_of)

    def send(posted: Posted) -> None:
        outside().mail.send(posted.letter)

    def record(claim_id: UUID, posted: Posted, _reply: object) -> None:
        reader = db.get(Person, posted.reader_id)
        note_letter(claim_id, reader, posted.letter, instead_of=posted.instead_of)

    return Keeper(prepare, send, record)


def _facts(claim: Claim, reader: Person, public_url: str) -> MailFacts:
    return MailFacts(
        claim_id=claim.id,
        number=claim.number or "",
        version=claim.version,
        link=f"{public_url}/claims/{claim.id}",
        to=reader.email,
        name=reader.name,
        language=reader.language,
        answer_on=claim.answer_on,
        promise_on=claim.promise_on,
        outcome=marked(claim.state),
        questions=tuple(
            question.text for question in claim.questions if question.answered_at is None
        ),
        promise_reason=claim.promise_reason,
    )


def _decided_facts(claim: Claim, reader: Person, public_url: str) -> MailFacts:
    """Return the facts of the decision as they were at its moment."""
    facts, decision = _facts(claim, reader, public_url), last_decision(claim)
    if decision is None:
        return facts
    promised = decision.facts.get("promise_on")
    return replace(
        facts,
        version=decision.version,
        outcome=marked(decision.to_state),
        promise_on=date.fromisoformat(promised) if promised else None,
        decided=tuple(decided_lines(decision)),
        reasons=reason_names(),
    )
