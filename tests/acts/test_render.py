"""Acts as documents: what is in them, that they open, and that equal facts make equal bytes."""

import io
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acts.build_templates import TEXTS, build
from acts.facts import ActKind, ActLanguage, ActPart, NamedDocument
from acts.render import TEMPLATES, render
from acts.wording import date_text, document_text
from tests.acts.examples import accepted, act_facts, act_line, decided_facts, rejected, unshipped

each_kind = pytest.mark.parametrize("kind", list(ActKind))
each_language = pytest.mark.parametrize("language", list(ActLanguage))
CONTROLS = {chr(code) for code in range(32)} - {"\n", "\t"}

UNCHECKED = {
    ActLanguage.RU: "Изготовитель проверит её, как только данные будут доступны",
    ActLanguage.PL: "Producent sprawdzi ją, gdy tylko dane będą dostępne",
    ActLanguage.CS: "Výrobce je ověří, jakmile budou údaje dostupné",
    ActLanguage.EN: "The manufacturer will check it as soon as the data are available",
}
NOT_SHIPPED = {
    ActLanguage.RU: "нет в отгрузках дилеру",
    ActLanguage.PL: "towar spoza dostaw",
    ActLanguage.CS: "zboží není v dodávkách",
    ActLanguage.EN: "not in the shipments",
}

SHOW = """
import hashlib, sys
from acts.facts import ActKind, ActLanguage
from acts.render import render
from tests.acts.examples import act_facts
print(hashlib.sha256(render(ActKind.REFUND, ActLanguage.RU, act_facts())).hexdigest())
"""


def text_of(document: bytes) -> str:
    """Return all that a reader of the document sees, paragraph by paragraph."""
    opened = Document(io.BytesIO(document))
    paragraphs = [*opened.paragraphs]
    for table in opened.tables:
        paragraphs += [line for row in table.rows for cell in row.cells for line in cell.paragraphs]
    return "\n".join(paragraph.text for paragraph in paragraphs)


@each_kind
@each_language
def test_a_template_is_what_the_builder_makes(kind: ActKind, language: ActLanguage) -> None:
    kept = (TEMPLATES / language / f"{kind}.docx").read_bytes()

    assert kept == build(kind, language)


@each_kind
@each_language
def test_an_act_names_its_parties_lines_and_number(kind: ActKind, language: ActLanguage) -> None:
    facts = act_facts(language, lines=3)

    text = text_of(render(kind, language, facts))

    for said in (facts.number, facts.claim_number, facts.manufacturer.name, facts.dealer.name):
        assert said in text
    for line in facts.lines:
        assert line.sku in text
        assert line.shipment_number in text
    assert "None" not in text
    assert "{{" not in text


@pytest.mark.parametrize("kind", [ActKind.RECLAMATION, ActKind.REFUND])
@each_language
def test_the_decision_is_shown_only_when_there_is_one(kind: ActKind, language: ActLanguage) -> None:
    before = act_facts(language, lines=2)
    after = decided_facts(language, lines=2)

    assert after.logistics not in text_of(render(kind, language, before))
    assert after.logistics in text_of(render(kind, language, after))


@each_kind
@each_language
def test_a_shipment_that_could_not_be_checked_says_when_and_that_it_will_be(
    kind: ActKind, language: ActLanguage
) -> None:
    facts = act_facts(language, lines=2)
    first, second = facts.lines
    day = date(2026, 11, 13)
    waiting = replace(facts, lines=(first, replace(unshipped(second), unchecked_on=day)))
    missing = replace(facts, lines=(first, unshipped(second)))

    text = text_of(render(kind, language, waiting))

    said = date_text(day, language)
    assert text.count(said) == 2  # beside the item, and why below
    assert UNCHECKED[language] in text
    assert NOT_SHIPPED[language] not in text
    assert NOT_SHIPPED[language] in text_of(render(kind, language, missing))
    assert UNCHECKED[language] not in text_of(render(kind, language, missing))


@each_language
def test_a_refused_line_gives_its_reason(language: ActLanguage) -> None:
    lines = (
        accepted(act_line(1, language=language), language),
        rejected(act_line(2, language=language), language),
    )
    facts = replace(decided_facts(language), lines=lines)

    text = text_of(render(ActKind.RECLAMATION, language, facts))

    decision = lines[1].decision
    assert decision is not None
    assert decision.reason in text
    assert decision.reason_text in text


@each_language
def test_what_was_not_shipped_is_said_to_be_so(language: ActLanguage) -> None:
    shipped = act_facts(language)
    missing = replace(shipped, lines=(unshipped(shipped.lines[0]),))

    assert len(text_of(render(ActKind.RECLAMATION, language, missing))) > 0
    assert text_of(render(ActKind.RECLAMATION, language, missing)) != text_of(
        render(ActKind.RECLAMATION, language, shipped)
    )


