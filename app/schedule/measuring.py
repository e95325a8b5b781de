"""How long the stages of claims took, kept beside their norms as claims go on."""

from collections.abc import Iterable
from datetime import datetime

from app.core.errors import Refusal
from app.deadlines.durations import days_taken
from app.deadlines.measures import Measured, record_ways
from app.deadlines.network import Network
from app.deadlines.stages import LOADS
from app.schedule.prospects import open_ways
from app.schedule.subjects import Subject


def measure_stages(subjects: Iterable[Subject], network: Network, *, at: datetime) -> None:
    """Record what is known by now of the ways of claims that are decided."""
    record_ways(
        {str(one.claim_id): _measured(one, network) for one in subjects if one.decided_at}, at=at
    )


def _measured(subject: Subject, network: Network) -> list[Measured]:
    """Return each stage once: news are of the claim, and its longest way has most to say."""
    found: dict[str, Measured] = {}
    try:
        ways = sorted(open_ways(subject, network), key=lambda one: -len(one.way.chain))
        for one in ways:
            for took in days_taken(network.stages(one.way), one.start, subject.actuals):
                measured = Measured(took, one.way.product_group, one.way.remedy)
                found.setdefault(took.stage, measured)
    except Refusal:  # without a way or a calendar nothing can be counted; the forecast says so
        return []
    return [one for one in found.values() if one.took.stage not in LOADS]
