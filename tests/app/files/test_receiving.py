"""Uploads are looked at before their command begins: nothing is locked meanwhile."""

import io
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import select

from app.claims.models import Claim
from app.core.db import db
from app.core.models import Command
from app.files import child, service
from app.files.child import Look
from app.files.models import StoredFile
from tests.app.conftest import SignIn
from tests.app.files.pictures import encoded, photo
from tests.app.world import World

TABLE = b"sku;count\n=1+1;2\n"


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a transaction was open at each look at a file."""
    seen: list[bool] = []

    def look_into(path: Path, kind_code: str) -> Look:
        seen.append(db().in_transaction())
        return child.look_into(path, kind_code)

    monkeypatch.setattr(service, "look_into", look_into)
    return seen


def test_no_transaction_is_open_while_a_file_is_looked_at(
    sign_in: SignIn, world: World, transactions: list[bool]
) -> None:
    draft = world.draft()
    db.commit()
    line = draft.lines[0].id
    client = sign_in(world.ann)

    for url, field in (
        (f"/claims/{draft.id}/files", "file"),
        (f"/claims/{draft.id}/lines/{line}/files", "file"),
        (f"/claims/{draft.id}/edit", f"line-{line}-file"),
        (f"/claims/{draft.id}/submit", "file"),
    ):
        form = {"command_key": url, field: (io.BytesIO(b"words"), "note.txt")}
        answer = client.post(url, data=form, content_type="multipart/form-data")
        assert answer.status_code == HTTPStatus.SEE_OTHER

    assert transactions == [False] * 4
    db.expire_all()
    assert len(db.get_one(Claim, draft.id).files) == 4
    assert len(db.scalars(select(Command)).all()) == 4


def test_files_of_somebody_whom_the_route_does_not_let_in_are_not_looked_at(
    sign_in: SignIn, world: World, transactions: list[bool]
) -> None:
    draft = world.draft()
    db.commit()
    form = {"file": (io.BytesIO(b"words"), "note.txt")}

    answer = sign_in(world.admin).post(
        f"/claims/{draft.id}/files", data=form, content_type="multipart/form-data"
    )

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert transactions == []


def test_a_photo_is_called_what_it_is_and_a_table_with_formulas_is_marked(
    sign_in: SignIn, world: World
) -> None:
    draft = world.draft()
    db.commit()
    client = sign_in(world.ann)

    for name, content in (("photo.jpg", encoded(photo(), "HEIF")), ("list.csv", TABLE)):
        client.post(
            f"/claims/{draft.id}/files",
            data={"file": (io.BytesIO(content), name)},
            content_type="multipart/form-data",
        )

    page = client.get(f"/claims/{draft.id}/edit").text
    assert "photo.heic" in page
    assert "formulas are shown as text" in page
    kept = db.scalars(select(StoredFile).where(StoredFile.media_type == "text/csv")).one()
    assert service.read(kept).decode("utf-8-sig") == "sku;count\n'=1+1;2\n"
    assert not kept.is_picture