@pytest.mark.parametrize("kind", [ActKind.RECLAMATION, ActKind.REFUND])
@each_language
def test_each_line_says_by_which_document_it_was_billed(
    kind: ActKind, language: ActLanguage
) -> None:
    first, second = act_facts(language, lines=2).lines
    other = NamedDocument("XYZ", "88", date(2025, 12, 19))
    facts = replace(act_facts(language), lines=(first, replace(second, base_document=other)))

    text = text_of(render(kind, language, facts))

    for line in facts.lines:
        assert line.base_document is not None
        assert text.count(document_text(line.base_document, language)) == 2  # in a list, in its row
    nothing_known = tuple(replace(line, base_document=None) for line in facts.lines)
    bare = text_of(render(kind, language, replace(facts, lines=nothing_known)))
    assert TEXTS[language].base_documents.partition("{")[0] not in bare


PARTS = {
    ActLanguage.RU: "Дефектные части: 2 × Glass (партия GL-07); Door (№ 15)",
    ActLanguage.PL: "Wadliwe części: 2 × Glass (partia GL-07); Door (nr 15)",
    ActLanguage.CS: "Vadné díly: 2 × Glass (šarže GL-07); Door (výr. č. 15)",
    ActLanguage.EN: "Defective parts: 2 × Glass (lot GL-07); Door (serial No. 15)",
}


@each_language
def test_a_line_names_its_defective_parts_with_their_lots(language: ActLanguage) -> None:
    parts = (
        ActPart("Glass", "GL-07", "", Decimal("2.000")),
        ActPart("Door", "", "15", Decimal("1.000")),
    )
    lines = (act_line(1, language=language, parts=parts), act_line(2, language=language))
    facts = replace(act_facts(language), lines=lines)

    text = text_of(render(ActKind.RECLAMATION, language, facts)).replace("\u00a0", " ")

    assert PARTS[language] in text
    assert text.count(PARTS[language].partition(":")[0]) == 1


def test_a_refund_act_tells_the_sum_in_figures_and_words() -> None:
    facts = act_facts(ActLanguage.RU)

    text = text_of(render(ActKind.REFUND, ActLanguage.RU, facts))

    assert "62\u00a0900,00" in text
    assert "Шестьдесят две тысячи девятьсот рублей 00 копеек" in text
    assert "10\u00a0483,33" in text


@each_kind
def test_every_line_has_its_rows(kind: ActKind) -> None:
    few, many = act_facts(lines=2), act_facts(lines=60)

    assert _rows(render(kind, ActLanguage.RU, many)) > _rows(render(kind, ActLanguage.RU, few)) + 57


@each_kind
@each_language
def test_the_same_facts_make_the_same_bytes(kind: ActKind, language: ActLanguage) -> None:
    facts = decided_facts(language, lines=5)

    assert render(kind, language, facts) == render(kind, language, facts)


def test_the_bytes_depend_on_no_zone_locale_or_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SHOW],
            env=os.environ | {"TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone, locale, seed in (("UTC", "C", "1"), ("Asia/Vladivostok", "C.UTF-8", "2"))
    }

    assert len(told) == 1


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200))
def test_whatever_a_dealer_writes_stays_text(text: str) -> None:
    line = act_line(language=ActLanguage.EN, description=f"<{text}>")
    facts = replace(act_facts(ActLanguage.EN), lines=(line,))

    shown = text_of(render(ActKind.RECLAMATION, ActLanguage.EN, facts))

    assert f"<{_carried(text)}>" in shown


@pytest.mark.parametrize(
    "poison",
    [
        "{{number}}",
        "</w:t><w:fldSimple w:instr='DDEAUTO'/>",
        "\x0b\x00",
        "{{#each lines}}",
        "&amp;",
    ],
)
def test_text_never_becomes_markup_or_a_placeholder(poison: str) -> None:
    facts = act_facts(ActLanguage.EN, claim_text=f"[{poison}]")

    shown = text_of(render(ActKind.RECLAMATION, ActLanguage.EN, facts))

    assert f"[{_carried(poison)}]" in shown


@pytest.mark.parametrize("language", [ActLanguage.RU, ActLanguage.PL])
def test_libreoffice_opens_an_act_and_shows_its_sum(language: ActLanguage, tmp_path: Path) -> None:
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if office is None or reader is None:
        pytest.skip("LibreOffice or poppler is not installed")
    facts = decided_facts(language, lines=4)
    (tmp_path / "act.docx").write_bytes(render(ActKind.REFUND, language, facts))

    _convert(office, tmp_path)
    pages = subprocess.run(
        [reader, "-layout", str(tmp_path / "act.pdf"), "-"], capture_output=True, check=True
    )

    text = pages.stdout.decode().replace("\u00a0", " ")
    assert facts.number in text
    assert facts.dealer.name in text
    assert "188 700,00" in text


def _convert(office: str, folder: Path) -> None:
    subprocess.run(
        [
            office,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--convert-to", "pdf", "--outdir", str(folder)),
            str(folder / "act.docx"),
        ],
        capture_output=True,
        check=True,
        timeout=90,
    )


def _rows(document: bytes) -> int:
    return sum(len(table.rows) for table in Document(io.BytesIO(document)).tables)


def _carried(text: str) -> str:
    """Return what XML can carry of a text, line ends as the document has them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter not in CONTROLS and _is_xml(letter))


def _is_xml(letter: str) -> bool:
    return letter not in "\ufffe\uffff" and not "\ud800" <= letter <= "\udfff"
