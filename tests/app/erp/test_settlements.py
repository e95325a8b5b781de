"""A document of the ERP for each remedy of a decision: its lines, its names, its money."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.claims import service
from app.claims.models import Claim, Settlement
from app.claims.settlements import settlement_id, tell_decision
from app.core.clock import now
from app.core.db import db
from app.core.money import Money, Portion
from app.core.outside import ONLY_ERP, Outside
from app.erp.amounts import amounts_of_decisions
from app.erp.push import KEEPERS
from app.outbox.delivery import drain
from app.vocabulary import Remedy
from connectors.erp.memory import RememberingErp
from connectors.erp.port import DecisionMessage
from tests.app.world import MONDAY, World, fill

TUESDAY = MONDAY + timedelta(days=1)
REFUND, REDUCTION, REPLACEMENT = Remedy.REFUND, Remedy.PRICE_REDUCTION, Remedy.REPLACEMENT


@pytest.fixture
def erp(neighbours: Outside) -> RememberingErp:
    known = neighbours.erp(ONLY_ERP)
    assert isinstance(known, RememberingErp)
    return known


def filed(world: World, *prices: int) -> Claim:
    claim = world.draft(*(world.shipped(price=Decimal(price)) for price in prices))
    for line in claim.lines:
        fill(line, demand=REFUND)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def decide(world: World, claim: Claim, *remedies: Remedy | None) -> None:
    half = Portion(per_cent=Decimal(50))
    decisions = [
        service.LineDecision(
            line.id,
            line.quantity if remedy else Decimal(0),
            remedy,
            None if remedy else "R03",
            "Dropped",
            portion=half if remedy is REDUCTION else None,
            amount_reason="Half of it is fair" if remedy is REDUCTION else "",
        )
        for line, remedy in zip(claim.lines, remedies, strict=True)
    ]
    service.decide(
        claim, decisions, promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
    )
    db.commit()


def tell(hours: int = 0) -> None:
    drain(KEEPERS, at=now() + timedelta(hours=hours))


def told(erp: RememberingErp, revision: int) -> dict[str, DecisionMessage]:
    return {
        message.remedy: message
        for (_, number), message in erp.decisions.items()
        if number == revision
    }


def sums(message: DecisionMessage) -> list[tuple[str, Decimal]]:
    return [(line.item_name, line.amount) for line in message.lines]


def test_reduction_refund_and_replacement_are_three_documents(
    world: World, erp: RememberingErp
) -> None:
    claim = filed(world, 1000, 2000, 15500, 300)
    decide(world, claim, REDUCTION, REFUND, REPLACEMENT, None)

    tell()

    messages = told(erp, 1)
    item = world.item.name
    assert set(messages) == {"PRICE_REDUCTION", "REFUND", "REPLACEMENT", ""}
    assert sums(messages["PRICE_REDUCTION"]) == [(item, Decimal("500.00"))]
    assert sums(messages["REFUND"]) == [(item, Decimal("2000.00"))]
    assert sums(messages["REPLACEMENT"]) == [(item, Decimal(0))]
    assert sums(messages[""]) == [(item, Decimal(0))]
    assert {one.outcome for one in messages.values()} == {"accepted", "rejected"}
    assert amounts_of_decisions(ONLY_ERP) == {
        settlement_id(claim.id, REDUCTION): Money(Decimal(500), "RUB"),
        settlement_id(claim.id, REFUND): Money(Decimal(2000), "RUB"),
    }


def decide_anew(claim: Claim, remedy: Remedy) -> None:
    """Change the decision as another version of it does."""
    (line,) = claim.lines
    line.remedy, line.granted_amount = remedy, None
    claim.decision_revision += 1
    tell_decision(claim, TUESDAY)
    db.commit()


def test_a_remedy_that_disappears_is_withdrawn_under_its_own_key(
    world: World, erp: RememberingErp
) -> None:
    claim = filed(world, 1000)
    claim_id = claim.id
    decide(world, claim, REFUND)
    tell()

    decide_anew(db.get_one(Claim, claim_id), Remedy.REPAIR)
    tell(1)

    before, after = told(erp, 1), told(erp, 2)
    assert set(before) == {"REFUND"}
    assert {name: one.outcome for name, one in after.items()} == {
        "REFUND": "withdrawn",
        "REPAIR": "accepted",
    }
    assert after["REFUND"].external_id == before["REFUND"].external_id
    assert after["REFUND"].lines == ()


def test_a_remedy_that_the_erp_never_heard_of_is_not_withdrawn(
    world: World, erp: RememberingErp
) -> None:
    claim = filed(world, 1000)
    claim_id = claim.id
    decide(world, claim, REFUND)

    decide_anew(db.get_one(Claim, claim_id), Remedy.REPAIR)
    tell()

    assert {message.remedy for message in erp.decisions.values()} == {"REPAIR"}


def test_settlements_are_kept_once_a_remedy(world: World) -> None:
    claim = filed(world, 1000, 2000)
    decide(world, claim, REFUND, REFUND)

    tell_decision(claim, TUESDAY)
    db.commit()

    keys = list(db.scalars(select(Settlement.id).where(Settlement.claim_id == claim.id)))
    assert keys == [settlement_id(claim.id, REFUND)]
