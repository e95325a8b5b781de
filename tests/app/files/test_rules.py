"""Names and first bytes: what is believed, and in which words the rest is refused."""

from pathlib import PurePosixPath

import pytest

from app.files.inspection.unfit import Why
from app.files.rules import (
    KINDS,
    LONGEST_NAME_BYTES,
    REASONS,
    FileRefused,
    FileTooLarge,
    clean_name,
    kind_of,
    name_for,
)

HEADS = {
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    "pdf": b"%PDF-1.7\n",
    "docx": b"PK\x03\x04\x14\x00",
    "xlsx": b"PK\x03\x04\x14\x00",
    "mp4": b"\x00\x00\x00\x18ftypisom",
    "mov": b"\x00\x00\x00\x14ftypqt  ",
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "eml": b"Received: from a.example by b.example; Mon, 30 Nov 2026 10:00:00 +0100\r\n",
    "zip": b"PK\x03\x04\x14\x00",
    "csv": "артикул;количество\n".encode(),
    "txt": b"\xff\xfe\x1f\x04@\x04",
}
STRANGERS = {
    "gif": b"GIF89a\x01\x00",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"\n <!DOCTYPE html><script>alert(1)</script>",
    "empty zip": b"PK\x05\x06" + bytes(18),
    "exe": b"MZ\x90\x00",
    "tiff": b"II*\x00",
}
ALL = HEADS | STRANGERS
BY_BYTES = ("jpg", "png", "webp", "heic", "mp4", "mov")
BINARY = ("pdf", "docx", "xlsx", "xls", "zip")


def test_every_accepted_kind_has_a_sample_here() -> None:
    assert {kind.code for kind in KINDS} == set(HEADS)


@pytest.mark.parametrize("code", HEADS)
def test_a_file_that_is_what_it_is_called_is_believed(code: str) -> None:
    assert kind_of(f"Фото.{code.upper()}", HEADS[code]).code == code


@pytest.mark.parametrize(
    ("code", "other"),
    [
        *((code, other) for code in BINARY for other in ALL if ALL[other] != ALL[code]),
        *((code, other) for code in BY_BYTES for other in ALL if other not in BY_BYTES),
    ],
)
def test_a_file_that_is_something_else_is_refused(code: str, other: str) -> None:
    with pytest.raises(FileRefused) as refused:
        kind_of(f"photo.{code}", ALL[other])

    is_locked = other == "xls" and code != "xls"
    assert refused.value.why is (Why.OLD_OR_LOCKED if is_locked else Why.OTHER_CONTENT)


@pytest.mark.parametrize("code", BY_BYTES)
@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("photo", "photo"),
        ("photo.", "photo"),
        ("photo.jpg", "photo"),
        ("IMG_0001.JFIF", "IMG_0001"),
        ("photo.heic", "photo"),
        ("photo.jpg.exe", "photo.jpg.exe"),
        ("photo.svg", "photo.svg"),
        ("scan.tiff", "scan.tiff"),
        ("a.docm", "a.docm"),
        (".jpg", ".jpg"),
    ],
)
def test_a_photo_is_what_its_bytes_are_and_is_called_so(code: str, name: str, stem: str) -> None:
    kind = kind_of(name, HEADS[code])
    called = name_for(name, kind)

    assert kind.code == code
    assert PurePosixPath(called).suffix.lower() in kind.suffixes
    assert called.startswith(stem)


def test_a_photo_keeps_an_ending_of_its_own_kind() -> None:
    assert name_for("a.jfif", kind_of("a.jfif", HEADS["jpg"])) == "a.jfif"
    assert name_for("a.JPEG", kind_of("a.JPEG", HEADS["jpg"])) == "a.JPEG"


@pytest.mark.parametrize("name", ["act.pdf", "act.docx", "act.xlsx", "a.xls", "a.zip"])
def test_a_photo_that_calls_itself_a_document_is_refused(name: str) -> None:
    with pytest.raises(FileRefused):
        kind_of(name, HEADS["png"])


def test_a_photo_that_is_also_a_pdf_is_only_a_photo() -> None:
    head = b"\xff\xd8\xff\xfe\x00\x10%PDF-1.7\n"

    assert kind_of("both.jpg", head).code == "jpg"
    with pytest.raises(FileRefused):
        kind_of("both.pdf", head)


