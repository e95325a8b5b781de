from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from app.core.db import db
from app.shipments.models import ShippedUnit
from tests.app.conftest import SignIn
from tests.app.world import World

PART = {"HX-Request": "true"}


def test_a_code_is_answered_with_the_shipment_line_and_a_button(
    world: World, sign_in: SignIn
) -> None:
    line = world.shipped(serial="OG26-1", quantity=4)

    page = sign_in(world.ann).get("/shipments/lookup?code=og26-1", headers=PART).text

    assert "<html" not in page
    assert line.item_name in page
    assert "OG26-1" in page
    assert "62,900.00 RUB" in page
    assert "In warranty until" in page
    assert "4 of 4 pcs" in page
    assert "Claim this" in page


def test_an_unknown_code_and_another_dealers_get_the_same_words(
    world: World, sign_in: SignIn
) -> None:
    world.shipped(serial="OG26-1", to=world.other_dealer)
    ann = sign_in(world.ann)

    foreign = ann.get("/shipments/lookup?code=OG26-1", headers=PART).text
    unknown = ann.get("/shipments/lookup?code=OG26-2", headers=PART).text

    assert "Nothing that was shipped to you has the code OG26-1." in foreign
    assert _without_keys(foreign.replace("OG26-1", "?")) == _without_keys(
        unknown.replace("OG26-2", "?")
    )


def test_a_malformed_code_is_answered_with_the_ways_on(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.ann).get("/shipments/lookup?code=%3Cb%3E").text

    assert "does not look like a package code" in page
    assert "Search the shipments" in page
    assert "Claim an item that is not in the shipments" in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("INVOICE", "Invoice 77 of 1 Sep 2026"),
        ("Z-4", "Document (unknown kind Z-4) 77 of 1 Sep 2026"),
        ("", "Document 77 of 1 Sep 2026"),
    ],
)
def test_a_shipment_names_its_base_document_and_the_day_of_its_contract(
    world: World, sign_in: SignIn, kind: str, words: str
) -> None:
    base: dict[str, Any] = {"base_number": "77", "base_on": date(2026, 9, 1)}
    contract: dict[str, Any] = {"contract_number": "K-2", "contract_date": date(2026, 5, 6)}
    line = world.shipped(serial="OG26-1", base_kind=kind, **base, **contract)

    page = sign_in(world.ann).get(f"/shipments/lines/{line.ref}").text.replace("\xa0", " ")

    assert words in page
    assert "K-2 of 6 May 2026" in page


def test_a_line_without_anything_left_has_no_button(world: World, sign_in: SignIn) -> None:
    line = world.shipped(quantity=1)
    world.packed(line, "BOX-7")
    world.filed(line)

    page = sign_in(world.ann).get("/shipments/lookup?code=BOX-7").text

    assert "all 1 pcs are in claims" in page
    assert "Claim this" not in page


def test_of_a_line_with_serial_numbers_one_piece_is_chosen(world: World, sign_in: SignIn) -> None:
    line = world.shipped(serial="OG26-1")
    db.add(ShippedUnit(line_id=line.line_id, serial="OG26-2"))
    db.commit()

    page = sign_in(world.ann).get(f"/shipments/lines/{line.ref}").text

    assert "Which piece is it?" in page
    assert 'value="OG26-1"' in page
    assert 'value="OG26-2"' in page


def test_a_look_up_for_a_draft_adds_to_that_draft(world: World, sign_in: SignIn) -> None:
    world.shipped(serial="OG26-1")
    claim_id = uuid4()

    page = sign_in(world.ann).get(f"/shipments/lookup?code=OG26-1&claim={claim_id}").text

    assert f'action="/claims/{claim_id}/lines"' in page


def test_an_ended_warranty_is_said_in_words(world: World, sign_in: SignIn) -> None:
    world.shipped(serial="OG26-1", warranty_until=date(2020, 1, 1))

    page = sign_in(world.ann).get("/shipments/lookup?code=OG26-1").text

    assert "Warranty ended on 1 Jan 2020" in page


def test_the_list_shows_ones_own_shipments_only(world: World, sign_in: SignIn) -> None:
    own = world.shipped()
    foreign = world.shipped(to=world.other_dealer)

    page = sign_in(world.ann).get("/shipments").text

    assert own.shipment_number in page
    assert foreign.shipment_number not in page


def test_a_manager_sees_whose_shipment_it_is_but_cannot_claim(
    world: World, sign_in: SignIn
) -> None:
    world.packed(world.shipped(to=world.other_dealer), "BOX-7")

    page = sign_in(world.cleo).get("/shipments/lookup?code=BOX-7").text

    assert "South Stoves" in page
    assert "Claim this" not in page


def test_another_dealers_line_is_not_found(world: World, sign_in: SignIn) -> None:
    line = world.shipped(to=world.other_dealer)

    assert sign_in(world.ann).get(f"/shipments/lines/{line.ref}").status_code == 404


def test_an_empty_search_says_what_to_do(world: World, sign_in: SignIn) -> None:
    world.shipped()

    page = sign_in(world.ann).get("/shipments?q=nowhere").text

    assert "Nothing was found for “nowhere”." in page
    assert "Show all shipments" in page


def test_departments_have_no_business_with_shipments(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.dora).get("/shipments").status_code == 403


def _without_keys(page: str) -> str:
    """Leave out the lines that are new in every answer."""
    return "\n".join(
        line for line in page.splitlines() if "_key" not in line and "csrf" not in line
    )
