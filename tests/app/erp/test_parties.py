"""Dealers have two keys: a legal entity's own, and that of the business behind it."""

from datetime import date
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Dealer
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP
from app.erp.parties import list_entities
from app.shipments.models import Contract
from tests.app.conftest import SignIn
from tests.app.world import World

PARTNER = uuid4()


@pytest.fixture
def family(world: World) -> World:
    """Both dealers belong to one business; one has a contract and a withdrawn one."""
    for dealer in (world.dealer, world.other_dealer):
        db.merge(dealer).partner_ref = PARTNER
    contract = {"dealer_id": world.dealer.id, "signed_on": date(2024, 1, 15)}
    db.add(Contract(ref=uuid4(), number="C-1", valid_until=date(2029, 1, 15), **contract))
    db.add(Contract(ref=uuid4(), number="C-0", withdrawn_at=now(), **contract))
    db.commit()
    return world


def test_legal_entities_are_shown_with_the_business_behind_them(
    family: World, sign_in: SignIn
) -> None:
    rows = list_entities(ONLY_ERP).rows
    page = sign_in(family.admin).get("/exchange/dealers").text

    assert [(row.code, row.partner_ref, row.entities) for row in rows] == [
        ("D01", PARTNER, 2),
        ("D02", PARTNER, 2),
    ]
    assert [one.number for one in rows[0].contracts] == ["C-1"]
    assert str(family.dealer.ref) in page
    assert page.count(f"<code>{PARTNER}</code>") == 2
    assert "2 legal entities" in page


def test_one_key_finds_the_whole_business(family: World, sign_in: SignIn) -> None:
    stranger = Dealer(
        ref=uuid4(), code="D03", name="West Stoves", plant_id=family.plant.id, home=ONLY_ERP,
        **{
            name: getattr(family.dealer, name)
            for name in ("country", "language", "time_zone", "tax_id", "city", "address")
        },
    )  # fmt: skip
    db.add(stranger)
    db.commit()

    assert [row.code for row in list_entities(ONLY_ERP, str(PARTNER)).rows] == ["D01", "D02"]
    assert [row.code for row in list_entities(ONLY_ERP, "west").rows] == ["D03"]
    (alone,) = list_entities(ONLY_ERP, "D03").rows
    assert (alone.partner_ref, alone.entities) == (None, 1)


def test_only_administrators_see_the_keys(family: World, sign_in: SignIn) -> None:
    client: FlaskClient = sign_in(family.cleo)

    assert client.get("/exchange/dealers").status_code in {403, 404}
