"""What a claim's one promise means for some of its lines: an act and a document are about theirs.

A file of its own, because the promise itself is the claim's and is nowhere divided.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.claims.models import Claim
from app.claims.promising import legal_day_of, remedies_of, weigh_promise
from app.core.errors import Refusal
from app.deadlines.rules import Leg
from app.deadlines.ways import WayChoice


@dataclass(frozen=True)
class LinesTerm:
    """By when some accepted lines are promised, on which way, and the last day by law."""

    promise_on: date
    legs: Sequence[Leg]
    legal_on: date | None


def day_of_lines(claim: Claim, line_ids: Collection[UUID]) -> date | None:
    """Return the day by which some lines are promised; None where none of them is accepted."""
    accepted = set(remedies_of(claim)).intersection(line_ids)
    if not accepted or accepted == set(remedies_of(claim)):
        return claim.promise_on if accepted else None
    return term_of_lines(claim, accepted).promise_on


def term_of_lines(claim: Claim, line_ids: Collection[UUID]) -> LinesTerm:
    """Return the term of some accepted lines of a claim with a promise.

    Their day is the one that their own plan, begun at the decision, would have been offered. Where
    more time was promised than the plan of the whole claim needs, they have as much more. No line
    has a later day than the claim; where nothing can be planned any more, for a lane that is gone,
    it has the claim's.
    """
    assert claim.promise_on is not None and claim.decided_at is not None  # noqa: S101, PT018
    every = remedies_of(claim)
    own = {line_id: every[line_id] for line_id in line_ids if line_id in every}
    choice = WayChoice.from_dict(claim.way_choice)
    legal_on = legal_day_of(claim, own)
    try:
        plan = weigh_promise(claim, own, at=claim.decided_at, choice=choice)
        whole = weigh_promise(claim, every, at=claim.decided_at, choice=choice)
        more = max(claim.promise_on - whole.days.proposed, timedelta())
        promise_on = plan.days.receiver.on_or_after(plan.days.proposed + more)
    except Refusal:
        return LinesTerm(claim.promise_on, (), legal_on)
    return LinesTerm(min(promise_on, claim.promise_on), plan.plan.legs, legal_on)
