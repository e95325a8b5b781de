"""The demo's decisions that did not stay as they were: one is revised, one waits for the head."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.accounts.policy import User
from app.claims.decision_inputs import Decision
from app.claims.granting import LineDecision
from app.claims.models import Claim
from app.claims.promise_rules import Wish
from app.claims.proposals import hand_on
from app.claims.revising import revise
from app.core.clock import local_day
from app.paperwork import service as paperwork
from app.seed import stories
from app.vocabulary import Remedy
from app.work.following import follow_claim


def revise_to(claim: Claim, remedy: Remedy, *, by: User, at: datetime) -> None:
    """Give every line another remedy than was decided first; its work follows."""
    present = Decision.present(claim)
    revise(
        claim,
        [replace(line, remedy=remedy) for line in present.lines],
        stories.REVISED[claim.dealer.language],
        wish=present.wish,
        choice=present.choice,
        version=claim.version,
        by=by,
        at=at,
    )
    paperwork.issue_decided(claim.id, at=at)
    follow_claim(claim.id, at=at)


def hand_on_early(claim: Claim, *, by: User, at: datetime) -> None:
    """Hand a decision on whose promise only the head of claims may give: the very next day."""
    lines = tuple(
        LineDecision(line.id, line.quantity, line.demand, None, "") for line in claim.lines
    )
    tomorrow = local_day(at, claim.plant.time_zone) + timedelta(days=1)
    reason = stories.HURRY[by.language]
    decision = Decision(lines, Wish(tomorrow, reason))
    hand_on(claim, decision, reason, version=claim.version, by=by, at=at)
