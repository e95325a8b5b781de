"""Drafts in the browser: from a code to a filed claim."""

from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.claims import attachments
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.core.db import db
from app.shipments.models import ShipmentLine
from app.vocabulary import Remedy
from tests.app.claims.drafting import again, saved_draft, submit, typed
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

PART = {"HX-Request": "true"}


def test_claiming_a_found_line_starts_a_draft_with_it(world: World, sign_in: SignIn) -> None:
    found = world.shipped(serial="OG26-1")

    answer = sign_in(world.ann).post(
        "/claims/drafts", data={"ref": str(found.ref), "serial": "OG26-1", "command_key": "k1"}
    )

    claim = _only_claim()
    assert answer.status_code == 303
    assert answer.location == f"/claims/{claim.id}/edit"
    assert [(line.serial, line.shipment_line_id) for line in claim.lines] == [
        ("OG26-1", found.line_id)
    ]


def test_a_button_pressed_twice_starts_one_draft(world: World, sign_in: SignIn) -> None:
    found = world.shipped()
    ann = sign_in(world.ann)
    body = {"ref": str(found.ref), "command_key": "k1"}

    first = ann.post("/claims/drafts", data=body)
    second = ann.post("/claims/drafts", data=body)

    assert first.location == second.location
    assert len(db.scalars(select(Claim)).all()) == 1


def test_what_is_typed_is_saved_by_itself(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world, quantity=5)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/autosave",
        data=typed(claim, quantity="2", description="Leaks", demand="refund", text="Please"),
        headers=PART,
    )

    saved = again(claim)
    assert answer.json
    assert answer.json["saved"]
    assert (saved.lines[0].quantity, saved.lines[0].demand) == (Decimal(2), Remedy.REFUND)
    assert (saved.lines[0].description, saved.text) == ("Leaks", "Please")


def test_nonsense_in_one_field_does_not_keep_the_others_from_being_saved(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)

    sign_in(world.ann).post(
        f"/claims/{claim.id}/autosave", data=typed(claim, quantity="lots", description="Leaks")
    )

    saved = again(claim)
    assert (saved.lines[0].quantity, saved.lines[0].description) == (Decimal(1), "Leaks")


def test_a_refused_save_shows_what_was_typed_beside_the_words(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/edit", data=typed(claim, quantity="lots", text="Please")
    )

    assert answer.status_code == 422
    assert 'value="lots"' in answer.text
    assert "Write a number" in answer.text
    assert again(claim).text == "Please"


def test_a_complete_draft_becomes_a_claim_with_a_number(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)

    answer = submit(ann, claim, description="It leaks")

    filed = again(claim)
    assert answer.location == f"/claims/{claim.id}"
    assert filed.state is ClaimState.SUBMITTED
    assert filed.lines[0].description == "It leaks"
    assert f"Its number is {filed.number}." in ann.get(answer.location).text


def test_what_the_erp_calls_at_length_can_be_claimed_all_the_same(
    world: World, sign_in: SignIn
) -> None:
    world.item.name = "Ё" * 201
    claim = world.draft(world.shipped(lot="L" * 61, serial="S" * 61))
    db.commit()

    submit(sign_in(world.ann), claim)

    filed = again(claim)
    (line,) = filed.lines
    assert (filed.state, len(line.item_name)) == (ClaimState.SUBMITTED, 201)
    assert (line.lot, line.serial) == ("L" * 61, "S" * 61)


def test_submitting_twice_files_one_claim(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)

    first = submit(ann, claim, key="k1")
    same_key = submit(ann, claim, key="k1")
    other_key = submit(ann, claim, key="k2", description="Changed after filing")

    filed = again(claim)
    assert first.location == same_key.location == other_key.location
    assert filed.version == 2
    assert filed.lines[0].description == "Cracked"


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)

    answer = submit(sign_in(world.ann), claim, defect_code="", description="", text="Please")

    assert answer.status_code == 422
    assert "The claim is not complete yet" in answer.text
    assert "Choose the defect." in answer.text
    assert "Describe what is wrong." in answer.text
    assert "Please</textarea>" in answer.text
    saved = again(claim)
    assert (saved.state, saved.text) == (ClaimState.DRAFT, "Please")


