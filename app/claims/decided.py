"""What was decided of each line, kept with the event of the decision.

Later decisions change the lines; a letter that leaves late still says what was decided then. The
events of the decisions are their versions, numbered from 1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from sqlalchemy import select

from app.claims.granting import Grant
from app.claims.models import Claim, ClaimEvent, ClaimLine
from app.claims.rules import Action, ClaimState
from app.core.db import db
from app.core.money import Money
from app.vocabulary import Remedy

DECISIONS = (
    Action.ACCEPT,
    Action.ACCEPT_PARTLY,
    Action.REJECT,
    Action.DEEM_ACCEPTED,
    Action.REVISE,
)


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

    @property
    def accepted_quantity(self) -> Decimal:
        """How much was accepted."""
        return Decimal(self.accepted)

    @property
    def rejected_quantity(self) -> Decimal:
        """How much was rejected."""
        return Decimal(self.rejected)

    @property
    def remedy_granted(self) -> Remedy | None:
        """The remedy of what was accepted, None where nothing was."""
        return Remedy(self.remedy) if self.remedy else None

    def is_like(self, other: "DecidedLine | None") -> bool:
        """Tell whether two versions decide the same; 1 and 1.000 are the same quantity."""
        return other is not None and self._meaning() == other._meaning()

    def _meaning(self) -> tuple[Any, ...]:
        numbers = tuple(Decimal(text or 0) for text in (self.accepted, self.rejected, self.amount))
        words = (self.remedy, self.currency, self.amount_reason, self.reason_code, self.reason_text)
        return numbers + words

    def as_dict(self) -> dict[str, Any]:
        """Return the line as JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Return the line that `as_dict` kept."""
        return cls(**kept)


@dataclass(frozen=True)
class DecisionVersion:
    """A decision as it was made; `state` is its outcome, `reason` why it replaced the former one.

    `before` holds the lines of the version before by their positions, nothing in the first one.
    """

    number: int
    at: datetime
    event_version: int
    action: Action
    who: str
    state: ClaimState
    promise_on: date | None
    lines: tuple[DecidedLine, ...]
    reason: str = ""
    was_promised_on: date | None = None
    before: Mapping[int, DecidedLine] = field(default_factory=dict)

    @property
    def is_revision(self) -> bool:
        """Whether it replaced a decision that was in force."""
        return self.action is Action.REVISE

    @property
    def changes(self) -> list[tuple[DecidedLine | None, DecidedLine]]:
        """What is decided otherwise than before: the line then and now."""
        pairs = [(self.before.get(line.position), line) for line in self.lines]
        return [(before, after) for before, after in pairs if not after.is_like(before)]

    @property
    def unchanged(self) -> list[DecidedLine]:
        """What is decided as it was before."""
        return [line for line in self.lines if line.is_like(self.before.get(line.position))]


def decision_versions(events: Iterable[ClaimEvent]) -> list[DecisionVersion]:
    """Return the versions of a claim's decision, the first one first, from its events."""
    decisions = [event for event in events if event.action in DECISIONS]
    versions: list[DecisionVersion] = []
    for event in sorted(decisions, key=lambda event: event.version):
        versions.append(_version(event, versions[-1] if versions else None))
    return versions


def versions_of(claim: Claim) -> list[DecisionVersion]:
    """Return the versions of a claim's decision, the first one first."""
    query = select(ClaimEvent).where(
        ClaimEvent.claim_id == claim.id, ClaimEvent.action.in_(DECISIONS)
    )
    return decision_versions(db.scalars(query))


def _version(event: ClaimEvent, former: DecisionVersion | None) -> DecisionVersion:
    promised = event.facts.get("promise_on")
    return DecisionVersion(
        number=former.number + 1 if former else 1,
        at=event.at,
        event_version=event.version,
        action=event.action,
        who=event.actor_name,
        state=event.to_state,
        promise_on=date.fromisoformat(promised) if promised else None,
        lines=tuple(DecidedLine.from_dict(line) for line in event.facts.get("lines", ())),
        reason=event.facts.get("reason", ""),
        was_promised_on=former.promise_on if former else None,
        before={line.position: line for line in former.lines} if former else {},
    )
