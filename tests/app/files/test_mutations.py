"""Thousands of broken files: a verdict for each, and never an error of ours."""

import random
from pathlib import Path

import pytest

from app.files.inspection.main import CHECKS, answer_for
from app.files.inspection.unfit import Why
from tests.app.files.containers import film, mail, old_container, workbook
from tests.app.files.documents import object_stream, ordinary_docx, pdf, xlsx_with, zipped
from tests.app.files.pictures import encoded, photo

SAMPLES = {
    "jpg": encoded(photo(), "JPEG"),
    "png": encoded(photo(), "PNG"),
    "webp": encoded(photo(), "WEBP"),
    "pdf": pdf(object_stream(b"4 0 << /Type /Font >>")),
    "docx": ordinary_docx(),
    "xlsx": xlsx_with("<c><v>1</v></c>"),
    "xls": old_container({"Workbook": workbook()}),
    "mp4": film(),
    "mov": film(brand=b"qt  "),
    "zip": zipped({"a.jpg": encoded(photo(), "JPEG")}),
    "eml": mail({"a.jpg": encoded(photo(), "JPEG")}),
    "csv": 'a;"b\nc";d\n1;2;3\n'.encode("utf-16"),
    "txt": "Скол, край".encode(),
}
ROUNDS = 100


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code", SAMPLES)
def test_a_broken_file_gets_a_verdict(code: str, tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes(SAMPLES[code])
    assert "why" not in answer_for(code, path)

    for seed in range(ROUNDS):
        path.write_bytes(mutated(SAMPLES[code], random.Random(seed)))
        answer = answer_for(code, path)
        assert "why" not in answer or answer["why"] in set(Why), seed


def test_every_check_but_the_slow_one_is_fed_broken_files() -> None:
    assert set(SAMPLES) == set(CHECKS) - {"heic"}


def mutated(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    if dice.random() < 0.3:
        del changed[dice.randrange(len(changed)) :]
    return bytes(changed)
