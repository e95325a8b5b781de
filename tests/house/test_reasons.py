"""Every reason has its sentence in four languages, and nothing fails with free English text."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from app.core.i18n import texts_in
from app.erp.field_names import FIELD_NAMES
from app.vocabulary import Language
from connectors.erp.port import COLUMNS
from connectors.errors import OutsideError
from connectors.reasons import ReasonCode, find_code

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "connectors")
PLACE = re.compile(r"%\(\w+\)s")
# Whose reasons are shown; a template that forgets the filter would show the English of the log.
SHOWN_RAW = re.compile(
    r"(?:\{\{-?|alert\()\s*[\w.]+\.(?:last_error|restored_reason|failure|fault)\b(?!\s*\|\s*said)"
)


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def codes() -> list[ReasonCode]:
    for path in modules():
        if "(ReasonCode)" in path.read_text("utf-8"):
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return [member for source in ReasonCode.__subclasses__() for member in source]


def errors() -> set[str]:
    """Return the names of the errors that a neighbour causes."""
    found = {OutsideError}
    while more := {one for kind in found for one in kind.__subclasses__()} - found:
        found |= more
    return {one.__name__ for one in found}


def test_every_code_is_there_once() -> None:
    found = codes()

    assert len(found) > 150
    assert len({code.value for code in found}) == len(found)
    assert all(find_code(code.value) is code for code in found)


@pytest.mark.parametrize("language", [one for one in Language if one is not Language.EN])
def test_every_code_has_its_sentence_in_every_language(language: Language) -> None:
    texts = texts_in(language)
    has_words = [code for code in codes() if re.search(r"[a-z]{2}", PLACE.sub("", code.sentence))]

    assert [code for code in has_words if texts.gettext(code.sentence) == code.sentence] == []


def test_every_field_of_the_feed_has_a_name_for_people() -> None:
    assert {one for columns in COLUMNS.values() for one in columns} - set(FIELD_NAMES) == set()


def test_no_error_of_a_neighbour_is_raised_with_free_text() -> None:
    names = errors()
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in names
        and node.args
        and _is_text(node.args[0])
    ]

    assert {"Unavailable", "Rejected", "Denied"} < names
    assert wrong == []


def _is_text(node: ast.expr) -> bool:
    is_literal = isinstance(node, ast.JoinedStr | ast.Constant | ast.BinOp)
    return is_literal or (isinstance(node, ast.Call) and ast.unparse(node.func) != "Reason")


def test_templates_say_reasons_in_the_language_of_the_reader() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in sorted((ROOT / "app").rglob("templates/**/*.html"))
        for found in SHOWN_RAW.finditer(path.read_text("utf-8"))
    ]

    assert wrong == []
    assert SHOWN_RAW.search("{{ feed.last_error }}")
    assert not SHOWN_RAW.search("{{ feed.last_error|said }}")
