"""Drafts in the browser: from a code to a filed claim."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.claims import drafts
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.core.db import db
from app.shipments.models import ShipmentLine
from app.vocabulary import Remedy
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


def test_a_line_is_added_by_its_code_too(world: World, sign_in: SignIn) -> None:
    world.packed(world.shipped(), "BOX-7")
    claim = _empty(world)

    sign_in(world.ann).post(f"/claims/{claim.id}/lines", data={"code": " box-7 "})

    assert len(_again(claim).lines) == 1


def test_a_code_of_several_lines_leads_to_the_choice(world: World, sign_in: SignIn) -> None:
    for line in (world.shipped(), world.shipped()):
        world.packed(line, "BOX-7")
    claim = _empty(world)

    answer = sign_in(world.ann).post(f"/claims/{claim.id}/lines", data={"code": "BOX-7"})

    assert answer.location.startswith("/shipments/lookup?code=BOX-7")
    assert not _again(claim).lines


def test_another_dealers_line_cannot_be_added(world: World, sign_in: SignIn) -> None:
    foreign = world.shipped(to=world.other_dealer)
    claim = _empty(world)

    answer = sign_in(world.ann).post(f"/claims/{claim.id}/lines", data={"ref": str(foreign.ref)})

    assert answer.status_code == 404
    assert not _again(claim).lines


def test_the_same_piece_is_not_added_twice(world: World, sign_in: SignIn) -> None:
    found = world.shipped(serial="OG26-1")
    claim = world.draft(found)
    db.commit()
    ann = sign_in(world.ann)

    answer = ann.post(f"/claims/{claim.id}/lines", data={"ref": str(found.ref), "serial": "OG26-1"})

    assert "OG26-1 is already in this claim" in ann.get(answer.location).text
    assert len(_again(claim).lines) == 1


def test_an_item_that_was_not_found_is_added_and_flagged(world: World, sign_in: SignIn) -> None:
    claim = _empty(world)
    ann = sign_in(world.ann)

    answer = ann.post(f"/claims/{claim.id}/unlisted", data={"item_name": "  Old stove "})

    assert [line.item_name for line in _again(claim).lines] == ["Old stove"]
    assert "Not found in the shipments" in ann.get(answer.location).text


def test_what_is_typed_is_saved_by_itself(world: World, sign_in: SignIn) -> None:
    claim = _draft(world, quantity=5)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/autosave",
        data=_typed(claim, quantity="2", description="Leaks", demand="refund", text="Please"),
        headers=PART,
    )

    saved = _again(claim)
    assert answer.json == {"saved": True}
    assert (saved.lines[0].quantity, saved.lines[0].demand) == (Decimal(2), Remedy.REFUND)
    assert (saved.lines[0].description, saved.text) == ("Leaks", "Please")


def test_nonsense_in_one_field_does_not_keep_the_others_from_being_saved(
    world: World, sign_in: SignIn
) -> None:
    claim = _draft(world)

    sign_in(world.ann).post(
        f"/claims/{claim.id}/autosave", data=_typed(claim, quantity="lots", description="Leaks")
    )

    saved = _again(claim)
    assert (saved.lines[0].quantity, saved.lines[0].description) == (Decimal(1), "Leaks")


def test_a_refused_save_shows_what_was_typed_beside_the_words(
    world: World, sign_in: SignIn
) -> None:
    claim = _draft(world)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/edit", data=_typed(claim, quantity="lots", text="Please")
    )

    assert answer.status_code == 422
    assert 'value="lots"' in answer.text
    assert "Write a number" in answer.text
    assert _again(claim).text == "Please"


def test_a_complete_draft_becomes_a_claim_with_a_number(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    ann = sign_in(world.ann)

    answer = _submit(ann, claim, description="It leaks")

    filed = _again(claim)
    assert answer.location == f"/claims/{claim.id}"
    assert filed.state is ClaimState.SUBMITTED
    assert filed.lines[0].description == "It leaks"
    assert f"Its number is {filed.number}." in ann.get(answer.location).text


def test_submitting_twice_files_one_claim(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    ann = sign_in(world.ann)

    first = _submit(ann, claim, key="k1")
    same_key = _submit(ann, claim, key="k1")
    other_key = _submit(ann, claim, key="k2", description="Changed after filing")

    filed = _again(claim)
    assert first.location == same_key.location == other_key.location
    assert filed.version == 2
    assert filed.lines[0].description == "Cracked"


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    world: World, sign_in: SignIn
) -> None:
    claim = _draft(world)

    answer = _submit(sign_in(world.ann), claim, defect_code="", description="", text="Please")

    assert answer.status_code == 422
    assert "The claim is not complete yet" in answer.text
    assert "Choose the defect." in answer.text
    assert "Describe what is wrong." in answer.text
    assert "Please</textarea>" in answer.text
    saved = _again(claim)
    assert (saved.state, saved.text) == (ClaimState.DRAFT, "Please")


def test_more_than_is_left_is_refused_with_what_is_left_and_the_text_is_kept(
    world: World, sign_in: SignIn
) -> None:
    found = world.shipped(quantity=3)
    claim = world.draft(found)
    world.filed(found)
    db.commit()

    answer = _submit(sign_in(world.ann), claim, quantity="3", description="It leaks")

    assert answer.status_code == 409
    assert "only 2 of 3 can still be claimed" in answer.text
    assert "It leaks</textarea>" in answer.text
    saved = _again(claim)
    assert (saved.state, saved.lines[0].quantity) == (ClaimState.DRAFT, Decimal(3))
    assert db.get_one(ShipmentLine, found.line_id).claimed_quantity == 1


def test_a_piece_that_is_in_another_claim_is_refused_by_name(world: World, sign_in: SignIn) -> None:
    found = world.shipped(serial="OG26-1", quantity=5)
    claim = world.draft(found)
    other = world.filed(found)

    answer = _submit(sign_in(world.ann), claim)

    assert answer.status_code == 409
    assert f"OG26-1 is already in claim {other.number}." in answer.text


def test_an_unlisted_item_needs_its_proof(world: World, sign_in: SignIn) -> None:
    claim = _empty(world)
    line_id = drafts.add_unlisted_line(claim, "Old stove", at=MONDAY).id
    db.commit()
    ann = sign_in(world.ann)

    refused = _submit(ann, claim)
    ann.post(
        f"/claims/{claim.id}/lines/{line_id}/files",
        data={"file": (BytesIO(b"Invoice 118"), "invoice.txt")},
    )
    accepted = _submit(ann, claim, key="k2")

    assert "attach a proof of purchase" in refused.text
    assert accepted.status_code == 303
    assert _again(claim).state is ClaimState.SUBMITTED


def test_a_script_gets_the_fragment_of_its_one_file(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    line = claim.lines[0]

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/lines/{line.id}/files",
        data={"file": (_photo(), "Крупно.jpg"), "command_key": "k1"},
        headers=PART,
        follow_redirects=True,
    )

    kept = _again(claim).files[0]
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<li class="file">')
    assert "Крупно.jpg" in answer.text
    assert f"/claims/{claim.id}/files/{kept.id}/thumbnail" in answer.text
    assert kept.line_id == line.id


def test_an_upload_tried_again_keeps_one_file(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    ann = sign_in(world.ann)

    answers = [
        ann.post(
            f"/claims/{claim.id}/files",
            data={"file": (BytesIO(b"Invoice"), "a.txt"), "command_key": "k1"},
            headers=PART,
            follow_redirects=True,
        )
        for _ in range(2)
    ]

    assert answers[0].text == answers[1].text
    assert len(_again(claim).files) == 1


def test_a_wrong_file_is_named_and_the_others_stay(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    ann = sign_in(world.ann)

    answer = ann.post(
        f"/claims/{claim.id}/files",
        data={
            "file": [
                (BytesIO(b"Invoice"), "invoice.txt"),
                (BytesIO(b"MZ\x90"), "setup.exe"),
                (BytesIO(b"<html>"), "photo.jpg"),
            ]
        },
    )

    page = ann.get(answer.location).text
    assert [kept.file.name for kept in _again(claim).files] == ["invoice.txt"]
    assert "setup.exe was not added" in page
    assert "photo.jpg was not added" in page
    assert "Accepted are: JPG, PNG" in page


def test_a_wrong_file_from_a_script_is_answered_with_why(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/files", data={"file": (BytesIO(b"MZ"), "setup.exe")}, headers=PART
    )

    assert answer.status_code == 415
    assert "file-refused" in answer.text
    assert "setup.exe was not added" in answer.text


def test_files_in_the_form_itself_are_taken_in_without_scripts(
    world: World, sign_in: SignIn
) -> None:
    claim = _draft(world)
    line = claim.lines[0]
    typed: dict[str, Any] = _typed(claim, description="Leaks")
    typed[f"line-{line.id}-file"] = (BytesIO(b"Invoice"), "invoice.txt")

    sign_in(world.ann).post(f"/claims/{claim.id}/edit", data=typed)

    saved = _again(claim)
    assert [(kept.file.name, kept.line_id) for kept in saved.files] == [("invoice.txt", line.id)]
    assert saved.lines[0].description == "Leaks"


def test_a_removed_file_is_gone_and_what_was_typed_is_saved(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    kept = _attached(world, claim)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/files/{kept}/remove", data=_typed(claim, text="Please"), headers=PART
    )

    saved = _again(claim)
    assert (answer.status_code, answer.text) == (200, "")
    assert (saved.files, saved.text) == ([], "Please")


def test_a_removed_line_leaves_what_was_typed_into_the_others(
    world: World, sign_in: SignIn
) -> None:
    claim = world.draft(world.shipped(), world.shipped())
    db.commit()
    gone, stays = claim.lines
    typed = _typed(claim, line=stays, description="Leaks")

    sign_in(world.ann).post(f"/claims/{claim.id}/lines/{gone.id}/remove", data=typed)

    assert [(line.id, line.position, line.description) for line in _again(claim).lines] == [
        (stays.id, 1, "Leaks")
    ]


def test_a_deleted_draft_is_gone(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    _attached(world, claim)

    sign_in(world.ann).post(f"/claims/{claim.id}/delete", data={"command_key": "k1"})

    assert db.scalars(select(Claim)).all() == []


def test_the_meter_grows_with_what_is_there(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    ann = sign_in(world.ann)
    url, line_id = f"/claims/{claim.id}/readiness", _again(claim).lines[0].id

    complete = ann.get(url).text
    ann.post(f"/claims/{claim.id}/autosave", data=_typed(claim, defect_code=""))
    lacking = ann.get(url).text

    assert "Ready to be filed" in complete
    assert "Ready to 75 %" in lacking
    assert f'href="#line-{line_id}-defect_code"' in lacking


def test_a_filed_claim_cannot_be_changed_as_a_draft(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    line_id = claim.lines[0].id
    ann = sign_in(world.ann)

    saved = ann.post(f"/claims/{claim.id}/autosave", data=_typed(claim, description="Later"))
    removed = ann.post(f"/claims/{claim.id}/lines/{line_id}/remove")
    edited = ann.get(f"/claims/{claim.id}/edit")

    assert (saved.status_code, removed.status_code) == (409, 409)
    assert edited.location == f"/claims/{claim.id}"
    assert _again(claim).lines[0].description == "The glass is cracked"


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
    claim = _draft(world)
    ben = sign_in(world.ben)

    assert ben.open(f"/claims/{claim.id}/{path}", method=method).status_code == 404
    assert ben.open(f"/claims/{uuid4()}/{path}", method=method).status_code == 404
    assert _again(claim).state is ClaimState.DRAFT


def test_a_manager_sees_no_draft(world: World, sign_in: SignIn) -> None:
    claim = _draft(world)
    cleo = sign_in(world.cleo)

    assert cleo.get(f"/claims/{claim.id}").status_code == 404
    assert cleo.get(f"/claims/{claim.id}/edit").status_code == 403


def _draft(world: World, quantity: int = 10) -> Claim:
    claim = world.draft(world.shipped(quantity=quantity))
    db.commit()
    return claim


def _empty(world: World) -> Claim:
    claim = drafts.start_draft(by=world.ann, at=MONDAY)
    db.commit()
    return claim


def _again(claim: Claim) -> Claim:
    """Read a claim anew, as another request has left it."""
    db.expire_all()
    return db.get_one(Claim, claim.id)


def _only_claim() -> Claim:
    return db.scalars(select(Claim)).one()


def _typed(claim: Claim, line: Any = None, **fields: str) -> dict[str, Any]:
    """Return the form of a draft as a browser sends it, with one line filled in."""
    line = line or _again(claim).lines[0]
    of_line = {"quantity": "1", "defect_code": "GLS", "description": "Cracked", "demand": "repair"}
    of_line |= {name: fields.pop(name) for name in list(fields) if name in of_line}
    whole = {"dealer_reference": "", "text": "", "end_customer": ""} | fields
    return {f"line-{line.id}-{name}": value for name, value in of_line.items()} | whole


def _submit(client: Any, claim: Claim, key: str = "k1", **fields: str) -> TestResponse:
    body = _typed(claim, **fields) | {"command_key": key}
    answer: TestResponse = client.post(f"/claims/{claim.id}/submit", data=body)
    return answer


def _attached(world: World, claim: Claim) -> int:
    kept = drafts.attach(claim, None, "a.txt", BytesIO(b"Invoice"), by=world.ann, at=MONDAY)
    db.commit()
    return kept.id


def _photo() -> BytesIO:
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    content.seek(0)
    return content
