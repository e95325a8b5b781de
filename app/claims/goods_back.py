"""The customer has brought the goods back: what the law counts from that day begins to run."""

from collections.abc import Iterator
from datetime import date, datetime

from app.accounts.policy import User
from app.claims import timing
from app.claims.days import Fact, day_of
from app.claims.models import Claim, ClaimLine
from app.claims.moves import move
from app.claims.rules import Action
from app.core.errors import N_, Refusal


class GoodsDayWrong(Refusal):
    message = N_("Give a day between the demand and today.")


def note_goods(claim: Claim, received_on: date, *, version: int, by: User, at: datetime) -> None:
    """Note on which day the seller has the goods, or the proof that they are on their way."""
    first = claim.demand_presented_on or received_on
    if not first <= received_on <= day_of(claim, Fact.GOODS_RETURNED, at).day:
        raise GoodsDayWrong

    move(claim, Action.GOODS_BACK, version, by, at, facts={"received_on": str(received_on)})
    timing.start_at_goods(claim, received_on, at=at)


def waiting_for_goods(claim: Claim, *, at: datetime) -> Iterator[tuple[ClaimLine, str]]:
    """Give the lines with the titles of the rules that begin when the goods are back."""
    for line, rule in timing.rules_at_goods(claim, on=day_of(claim, Fact.GOODS_RETURNED, at).day):
        yield line, rule.title
