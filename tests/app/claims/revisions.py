"""Revising decisions in tests: a decided claim, and what is decided of it instead."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from app.accounts.policy import User
from app.claims import service
from app.claims.decision_inputs import Decision
from app.claims.granting import LineDecision
from app.claims.models import Claim, ClaimLine
from app.claims.promise_rules import Wish
from app.claims.revising import revise
from app.core.db import db
from app.vocabulary import Remedy
from tests.app.world import MONDAY, World, fill

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
WHY = "The laboratory has measured it anew"


def decided(world: World, *remedies: Remedy | None, quantity: int = 2) -> Claim:
    """Return a claim that was decided on Tuesday, one line a remedy; None is a refused line."""
    claim = world.draft(*(world.shipped() for _ in remedies))
    for line, remedy in zip(claim.lines, remedies, strict=True):
        fill(line, quantity=Decimal(quantity), demand=remedy or Remedy.REPAIR)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    decisions = [
        accepting(line, remedy) if remedy else refusing(line)
        for line, remedy in zip(claim.lines, remedies, strict=True)
    ]
    service.decide(
        claim, decisions, promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
    )
    db.commit()
    return claim


def accepting(line: ClaimLine, remedy: Remedy, quantity: int | None = None) -> LineDecision:
    """Accept a line, or a part of it."""
    accepted = line.quantity if quantity is None else Decimal(quantity)
    rest = accepted < line.quantity
    return LineDecision(
        line.id, accepted, remedy, "R03" if rest else None, "Dropped" if rest else ""
    )


def refusing(line: ClaimLine) -> LineDecision:
    """Refuse a line wholly."""
    return LineDecision(line.id, Decimal(0), None, "R03", "Dropped")


def revised(
    claim: Claim,
    changes: dict[int, LineDecision],
    *,
    by: User,
    at: datetime = WEDNESDAY,
    reason: str = WHY,
    promise_on: date | None = None,
    promise_reason: str = "",
) -> None:
    """Decide some lines otherwise, by their positions; all others stay as they were decided."""
    present = Decision.present(claim)
    lines = [
        changes.get(line.position, present.of_line(line.id) or refusing(line))
        for line in claim.lines
    ]
    revise(
        claim,
        lines,
        reason,
        wish=Wish(promise_on, promise_reason),
        choice=present.choice,
        version=claim.version,
        by=by,
        at=at,
    )
    db.flush()
