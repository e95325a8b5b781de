"""A sheet of paper for act templates, laid out with python-docx: A4, styles, tables, footer.

Everything that the eye sees is a named style, so the document stays small and can be restyled in
Word. Texts may hold `**bold**` words.
"""

from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"  # LibreOffice shows Liberation Serif, which has the same widths
PAGE = (Mm(210), Mm(297))
MARGINS = {"top": 18, "bottom": 18, "left": 22, "right": 13}
TEXT_WIDTH = 175
GREY = RGBColor(0x55, 0x55, 0x55)
INK, HAIRLINE, SHADE = "404040", "8C8C8C", "EDEDED"
LEFT, RIGHT, CENTRE, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


@dataclass(frozen=True)
class Column:
    """One column of a table: its head, its width in millimetres, the paragraphs of its cell."""

    head: str
    width: int
    cell: tuple[str, ...]
    style: str = "Cell"


class Sheet:
    """Collects the contents of one template from top to bottom."""

    def __init__(self, language_tag: str, title: str) -> None:
        self.document = Document()
        _clear(self.document)
        _set_page(self.document)
        _add_styles(self.document, language_tag)
        self.document.core_properties.title = title
        self.document.core_properties.language = language_tag

    def write(self, text: str, style: str = "Body Text", *, keep: bool = False) -> None:
        """Add a paragraph; `keep` holds it on the page of the next one."""
        paragraph = self.document.add_paragraph(style=style)
        if keep:
            paragraph.paragraph_format.keep_with_next = True
        _write_bold(paragraph, text)

    def heading(self, text: str) -> None:
        """Add the heading of a section, numbered by Word itself."""
        self.write(text, "Heading 1")

    def table(self, rows_of: str, columns: tuple[Column, ...], total: tuple[str, ...] = ()) -> None:
        """Add a bordered table with a row for each item of a list, and perhaps a total row."""
        table = self._bordered([column.width for column in columns], 3 if total else 2)
        _fill(table.rows[0], [((column.head,), "Cell Head") for column in columns])
        _repeat_as_header(table.rows[0])

        cells = [column.cell for column in columns]
        cells[0] = (f"{{{{#each {rows_of}}}}}{cells[0][0]}", *cells[0][1:])
        cells[-1] = (*cells[-1][:-1], f"{cells[-1][-1]}{{{{/each}}}}")
        styles = [column.style for column in columns]
        _fill(table.rows[1], list(zip(cells, styles, strict=True)))
        if total:
            _fill(
                table.rows[2], [((text,), style) for text, style in zip(total, styles, strict=True)]
            )
            _merge_empty_start(table.rows[2], total)
            _make_bold(table.rows[2])
        self.write("", "After Table")

    def columns(self, *cells: tuple[str, ...], bordered: bool = True) -> None:
        """Add a one-row table of equal columns, the first paragraph of each being its head."""
        widths = [TEXT_WIDTH // len(cells)] * len(cells)
        table = self._bordered(widths, 1) if bordered else self._plain(widths)
        for cell, texts in zip(table.rows[0].cells, cells, strict=True):
            _fill_cell(cell, texts, "Party")
            cell.paragraphs[0].style = "Party Head"
        _keep_whole(table.rows[0])
        self.write("", "After Table")

    def signatures(self, sides: tuple[tuple[str, ...], ...], customer: str) -> None:
        """Add places to sign side by side, and one across for the customer if there is one."""
        widths = [TEXT_WIDTH // 2] * 2
        table = self._plain(widths)
        for cell, texts in zip(table.rows[0].cells, sides, strict=True):
            _fill_cell(cell, texts, "Signature")
            cell.paragraphs[0].style = "Party Head"
        row = table.add_row()
        row.cells[0].merge(row.cells[1])
        _fill_cell(row.cells[0], (customer,), "Signature")
        for each in table.rows:
            _keep_whole(each)
        _keep_with_next(table.rows[0])

    def footer(self, text: str, page_of: tuple[str, str]) -> None:
        """Set the footer: what it is on the left, which page of how many on the right."""
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.style = "Footer"
        page, of = page_of
        paragraph.add_run(f"{text}\t{page} ")
        _add_field(paragraph, "PAGE")
        paragraph.add_run(f" {of} ")
        _add_field(paragraph, "NUMPAGES")

    def _bordered(self, widths: list[int], rows: int) -> Any:
        return self._table(widths, rows, "Act Table")

    def _plain(self, widths: list[int]) -> Any:
        return self._table(widths, 1, "Act Plain")

    def _table(self, widths: list[int], rows: int, style: str) -> Any:
        table = self.document.add_table(rows, len(widths), style=style)
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        if look is not None:
            table._tbl.tblPr.remove(look)
        size = table._tbl.tblPr.find(qn("w:tblW"))
        size.set(qn("w:type"), "dxa")
        size.set(qn("w:w"), str(round(sum(widths) * 1440 / 25.4)))
        return table


def _clear(document: Any) -> None:
    """Take python-docx's example letter out: its 160 styles, its theme, its numbering."""
    styles = document.styles.element
    kept = {"Normal", "heading 1", "footer", "Body Text", "Default Paragraph Font", "Normal Table"}
    for style in styles.findall(qn("w:style")):
        if style.find(qn("w:name")).get(qn("w:val")) not in kept:
            styles.remove(style)
    latent = styles.find(qn("w:latentStyles"))
    styles.remove(latent)
    package = document.part.package
    _drop_relations(document.part, {"stylesWithEffects", "customXml", "theme", "webSettings"})
    _drop_relations(package, {"thumbnail", "extended-properties"})


def _drop_relations(owner: Any, kinds: set[str]) -> None:
    for key, relation in list(owner.rels.items()):
        if relation.reltype.rsplit("/", 1)[-1] in kinds:
            del owner.rels[key]


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    for side, width in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.header_distance = section.footer_distance = Mm(9)


def _add_styles(document: Any, language_tag: str) -> None:
    _set_defaults(document, language_tag)
    _add_table_styles(document)
    for name, size, bold, align, before, after, keep in PARAGRAPH_STYLES:
        style = _style(document, name)
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        form = style.paragraph_format
        form.alignment, form.space_before, form.space_after = align, Pt(before), Pt(after)
        form.line_spacing, form.keep_with_next, form.widow_control = 1.0, keep, True
    _number_paragraphs(document)
    _style(document, "Footer").font.color.rgb = GREY
    _style(document, "Signature Hint").font.color.rgb = GREY
    tabs = _style(document, "Footer").paragraph_format.tab_stops
    tabs.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    tabs = _style(document, "Place").paragraph_format.tab_stops
    tabs.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)


# name, size, bold, alignment, space before, space after, keep with next
PARAGRAPH_STYLES = (
    ("Body Text", 11, False, JUSTIFY, 0, 4, False),
    ("Heading 1", 11.5, True, LEFT, 10, 4, True),
    ("Footer", 8.5, False, LEFT, 0, 0, False),
    ("Act Title", 15, True, CENTRE, 0, 3, True),
    ("Act Number", 12, True, CENTRE, 0, 2, True),
    ("Revision", 10, False, CENTRE, 0, 8, True),
    ("Place", 11, False, LEFT, 0, 8, False),
    ("Dissent", 11, False, LEFT, 4, 12, True),
    ("Annex", 11, False, LEFT, 0, 2, False),
    ("Cell", 9, False, LEFT, 0, 0, False),
    ("Cell Number", 9, False, RIGHT, 0, 0, False),
    ("Cell Centre", 9, False, CENTRE, 0, 0, False),
    ("Cell Head", 8.5, True, CENTRE, 0, 0, True),
    ("Party Head", 10, True, LEFT, 0, 2, True),
    ("Party", 10, False, LEFT, 0, 1, False),
    ("Signature", 10, False, LEFT, 0, 2, True),
    ("Signature Hint", 8, False, LEFT, 0, 4, True),
    ("After Table", 3, False, LEFT, 0, 3, False),
)


def _style(document: Any, name: str) -> Any:
    if name not in [style.name for style in document.styles]:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
    return document.styles[name]


def _set_defaults(document: Any, language_tag: str) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    document.styles.element.replace(
        defaults,
        parse_xml(
            f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>"
            f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
            f'<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="{language_tag}"/>'
            "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        ),
    )
    for style in document.styles:
        look = style.element.find(qn("w:rPr"))
        if look is not None:
            style.element.remove(look)


def _add_table_styles(document: Any) -> None:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{HAIRLINE}"/>' for side in sides
    )
    for name, borders, margin in (("Act Table", lines, 57), ("Act Plain", "", 0)):
        document.styles.element.append(
            parse_xml(
                f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1"'
                f' w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
                '<w:basedOn w:val="TableNormal"/><w:tblPr>'
                f"<w:tblBorders>{borders}</w:tblBorders>"
                f'<w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="{margin}" w:type="dxa"/>'
                f'<w:bottom w:w="28" w:type="dxa"/><w:right w:w="{margin or 170}" w:type="dxa"/>'
                "</w:tblCellMar></w:tblPr></w:style>"
            )
        )


def _number_paragraphs(document: Any) -> None:
    """Let Word number headings and annexes, so that a section left out leaves no gap."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    styles = (("Heading 1", 1), ("Annex", 2))
    for name, number in styles:
        style_id = _style(document, name).style_id
        numbering.append(
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">'
                '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                f'<w:numFmt w:val="decimal"/><w:pStyle w:val="{style_id}"/><w:lvlText w:val="%1."/>'
                '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="397" w:hanging="397"/></w:pPr>'
                "</w:lvl></w:abstractNum>"
            )
        )
    for name, number in styles:
        pattern = f'<w:abstractNumId w:val="{number}"/>'
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}">{pattern}</w:num>'))
        form = _style(document, name).element.get_or_add_pPr()
        form.get_or_add_numPr().get_or_add_numId().val = number


def _write_bold(paragraph: Any, text: str) -> None:
    for number, piece in enumerate(text.split("**")):
        if piece:
            paragraph.add_run(piece).bold = True if number % 2 else None


def _fill(row: Any, cells: list[tuple[tuple[str, ...], str]]) -> None:
    for cell, (texts, style) in zip(row.cells, cells, strict=True):
        _fill_cell(cell, texts, style)


def _fill_cell(cell: Any, texts: tuple[str, ...], style: str) -> None:
    for number, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        line_style, mark, rest = text.partition("::")
        paragraph.style = line_style if mark else style
        _write_bold(paragraph, rest if mark else text)


def _row_look(row: Any) -> Any:
    return row._tr.get_or_add_trPr()


def _repeat_as_header(row: Any) -> None:
    _keep_whole(row)
    _row_look(row).append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    for cell in row.cells:
        shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{SHADE}"/>'
        cell._tc.get_or_add_tcPr().append(parse_xml(shade))
        cell._tc.tcPr.append(parse_xml(f'<w:vAlign {nsdecls("w")} w:val="center"/>'))


def _keep_whole(row: Any) -> None:
    _row_look(row).append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def _keep_with_next(row: Any) -> None:
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _merge_empty_start(row: Any, texts: tuple[str, ...]) -> None:
    """Let the word in the first cell of a total row reach to the first number."""
    last = next(number for number in range(1, len(texts)) if texts[number]) - 1
    merged = row.cells[0].merge(row.cells[last])
    for paragraph in merged.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    merged.paragraphs[0].style = "Cell"


def _make_bold(row: Any) -> None:
    for paragraph in (paragraph for cell in row.cells for paragraph in cell.paragraphs):
        for run in paragraph.runs:
            run.bold = True


def _add_field(paragraph: Any, code: str) -> None:
    field = f'<w:fldSimple {nsdecls("w")} w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))
