"""Money of a decision: how much is granted of a line, and what is refused because of it."""

import io
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.claims import attachments, drafts, service, timing
from app.claims.demands import (
    DemandUnchanged,
    DemandWithoutAmount,
    change_demand,
    demands_of,
)
from app.claims.granting import (
    AmountMissing,
    AmountNeedsReason,
    LessNeedsReason,
    NothingGranted,
    OtherCurrency,
    PriceMissing,
)
from app.claims.models import Claim, ClaimLine
from app.claims.rules import CustomerKind
from app.claims.service import LineDecision, NotReady
from app.core.db import db
from app.core.errors import Refusal
from app.core.money import Money, Portion
from app.vocabulary import Remedy
from tests.app.claims.deciding import post_confirmed
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World, fill

TUESDAY = MONDAY + timedelta(days=1)
REFUND, REDUCTION = Remedy.REFUND, Remedy.PRICE_REDUCTION
THIRTY = Portion(per_cent=Decimal(30))


def pln(amount: str) -> Money:
    return Money(Decimal(amount), "PLN")


def insert_of(world: World, **demand: Any) -> Claim:
    """File a claim on one fireplace insert for 4 920.00 PLN, as in the domain's fourth case."""
    shipped = world.shipped(price=Decimal(4920), vat_rate=Decimal(23), currency="PLN")
    claim = world.draft(shipped)
    fill(claim.lines[0], **demand)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def decide(world: World, claim: Claim, remedy: Remedy, **facts: Any) -> ClaimLine:
    (line,) = claim.lines
    accepted = facts.pop("accepted", line.quantity)
    decision = LineDecision(line.id, accepted, remedy, None, "", **facts)
    service.decide(
        claim, [decision], promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
    )
    db.commit()
    return line


def test_thirty_per_cent_of_the_price_are_granted_as_they_were_demanded(world: World) -> None:
    claim = insert_of(world, demand=REDUCTION, demand_per_cent=Decimal(30))

    line = decide(world, claim, REDUCTION)

    assert line.demanded == line.granted == pln("1476.00")
    assert line.granted_vat == pln("276.00")
    assert line.granted_per_cent == 30


def test_a_refund_of_which_nothing_is_said_is_the_whole_price(world: World) -> None:
    line = decide(world, insert_of(world, demand=REFUND), REFUND)

    assert line.granted == line.value == pln("4920.00")


def test_another_remedy_than_money_grants_none(world: World) -> None:
    line = decide(world, insert_of(world, demand=REFUND), Remedy.REPLACEMENT)

    assert (line.granted, line.granted_amount) == (None, None)


def test_less_than_was_demanded_is_granted_with_a_reason(world: World) -> None:
    claim = insert_of(world, demand=REDUCTION, demand_per_cent=Decimal(30))

    with pytest.raises(LessNeedsReason):
        decide(world, claim, REDUCTION, portion=Portion(amount=Decimal(1000)))
    db.rollback()
    line = decide(
        world,
        claim,
        REDUCTION,
        portion=Portion(amount=Decimal(1000)),
        amount_reason="The scratch is on the rear side",
    )

    assert (line.granted, line.granted_vat) == (pln("1000.00"), pln("186.99"))
    assert line.amount_reason == "The scratch is on the rear side"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"portion": Portion(amount=Decimal("4920.01"))}, AmountNeedsReason),
        ({"portion": Portion(amount=Decimal("0.001"))}, NothingGranted),
        ({"portion": Portion(amount=Decimal(1))}, LessNeedsReason),
    ],
)
def test_a_sum_that_needs_a_word_is_refused_without_it(
    world: World, facts: dict[str, Any], refusal: type[Refusal]
) -> None:
    claim = insert_of(world, demand=REFUND)

    with pytest.raises(refusal):
        decide(world, claim, REFUND, **facts)


def test_a_reduction_that_nobody_demanded_must_say_how_much(world: World) -> None:
    claim = insert_of(world, demand=Remedy.REPAIR)

    with pytest.raises(AmountMissing):
        decide(world, claim, REDUCTION)
    db.rollback()

    assert decide(world, claim, REDUCTION, portion=THIRTY).granted == pln("1476.00")


