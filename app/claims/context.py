"""What the days of a claim are counted by: read once for a verb, and handed to all that it calls.

Apart from `queries`, which serve screens: a verb asks this before it changes anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.catalog.models import DefectCode, Severity
from app.catalog.queries import product_groups_of
from app.claims.models import Claim
from app.core.db import db
from app.deadlines.network import Network
from app.deadlines.offices import office_in, plant_office
from app.deadlines.policies import current_policies
from app.deadlines.queries import network_for
from app.deadlines.sla import SAFETY, Office, Policy, Scope


@dataclass(frozen=True)
class SlaContext:
    """By what the clocks of service of one claim are chosen and counted; a scope for each line."""

    office: Office
    policies: Sequence[Policy]
    scopes: Sequence[Scope]


@dataclass(frozen=True)
class PlanContext:
    """By what a promise for one claim is planned, and its clocks of service counted after it."""

    network: Network
    sla: SlaContext


def read_sla(claim: Claim, *, at: datetime) -> SlaContext:
    """Read what the clocks of service of a claim are counted by around this moment."""
    return _sla(claim, plant_office(claim.plant_id, at))


def read_plan(claim: Claim, *, at: datetime) -> PlanContext:
    """Read the network between dealer and plant, and what clocks of service are counted by."""
    network = network_for(claim.dealer_id, claim.plant_id, at=at)
    return PlanContext(network, sla_in(network, claim))


def sla_in(network: Network, claim: Claim) -> SlaContext:
    """Read what clocks of service are counted by, but for the office, which the network has."""
    return _sla(claim, office_in(network, claim.plant_id))


def _sla(claim: Claim, office: Office) -> SlaContext:
    return SlaContext(office, current_policies(), _scopes_of(claim))


def _scopes_of(claim: Claim) -> list[Scope]:
    """Return what the choice of a policy depends on, one case for each line."""
    groups = product_groups_of({line.item_id for line in claim.lines if line.item_id is not None})
    priority = SAFETY if _is_dangerous(claim) else ""
    return [
        Scope(
            dealer_class=claim.dealer.priority_class,
            product_group=groups.get(line.item_id or 0, ""),
            demand=line.demand,
            priority=priority,
        )
        for line in claim.lines
    ]


def _is_dangerous(claim: Claim) -> bool:
    codes = {line.defect_code for line in claim.lines if line.defect_code}
    query = select(DefectCode.code).where(
        DefectCode.code.in_(codes), DefectCode.severity == Severity.SAFETY
    )
    return db.execute(query.limit(1)).first() is not None
