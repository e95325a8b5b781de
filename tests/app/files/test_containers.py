"""Old workbooks, films, archives and mails, as they are judged at the upload door."""

import io
from collections.abc import Callable

import pytest

from app.files.inspection.unfit import Why
from app.files.rules import FileRefused
from app.files.service import Received, receive
from tests.app.files.containers import (
    box,
    film,
    mail,
    old_container,
    record,
    sheet,
    workbook,
)
from tests.app.files.documents import docx_with, ordinary_docx, pdf, zipped
from tests.app.files.pictures import encoded, photo
from tests.app.files.test_service import storage

__all__ = ["storage"]

JPEG = encoded(photo(), "JPEG")
GIF = encoded(photo(), "GIF")
XLS = old_container({"Workbook": workbook()})
JAVASCRIPT = pdf(b"4 0 obj\n<< /S /JavaScript /JS (x) >>\nendobj\n")
TOO_MANY = {f"{number}.txt": b"words" for number in range(31)}

Receive = Callable[[str, bytes], Received]


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