def test_a_part_of_the_quantity_gets_its_part_of_a_demanded_sum(world: World) -> None:
    claim = world.draft(world.shipped(price=Decimal(300)))
    fill(claim.lines[0], quantity=Decimal(3), demand=REDUCTION, demand_amount=Decimal(100))
    service.file_claim(claim, by=world.ann, at=MONDAY)
    (line,) = claim.lines
    some = LineDecision(line.id, Decimal(2), REDUCTION, "R03", "One was dropped")

    service.decide(claim, [some], promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY)

    assert line.granted == Money(Decimal("66.67"), "RUB")


def unlisted(world: World, **demand: Any) -> Claim:
    claim = drafts.start_draft(by=world.ann, at=MONDAY)
    line = drafts.add_unlisted_line(claim, "Old stove", by=world.ann, at=MONDAY)
    fill(line, **demand)
    return claim


def filed_unlisted(world: World, **demand: Any) -> Claim:
    world.shipped(currency="EUR")  # what tells the dealer's currency here
    claim = unlisted(world, **demand)
    proof = io.BytesIO(b"an invoice")
    attachments.attach(claim, claim.lines[0], "invoice.txt", proof, by=world.ann, at=MONDAY)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def test_the_demand_for_an_item_without_a_price_says_the_sum(world: World) -> None:
    world.shipped(currency="EUR")
    claim = unlisted(world, demand=REFUND)

    with pytest.raises(NotReady) as refusal:
        service.file_claim(claim, by=world.ann, at=MONDAY)

    assert "demand_portion" in [problem.field for problem in refusal.value.problems]


def test_money_for_an_item_without_a_price_asks_the_manager_for_it(world: World) -> None:
    claim = filed_unlisted(world, demand=REFUND, demand_amount=Decimal(200))
    facts = {"price": Decimal("250.50"), "vat_rate": Decimal(19)}

    with pytest.raises(PriceMissing):
        decide(world, claim, REFUND)
    db.rollback()
    with pytest.raises(OtherCurrency):
        decide(world, claim, REFUND, currency="PLN", **facts)
    db.rollback()
    line = decide(world, claim, REFUND, **facts)

    assert line.granted == Money(Decimal("200.00"), "EUR")
    assert line.granted_vat == Money(Decimal("31.93"), "EUR")
    assert (line.price, line.vat_rate) == (Decimal("250.50"), Decimal(19))


def test_money_of_one_decision_is_in_one_currency(world: World) -> None:
    """Nothing was ever shipped to this dealer: what the manager writes first fixes the currency."""
    claim = unlisted(world)
    drafts.add_unlisted_line(claim, "Older stove", by=world.ann, at=MONDAY)
    fill(claim.lines[1])
    for line in claim.lines:
        proof = io.BytesIO(b"an invoice")
        attachments.attach(claim, line, f"{line.position}.txt", proof, by=world.ann, at=MONDAY)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    price: dict[str, Any] = {"price": Decimal(100), "vat_rate": Decimal(20)}

    def paid(*currencies: str) -> list[LineDecision]:
        return [
            LineDecision(line.id, line.quantity, REFUND, None, "", currency=currency, **price)
            for line, currency in zip(claim.lines, currencies, strict=True)
        ]

    step: dict[str, Any] = {"promise_on": None, "version": claim.version, "by": world.cleo}
    with pytest.raises(OtherCurrency, match="this claim is in EUR"):
        service.decide(claim, paid("EUR", "RUB"), at=TUESDAY, **step)
    db.rollback()
    service.decide(claim, paid("EUR", "EUR"), at=TUESDAY, **step)
    db.commit()

    assert [line.granted for line in claim.lines] == [Money(Decimal(100), "EUR")] * 2


def test_another_sum_of_the_same_demand_is_a_changed_demand_and_moves_no_deadline(
    world: World,
) -> None:
    claim = insert_of(world, demand=REDUCTION, demand_per_cent=Decimal(30))
    claim.customer_kind = CustomerKind.CONSUMER
    before = [clock.id for clock in timing.running_clocks(claim)]
    facts: dict[str, Any] = {"presented_on": TUESDAY.date(), "by": world.cleo, "at": TUESDAY}

    with pytest.raises(DemandUnchanged):
        change_demand(
            claim, claim.lines[0].id, REDUCTION, portion=THIRTY, version=claim.version, **facts
        )
    half = Portion(per_cent=Decimal(50))
    change_demand(claim, claim.lines[0].id, REDUCTION, portion=half, version=claim.version, **facts)
    db.commit()

    assert claim.lines[0].demanded == pln("2460.00")
    assert demands_of(claim) == 2  # the act has another revision
    assert [clock.id for clock in timing.running_clocks(claim)] == before


