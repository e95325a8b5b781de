"""The door of this package: the facts of an act go in, a DOCX comes out."""

from functools import cache
from pathlib import Path

from acts.facts import ActFacts, ActKind, ActLanguage
from acts.template import Template
from acts.values import VOCABULARY, values_of

TEMPLATES = Path(__file__).parent / "templates"


def render(kind: ActKind, language: ActLanguage, facts: ActFacts) -> bytes:
    """Return the act as DOCX. Equal facts make equal bytes, on any day and on any machine."""
    return template_for(kind, language).fill(values_of(facts, language))


@cache
def template_for(kind: ActKind, language: ActLanguage) -> Template:
    """Return the compiled template; it is read from disk once in the life of a process."""
    path = TEMPLATES / language / f"{kind}.docx"
    return Template.compile(path.read_bytes(), VOCABULARY)