def test_more_than_is_left_is_refused_with_what_is_left_and_the_text_is_kept(
    world: World, sign_in: SignIn
) -> None:
    found = world.shipped(quantity=3)
    claim = world.draft(found)
    world.filed(found)
    db.commit()

    answer = submit(sign_in(world.ann), claim, quantity="3", description="It leaks")

    assert answer.status_code == 409
    assert "only 2 pcs of 3 pcs can still be claimed" in answer.text
    assert "It leaks</textarea>" in answer.text
    saved = again(claim)
    assert (saved.state, saved.lines[0].quantity) == (ClaimState.DRAFT, Decimal(3))
    assert db.get_one(ShipmentLine, found.line_id).claimed_quantity == 1


def test_a_piece_that_is_in_another_claim_is_refused_by_name(world: World, sign_in: SignIn) -> None:
    found = world.shipped(serial="OG26-1", quantity=5)
    claim = world.draft(found)
    other = world.filed(found)

    answer = submit(sign_in(world.ann), claim)

    assert answer.status_code == 409
    assert f"OG26-1 is already in claim {other.number}." in answer.text


def test_a_deleted_draft_is_gone(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    _attached(world, claim)

    sign_in(world.ann).post(f"/claims/{claim.id}/delete", data={"command_key": "k1", "sure": "yes"})

    assert db.scalars(select(Claim)).all() == []


def test_the_meter_grows_with_what_is_there(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    ann = sign_in(world.ann)
    url, line_id = f"/claims/{claim.id}/readiness", again(claim).lines[0].id

    complete = ann.get(url).text
    ann.post(f"/claims/{claim.id}/autosave", data=typed(claim, defect_code=""))
    lacking = ann.get(url).text

    assert "Can be filed, complete to 80 %" in complete  # nobody has said who the customer is
    assert "Ready to 60 %" in lacking
    assert f'href="#line-{line_id}-defect_code"' in lacking


def test_a_filed_claim_cannot_be_changed_as_a_draft(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    line_id = claim.lines[0].id
    ann = sign_in(world.ann)

    saved = ann.post(f"/claims/{claim.id}/autosave", data=typed(claim, description="Later"))
    removed = ann.post(f"/claims/{claim.id}/lines/{line_id}/remove", data={"sure": "yes"})
    edited = ann.get(f"/claims/{claim.id}/edit")

    assert (saved.status_code, removed.status_code) == (409, 409)
    assert edited.location == f"/claims/{claim.id}"
    assert again(claim).lines[0].description == "The glass is cracked"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "edit"),
        ("get", "readiness"),
        ("post", "edit"),
        ("post", "autosave"),
        ("post", "lines"),
        ("post", "unlisted"),
        ("post", "files"),
        ("post", "submit"),
        ("post", "delete"),
    ],
)
def test_another_dealers_draft_is_not_found(
    world: World, sign_in: SignIn, method: str, path: str
) -> None:
    claim = saved_draft(world)
    ben = sign_in(world.ben)

    assert ben.open(f"/claims/{claim.id}/{path}", method=method).status_code == 404
    assert ben.open(f"/claims/{uuid4()}/{path}", method=method).status_code == 404
    assert again(claim).state is ClaimState.DRAFT


def test_a_manager_sees_no_draft(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    cleo = sign_in(world.cleo)

    assert cleo.get(f"/claims/{claim.id}").status_code == 404
    assert cleo.get(f"/claims/{claim.id}/edit").status_code == 403


def _only_claim() -> Claim:
    return db.scalars(select(Claim)).one()


def _attached(world: World, claim: Claim) -> int:
    kept = attachments.attach(claim, None, "a.txt", BytesIO(b"Invoice"), by=world.ann, at=MONDAY)
    db.commit()
    return kept.id
