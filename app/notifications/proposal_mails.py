"""The mails about a decision that waits for the head of claims, and what became of it."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from app.accounts.models import Person
from app.claims.models import Claim
from app.claims.pending_models import PendingDecision, PendingState
from app.core.db import db
from app.core.errors import N_
from app.core.i18n import texts_in
from app.core.text import clean_line
from app.notifications import concerned
from app.notifications.letters import Post, keeper_of, post
from app.notifications.readers import recipients
from app.outbox.delivery import Keeper
from connectors.mail.port import Letter

# What the author of a proposal is told of its end, and in which words; a withdrawn one needs none.
ENDS: Mapping[PendingState, tuple[str, str]] = {
    PendingState.HANDED_BACK: (
        N_("Claim %(number)s: the decision was handed back to you"),
        N_("%(who)s has handed back the decision that you prepared. What you typed is kept."),
    ),
    PendingState.OBSOLETE: (
        N_("Claim %(number)s: the decision no longer waits for the head of claims"),
        N_(
            "The claim has changed since you handed the decision on. What you typed is kept: open"
            " the claim and look at it again."
        ),
    ),
    PendingState.MADE: (
        N_("Claim %(number)s: the head of claims has decided"),
        N_("%(who)s has decided the claim for which you prepared a decision."),
    ),
}


def handed_on_keeper(public_url: str) -> Keeper:
    """Return the keeper of the mails to the heads of claims."""

    def prepare(proposal_id: UUID) -> Post | None:
        proposal, claim = _read(proposal_id)
        if proposal.state is not PendingState.HANDED_ON:
            return None
        to = recipients(concerned.heads(), claim)
        return post(claim.id, to, partial(_handed_on, proposal, claim, public_url))

    return keeper_of(prepare)


def ended_keeper(public_url: str) -> Keeper:
    """Return the keeper of the mail to the author of a proposal."""

    def prepare(proposal_id: UUID) -> Post | None:
        proposal, claim = _read(proposal_id)
        if proposal.state not in ENDS:
            return None
        to = recipients([proposal.person], claim)
        return post(claim.id, to, partial(_ended, proposal, claim, public_url))

    return keeper_of(prepare)


def _read(proposal_id: UUID) -> tuple[PendingDecision, Claim]:
    proposal = db.get_one(PendingDecision, proposal_id)
    return proposal, db.get_one(Claim, proposal.claim_id)


def _handed_on(proposal: PendingDecision, claim: Claim, public_url: str, to: Person) -> Letter:
    """Ask a head of claims to decide: who has prepared the decision, and what they say of it."""
    _ = texts_in(to.language).gettext
    words = [
        _("%(who)s has prepared a decision on claim %(number)s. Only you may give its promise.")
        % {"who": proposal.person.name, "number": claim.number},
        *([_("Note: %(note)s") % {"note": proposal.note}] if proposal.note else []),
    ]
    subject = _("Claim %(number)s waits for your decision") % {"number": claim.number}
    return _letter("handed-on", proposal, to, (subject, *words), public_url)


def _ended(proposal: PendingDecision, claim: Claim, public_url: str, to: Person) -> Letter:
    """Tell the author what became of the proposal, with the words of the head."""
    _ = texts_in(to.language).gettext
    subject, sentence = ENDS[proposal.state]
    who = db.get(Person, proposal.ended_by) if proposal.ended_by else None
    facts = {"number": claim.number, "who": who.name if who else "–"}
    words = [_(sentence) % facts]
    words += [_("Reason: %(reason)s") % {"reason": proposal.answer}] if proposal.answer else []
    return _letter("proposal", proposal, to, (_(subject) % facts, *words), public_url)


def _letter(
    kind: str, proposal: PendingDecision, to: Person, words: Sequence[str], public_url: str
) -> Letter:
    """Return the letter, its subject first; its key lets a repeated sending be recognised."""
    _ = texts_in(to.language).gettext
    subject, *paragraphs = words
    greeting = _("Hello, %(name)s!") % {"name": to.name}
    link = f"{public_url}/claims/{proposal.claim_id}"
    return Letter(
        key=f"{kind}-{proposal.state}-{to.id}-{proposal.id}",
        to=to.email,
        subject=clean_line(subject),
        text="\n\n".join((greeting, *paragraphs, _("Open the page:") + " " + link)),
    )
