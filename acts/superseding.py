"""Marking an act whose place a later one has taken; what is stored stays as it was issued."""

from lxml import etree

from acts.blocks import PARAGRAPH, WORD
from acts.facts import ActLanguage, SupersededAct
from acts.package import deflate, join_entries, read_parts
from acts.wording import revision_text

DOCUMENT = "word/document.xml"
WORDS = {
    ActLanguage.RU: "Документ утратил силу. Его заменяет: {}.",
    ActLanguage.PL: "Dokument nie obowiązuje. Zastępuje go: {}.",
    ActLanguage.CS: "Dokument neplatí. Nahrazuje jej: {}.",
    ActLanguage.EN: "No longer in force: superseded by {}.",
}


def superseded_words(by: list[SupersededAct], language: ActLanguage) -> str:
    """Return the sentence that an act is superseded by others."""
    return WORDS[language].format(", ".join(revision_text(one, language) for one in by))


def mark_superseded(document: bytes, by: list[SupersededAct], language: ActLanguage) -> bytes:
    """Return the DOCX with that sentence as its first paragraph, in bold."""
    parts = read_parts(document)
    root = etree.fromstring(parts[DOCUMENT])
    body = root.find(f"{{{WORD}}}body")
    if body is None:
        raise ValueError("a document has a body")
    body.insert(0, _bold(superseded_words(by, language)))
    parts[DOCUMENT] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return join_entries(deflate(name, content) for name, content in parts.items())


def _bold(text: str) -> etree._Element:
    paragraph = etree.Element(PARAGRAPH)
    run = etree.SubElement(paragraph, f"{{{WORD}}}r")
    look = etree.SubElement(run, f"{{{WORD}}}rPr")
    etree.SubElement(look, f"{{{WORD}}}b")
    etree.SubElement(run, f"{{{WORD}}}t").text = text
    return paragraph
