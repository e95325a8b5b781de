"""Taking files in and giving them back, with a database and a storage that remembers."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.outside import Outside, connect_outside
from app.files import service
from app.files.inspection.unfit import Why
from app.files.models import StoredFile
from app.files.responses import file_response
from app.files.rules import MB, FileRefused, FileTooLarge, NothingToShow, Variant
from app.files.service import keep_document, read, take_in
from connectors.doorbell.silent import SilentDoorbell
from connectors.errors import Rejected
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage
from tests.app.files.documents import WORD, ordinary_docx
from tests.app.files.pictures import encoded, jpeg_from_a_phone, opened, photo

MONDAY = datetime(2025, 5, 5, 9, 0, tzinfo=UTC)
DOCX = WORD.removesuffix(".main+xml")
ANN, ANNS_DEALER, BENS_DEALER = 7, 1, 2


class Endless(io.RawIOBase):
    """An upload that never ends; it counts what was taken of it."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        chunk, self._head = self._head[:size], self._head[size:]
        chunk = chunk or bytes(size)
        self.taken += len(chunk)
        return chunk


@pytest.fixture
def storage() -> MemoryStorage:
    storage = MemoryStorage()
    nobody: Any = None
    connect_outside(Outside(nobody, storage, RememberingMail(), SilentDoorbell()))
    return storage


@pytest.fixture
def database(session: object, storage: MemoryStorage) -> Iterator[None]:
    yield
    db.rollback()


def taken(name: str, content: bytes, dealer_id: int = ANNS_DEALER) -> StoredFile:
    return take_in(name, io.BytesIO(content), dealer_id=dealer_id, by=ANN, at=MONDAY)


def act() -> StoredFile:
    return keep_document("Акт 17.docx", DOCX, b"our act", dealer_id=ANNS_DEALER, at=MONDAY)


@pytest.mark.usefixtures("database")
def test_a_photo_is_kept_as_it_came_and_shown_without_its_secrets() -> None:
    content = jpeg_from_a_phone()

    file = taken("C:\\photos\\Скол.JPG", content)

    db.expire(file)
    assert (file.name, file.media_type, file.size) == ("Скол.JPG", "image/jpeg", len(content))
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.dealer_id, file.uploaded_by, file.uploaded_at) == (ANNS_DEALER, ANN, MONDAY)
    assert (file.width, file.height, file.camera) == (64, 48, "Fictus P7")
    assert file.taken_at == datetime(2025, 4, 30, 16, 5)  # noqa: DTZ001  (the camera's own clock)
    assert read(file, Variant.ORIGINAL) == content
    assert b"SECRET" not in read(file, Variant.SERVED) + read(file, Variant.THUMBNAIL)
    assert opened(read(file)).size == (64, 48)


@pytest.mark.usefixtures("database")
def test_a_document_is_served_as_it_came_and_has_no_thumbnail() -> None:
    content = ordinary_docx()

    file = taken("act.docx", content)

    assert read(file) == content
    assert not file.is_picture
    with pytest.raises(NothingToShow):
        read(file, Variant.THUMBNAIL)


@pytest.mark.usefixtures("database")
def test_two_dealers_with_one_photo_share_no_key(storage: MemoryStorage) -> None:
    content = encoded(photo(), "JPEG")

    ours, theirs = taken("a.jpg", content), taken("a.jpg", content, dealer_id=BENS_DEALER)

    assert ours.sha256 == theirs.sha256
    assert len(storage.blobs) == 6
    assert not any(ours.sha256[:8] in key for key in storage.blobs)


@pytest.mark.usefixtures("database")
def test_a_document_of_our_own_is_kept_unchecked() -> None:
    file = act()

    db.expire(file)
    assert (file.name, file.media_type, file.uploaded_by) == ("Акт 17.docx", DOCX, None)
    assert read(file) == b"our act"


@pytest.mark.usefixtures("database")
def test_evidence_that_was_changed_in_the_storage_is_not_given_out(storage: MemoryStorage) -> None:
    file = act()

    storage.blobs[file.original_key] = b"forged"

    with pytest.raises(Rejected, match="has changed"):
        read(file, Variant.ORIGINAL)


@pytest.mark.usefixtures("database")
def test_the_database_refuses_half_a_picture() -> None:
    file = act()
    file.width = 100

    with pytest.raises(IntegrityError, match="pictures_come_together"):
        db.flush()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("photo.png", encoded(photo(), "GIF"), Why.OTHER_CONTENT),
        ("photo.gif", encoded(photo(), "GIF"), Why.UNKNOWN_KIND),
        ("photo.jpg", encoded(photo(), "JPEG")[:300], Why.DAMAGED),
        ("photo.jpg", b"", Why.EMPTY),
        ("act.docx", jpeg_from_a_phone(), Why.OTHER_CONTENT),
        ("list.csv", b"a;b\n1;\x00", Why.NOT_TEXT),
    ],
)
def test_a_refused_file_leaves_nothing_behind(
    storage: MemoryStorage, name: str, content: bytes, why: Why
) -> None:
    with pytest.raises(FileRefused) as refused:
        taken(name, content)

    assert refused.value.why is why
    assert name in str(refused.value)
    assert storage.blobs == {}


def test_an_upload_without_end_is_cut_at_its_limit(storage: MemoryStorage) -> None:
    stream = Endless(b"\xff\xd8\xff\xe0")

    with pytest.raises(FileTooLarge, match="40 MB"):
        take_in("a.jpg", stream, dealer_id=1, by=1, at=MONDAY)  # type: ignore[arg-type]

    assert stream.taken <= 40 * MB + service.CHUNK + 1024
    assert storage.blobs == {}


@pytest.mark.usefixtures("database")
def test_a_document_is_downloaded_under_its_name_and_can_do_nothing() -> None:
    response = file_response(act())

    headers = response.headers
    assert headers["Content-Type"] == DOCX
    disposition, _, name = headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert (disposition, unquote(name)) == ("attachment", "Акт 17.docx")
    assert name.isascii()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.usefixtures("database")
def test_only_pictures_of_our_own_making_are_shown_in_place() -> None:
    file = taken("Скол.png", encoded(photo(), "PNG"))

    original = file_response(file, Variant.ORIGINAL)
    shown = file_response(file, Variant.SERVED)
    small = file_response(file, Variant.THUMBNAIL)

    for response in (shown, small):
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Content-Disposition"].startswith("inline; ")
        assert unquote(response.headers["Content-Disposition"]).endswith("Скол.jpg")
    assert original.headers["Content-Type"] == "image/png"
    assert original.headers["Content-Disposition"].startswith("attachment; ")
    assert original.get_data() != shown.get_data()
