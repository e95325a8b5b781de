"""What a decision will do, as it is summed up before it is confirmed."""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from app.claims.departments import assigned_to
from app.claims.models import Claim, ClaimLine
from app.claims.rules import REVISABLE, ClaimState
from app.core.db import db
from app.core.errors import N_
from app.core.i18n import local_name
from app.core.money import Money
from app.deadlines.ways import WayChoice
from app.outbox.models import OutboxMessage
from app.vocabulary import Remedy

# What people are told of the messages that a decision owes.
CONSEQUENCES = {
    "act.issue_decided": N_("The act with the decision, in the dealer's language"),
    "erp.push_decision": N_("Claim, decision, act and files are sent to the ERP automatically"),
    "work.open": N_("The departments get their work orders"),
    "work.follow": N_("Work orders that no longer fit are taken back, new ones are opened"),
    "mail.claim_decided": N_("The dealer gets an e-mail"),
    "mail.decision_revised": N_("The dealer gets an e-mail that says what has changed and why"),
}


@dataclass(frozen=True)
class LineOutcome:
    """What a decision gives for a line; the money includes VAT."""

    position: int
    item_name: str
    unit: str
    accepted: Decimal
    rejected: Decimal
    remedy: Remedy | None
    granted: Money | None
    amount_reason: str
    reason_code: str | None
    reason_text: str
    departments: tuple[str, ...] = ()
    departments_reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """All that a decision will do, as it was tried out; `owed` are the kinds of its messages.

    `before` and `was_promised_on` are what a revision takes the place of.
    """

    state: ClaimState
    promise_on: date | None
    lines: tuple[LineOutcome, ...]
    owed: tuple[str, ...]
    before: tuple[LineOutcome, ...] = ()
    was_promised_on: date | None = None

    @property
    def seal(self) -> str:
        """A short text that another outcome does not have: who confirms has read this one."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]

    @property
    def consequences(self) -> list[str]:
        """Sentences, still in English, of what follows."""
        return [words for kind, words in CONSEQUENCES.items() if kind in self.owed]

    def was(self, line: LineOutcome) -> LineOutcome | None:
        """Return what was decided of a line before, None for a first decision."""
        return next((one for one in self.before if one.position == line.position), None)


def present_lines(claim: Claim) -> tuple[LineOutcome, ...]:
    """Return what is decided of the lines now, nothing before the first decision."""
    if claim.state not in REVISABLE:
        return ()
    return tuple(_line_outcome(line) for line in claim.lines)


def outcome_of(claim: Claim, last_message: int) -> Outcome:
    """Return what was just decided of a claim, and what it owes since a message of the outbox."""
    query = select(OutboxMessage.kind).where(
        OutboxMessage.claim_id == claim.id, OutboxMessage.id > last_message
    )
    return Outcome(
        claim.state,
        claim.promise_on,
        tuple(_line_outcome(line) for line in claim.lines),
        tuple(sorted(set(db.scalars(query)))),
    )


def _line_outcome(line: ClaimLine) -> LineOutcome:
    way = WayChoice.from_dict(line.claim.way_choice).kind or ""
    assigned = assigned_to(line, line.claim.plant_id, way)
    return LineOutcome(
        position=line.position,
        item_name=line.item_name,
        unit=line.unit,
        accepted=(line.accepted_quantity or Decimal(0)).normalize(),
        rejected=(line.rejected_quantity or Decimal(0)).normalize(),
        remedy=line.remedy,
        granted=line.granted,
        amount_reason=line.amount_reason,
        reason_code=line.reason_code,
        reason_text=line.reason_text,
        departments=tuple(local_name(one.names) for one in assigned),
        departments_reason=next((one.note for one in assigned), ""),
    )
