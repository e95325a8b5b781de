"""Documents and workbooks: nothing that runs, nothing that fetches, nothing hidden inside.

A part is what its content type and its bytes say, whatever it is called.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml import etree

from .archives import unpack
from .unfit import Unfit, Why

MOST_CELLS = 200_000
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX_MAIN = _OFFICE + "wordprocessingml.document.main+xml"
XLSX_MAIN = _OFFICE + "spreadsheetml.sheet.main+xml"
_TYPES_PART = "[content_types].xml"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"

_PROGRAMS = re.compile(
    r"vbaproject|vbadata|activex|macrosheets?|dialogsheets?|customui|macroenabled", re.IGNORECASE
)
_EMBEDDED = re.compile(
    r"embeddings/|oleobject|altchunk|\.(html?|mht|rtf|exe|bin)$|officedocument\.package",
    re.IGNORECASE,
)
_FETCHING = re.compile(
    r"externallinks?(/|\+xml)|connections(\.xml$|\+xml)|querytables?(/|\+xml)", re.IGNORECASE
)
# Harmless binaries that Excel itself writes.
_KNOWN_BINARIES = re.compile(r"xl/printersettings/printersettings\d+\.bin")
_FILES_INSIDE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ", b"%PDF-", b"\x7fELF", b"{\\rtf")
_WEB_OR_MAIL = re.compile(r"(https?://|mailto:|#|tel:)", re.IGNORECASE)
_LOCAL_PATH = re.compile(r"(file:///)?[a-z]:[\\/]|[^\\/:]+$", re.IGNORECASE)
_LINK_TO_FILE = re.compile(r"""["\s](file:|javascript:|\\\\)""", re.IGNORECASE)
_ENCODING = re.compile(
    rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["']|us-ascii["'])""", re.IGNORECASE
)
# A formula that starts a program: =cmd|'/C calc'!A1
_DDE_FORMULA = re.compile(r"[\w.]+\s*\|\s*'?[^'!]*'?\s*!")
# Functions that reach outside of the workbook, those of other spreadsheet programs too.
_REACHING = re.compile(
    r"(?<![\w.])(_xlfn\.|_xlws\.|_xll\.)*"
    r"(WEBSERVICE|IMAGE|FILTERXML|RTD|DDE|CALL|REGISTER(\.ID)?|EXEC|EVALUATE|SQL\.REQUEST|PY"
    r"|STOCKHISTORY|CUBE[A-Z]+|TRANSLATE|DETECTLANGUAGE|COPILOT|IMPORT(DATA|XML|HTML|FEED|RANGE)"
    r"|GOOGLEFINANCE|GOOGLETRANSLATE)\s*\(",
    re.IGNORECASE,
)
_OUTSIDE_FORMULA = re.compile(r"file:|\\\\|\[[^\]]*\.xl\w*\]|'(https?|ftp)://", re.IGNORECASE)
_FORMULAS = {"f", "definedName", "formula", "formula1", "formula2"}

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


@dataclass(frozen=True)
class _Part:
    """A part of a document: its name, its content type, its bytes."""

    name: str
    type: str
    content: bytes

    @property
    def is_xml(self) -> bool:
        """Whether it is read as XML: by its type, its name or how it begins."""
        begins = self.content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        is_called = self.name.lower().endswith((".xml", ".vml", ".rels"))
        return begins or is_called or self.type.endswith(("+xml", "/xml", "vmldrawing"))

    @property
    def is_relations(self) -> bool:
        """Whether it says what a part refers to."""
        return self.name.lower().endswith(".rels") or self.type == _RELATIONS_TYPE


def look_at_docx(path: Path) -> dict[str, Any]:
    """Check a document; one with a template of its company is left beside it without that."""
    parts = _parts(path, DOCX_MAIN)
    for part in parts:
        if part.is_xml:
            _check_fields(part.content)
    if not any(_templates(part) for part in parts):
        return {}
    _write(path.with_name("derivative"), {part.name: _without_template(part) for part in parts})
    return {"is_replaced": True}


def look_at_xlsx(path: Path) -> dict[str, Any]:
    """Check a workbook."""
    cells = 0
    for part in _parts(path, XLSX_MAIN):
        if not part.is_xml:
            continue
        for element in _elements(part.content):
            name = _local(element.tag)
            cells += name == "c"
            if cells > MOST_CELLS:
                raise Unfit(Why.TOO_MANY_CELLS, MOST_CELLS)
            if name in _FORMULAS:
                _check_formula(element.text or "")
    return {}


def _check_formula(text: str) -> None:
    if any(reach.search(text) for reach in (_DDE_FORMULA, _REACHING, _OUTSIDE_FORMULA)):
        raise Unfit(Why.OUTSIDE_LINK)


def _parts(path: Path, main_type: str) -> list[_Part]:
    contents = unpack(path)
    listed = next((content for name, content in contents.items() if _is_list(name)), None)
    types = _Types(listed) if listed is not None else None
    if types is None or main_type not in types.all:
        is_active = types is not None and any(_PROGRAMS.search(one) for one in types.all)
        raise Unfit(Why.ACTIVE_CONTENT if is_active else Why.OTHER_CONTENT)
    if any(_PROGRAMS.search(one) for one in types.all):
        raise Unfit(Why.ACTIVE_CONTENT)
    parts = [_Part(name, types.of(name), content) for name, content in contents.items()]
    for part in parts:
        _check_part(part, main_type)
        if part.is_relations:
            _check_relations(part.content)
    return parts


def _is_list(name: str) -> bool:
    return name.lower() == _TYPES_PART


class _Types:
    """The content types of the parts, by name and by ending; cases make no difference."""

    def __init__(self, content: bytes) -> None:
        self._by_name: dict[str, str] = {}
        self._by_ending: dict[str, str] = {}
        for element in _elements(content):
            kind = element.get("ContentType", "").lower()
            if "PartName" in element.attrib:
                self._by_name[element.get("PartName", "").lower().lstrip("/")] = kind
            elif "Extension" in element.attrib:
                self._by_ending[element.get("Extension", "").lower()] = kind
        self.all = {*self._by_name.values(), *self._by_ending.values()}

    def of(self, name: str) -> str:
        """Return the type of a part, nothing when it has none."""
        name = name.lower()
        return self._by_name.get(name) or self._by_ending.get(name.rpartition(".")[2], "")


def _check_part(part: _Part, main_type: str) -> None:
    described = (part.name.lower(), part.type)
    if any(_PROGRAMS.search(word) for word in described):
        raise Unfit(Why.ACTIVE_CONTENT)
    is_known = _KNOWN_BINARIES.fullmatch(part.name.lower())
    if not is_known and any(_EMBEDDED.search(word) for word in described):
        raise Unfit(Why.EMBEDDED_FILE)
    if part.content.startswith(_FILES_INSIDE):
        raise Unfit(Why.EMBEDDED_FILE)
    if part.type in {DOCX_MAIN, XLSX_MAIN} - {main_type}:
        raise Unfit(Why.EMBEDDED_FILE)
    if any(_FETCHING.search(word) for word in described):
        raise Unfit(Why.OUTSIDE_LINK)


def _check_relations(content: bytes) -> None:
    for relation in _elements(content):
        kind = relation.get("Type", "").lower()
        if kind.endswith(("/vbaproject", "/control", "/ui/extensibility", "/xlmacrosheet")):
            raise Unfit(Why.ACTIVE_CONTENT)
        if kind.endswith(("/oleobject", "/package", "/afchunk")):
            raise Unfit(Why.EMBEDDED_FILE)
        if kind.endswith(("/externallink", "/connections", "/querytable")):
            raise Unfit(Why.OUTSIDE_LINK)
        if _is_outside(relation) and not (_is_local_template(relation) or _is_web_link(relation)):
            raise Unfit(Why.OUTSIDE_LINK)


def _is_outside(relation: etree._Element) -> bool:
    return relation.get("TargetMode", "").lower() == "external"


def _is_web_link(relation: etree._Element) -> bool:
    is_link = relation.get("Type", "").lower().endswith("/hyperlink")
    return is_link and bool(_WEB_OR_MAIL.match(relation.get("Target", "")))


def _is_local_template(relation: etree._Element) -> bool:
    """Whether it names a template on its writer's own machine, as documents of companies do."""
    is_template = relation.get("Type", "").lower().endswith("/attachedtemplate")
    return is_template and bool(_LOCAL_PATH.match(relation.get("Target", "")))


def _templates(part: _Part) -> bool:
    return part.is_relations and any(_is_local_template(one) for one in _elements(part.content))


def _without_template(part: _Part) -> bytes:
    """Return a part without the relation to a template, and without what names the relation."""
    if not part.is_xml or b"attachedTemplate" not in part.content:
        return part.content
    root = etree.fromstring(part.content, _parser())
    for element in [*root.iter()]:
        is_relation = part.is_relations and _is_local_template(element)
        parent = element.getparent()
        is_named = _local(element.tag) == "attachedTemplate"
        if parent is not None and (is_relation or is_named):
            parent.remove(element)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _write(path: Path, contents: Mapping[str, bytes]) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def _check_fields(content: bytes) -> None:
    """Read the instructions of fields as Word does: over all runs, nested ones by themselves."""
    open_fields: list[str] = []
    for element in _elements(content):
        name = _local(element.tag)
        if name == "fldSimple":
            _check_field(_attribute(element, "instr"))
        elif name in ("instrText", "delInstrText") and open_fields:
            open_fields[-1] += element.text or ""
        elif name == "fldChar":
            mark = _attribute(element, "fldCharType")
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


def _local(name: object) -> str:
    """Return a name without its namespace: each format has a second, strict one, and extensions."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.items() if _local(key) == name), "")


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
        # Both may stand in the midst of a word, which is read as if they were not there.
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in events:
        yield element
        element.clear(keep_tail=False)
        while element.getprevious() is not None:
            del element.getparent()[0]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
