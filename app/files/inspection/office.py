"""Documents and workbooks: nothing that runs, nothing that fetches, nothing hidden inside."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from .archives import unpack
from .unfit import Unfit, Why

MOST_CELLS = 200_000
_OFFICE = b"application/vnd.openxmlformats-officedocument."
DOCX_MAIN = _OFFICE + b"wordprocessingml.document.main+xml"
XLSX_MAIN = _OFFICE + b"spreadsheetml.sheet.main+xml"

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PROGRAMS = re.compile(
    r"vbaproject|vbadata|activex|macrosheets|dialogsheets|customui", re.IGNORECASE
)
_EMBEDDED = re.compile(r"embeddings/|oleobject|altchunk|\.(html?|mht|rtf|exe|bin)$", re.IGNORECASE)
_FETCHING = re.compile(r"externallinks/|connections\.xml$|querytables/", re.IGNORECASE)
# Harmless binaries that Excel itself writes.
_KNOWN_BINARIES = re.compile(r"xl/printerSettings/printerSettings\d+\.bin", re.IGNORECASE)
_WEB_OR_MAIL = re.compile(r"(https?://|mailto:|#|tel:)", re.IGNORECASE)
_LINK_TO_FILE = re.compile(r"""["\s](file:|javascript:|\\\\)""", re.IGNORECASE)
_ENCODING = re.compile(
    rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["']|us-ascii["'])""", re.IGNORECASE
)
# A formula that starts a program: =cmd|'/C calc'!A1
_DDE_FORMULA = re.compile(r"[\w.]+\s*\|\s*'?[^'!]*'?\s*!")

# The fields that only show something of the document itself. All others fetch or start something,
# among them DDE, DDEAUTO, INCLUDETEXT, INCLUDEPICTURE, LINK, IMPORT, DATABASE.
_HARMLESS_FIELDS = {
    "=", "addressblock", "advance", "author", "autonum", "autonumlgl", "autonumout", "autotext",
    "bibliography", "citation", "comments", "createdate", "date", "docproperty", "docvariable",
    "editime", "eq", "filename", "filesize", "formcheckbox", "formdropdown", "formtext",
    "greetingline", "hyperlink", "if", "index", "keywords", "lastsavedby", "listnum",
    "mergefield", "mergerec", "mergeseq", "next", "noteref", "numchars", "numpages", "numwords",
    "page", "pageref", "printdate", "ref", "revnum", "savedate", "section", "sectionpages", "seq",
    "set", "styleref", "subject", "symbol", "tc", "template", "time", "title", "toa", "toc",
    "username", "useraddress", "userinitials", "xe",
}  # fmt: skip


def look_at_docx(path: Path) -> dict[str, Any]:
    """Check a document."""
    for name, content in _parts(path, DOCX_MAIN).items():
        if _is_xml(name):
            _check_fields(content)
    return {}


def look_at_xlsx(path: Path) -> dict[str, Any]:
    """Check a workbook."""
    cells = 0
    for name, content in _parts(path, XLSX_MAIN).items():
        if not _is_xml(name):
            continue
        for element in _elements(content):
            cells += element.tag == f"{_SHEET}c"
            if cells > MOST_CELLS:
                raise Unfit(Why.TOO_MANY_CELLS, MOST_CELLS)
            if element.tag == f"{_SHEET}f" and _DDE_FORMULA.search(element.text or ""):
                raise Unfit(Why.OUTSIDE_LINK)
    return {}


def _parts(path: Path, main_type: bytes) -> dict[str, bytes]:
    parts = unpack(path)
    types = parts.get("[Content_Types].xml", b"")
    if main_type not in types:
        raise Unfit(Why.ACTIVE_CONTENT if b"macroEnabled" in types else Why.OTHER_CONTENT)
    if re.search(rb"macroEnabled|vbaProject|activeX", types, re.IGNORECASE):
        raise Unfit(Why.ACTIVE_CONTENT)
    for name, content in parts.items():
        _check_name(name)
        if name.endswith(".rels"):
            _check_relations(content)
    return parts


def _check_name(name: str) -> None:
    if _PROGRAMS.search(name):
        raise Unfit(Why.ACTIVE_CONTENT)
    if _EMBEDDED.search(name) and not _KNOWN_BINARIES.fullmatch(name):
        raise Unfit(Why.EMBEDDED_FILE)
    if _FETCHING.search(name):
        raise Unfit(Why.OUTSIDE_LINK)


def _check_relations(content: bytes) -> None:
    for relation in _elements(content):
        kind = relation.get("Type", "")
        if kind.endswith(("/vbaProject", "/control", "/ui/extensibility")):
            raise Unfit(Why.ACTIVE_CONTENT)
        if kind.endswith(("/oleObject", "/package", "/aFChunk")):
            raise Unfit(Why.EMBEDDED_FILE)
        if relation.get("TargetMode", "").lower() == "external" and not (
            kind.endswith("/hyperlink") and _WEB_OR_MAIL.match(relation.get("Target", ""))
        ):
            raise Unfit(Why.OUTSIDE_LINK)


def _check_fields(content: bytes) -> None:
    """Read the instructions of fields as Word does: over all runs, nested ones by themselves."""
    open_fields: list[str] = []
    for element in _elements(content):
        if element.tag == f"{_WORD}fldSimple":
            _check_field(element.get(f"{_WORD}instr", ""))
        elif element.tag in (f"{_WORD}instrText", f"{_WORD}delInstrText") and open_fields:
            open_fields[-1] += element.text or ""
        elif element.tag == f"{_WORD}fldChar":
            mark = element.get(f"{_WORD}fldCharType")
            if mark == "begin":
                open_fields.append("")
            elif mark == "end" and open_fields:
                _check_field(open_fields.pop())
    for instruction in open_fields:
        _check_field(instruction)


def _check_field(instruction: str) -> None:
    words = instruction.replace("\\", " \\").split()
    if not words:
        return
    name = "=" if words[0].startswith("=") else words[0].lower()
    if name not in _HARMLESS_FIELDS or _LINK_TO_FILE.search(instruction):
        raise Unfit(Why.OUTSIDE_LINK)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".vml"))


def _elements(content: bytes) -> Iterator[etree._Element]:
    # Word and lxml might read a declared encoding differently, and a DTD can hide in it.
    if b"<!DOCTYPE" in content or b"\0" in content[:100] or _ENCODING.search(content[:200]):
        raise Unfit(Why.ODD_ARCHIVE)
    events = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    for _, element in events:
        yield element
        element.clear(keep_tail=False)
        while element.getprevious() is not None:
            del element.getparent()[0]
