"""A sheet of paper for act templates, written from top to bottom with python-docx.

Everything that the eye sees is a named style of `acts.styles`, so rows stay small and an act can
be restyled in Word. Texts may hold `**bold**` words; `Style::text` gives a cell's paragraph a
style of its own.
"""

import re
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from acts.styles import TEXT_WIDTH, dress

SHADE = "EDEDED"
NBSP = "\u00a0"
SHORT_WORD_BEFORE_VALUE = re.compile(r"(?<!\S)(\S{1,3}) (?=\{\{)")


@dataclass(frozen=True)
class Column:
    """One column of a table: its head, its width in millimetres, the paragraphs of its cell."""

    head: str
    width: int
    cell: tuple[str, ...]
    style: str = "Cell"


class Sheet:
    """Collects the contents of one template."""

    def __init__(self, language_tag: str, title: str) -> None:
        self.document = Document()
        dress(self.document, language_tag)
        self.document.core_properties.title = title
        self.document.core_properties.language = language_tag

    def write(self, text: str, style: str = "Body Text", *, keep: bool = False) -> None:
        """Add a paragraph; `keep` holds it on the page of the next one."""
        paragraph = self.document.add_paragraph(style=style)
        if keep:
            paragraph.paragraph_format.keep_with_next = True
        _write_text(paragraph, text)

    def heading(self, text: str) -> None:
        """Add the heading of a section, numbered by Word itself."""
        self.write(text, "Heading 1")

    def table(self, rows_of: str, columns: tuple[Column, ...], total: tuple[str, ...] = ()) -> None:
        """Add a bordered table with a row for each item of a list, and perhaps a total row."""
        rows = 3 if total else 2
        table = self._table(rows, [column.width for column in columns], "Act Table")
        _fill(table.rows[0], [(column.head,) for column in columns], ["Cell Head"] * len(columns))
        _shade(table.rows[0])
        _repeat_on_each_page(table.rows[0])

        cells = [column.cell for column in columns]
        cells[0] = (f"{{{{#each {rows_of}}}}}{cells[0][0]}", *cells[0][1:])
        cells[-1] = (*cells[-1][:-1], f"{cells[-1][-1]}{{{{/each}}}}")
        styles = [column.style for column in columns]
        _fill(table.rows[1], cells, styles)
        if total:
            _fill(table.rows[2], [(f"**{text}**" if text else "",) for text in total], styles)
            _merge_empty_start(table.rows[2], total)
        self._end_table(table)

    def parties(self, heads: tuple[str, str], cells: tuple[tuple[str, ...], ...]) -> None:
        """Add the two sides of the act next to each other."""
        table = self._table(2, [TEXT_WIDTH - TEXT_WIDTH // 2, TEXT_WIDTH // 2], "Act Table")
        _fill(table.rows[0], [(head,) for head in heads], ["Party Head"] * 2)
        _fill(table.rows[1], list(cells), ["Party"] * 2)
        _shade(table.rows[0])
        self._end_table(table)

    def signatures(self, rows: tuple[tuple[str, str], ...], customer: str = "") -> None:
        """Add places to sign: two sides, level with each other, and one across for a customer."""
        table = self._table(len(rows) + bool(customer), [92, TEXT_WIDTH - 92], "Act Plain")
        for row, texts in zip(table.rows, rows, strict=False):
            _fill(row, [(text,) for text in texts], ["Signature"] * 2)
        if customer:
            across = table.rows[len(rows)].cells
            across[0].merge(across[1])
            _fill_cell(across[0], (customer,), "Signature Line")
        for row in table.rows:
            _keep_whole(row)

    def footer(self, text: str, page_of: tuple[str, str]) -> None:
        """Set the footer: what it is on the left, which page of how many on the right."""
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.style = "Footer"
        page, of = page_of
        _write_text(paragraph, f"{text}\t{page} ")
        _add_field(paragraph, "PAGE")
        paragraph.add_run(f" {of} ")
        _add_field(paragraph, "NUMPAGES")

    def _table(self, rows: int, widths: list[int], style: str) -> Any:
        table = self.document.add_table(rows, len(widths), style=style)
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)
        look = table._tbl.tblPr
        look.remove(look.find(qn("w:tblLook")))
        size = look.find(qn("w:tblW"))
        size.set(qn("w:type"), "dxa")
        size.set(qn("w:w"), str(sum(column.width.twips for column in table.columns)))
        return table

    def _end_table(self, table: Any) -> None:
        for row in table.rows:
            _keep_whole(row)
        self.write("", "After Table")


def _write_text(paragraph: Any, text: str) -> None:
    """Write a text with its bold words; a short word stays on the line of the value after it."""
    text = SHORT_WORD_BEFORE_VALUE.sub(rf"\1{NBSP}", text)
    for number, piece in enumerate(text.split("**")):
        if piece:
            paragraph.add_run(piece).bold = True if number % 2 else None


def _fill(row: Any, cells: list[tuple[str, ...]], styles: list[str]) -> None:
    for cell, texts, style in zip(row.cells, cells, styles, strict=True):
        _fill_cell(cell, texts, style)


def _fill_cell(cell: Any, texts: tuple[str, ...], style: str) -> None:
    for number, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        own_style, mark, own_text = text.partition("::")
        paragraph.style = own_style if mark else style
        _write_text(paragraph, own_text if mark else text)


def _shade(row: Any) -> None:
    for cell in row.cells:
        look = cell._tc.get_or_add_tcPr()
        shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{SHADE}"/>'
        look.append(parse_xml(shade))
        look.append(parse_xml(f'<w:vAlign {nsdecls("w")} w:val="center"/>'))


def _keep_whole(row: Any) -> None:
    """Hold a row on one page, unless it is longer than a page."""
    row._tr.get_or_add_trPr().insert(0, parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def _repeat_on_each_page(row: Any) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _merge_empty_start(row: Any, texts: tuple[str, ...]) -> None:
    """Let the word in the first cell of a total row reach to the first number."""
    last = next(number for number in range(1, len(texts)) if texts[number]) - 1
    merged = row.cells[0].merge(row.cells[last])
    for paragraph in merged.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    merged.paragraphs[0].style = "Cell"


def _add_field(paragraph: Any, code: str) -> None:
    field = f'<w:fldSimple {nsdecls("w")} w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))
