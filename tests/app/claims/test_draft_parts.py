"""The lines and files of a draft in the browser."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from app.claims import attachments, drafts
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.core.db import db
from tests.app.claims.drafting import again, empty_draft, saved_draft, submit, typed
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

PART = {"HX-Request": "true"}


def test_a_line_is_added_by_its_code_too(world: World, sign_in: SignIn) -> None:
    world.packed(world.shipped(), "BOX-7")
    claim = empty_draft(world)

    sign_in(world.ann).post(f"/claims/{claim.id}/lines", data={"code": " box-7 "})

    assert len(again(claim).lines) == 1


def test_a_code_of_several_lines_leads_to_the_choice(world: World, sign_in: SignIn) -> None:
    for line in (world.shipped(), world.shipped()):
        world.packed(line, "BOX-7")
    claim = empty_draft(world)

    answer = sign_in(world.ann).post(f"/claims/{claim.id}/lines", data={"code": "BOX-7"})

    assert answer.location.startswith("/shipments/lookup?code=BOX-7")
    assert not again(claim).lines


def test_another_dealers_line_cannot_be_added(world: World, sign_in: SignIn) -> None:
    foreign = world.shipped(to=world.other_dealer)
    claim = empty_draft(world)

    answer = sign_in(world.ann).post(f"/claims/{claim.id}/lines", data={"ref": str(foreign.ref)})

    assert answer.status_code == 404
    assert not again(claim).lines


def test_the_same_piece_is_not_added_twice(world: World, sign_in: SignIn) -> None:
    found = world.shipped(serial="OG26-1")
    claim = world.draft(found)
    db.commit()
    ann = sign_in(world.ann)

    answer = ann.post(f"/claims/{claim.id}/lines", data={"ref": str(found.ref), "serial": "OG26-1"})

    assert "OG26-1 is already in this claim" in ann.get(answer.location).text
    assert len(again(claim).lines) == 1


def test_an_item_that_was_not_found_is_added_and_flagged(world: World, sign_in: SignIn) -> None:
    claim = empty_draft(world)
    ann = sign_in(world.ann)

    answer = ann.post(f"/claims/{claim.id}/unlisted", data={"item_name": "  Old stove "})

    assert [line.item_name for line in again(claim).lines] == ["Old stove"]
    assert "Not found in the shipments" in ann.get(answer.location).text


@pytest.mark.parametrize("named", ["name", "sku"])
def test_an_unlisted_item_of_the_catalogue_has_its_own_unit(world: World, named: str) -> None:
    world.item.unit = "MTR"
    name = getattr(world.item, named)
    claim = empty_draft(world)

    line = drafts.add_unlisted_line(claim, name.upper(), by=world.ann, at=MONDAY)

    assert line.unit == "MTR"


def test_the_unit_of_an_unknown_item_is_not_assumed_but_chosen(
    world: World, sign_in: SignIn
) -> None:
    claim = empty_draft(world)
    line = drafts.add_unlisted_line(claim, "Old cord", by=world.ann, at=MONDAY)
    db.commit()
    ann, field = sign_in(world.ann), f"line-{line.id}-unit"

    assert line.unit == ""
    refused = submit(ann, claim)
    assert "Choose the unit of the quantity." in refused.text
    whole = typed(claim, **{field: "H87", "quantity": "2.5"})
    ann.post(f"/claims/{claim.id}/autosave", data=whole)
    assert again(claim).lines[0].quantity == 1, "there is no half of a piece"
    ann.post(f"/claims/{claim.id}/autosave", data=whole | {field: "MTR"})

    (saved,) = again(claim).lines
    assert (saved.unit, saved.quantity) == ("MTR", Decimal("2.5"))


def test_a_unit_that_nobody_knows_can_be_kept_and_is_said_to_be_unknown(
    world: World, sign_in: SignIn
) -> None:
    world.item.unit = "XYZ"
    claim = empty_draft(world)
    drafts.add_unlisted_line(claim, world.item.name, by=world.ann, at=MONDAY)
    db.commit()

    page = sign_in(world.ann).get(f"/claims/{claim.id}/edit").text

    assert '<option selected value="XYZ">(unknown unit XYZ)</option>' in page


def test_an_unlisted_item_needs_its_proof(world: World, sign_in: SignIn) -> None:
    claim = empty_draft(world)
    line = drafts.add_unlisted_line(claim, "Old stove", by=world.ann, at=MONDAY)
    line.unit, line_id = "H87", line.id
    db.commit()
    ann = sign_in(world.ann)

    refused = submit(ann, claim)
    ann.post(
        f"/claims/{claim.id}/lines/{line_id}/files",
        data={"file": (BytesIO(b"Invoice 118"), "invoice.txt")},
    )
    accepted = submit(ann, claim, key="k2")

    assert "attach a proof of purchase" in refused.text
    assert accepted.status_code == 303
    assert again(claim).state is ClaimState.SUBMITTED


def test_a_script_gets_the_fragment_of_its_one_file(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    line = claim.lines[0]

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/lines/{line.id}/files",
        data={"file": (_photo(), "Крупно.jpg"), "command_key": "k1"},
        headers=PART,
        follow_redirects=True,
    )

    kept = again(claim).files[0]
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<li class="file"')
    assert "Крупно.jpg" in answer.text
    assert f"/claims/{claim.id}/files/{kept.id}/thumbnail" in answer.text
    assert kept.line_id == line.id


def test_an_upload_tried_again_keeps_one_file(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
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
    assert len(again(claim).files) == 1


def test_a_wrong_file_is_named_and_the_others_stay(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
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
    assert [kept.file.name for kept in again(claim).files] == ["invoice.txt"]
    assert "setup.exe was not added" in page
    assert "photo.jpg was not added" in page
    assert "Accepted are: JPG, PNG" in page


def test_a_wrong_file_from_a_script_is_answered_with_why(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/files", data={"file": (BytesIO(b"MZ"), "setup.exe")}, headers=PART
    )

    assert answer.status_code == 415
    assert "file-refused" in answer.text
    assert "setup.exe was not added" in answer.text


def test_files_in_the_form_itself_are_taken_in_without_scripts(
    world: World, sign_in: SignIn
) -> None:
    claim = saved_draft(world)
    line = claim.lines[0]
    fields: dict[str, Any] = typed(claim, description="Leaks")
    fields[f"line-{line.id}-file"] = (BytesIO(b"Invoice"), "invoice.txt")

    sign_in(world.ann).post(f"/claims/{claim.id}/edit", data=fields)

    saved = again(claim)
    assert [(kept.file.name, kept.line_id) for kept in saved.files] == [("invoice.txt", line.id)]
    assert saved.lines[0].description == "Leaks"


def test_a_removed_file_is_gone_and_what_was_typed_is_saved(world: World, sign_in: SignIn) -> None:
    claim = saved_draft(world)
    kept = _attached(world, claim)

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/files/{kept}/remove",
        data=typed(claim, text="Please") | {"sure": "yes"},
        headers=PART,
    )

    saved = again(claim)
    assert (answer.status_code, answer.text) == (200, "")
    assert (saved.files, saved.text) == ([], "Please")


def test_a_removed_line_leaves_what_was_typed_into_the_others(
    world: World, sign_in: SignIn
) -> None:
    claim = world.draft(world.shipped(), world.shipped())
    db.commit()
    gone, stays = claim.lines
    fields = typed(claim, line=stays, description="Leaks")

    sign_in(world.ann).post(
        f"/claims/{claim.id}/lines/{gone.id}/remove", data=fields | {"sure": "yes"}
    )

    assert [(line.id, line.position, line.description) for line in again(claim).lines] == [
        (stays.id, 1, "Leaks")
    ]


def _attached(world: World, claim: Claim) -> int:
    kept = attachments.attach(claim, None, "a.txt", BytesIO(b"Invoice"), by=world.ann, at=MONDAY)
    db.commit()
    return kept.id


def _photo() -> BytesIO:
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    content.seek(0)
    return content
