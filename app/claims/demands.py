"""A customer who wants something else now: deadlines of the new demand, another act."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.policy import User
from app.claims.amounts import currency_of
from app.claims.days import Fact, day_of
from app.claims.law_changes import follow_demand
from app.claims.models import Claim, ClaimEvent, ClaimLine
from app.claims.moves import move, owe, tell_erp
from app.claims.rules import Action
from app.core.db import db
from app.core.errors import N_, NotAllowed, Refusal
from app.core.money import WHOLE, Money, Portion
from app.vocabulary import REFUNDS, Remedy


class DemandUnchanged(Refusal):
    message = N_("This demand is already recorded for the line.")


class DemandDayWrong(Refusal):
    message = N_("Give a day between the first demand and today.")


class DemandWithoutAmount(Refusal):
    message = N_("Say how much is demanded, a percentage or an amount.")


class DemandWithoutCurrency(Refusal):
    message = N_("Say in which currency the customer demands it.")


class DemandAboveValue(Refusal):
    message = N_("This is more than these goods cost.")


def change_demand(
    claim: Claim,
    line_id: UUID,
    demand: Remedy,
    *,
    presented_on: date,
    portion: Portion | None = None,
    currency: str | None = None,
    version: int,
    by: User,
    at: datetime,
) -> None:
    """Note a changed demand of one line; it adds deadlines of its own, the answer's go on.

    Another sum of the same demand moves no deadline. `currency` is that of the money, where the
    portal does not know it.
    """
    line = next((line for line in claim.lines if line.id == line_id), None)
    if line is None:
        raise NotAllowed
    portion = portion if demand in REFUNDS else None
    if line.demand is demand and _said(demand, line.demand_portion) == _said(demand, portion):
        raise DemandUnchanged
    first = claim.demand_presented_on or presented_on
    if not first <= presented_on <= day_of(claim, Fact.DEMANDED, at).day:
        raise DemandDayWrong
    currency = line.currency or currency_of(claim.lines) or currency
    if demand in REFUNDS:
        _check_amount(line, demand, portion)
        if currency is None:
            raise DemandWithoutCurrency

    before = line.demand
    sums = {"was_sum": line.demanded, "sum": _sum(line, _said(demand, portion), currency)}
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
            **{name: [str(one.amount), one.currency] for name, one in sums.items() if one},
        },
        revision=claim.revision + 1,
    )
    line.demand = demand
    if before is not demand:
        follow_demand(claim, line, demand, presented_on=presented_on, at=at)
    if demand in REFUNDS:
        line.currency = currency
    line.demand_per_cent = portion.per_cent if portion else None
    line.demand_amount = portion.amount if portion else None

    tell_erp(claim, at)
    owe(claim, "act.issue_filed", at, queue="act")


def demands_of(claim: Claim) -> int:
    """Return how many demands the customer has made by now: the first one and each changed one."""
    query = select(func.count(ClaimEvent.id)).where(
        ClaimEvent.claim_id == claim.id, ClaimEvent.action == Action.CHANGE_DEMAND
    )
    return 1 + (db.scalar(query) or 0)


def _said(demand: Remedy, portion: Portion | None) -> Portion | None:
    """Return how much is demanded: of a refund of which nothing was said, all of it."""
    return portion or (WHOLE if demand is Remedy.REFUND else None)


def _sum(line: ClaimLine, portion: Portion | None, currency: str | None) -> Money | None:
    """Return the sum of a portion, None where it is no money or the price is not known."""
    if portion is None or currency is None:
        return None
    if portion.amount is not None:
        return Money(portion.amount, currency)
    return portion.of(line.value) if line.value else None


def _check_amount(line: ClaimLine, demand: Remedy, portion: Portion | None) -> None:
    """Refuse a demand for money that does not say how much, or more than the goods cost."""
    is_said = portion is not None or (demand is Remedy.REFUND and line.price is not None)
    if not is_said or (portion and portion.amount is None and line.price is None):
        raise DemandWithoutAmount
    if portion and line.value and portion.of(line.value) > line.value:
        raise DemandAboveValue
