"""Keeping the promises of mail: whom, about what."""

from uuid import UUID

from app.accounts.models import Person
from app.claims import words as _words  # noqa: F401  (registers what states are called)
from app.claims.models import Claim
from app.core.db import db
from app.core.outside import outside
from app.core.words import marked
from app.notifications.mails import (
    Compose,
    MailFacts,
    claim_decided,
    claim_filed,
    claim_resolved,
    info_requested,
    info_supplied,
)
from app.outbox.delivery import Keeper
from connectors.mail.port import Letter


def keepers(public_url: str) -> dict[str, Keeper]:
    """Return the keeper of each mail; links in the mails begin with `public_url`."""
    to_dealer: dict[str, Compose] = {
        "mail.claim_filed": claim_filed,
        "mail.info_requested": info_requested,
        "mail.claim_decided": claim_decided,
        "mail.claim_resolved": claim_resolved,
    }
    kept = {
        kind: _keeper(compose, public_url, to_manager=False) for kind, compose in to_dealer.items()
    }
    kept["mail.info_supplied"] = _keeper(info_supplied, public_url, to_manager=True)
    return kept


def _keeper(compose: Compose, public_url: str, *, to_manager: bool) -> Keeper:
    def prepare(claim_id: UUID, _connection: str) -> Letter | None:
        claim = db.get_one(Claim, claim_id)
        reader_id = claim.manager_id if to_manager else claim.created_by
        reader = db.get(Person, reader_id) if reader_id else None
        if reader is None or not reader.is_active:
            return None
        return compose(_facts(claim, reader, public_url))

    def send(letter: Letter) -> None:
        outside().mail.send(letter)

    return Keeper(prepare, send, lambda _id, _letter, _reply: None)


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
    )
