"""Old workbooks, films, archives and mails, as they are judged at the upload door."""

import io
import struct
from collections.abc import Callable
from zipfile import ZipFile

import pytest

from app.files.inspection.unfit import Why
from app.files.rules import Change, FileRefused
from app.files.service import Received, receive
from connectors.storage.memory import MemoryStorage
from tests.app.files.containers import (
    box,
    film,
    mail,
    old_container,
    record,
    sheet,
    workbook,
)
from tests.app.files.documents import docx_with, ordinary_docx, pdf, relation, zipped
from tests.app.files.pictures import encoded, jpeg_from_a_phone, opened, photo
from tests.app.files.test_service import storage

__all__ = ["storage"]

JPEG = encoded(photo(), "JPEG")
GIF = encoded(photo(), "GIF")
XLS = old_container({"Workbook": workbook()})
JAVASCRIPT = pdf(b"4 0 obj\n<< /S /JavaScript /JS (x) >>\nendobj\n")
TOO_MANY = {f"{number}.txt": b"words" for number in range(31)}

Receive = Callable[[str, bytes], Received]


PLACE = b"+55.7522+037.6156/"


def metadata(*, version: bytes = b"") -> bytes:
    """Return the metadata of an iPhone: a key for the place and one for the model."""
    names = (b"com.apple.quicktime.location.ISO6709", b"com.apple.quicktime.model")
    keys = b"".join(box(b"mdta", name) for name in names)
    values = b"".join(
        box(struct.pack(">L", number), box(b"data", bytes(8), value))
        for number, value in enumerate((PLACE, b"iPhone 17"), start=1)
    )
    return box(
        b"meta",
        version,
        box(b"hdlr", bytes(8), b"mdta", bytes(12)),
        box(b"keys", struct.pack(">LL", 0, len(names)), keys),
        box(b"ilst", values),
    )


@pytest.fixture
def received(storage: object) -> Receive:
    """Receive a file at the upload door."""
    return lambda name, content: receive(name, io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.xls", XLS, "application/vnd.ms-excel"),
        ("a.xls", old_container({"Book": workbook()}), "application/vnd.ms-excel"),
        ("film.mp4", film(), "video/mp4"),
        ("film.mov", film(brand=b"qt  "), "video/quicktime"),
        ("VID_0001", film(brand=b"mp42"), "video/mp4"),
        ("film.mov", film(), "video/mp4"),
        ("a.zip", zipped({"a.jpg": JPEG, "b/akt.docx": ordinary_docx()}), "application/zip"),
        ("a.zip", zipped({"a.jpg": JPEG, "__MACOSX/._a.jpg": b"x"}), "application/zip"),
        ("a.zip", zipped({"IMG": JPEG, "film.mov": film(brand=b"qt  ")}), "application/zip"),
        ("a.eml", mail({}), "message/rfc822"),
        ("a.eml", mail({"a.jpg": JPEG, "logo.gif": GIF}), "message/rfc822"),
        ("a.eml", mail({"old.xls": XLS}), "message/rfc822"),
    ],
)
def test_what_dealers_have_is_taken(
    received: Receive, name: str, content: bytes, media_type: str
) -> None:
    assert received(name, content).kind.media_type == media_type


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (old_container({"Workbook": workbook(sheet(1))}), Why.ACTIVE_CONTENT),
        (old_container({"Workbook": workbook(sheet(6))}), Why.ACTIVE_CONTENT),
        (
            old_container({"Workbook": workbook()}, storages=("_VBA_PROJECT_CUR",)),
            Why.ACTIVE_CONTENT,
        ),
        (old_container({"Workbook": workbook()}, storages=("MBD0001",)), Why.EMBEDDED_FILE),
        (old_container({"Workbook": workbook(record(0x2F, bytes(6)))}), Why.LOCKED),
        (old_container({"Workbook": workbook(record(0x1AE, b"\1\0\5\0evil"))}), Why.OUTSIDE_LINK),
        (old_container({"EncryptedPackage": b"x"}), Why.LOCKED),
        (old_container({"WordDocument": b"x"}), Why.OTHER_CONTENT),
        (old_container({"Workbook": b"no records"}), Why.DAMAGED),
        (XLS[:700], Why.DAMAGED),
    ],
)
def test_an_old_workbook_that_runs_or_fetches_or_hides_something_is_refused(
    received: Receive, content: bytes, why: Why
) -> None:
    with pytest.raises(FileRefused) as refused:
        received("a.xls", content)

    assert refused.value.why is why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (film(seconds=181), Why.TOO_LONG_FILM),
        (film(flags=0), Why.OUTSIDE_LINK),
        (film(box(b"rmra", b"http://evil.example")), Why.OUTSIDE_LINK),
        (film(handler=b"soun"), Why.OTHER_CONTENT),
        (film()[:-10], Why.DAMAGED),
        (film() + b"PK\x03\x04 something behind it", Why.DAMAGED),
        (box(b"ftyp", b"isom", bytes(8)) + box(b"mdat", bytes(9)), Why.DAMAGED),
    ],
)
def test_a_film_that_is_long_or_broken_or_lies_elsewhere_is_refused(
    received: Receive, content: bytes, why: Why
) -> None:
    with pytest.raises(FileRefused) as refused:
        received("film.mp4", content)

    assert refused.value.why is why


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ({"a.zip": zipped({"a.jpg": JPEG})}, Why.NESTED),
        ({"a.eml": mail({})}, Why.NESTED),
        ({"a.jpg": JPEG, "run.exe": b"MZ"}, Why.UNKNOWN_KIND),
        ({"a.pdf": JAVASCRIPT}, Why.ACTIVE_CONTENT),
        ({"a.docx": docx_with(more={"word/vbaProject.bin": b"x"})}, Why.ACTIVE_CONTENT),
        (TOO_MANY, Why.TOO_MANY_MEMBERS),
    ],
)
@pytest.mark.parametrize("holder", ["zip", "eml"])
def test_what_is_inside_is_judged_like_any_other_file(
    received: Receive, holder: str, inside: dict[str, bytes], why: Why
) -> None:
    content = zipped(dict(inside)) if holder == "zip" else mail(inside)

    with pytest.raises(FileRefused) as refused:
        received(f"a.{holder}", content)

    assert refused.value.why is why


