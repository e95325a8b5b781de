"""The closed language of the templates refuses what it does not know, before anybody renders."""

import io

import pytest
from docx import Document

from acts.errors import TemplateError
from acts.template import Template, Vocabulary

WORDS = Vocabulary(
    texts=frozenset({"number", "decided"}), lists={"lines": frozenset({"sku", "mark"})}
)


def template(*paragraphs: str) -> bytes:
    """Return a DOCX whose paragraphs are these texts; `|` cuts a paragraph into runs."""
    document = Document()
    for text in paragraphs:
        paragraph = document.add_paragraph()
        for run in text.split("|"):
            paragraph.add_run(run)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def filled(*paragraphs: str, **values: object) -> list[str]:
    """Return the paragraphs of the template with values in it."""
    compiled = Template.compile(template(*paragraphs), WORDS)
    given = {"number": "7", "decided": "", "lines": []} | values
    opened = Document(io.BytesIO(compiled.fill(given)))  # type: ignore[arg-type]
    return [paragraph.text for paragraph in opened.paragraphs if paragraph.text]


def test_a_placeholder_that_an_editor_split_is_still_one() -> None:
    assert filled("No. {{nu|mb|er}}!") == ["No. 7!"]


def test_conditions_show_or_hide_their_content() -> None:
    text = "{{#if decided}}yes{{/if}}{{#unless decided}}no{{/unless}}"

    assert filled(text) == ["no"]
    assert filled(text, decided="2026") == ["yes"]


def test_a_list_repeats_its_paragraphs() -> None:
    rows = [{"sku": "A", "mark": ""}, {"sku": "B", "mark": "!"}]

    shown = filled("{{#each lines}}", "{{sku}}{{#if mark}}!{{/if}}", "{{/each}}", lines=rows)

    assert shown == ["A", "B!"]


@pytest.mark.parametrize(
    "wrong",
    [
        "{{nobody}}",
        "{{sku}}",
        "{{#each people}}x{{/each}}",
        "{{#if nobody}}x{{/if}}",
        "{{#if decided}}never closed",
        "{{/if}}",
        "{{number.__class__}}",
        "{{number + 1}}",
    ],
)
def test_what_the_language_does_not_know_is_refused_at_once(wrong: str) -> None:
    with pytest.raises(TemplateError):
        Template.compile(template(wrong), WORDS)
