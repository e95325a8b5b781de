"""What acts say in money: what was granted, in any currency, and never in silence."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from acts.facts import ActKind
from acts.render import render
from app.claims import service as claims
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.money import CurrenciesDiffer
from app.outbox.delivery import drain
from app.paperwork import service
from app.paperwork.tasks import KEEPERS
from app.vocabulary import Remedy
from tests.app.conftest import SignIn
from tests.app.paperwork.test_acts import acts_of, text_of
from tests.app.world import MONDAY, World, fill

TUESDAY = MONDAY + timedelta(days=1)


def claimed(world: World, *lines: dict[str, Any]) -> Claim:
    """File a claim with a line for each demand; `shipped` are facts of the shipment."""
    found = [world.shipped(**one.pop("shipped", {})) for one in lines]
    claim = world.draft(*found)
    for line, facts in zip(claim.lines, lines, strict=True):
        fill(line, **facts)
    claims.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()
    return claim


def decided(world: World, claim: Claim) -> Claim:
    """Grant every line as it was demanded."""
    verdicts = [
        claims.LineDecision(line.id, line.quantity, line.demand, None, "") for line in claim.lines
    ]
    claims.decide(
        claim, verdicts, promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
    )
    db.commit()
    return claim


def last_act(claim: Claim) -> str:
    service.issue_filed(claim.id, at=MONDAY)
    if claim.decided_at:
        service.issue_decided(claim.id, at=TUESDAY)
    db.commit()
    return text_of(acts_of(claim)[-1]).replace("\u00a0", " ")


def test_the_act_of_a_price_reduction_pays_what_was_granted(world: World) -> None:
    insert = {"price": Decimal(4920), "vat_rate": Decimal(23), "currency": "PLN"}
    demand = {"demand": Remedy.PRICE_REDUCTION, "demand_per_cent": Decimal(30)}
    claim = decided(world, claimed(world, {"shipped": insert, **demand}))

    text = last_act(claim)

    assert "1,476.00 PLN" in text
    assert "one thousand four hundred and seventy-six Polish zlotys 00/100" in text
    assert "including VAT 276.00 PLN" in text
    assert "30%" in text
    assert "4,920.00 PLN" not in text


def test_half_a_metre_is_rounded_alike_in_act_and_screen(world: World, sign_in: SignIn) -> None:
    cord = {"price": Decimal("210.01"), "unit": "MTR", "vat_rate": Decimal(20)}
    half = {"quantity": Decimal("0.500"), "demand": Remedy.REFUND}
    claim = claimed(world, {"shipped": cord, **half})

    text = last_act(claim)
    page = sign_in(world.cleo).get(f"/claims/{claim.id}/decide").text

    assert "105.01" in text
    assert "105.01 RUB" in page
    assert "105.00" not in text + page


def test_a_price_with_four_places_is_shown_with_all_of_them(world: World) -> None:
    bolt = {"price": Decimal("0.0125"), "vat_rate": Decimal(20)}
    claim = claimed(world, {"shipped": bolt, "quantity": Decimal(10), "demand": Remedy.REFUND})

    text = last_act(claim)

    assert "0.0125" in text
    assert "0.13 RUB" in text


@pytest.mark.parametrize("currency", ["CNY", "JPY", "AED"])
def test_a_currency_without_words_is_written_in_figures_with_its_code(
    world: World, currency: str
) -> None:
    shipped = {"price": Decimal(1200), "currency": currency}
    claim = claimed(world, {"shipped": shipped, "demand": Remedy.REFUND})

    text = last_act(claim)

    assert f"1,200{'' if currency == 'JPY' else '.00'} {currency}" in text
    assert "()" not in text


def test_an_act_of_two_currencies_is_a_fault(world: World) -> None:
    claim = claimed(world, {"demand": Remedy.REFUND}, {"demand": Remedy.REFUND})
    claim.lines[1].currency = "EUR"

    with pytest.raises(CurrenciesDiffer):
        service.issue_filed(claim.id, at=MONDAY)
    db.rollback()


def test_an_act_that_fails_is_shown_with_its_reason_and_tried_again(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claimed(world, {"demand": Remedy.REFUND})
    claim_id = claim.id

    def broken(*_: object) -> bytes:
        raise KeyError("the template is gone")

    monkeypatch.setattr("app.paperwork.service.render", broken)
    for hour in range(6):
        drain(KEEPERS, at=now() + timedelta(hours=hour))
    manager, admin = sign_in(world.cleo), sign_in(world.admin)
    of_manager = manager.get(f"/claims/{claim_id}").text
    of_dealer = sign_in(world.ann).get(f"/claims/{claim_id}").text
    of_admin = admin.get("/exchange?state=parked").text
    monkeypatch.setattr("app.paperwork.service.render", render)
    manager.post(f"/claims/{claim_id}/acts/again", data={"command_key": "k1"})
    drain(KEEPERS, at=now() + timedelta(hours=7))
    after = manager.get(f"/claims/{claim_id}").text

    assert "The act could not be issued:" in of_manager
    assert "the template is gone" in of_manager
    assert "the template is gone" not in of_dealer
    assert "The act could not be issued yet. The manufacturer knows" in of_dealer
    assert "the template is gone" in of_admin
    assert "could not be issued" not in after
    assert [act.kind for act in acts_of(db.get_one(Claim, claim_id))] == [ActKind.REFUND]
