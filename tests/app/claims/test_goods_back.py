"""Where the law counts from the return of the goods, nothing runs before it, and then it does."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.accounts.models import Dealer
from app.claims import service, timing
from app.claims.goods_back import GoodsDayWrong, note_goods, waiting_for_goods
from app.claims.models import Claim
from app.claims.rules import CustomerKind
from app.core.db import db
from app.vocabulary import Remedy
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

THURSDAY = MONDAY + timedelta(days=3)


@pytest.fixture
def refund(world: World) -> Claim:
    """A consumer in Poland wants the money back."""
    db.execute(update(Dealer).values(country="PL", time_zone="Europe/Warsaw"))
    db.expire_all()
    claim = world.draft()
    claim.lines[0].demand = Remedy.REFUND
    claim.customer_kind = CustomerKind.CONSUMER
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def laws(claim: Claim) -> set[str]:
    return {one.rule_code for one in timing.running_clocks(claim) if one.rule_code}


def brought_back(world: World, claim: Claim, day: date) -> None:
    note_goods(claim, day, version=claim.version, by=world.ann, at=THURSDAY)
    db.flush()


def test_a_refund_runs_from_the_return_of_the_goods(world: World, refund: Claim) -> None:
    assert laws(refund) == {"PL-C-01"}
    [(line, title)] = waiting_for_goods(refund, at=MONDAY)
    assert (line.position, title) == (1, "Money back to the consumer")

    brought_back(world, refund, date(2026, 11, 17))

    [clock] = [one for one in timing.running_clocks(refund) if one.rule_code == "PL-C-04"]
    assert (clock.trigger_on, clock.legal_on) == (date(2026, 11, 17), date(2026, 12, 1))
    assert list(waiting_for_goods(refund, at=THURSDAY)) == []


def test_telling_it_twice_starts_nothing_twice(world: World, refund: Claim) -> None:
    brought_back(world, refund, date(2026, 11, 17))
    brought_back(world, refund, date(2026, 11, 18))

    codes = [one.rule_code for one in timing.running_clocks(refund)]
    assert codes.count("PL-C-04") == 1


@pytest.mark.parametrize("day", [date(2026, 11, 15), date(2026, 11, 20)])
def test_a_day_before_the_demand_or_to_come_is_refused(
    world: World, refund: Claim, day: date
) -> None:
    with pytest.raises(GoodsDayWrong):
        brought_back(world, refund, day)


def test_what_was_rejected_waits_for_no_goods(world: World, refund: Claim) -> None:
    refusals = [
        service.LineDecision(line.id, line.quantity * 0, None, "R03", "Broken by force")
        for line in refund.lines
    ]
    service.decide(
        refund, refusals, promise_on=None, version=refund.version, by=world.cleo, at=MONDAY
    )

    assert list(waiting_for_goods(refund, at=THURSDAY)) == []


def test_the_dealer_tells_it_on_the_claims_page(
    world: World, refund: Claim, sign_in: SignIn
) -> None:
    claim_id, version = refund.id, refund.version
    clerk = sign_in(world.ann)
    address = f"/claims/{claim_id}/goods-back"

    before = clerk.get(f"/claims/{claim_id}").text
    clerk.post(address, data={"version": version, "received_on": "2026-11-16"})
    after = clerk.get(f"/claims/{claim_id}").text

    assert address in before
    assert "PL-C-04" not in before
    assert "PL-C-04" in after
    assert address not in after
    assert "Noted the return of the goods by the customer" in after


def test_another_dealer_finds_no_such_claim(world: World, refund: Claim, sign_in: SignIn) -> None:
    assert sign_in(world.ben).get(f"/claims/{refund.id}/goods-back").status_code == 404
