"""What was decided of each line, kept with the event of the decision.

Later decisions change the lines; a letter that leaves late still says what was decided then.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self

from sqlalchemy import select

from app.claims.granting import Grant
from app.claims.models import Claim, ClaimEvent, ClaimLine
from app.claims.rules import Action
from app.core.db import db
from app.core.money import Money
from app.vocabulary import Remedy

DECISIONS = (Action.ACCEPT, Action.ACCEPT_PARTLY, Action.REJECT, Action.DEEM_ACCEPTED)


@dataclass(frozen=True)
class DecidedLine:
    """One line at the moment of its decision; quantities and the gross amount as decimal text."""

    position: int
    item: str
    unit: str
    accepted: str
    rejected: str
    remedy: str = ""
    amount: str = ""
    currency: str = ""
    amount_reason: str = ""
    reason_code: str = ""
    reason_text: str = ""

    @classmethod
    def of(
        cls,
        line: ClaimLine,
        accepted: Decimal,
        remedy: Remedy | None,
        grant: Grant | None,
        *,
        reason_code: str | None = None,
        reason_text: str = "",
    ) -> Self:
        """Return what is being decided of a line; the rest of its quantity is rejected."""
        rejected = line.quantity - accepted
        return cls(
            position=line.position,
            item=line.item_name,
            unit=line.unit,
            accepted=str(accepted),
            rejected=str(rejected),
            remedy=remedy.value if remedy and accepted else "",
            amount=str(grant.money.amount) if grant else "",
            currency=grant.money.currency if grant else "",
            amount_reason=grant.reason if grant else "",
            reason_code=(reason_code or "") if rejected else "",
            reason_text=reason_text if rejected else "",
        )

    @property
    def granted(self) -> Money | None:
        """The sum that was granted, None where it is no money."""
        return Money(Decimal(self.amount), self.currency) if self.amount else None

    def as_dict(self) -> dict[str, Any]:
        """Return the line as JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Return the line that `as_dict` kept."""
        return cls(**kept)


def last_decision(claim: Claim) -> ClaimEvent | None:
    """Return the event of the last decision of a claim, None while there was none."""
    query = select(ClaimEvent).where(
        ClaimEvent.claim_id == claim.id, ClaimEvent.action.in_(DECISIONS)
    )
    return db.scalars(query.order_by(ClaimEvent.version.desc()).limit(1)).first()


def decided_lines(event: ClaimEvent) -> list[DecidedLine]:
    """Return what an event has decided."""
    return [DecidedLine.from_dict(line) for line in event.facts.get("lines", ())]
