"""Ways out for a decision whose promise would come too late."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from app.claims.models import Claim
from app.claims.promising import Weighed
from app.deadlines.options import Aim, Instead, Option, options
from app.deadlines.ways import WayChoice
from app.vocabulary import Remedy


def way_outs(
    claim: Claim, weighed: Weighed, remedies: Mapping[UUID, Remedy], *, wished: date | None
) -> list[Option]:
    """Return the faster ways when the present one misses the safe day or the day that is wished."""

    def due_of(choice: WayChoice, instead: Instead | None) -> date:
        limits = weighed.law.limits(replaced(remedies, instead), choice)
        days = [limit.safe for limit in limits] + ([wished] if wished else [])
        return min(days, default=date.max)

    aim = Aim(
        claim.dealer_id,
        claim.plant_id,
        weighed.wanted,
        weighed.choice,
        weighed.start,
        weighed.weight,
    )
    return options(weighed.network, aim, due_of)


def replaced(remedies: Mapping[UUID, Remedy], instead: Instead | None) -> dict[UUID, Remedy]:
    """Return the remedies of the lines with one of them in place of another."""
    if instead is None:
        return dict(remedies)
    was, then = instead
    return {line: then if remedy is was else remedy for line, remedy in remedies.items()}
