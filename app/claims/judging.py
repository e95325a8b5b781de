"""What a decision says of every line, checked before anything is written.

A first decision and a revised one are judged alike; what they change is the business of the verbs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.claims.decided import DecidedLine
from app.claims.granting import (
    Grant,
    LineDecision,
    granted_by,
    refuse_two_currencies,
    write_grant,
)
from app.claims.models import Claim, ClaimLine
from app.claims.rules import Action, LineVerdict, decision_action, is_part
from app.core.errors import N_, Refusal
from app.core.units import Quantity
from app.vocabulary import Remedy


class QuantitiesDoNotAddUp(Refusal):
    message = N_("%(item)s: between 0 and %(quantity)s can be accepted.")


class RemedyMissing(Refusal):
    message = N_("%(item)s: choose the remedy for what is accepted.")


class ReasonMissing(Refusal):
    message = N_("%(item)s: give the reason, coded and in words, for what is rejected.")


@dataclass(frozen=True)
class Judgement:
    """A checked decision, by line: what was typed, the quantities and the money."""

    decisions: Mapping[UUID, LineDecision]
    verdicts: Mapping[UUID, LineVerdict]
    grants: Mapping[UUID, Grant | None]

    @property
    def action(self) -> Action:
        """How the whole comes out: accepted, partly accepted or rejected."""
        return decision_action(self.verdicts.values())

    @property
    def is_refusal(self) -> bool:
        """Whether nothing is accepted."""
        return self.action is Action.REJECT

    @property
    def accepted(self) -> dict[UUID, Decimal]:
        """The accepted quantity of each line."""
        return {line_id: verdict.accepted for line_id, verdict in self.verdicts.items()}

    @property
    def remedies(self) -> dict[UUID, Remedy]:
        """The remedy of each line of which anything is accepted."""
        return {
            line_id: one.remedy
            for line_id, one in self.decisions.items()
            if one.accepted and one.remedy is not None
        }

    def decided(self, line: ClaimLine) -> DecidedLine:
        """Return what is being decided of a line, as its event keeps it."""
        decision = self.decisions[line.id]
        return DecidedLine.of(
            line,
            self.verdicts[line.id].accepted,
            decision.remedy,
            self.grants[line.id],
            reason_code=decision.reason_code,
            reason_text=decision.reason_text,
        )

    def facts(self, claim: Claim) -> list[dict[str, Any]]:
        """Return what is being decided of all lines, as JSON keeps it."""
        return [self.decided(line).as_dict() for line in claim.lines]


def judge(claim: Claim, decisions: Sequence[LineDecision]) -> Judgement:
    """Check what was decided of every line; refuse what leaves a hole or does not add up."""
    by_line = {decision.line_id: decision for decision in decisions}
    verdicts = {line.id: verdict_of(line, by_line.get(line.id)) for line in claim.lines}
    grants = {line.id: granted_by(line, by_line[line.id]) for line in claim.lines}
    refuse_two_currencies((line, grants[line.id]) for line in claim.lines)
    return Judgement(by_line, verdicts, grants)


def write_judgement(claim: Claim, judgement: Judgement) -> None:
    """Write what was decided into the lines."""
    for line in claim.lines:
        _write(line, judgement.verdicts[line.id], judgement.decisions[line.id])
        write_grant(line, judgement.grants[line.id])


def verdict_of(line: ClaimLine, decision: LineDecision | None) -> LineVerdict:
    """Return what is accepted and rejected of a line, or refuse what does not add up."""
    if decision is None or not is_part(decision.accepted, line.quantity, line.unit):
        claimed = Quantity(line.quantity, line.unit)
        raise QuantitiesDoNotAddUp(item=line.item_name, quantity=claimed)
    rejected = line.quantity - decision.accepted
    if decision.accepted and decision.remedy is None:
        raise RemedyMissing(item=line.item_name)
    if rejected and not (decision.reason_code and decision.reason_text):
        raise ReasonMissing(item=line.item_name)
    return LineVerdict(line.quantity, decision.accepted, rejected)


def _write(line: ClaimLine, verdict: LineVerdict, decision: LineDecision) -> None:
    line.accepted_quantity = verdict.accepted
    line.rejected_quantity = verdict.rejected
    line.remedy = decision.remedy if verdict.accepted else None
    line.reason_code = decision.reason_code if verdict.rejected else None
    line.reason_text = decision.reason_text if verdict.rejected else ""
