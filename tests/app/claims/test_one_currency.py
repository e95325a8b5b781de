"""A claim is about one plant and in one currency: those of its first line."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Plant
from app.claims import drafts
from app.claims.models import Claim
from app.core.db import db
from app.shipments.models import Contract
from app.vocabulary import Language, Remedy
from tests.app.claims.drafting import again, saved_draft
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World, fill


@pytest.fixture
def lodz(world: World) -> Plant:
    """Another plant that ships to the same dealer."""
    plant = Plant(
        code="PL-LDZ",
        name="Ogniograd Demo Sp. z o.o.",
        city="Łódź",
        address="ul. Piecowa 1",
        country="PL",
        time_zone="Europe/Warsaw",
        language=Language.PL,
        tax_id="9999000116",
        tax_code="",
        registry_no="",
        signer="Tomasz Żarski",
        signer_basis="KRS",
    )
    db.add(plant)
    db.flush()
    return plant


def test_a_line_in_another_currency_is_refused_with_words(world: World) -> None:
    claim = world.draft(world.shipped(price=Decimal(1000)))

    with pytest.raises(drafts.InAnotherCurrency) as refusal:
        drafts.add_line(
            claim, world.shipped(price=Decimal(200), currency="EUR"), by=world.ann, at=MONDAY
        )

    assert "was sold in EUR, this claim is in RUB" in str(refusal.value)
    assert [line.currency for line in claim.lines] == ["RUB"]


def test_a_line_of_another_plant_does_not_move_the_claim(world: World, lodz: Plant) -> None:
    claim = world.draft(world.shipped(price=Decimal(100)))

    with pytest.raises(drafts.OfAnotherPlant):
        drafts.add_line(
            claim, world.shipped(price=Decimal(615), plant_id=lodz.id), by=world.ann, at=MONDAY
        )

    assert claim.plant_id == world.plant.id


def test_the_database_keeps_two_currencies_out_of_a_claim(world: World) -> None:
    claim = world.draft(world.shipped(), world.shipped())

    claim.lines[1].currency = "EUR"

    db.flush()
    with pytest.raises(IntegrityError, match="one_currency"):
        db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_first_line_fixes_plant_and_currency_and_removing_it_frees_them(
    world: World, lodz: Plant
) -> None:
    abroad = world.shipped(plant_id=lodz.id, currency="PLN")
    claim = world.draft(abroad)
    assert (claim.plant_id, claim.lines[0].currency) == (lodz.id, "PLN")

    drafts.remove_line(claim, claim.lines[0], by=world.ann, at=MONDAY)
    drafts.add_line(claim, world.shipped(), by=world.ann, at=MONDAY)

    assert (claim.plant_id, claim.lines[0].currency) == (world.plant.id, "RUB")


def test_what_is_left_without_a_shipment_goes_back_to_the_dealers_plant(
    world: World, lodz: Plant
) -> None:
    world.shipped()  # the dealer is delivered in roubles at home
    claim = world.draft(world.shipped(plant_id=lodz.id, currency="PLN"))
    drafts.add_unlisted_line(claim, "Old stove", by=world.ann, at=MONDAY)
    assert claim.lines[1].currency == "PLN"

    drafts.remove_line(claim, claim.lines[0], by=world.ann, at=MONDAY)
    db.commit()

    assert (claim.plant_id, claim.lines[0].currency) == (world.plant.id, "RUB")


def test_a_demanded_sum_does_not_become_the_same_number_of_another_currency(
    world: World, lodz: Plant
) -> None:
    world.shipped()
    claim = world.draft(world.shipped(plant_id=lodz.id, currency="PLN"))
    line = drafts.add_unlisted_line(claim, "Old stove", by=world.ann, at=MONDAY)
    fill(line, demand=Remedy.REFUND, demand_amount=Decimal(100))

    drafts.remove_line(claim, claim.lines[0], by=world.ann, at=MONDAY)
    db.commit()

    assert (line.currency, line.demanded) == ("RUB", None)


def test_an_item_that_was_never_shipped_is_in_the_currency_of_the_contract(world: World) -> None:
    world.dealer.country = "DE"
    for number, currency in (("1/2020", "USD"), (world.dealer.contract_number, "CNY")):
        db.add(Contract(ref=uuid4(), dealer_id=world.dealer.id, number=number, currency=currency))
    claim = drafts.start_draft(by=world.ann, at=MONDAY)

    line = drafts.add_unlisted_line(claim, "Old stove", by=world.ann, at=MONDAY)

    assert (line.currency, line.price, line.vat_rate) == ("CNY", None, None)


def test_no_currency_is_guessed_from_the_country(world: World) -> None:
    world.dealer.country = "DE"
    claim = drafts.start_draft(by=world.ann, at=MONDAY)

    assert drafts.add_unlisted_line(claim, "Old stove", by=world.ann, at=MONDAY).currency is None


def test_a_stranger_is_offered_as_a_claim_of_its_own(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    stranger = world.shipped(currency="EUR", lot="2636-B-002")
    db.commit()
    browser = sign_in(world.ann)

    page = browser.post(
        f"/claims/{claim.id}/lines",
        data={"ref": str(stranger.ref), "command_key": "k1"},
        follow_redirects=True,
    ).text
    browser.post(
        "/claims/drafts",
        data={"ref": str(stranger.ref), "serial": "", "lot": "", "command_key": "k2"},
    )

    assert "was sold in EUR, this claim is in RUB" in page
    assert "Start a claim with it" in page
    assert len(again(claim).lines) == 1
    (other,) = db.scalars(select(Claim).where(Claim.id != claim.id))
    assert [line.currency for line in other.lines] == ["EUR"]