def test_a_refund_of_which_nothing_is_said_is_no_other_demand_than_the_whole_price(
    world: World,
) -> None:
    claim = insert_of(world, demand=REFUND)

    with pytest.raises(DemandUnchanged):
        change_demand(
            claim, claim.lines[0].id, REFUND, portion=Portion(per_cent=Decimal(100)),
            presented_on=MONDAY.date(), version=claim.version, by=world.cleo, at=MONDAY,
        )  # fmt: skip


def test_a_changed_demand_for_money_says_in_which_currency(world: World, sign_in: SignIn) -> None:
    claim = unlisted(world)
    proof = io.BytesIO(b"an invoice")
    attachments.attach(claim, claim.lines[0], "invoice.txt", proof, by=world.ann, at=MONDAY)
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    address, typed = (
        f"/claims/{claim.id}/demand",
        {
            "version": str(claim.version),
            "line": str(claim.lines[0].id),
            "demand": "refund",
            "portion": "200",
            "presented_on": "2026-11-17",
        },
    )
    browser = sign_in(world.cleo)

    refused = browser.post(address, data=typed | {"command_key": "k1"})
    taken = browser.post(address, data=typed | {"command_key": "k2", "currency": "eur"})

    assert refused.status_code == 422
    assert "Say in which currency the customer demands it." in refused.text
    assert 'name="currency"' in refused.text
    assert taken.status_code == 303
    assert db.get_one(Claim, claim.id).lines[0].demanded == Money(Decimal(200), "EUR")


def test_a_changed_demand_for_money_says_how_much(world: World) -> None:
    claim = insert_of(world, demand=Remedy.REPAIR)
    facts: dict[str, Any] = {"presented_on": MONDAY.date(), "by": world.cleo, "at": MONDAY}

    with pytest.raises(DemandWithoutAmount):
        change_demand(claim, claim.lines[0].id, REDUCTION, version=claim.version, **facts)
    change_demand(
        claim, claim.lines[0].id, REDUCTION, portion=THIRTY, version=claim.version, **facts
    )
    db.commit()

    assert claim.lines[0].demanded == pln("1476.00")


def form_of(claim: Claim, **fields: str) -> dict[str, str]:
    (line,) = claim.lines
    typed = {"accepted": "1", "remedy": "price_reduction", "reason_code": ""} | fields
    of_line = {f"line-{line.id}-{name}": value for name, value in typed.items()}
    return {"version": str(claim.version), "command_key": "k1", **of_line}


def test_the_manager_types_a_per_cent_and_both_sides_read_the_sum(
    world: World, sign_in: SignIn
) -> None:
    claim = insert_of(world, demand=REDUCTION, demand_per_cent=Decimal(30))
    claim_id, typed = claim.id, form_of(claim, portion="30 %")
    browser = sign_in(world.cleo)

    page = browser.get(f"/claims/{claim_id}/decide").text
    answer = post_confirmed(browser, f"/claims/{claim_id}/decide", typed)
    of_manager = browser.get(f"/claims/{claim_id}").text
    of_dealer = sign_in(world.ann).get(f"/claims/{claim_id}").text

    assert 'value="30 %"' in page
    assert "1,476.00 PLN will be paid" in page
    assert answer.status_code == 303
    for text in (of_manager, of_dealer):
        assert "1,476.00 PLN" in text
        assert "VAT included: 276.00 PLN" in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"portion": "a lot"}, ["Write an amount such as 1500, or a percentage such as 30 %."]),
        ({"portion": "110 %"}, ["This number is too large."]),
        ({"portion": "1000.005"}, ["Write at most 2 digits after the decimal point."]),
        ({"portion": "10 %"}, ["492.00 PLN is less than was demanded, 1,476.00 PLN"]),
        ({"portion": "5000"}, ["5,000.00 PLN is more than the accepted goods cost"]),
        ({"portion": "NaN"}, ["Write an amount such as"]),
    ],
)
def test_an_amount_that_cannot_be_is_refused_with_words(
    world: World, sign_in: SignIn, fields: dict[str, str], words: Sequence[str]
) -> None:
    claim = insert_of(world, demand=REDUCTION, demand_per_cent=Decimal(30))

    address, typed = f"/claims/{claim.id}/decide", form_of(claim, **fields)
    answer = sign_in(world.cleo).post(address, data=typed)

    assert answer.status_code == 422
    for sentence in words:
        assert sentence in answer.text
    assert fields["portion"] in answer.text
