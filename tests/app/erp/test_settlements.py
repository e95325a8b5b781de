"""A document of the ERP for each remedy of a decision: its lines, its names, its money."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.accounts.models import Dealer
from app.accounts.queries import as_user
from app.claims import service
from app.claims.consequence_rules import DecisionStands
from app.claims.consequences import happened_to
from app.claims.models import Claim, Settlement
from app.claims.rules import CustomerKind
from app.claims.settlements import settlement_id, tell_decision
from app.claims.silence import contest, deemed_accept
from app.core.clock import now
from app.core.db import db
from app.core.money import Money, Portion
from app.core.outside import ONLY_ERP, Outside
from app.erp import consequences as _consequences  # noqa: F401  (registers what is posted)
from app.erp.amounts import amounts_of_decisions
from app.erp.models import ErpDocument
from app.erp.push import KEEPERS
from app.outbox.delivery import drain
from app.vocabulary import Remedy, Role
from connectors.erp.memory import RememberingErp
from connectors.erp.port import DecisionMessage
from tests.app.claims.revisions import WEDNESDAY, accepting, refusing, revised
from tests.app.world import MONDAY, World, fill, new_person

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


def decide_anew(world: World, claim: Claim, remedy: Remedy) -> None:
    """Revise the decision of the only line."""
    revised(claim, {1: accepting(claim.lines[0], remedy)}, by=world.cleo)
    db.commit()


def test_a_remedy_that_disappears_is_withdrawn_under_its_own_key(
    world: World, erp: RememberingErp
) -> None:
    claim = filed(world, 1000)
    claim_id = claim.id
    decide(world, claim, REFUND)
    tell()

    decide_anew(world, db.get_one(Claim, claim_id), Remedy.REPAIR)
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

    decide_anew(world, db.get_one(Claim, claim_id), Remedy.REPAIR)
    tell()

    assert {message.remedy for message in erp.decisions.values()} == {"REPAIR"}


def test_settlements_are_kept_once_a_remedy(world: World) -> None:
    claim = filed(world, 1000, 2000)
    decide(world, claim, REFUND, REFUND)

    tell_decision(claim, TUESDAY)
    db.commit()

    keys = list(db.scalars(select(Settlement.id).where(Settlement.claim_id == claim.id)))
    assert keys == [settlement_id(claim.id, REFUND)]


def test_a_revised_decision_is_told_under_its_next_revision(
    world: World, erp: RememberingErp
) -> None:
    claim = filed(world, 1000, 2000)
    claim_id = claim.id
    decide(world, claim, REFUND, REPLACEMENT)
    tell()

    claim = db.get_one(Claim, claim_id)
    revised(claim, {2: accepting(claim.lines[1], REFUND)}, by=world.cleo)
    db.commit()
    tell(1)

    after = told(erp, 2)
    item = world.item.name
    assert sums(after["REFUND"]) == [(item, Decimal("1000.00")), (item, Decimal("2000.00"))]
    assert after["REPLACEMENT"].outcome == "withdrawn"
    assert {one.decided_at for one in after.values()} == {WEDNESDAY}


def test_a_posted_document_that_pays_keeps_its_lines(world: World, erp: RememberingErp) -> None:
    claim = filed(world, 1000, 2000)
    claim_id = claim.id
    decide(world, claim, REFUND, REPLACEMENT)
    tell()
    claim = db.get_one(Claim, claim_id)
    first, second = claim.lines
    assert happened_to(claim) == []
    document = db.get_one(ErpDocument, settlement_id(claim.id, REFUND))
    replaced = db.get_one(ErpDocument, settlement_id(claim.id, REPLACEMENT))
    document.posted = replaced.posted = True
    document.dated_on = TUESDAY.date()
    db.flush()

    with pytest.raises(DecisionStands) as refused:
        revised(claim, {1: refusing(first), 2: refusing(second)}, by=world.cleo)

    assert refused.value.words().endswith(
        f"Line 1: document {document.number} of 17 Nov 2026 is posted in the ERP."
    )
    revised(claim, {2: refusing(second)}, by=world.cleo)
    assert [line.remedy for line in claim.lines] == [REFUND, None]


def test_what_a_contested_acceptance_has_become_is_withdrawn(
    world: World, erp: RememberingErp
) -> None:
    """Silence had accepted a refund: until it is decided anew the ERP must not pay it."""
    db.execute(update(Dealer).where(Dealer.id == world.dealer.id).values(country="PL"))
    head = new_person("hanna", Role.HEAD_OF_CLAIMS)
    db.add(head)
    claim = world.draft()
    claim.customer_kind = CustomerKind.CONSUMER
    claim.lines[0].demand = REFUND
    service.file_claim(claim, by=world.ann, at=MONDAY)
    claim_id = claim.id
    contested_at = MONDAY + timedelta(days=17)
    deemed_accept(claim, at=MONDAY + timedelta(days=16))
    db.commit()
    tell(100)

    claim = db.get_one(Claim, claim_id)
    contest(claim, "A trader", version=claim.version, by=as_user(head), at=contested_at)
    db.commit()
    tell(101)
    claim = db.get_one(Claim, claim_id)
    refused = refusing(claim.lines[0])
    service.decide(
        claim, [refused], promise_on=None, version=claim.version, by=world.cleo, at=contested_at
    )
    db.commit()
    tell(102)

    assert {name: one.outcome for name, one in told(erp, 1).items()} == {"REFUND": "accepted"}
    [withdrawn] = told(erp, 2).values()
    assert (withdrawn.remedy, withdrawn.outcome) == ("REFUND", "withdrawn")
    assert (withdrawn.lines, withdrawn.decided_at) == ((), contested_at)
    assert {name: one.outcome for name, one in told(erp, 3).items()} == {
        "REFUND": "withdrawn",
        "": "rejected",
    }
    assert amounts_of_decisions(ONLY_ERP) == {}
