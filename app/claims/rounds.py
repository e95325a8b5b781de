"""Another round of work: the promise that follows when a dealer disputes the result."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.accounts.policy import SYSTEM
from app.claims.clock_models import ClaimPromise
from app.claims.models import Claim
from app.claims.promise_rules import Wish
from app.claims.promising import (
    Weighed,
    next_version,
    promise_columns,
    remedies_of,
    weigh_promise,
)
from app.core.errors import Refusal
from app.deadlines.network import Network
from app.deadlines.ways import WayChoice


@dataclass(frozen=True)
class NextRound:
    """The promise of another round: its day, what the claim keeps of it, its version."""

    promise_on: date
    columns: dict[str, Any]
    version: ClaimPromise


def plan_next_round(
    claim: Claim, reason: str, network: Network, *, at: datetime
) -> NextRound | None:
    """Return the promise of a round that begins now, and goes the way that was chosen before.

    None while the promised day can still be kept, and where nobody can plan any more, for a lane
    that is gone: the dealer is heard all the same, and a manager promises another day.
    """
    choice = WayChoice.from_dict(claim.way_choice)
    try:
        weighed = weigh_promise(claim, remedies_of(claim), at=at, choice=choice, network=network)
        promised = weighed.days.proposed
        if claim.promise_on is not None and _can_be_kept(claim.promise_on, weighed):
            return None
    except Refusal:
        return None
    wish = Wish(promised, reason)
    return NextRound(
        promised,
        promise_columns(weighed, promised, wish),
        next_version(claim, promised, weighed.days, wish, by=SYSTEM, at=at),
    )


def _can_be_kept(promise_on: date, weighed: Weighed) -> bool:
    """Tell whether all is done by the promised day, and the dealer is still open on it."""
    return weighed.days.proposed <= promise_on and weighed.days.receiver.is_working(promise_on)