def test_a_refused_member_is_named(received: Receive) -> None:
    with pytest.raises(FileRefused, match=r"akt\.pdf was not added"):
        received("photos.zip", zipped({"a.jpg": JPEG, "papers/akt.pdf": JAVASCRIPT}))


def test_an_archive_of_nothing_and_a_mail_of_nobody_are_refused(received: Receive) -> None:
    for name, content, why in (
        ("a.zip", zipped({"__MACOSX/._a": b"x"}), Why.EMPTY),
        ("a.eml", mail({}, headers=False), Why.OTHER_CONTENT),
    ):
        with pytest.raises(FileRefused) as refused:
            received(name, content)
        assert refused.value.why is why


@pytest.mark.parametrize(
    "more",
    [
        box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE)),
        box(b"udta", box(b"loci", bytes(6), PLACE)),
        box(b"udta", box(b"XMP_", b"<exif:GPSLatitude>", PLACE)),
        box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), PLACE),
        box(b"free", PLACE),
        metadata(),
        metadata(version=bytes(4)),
        box(b"udta", metadata(version=bytes(4))),
        box(b"udta", box(b"meta", bytes(4), box(b"ilst", box(b"----", b"com.gps", PLACE)))),
    ],
)
def test_where_a_film_was_taken_is_taken_out_of_it(
    received: Receive, storage: MemoryStorage, more: bytes
) -> None:
    content = film(more, brand=b"qt  ")
    assert PLACE in content

    kept = received("film.mov", content)

    assert kept.look.change == Change.LOCATION_REMOVED
    shown = storage.get(kept.derivative_key or "")
    assert PLACE not in shown
    assert len(shown) == len(content)  # nothing moved, so that no offset in it is wrong
    assert shown.endswith(box(b"mdat", bytes(64)))
    assert (b"iPhone 17" in shown) == (b"iPhone 17" in content)
    assert received("again.mov", shown).look.change is None  # it is a film still, without a place
    assert storage.get(kept.original_key) == content


def test_a_film_without_a_place_is_kept_as_it_is(received: Receive) -> None:
    assert received("film.mov", film(brand=b"qt  ")).derivative_key is None


def test_notes_of_a_camera_that_are_no_boxes_spoil_no_film(received: Receive) -> None:
    assert received("film.mp4", film(box(b"udta", b"notes of a camera")))


def test_photos_and_films_in_an_archive_are_shown_without_their_place(
    received: Receive, storage: MemoryStorage
) -> None:
    taken = film(metadata(), brand=b"qt  ")
    content = zipped(
        {"a/IMG_1.jpg": jpeg_from_a_phone(), "b/IMG_1.jpg": jpeg_from_a_phone(), "film.mov": taken,
         "words.txt": b"Cracked"}
    )  # fmt: skip

    kept = received("photos.zip", content)

    shown = ZipFile(io.BytesIO(storage.get(kept.derivative_key or "")))
    assert shown.namelist() == ["IMG_1.jpg", "2-IMG_1.jpg", "film.mov", "words.txt"]
    assert not any(opened(shown.read(name)).getexif() for name in shown.namelist()[:2])
    assert PLACE not in shown.read("film.mov")
    assert shown.read("words.txt") == b"Cracked"
    assert kept.look.change == Change.LOCATION_REMOVED
    assert storage.get(kept.original_key) == content  # as of a photo that comes by itself


def test_an_archive_of_documents_is_kept_as_it_is(received: Receive) -> None:
    assert received("a.zip", zipped({"words.txt": b"Cracked"})).derivative_key is None


def test_of_an_archive_nothing_is_kept_that_is_kept_of_no_document(
    received: Receive, storage: MemoryStorage
) -> None:
    document = docx_with(more=relation("attachedTemplate", "Normal.dotm"))
    alone = received("a.docx", document)
    assert storage.get(alone.original_key) != document

    kept = received("a.zip", zipped({"a.docx": document}))

    inside = ZipFile(io.BytesIO(storage.get(kept.original_key)))
    assert inside.read("a.docx") == storage.get(alone.original_key)
