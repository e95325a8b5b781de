"""A customer who wants something else now: deadlines of the new demand, another act."""

from datetime import date, datetime
from uuid import UUID

from app.accounts.policy import User
from app.claims.days import Fact, day_of
from app.claims.law_changes import follow_demand
from app.claims.models import Claim
from app.claims.moves import move, owe, tell_erp
from app.claims.rules import Action
from app.core.errors import N_, NotAllowed, Refusal
from app.vocabulary import Remedy


class DemandUnchanged(Refusal):
    message = N_("This is what the line demands already.")


class DemandDayWrong(Refusal):
    message = N_("The new demand was presented between the first one and today.")


def change_demand(
    claim: Claim,
    line_id: UUID,
    demand: Remedy,
    *,
    presented_on: date,
    version: int,
    by: User,
    at: datetime,
) -> None:
    """Note a changed demand of one line; it adds deadlines of its own, the answer's go on."""
    line = next((line for line in claim.lines if line.id == line_id), None)
    if line is None:
        raise NotAllowed
    if line.demand is demand:
        raise DemandUnchanged
    first = claim.demand_presented_on or presented_on
    if not first <= presented_on <= day_of(claim, Fact.DEMANDED, at).day:
        raise DemandDayWrong

    before = line.demand
    move(
        claim,
        Action.CHANGE_DEMAND,
        version,
        by,
        at,
        facts={
            "line": line.position,
            "was": before.value if before else None,
            "demand": demand.value,
            "presented_on": str(presented_on),
        },
        revision=claim.revision + 1,
    )
    line.demand = demand
    follow_demand(claim, line, demand, presented_on=presented_on, at=at)

    tell_erp(claim, at)
    owe(claim, "act.issue_filed", at, queue="act")