@pytest.mark.parametrize("code", ["csv", "txt"])
@pytest.mark.parametrize("other", ["svg", "html"])
def test_markup_is_not_text(code: str, other: str) -> None:
    with pytest.raises(FileRefused):
        kind_of(f"list.{code}", STRANGERS[other])


@pytest.mark.parametrize("name", ["photo", "photo.gif", "a.exe", "a.docm", "a.rar", ".htaccess"])
@pytest.mark.parametrize("other", STRANGERS)
def test_a_kind_that_is_not_in_the_table_is_refused_with_the_list(name: str, other: str) -> None:
    with pytest.raises(FileRefused, match="Accepted are: JPG, PNG, WEBP, HEIC, MP4") as refused:
        kind_of(name, STRANGERS[other])

    assert name in str(refused.value)
    assert refused.value.status == 415


def test_an_empty_file_is_refused_as_empty() -> None:
    with pytest.raises(FileRefused) as refused:
        kind_of("photo.jpg", b"")

    assert refused.value.why is Why.EMPTY


def test_a_document_locked_by_word_is_told_what_to_do() -> None:
    with pytest.raises(FileRefused, match="Save it again without a password"):
        kind_of("act.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))


def test_every_reason_has_its_sentence() -> None:
    assert set(REASONS) == set(Why)
    for why in Why:
        sentence = str(FileRefused("50%(x)s.jpg", why, 7))
        assert sentence.startswith("50%(x)s.jpg was not added: ")
        assert sentence.endswith(".")


def test_a_file_over_its_limit_names_the_limit() -> None:
    (jpg,) = [kind for kind in KINDS if kind.code == "jpg"]

    refusal = FileTooLarge("photo.jpg", jpg)

    assert "larger than 40 MB" in str(refusal)
    assert refusal.status == 413


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("photo.jpg", "photo.jpg"),
        ("Скол № 3 – край.jpg", "Скол № 3 – край.jpg"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\photo.jpg", "photo.jpg"),
        ("../../photo.jpg", "photo.jpg"),
        ("..%2f..%2fphoto.jpg", "%2f..%2fphoto.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("pho\u200bto\ufeff.jpg", "photo.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "a Set-Cookie_ x=1.jpg"),
        ("a\"b'c.jpg", "a_b'c.jpg"),
        ("a\x00b.jpg", "ab.jpg"),
        ("CON", "_CON"),
        ("con.jpg", "_con.jpg"),
        ("console.jpg", "console.jpg"),
        ("lpt1.txt", "_lpt1.txt"),
        ("...", "file"),
        ("", "file"),
        ("   ", "file"),
        (".htaccess", "htaccess"),
        ("photo.jpg. . .", "photo.jpg"),
        ("file.txt::$DATA", "file.txt__$DATA"),
        ("e\u0301.jpg", "\u00e9.jpg"),
        ("😀.png", "😀.png"),
        ("\ud800.png", "png"),
        ("a?b*c|d.jpg", "a_b_c_d.jpg"),
    ],
)
def test_a_name_is_cleaned_until_every_system_can_keep_it(given: str, shown: str) -> None:
    assert clean_name(given) == shown


@pytest.mark.parametrize("letter", ["a", "ж", "😀", "é"])
def test_a_long_name_keeps_its_end(letter: str) -> None:
    name = clean_name(letter * 300 + ".jpeg")

    assert name.endswith(f"{letter}.jpeg")
    assert len(name.encode()) <= LONGEST_NAME_BYTES


@pytest.mark.parametrize(
    "code_point", [*range(0x20), 0x7F, *range(0x80, 0xA0), *range(0x2028, 0x202F)]
)
def test_no_control_character_survives_in_a_name(code_point: int) -> None:
    assert clean_name(f"a{chr(code_point)}b.jpg") in {"ab.jpg", "a b.jpg"}


@pytest.mark.parametrize("name", ["a.jpg", "../a b.jpg", "ж" * 300 + ".jpg", "con", "a\u202e.jpg."])
def test_a_clean_name_stays_as_it_is(name: str) -> None:
    once = clean_name(name)

    assert clean_name(once) == once
