"""A whole decision as one value, as its form gives it and as JSON keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from app.claims.departments import LineDepartments
from app.claims.granting import LineDecision
from app.claims.models import Claim, ClaimLine
from app.claims.promise_rules import Wish
from app.core.money import Portion
from app.deadlines.ways import USUAL, WayChoice
from app.vocabulary import Remedy

NO_WISH = Wish()


@dataclass(frozen=True)
class Decision:
    """What a manager decided for each line, what is promised and which way the goods go.

    `reason` says why a former decision is revised, "" for a first one.
    """

    lines: tuple[LineDecision, ...]
    wish: Wish = NO_WISH
    choice: WayChoice = USUAL
    departments: tuple[LineDepartments, ...] = ()
    reason: str = ""

    def of_line(self, line_id: UUID) -> LineDecision | None:
        """Return what was decided for a line."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the decision as JSON keeps it: days and numbers as text."""
        return {
            "lines": [_line_as_dict(line) for line in self.lines],
            "promise_on": self.wish.promise_on.isoformat() if self.wish.promise_on else None,
            "promise_reason": self.wish.reason,
            "agreement_id": self.wish.agreement_id,
            "choice": self.choice.as_dict(),
            "departments": [one.as_dict() for one in self.departments],
            "reason": self.reason,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Return the decision that `as_dict` kept."""
        day = kept["promise_on"]
        wish = Wish(
            date.fromisoformat(day) if day else None, kept["promise_reason"], kept["agreement_id"]
        )
        lines = tuple(_line_from_dict(line) for line in kept["lines"])
        choice = WayChoice.from_dict(kept["choice"])
        departments = tuple(map(LineDepartments.from_dict, kept.get("departments", ())))
        return cls(lines, wish, choice, departments, kept.get("reason", ""))

    @classmethod
    def present(cls, claim: Claim) -> Self:
        """Return what is decided of a claim now, as its revision begins; no day is wished yet."""
        choice = WayChoice.from_dict(claim.way_choice)
        return cls(tuple(_present(line) for line in claim.lines), choice=choice)


def _present(line: ClaimLine) -> LineDecision:
    portion = Portion(line.granted_per_cent) if line.granted_per_cent else None
    if portion is None and line.granted_amount is not None:
        portion = Portion(amount=line.granted_amount)
    return LineDecision(
        line_id=line.id,
        accepted=line.accepted_quantity or Decimal(0),
        remedy=line.remedy,
        reason_code=line.reason_code,
        reason_text=line.reason_text,
        portion=portion,
        amount_reason=line.amount_reason,
        price=line.price,
        vat_rate=line.vat_rate,
        currency=line.currency,
    )


def _line_as_dict(line: LineDecision) -> dict[str, Any]:
    portion = line.portion
    return {
        "line_id": str(line.line_id),
        "accepted": str(line.accepted),
        "remedy": line.remedy,
        "reason_code": line.reason_code,
        "reason_text": line.reason_text,
        "per_cent": _text(portion.per_cent if portion else None),
        "amount": _text(portion.amount if portion else None),
        "amount_reason": line.amount_reason,
        "price": _text(line.price),
        "vat_rate": _text(line.vat_rate),
        "currency": line.currency,
    }


def _line_from_dict(kept: Mapping[str, Any]) -> LineDecision:
    per_cent, amount = _number(kept["per_cent"]), _number(kept["amount"])
    return LineDecision(
        line_id=UUID(kept["line_id"]),
        accepted=Decimal(kept["accepted"]),
        remedy=Remedy(kept["remedy"]) if kept["remedy"] else None,
        reason_code=kept["reason_code"],
        reason_text=kept["reason_text"],
        portion=None if per_cent is None and amount is None else Portion(per_cent, amount),
        amount_reason=kept["amount_reason"],
        price=_number(kept["price"]),
        vat_rate=_number(kept["vat_rate"]),
        currency=kept["currency"],
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
