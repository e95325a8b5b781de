"""The looks of an act: page, paragraph and table styles, numbering; nothing of Word's example."""

from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Times New Roman"  # LibreOffice shows Liberation Serif, which has the same widths
PAGE = (Mm(210), Mm(297))
MARGINS = {"top": 18, "bottom": 18, "left": 22, "right": 13}
TEXT_WIDTH = 175
HAIRLINE = "8C8C8C"
BLACK, GREY = RGBColor(0, 0, 0), RGBColor(0x55, 0x55, 0x55)
LEFT, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
CENTRE = WD_ALIGN_PARAGRAPH.CENTER


@dataclass(frozen=True)
class Look:
    """How a paragraph looks; sizes and spaces in points."""

    size: float
    before: float = 0
    after: float = 0
    align: WD_ALIGN_PARAGRAPH = LEFT
    bold: bool = False
    keep_with_next: bool = False
    colour: RGBColor = BLACK
    right_tab: bool = False


LOOKS = {
    "Body Text": Look(11, after=4),
    "Heading 1": Look(11.5, before=10, after=4, bold=True, keep_with_next=True),
    "Footer": Look(8.5, colour=GREY, right_tab=True),
    "Act Title": Look(15, after=3, align=CENTRE, bold=True, keep_with_next=True),
    "Act Number": Look(12, after=2, align=CENTRE, bold=True, keep_with_next=True),
    "Revision": Look(10, after=8, align=CENTRE, keep_with_next=True),
    "Place": Look(11, after=8, right_tab=True),
    "Annex": Look(11, after=2),
    "Dissent": Look(11, before=4, after=12, keep_with_next=True),
    "Cell": Look(9),
    "Cell Number": Look(9, align=RIGHT),
    "Cell Centre": Look(9, align=CENTRE),
    "Cell Head": Look(8.5, align=CENTRE, bold=True, keep_with_next=True),
    "Party Head": Look(10, bold=True, keep_with_next=True),
    "Party": Look(10, after=1),
    "Signature Head": Look(10, bold=True, keep_with_next=True),
    "Signature": Look(10, after=2, keep_with_next=True),
    "Signature Line": Look(10, before=8, keep_with_next=True),
    "Signature Hint": Look(8, after=4, keep_with_next=True, colour=GREY),
    "After Table": Look(3, after=3),
}
# What of python-docx's example letter stays: the rest is 160 styles and a theme that nobody uses.
KEPT_STYLES = {
    *("Normal", "Normal Table", "Default Paragraph Font", "heading 1", "footer", "Body Text"),
}
DROPPED_PARTS = {"stylesWithEffects", "customXml", "theme", "webSettings"}
DROPPED_PACKAGE_PARTS = {"thumbnail", "extended-properties"}
NUMBERED = (("Heading 1", 1), ("Annex", 2))


def dress(document: Any, language_tag: str) -> None:
    """Give a fresh document the looks of an act in one language."""
    _clear(document)
    _set_page(document)
    _set_defaults(document, language_tag)
    _add_table_style(document, "Act Table", HAIRLINE, padding=68)
    _add_table_style(document, "Act Plain", "", padding=0)
    for name, look in LOOKS.items():
        _add_style(document, name, look)
    _number_paragraphs(document)


def _clear(document: Any) -> None:
    styles = document.styles.element
    styles.remove(styles.find(qn("w:latentStyles")))
    for style in styles.findall(qn("w:style")):
        if style.find(qn("w:name")).get(qn("w:val")) not in KEPT_STYLES:
            styles.remove(style)
        for part in ("w:rPr", "w:pPr"):
            for look in style.findall(qn(part)):
                style.remove(look)
    _drop_relations(document.part, DROPPED_PARTS)
    _drop_relations(document.part.package, DROPPED_PACKAGE_PARTS)


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

    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    # Word 2013 and later: a table begins at the margin, not its text
    settings.append(
        parse_xml(
            f'<w:compat {nsdecls("w")}><w:compatSetting w:name="compatibilityMode"'
            ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        )
    )


def _set_defaults(document: Any, language_tag: str) -> None:
    styles = document.styles.element
    styles.replace(
        styles.find(qn("w:docDefaults")),
        parse_xml(
            f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>"
            f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
            f'<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="{language_tag}"/>'
            "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        ),
    )


def _add_style(document: Any, name: str, look: Look) -> None:
    if name not in {style.name for style in document.styles}:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style = document.styles[name]
    style.base_style = document.styles["Normal"]
    style.font.size, style.font.bold = Pt(look.size), look.bold
    style.font.color.rgb = look.colour
    form = style.paragraph_format
    form.alignment, form.keep_with_next, form.widow_control = look.align, look.keep_with_next, True
    form.space_before, form.space_after, form.line_spacing = Pt(look.before), Pt(look.after), 1.0
    if look.right_tab:
        form.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)


def _add_table_style(document: Any, name: str, colour: str, *, padding: int) -> None:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{colour}"' if colour else 'w:val="nil"'
    borders = "".join(f"<w:{side} {line}/>" for side in sides)
    widths = (("top", 28), ("left", padding), ("bottom", 28), ("right", padding))
    paddings = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in widths)
    document.styles.element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1"'
            f' w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders>'
            f"<w:tblCellMar>{paddings}</w:tblCellMar></w:tblPr></w:style>"
        )
    )


def _number_paragraphs(document: Any) -> None:
    """Let Word number headings and annexes, so that a section left out leaves no gap."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    for name, number in NUMBERED:
        style = document.styles[name]
        numbering.append(_numbering(number, style.style_id))
        style.element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
    for _, number in NUMBERED:
        pattern = f'<w:abstractNumId w:val="{number}"/>'
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}">{pattern}</w:num>'))


def _numbering(number: int, style_id: str) -> Any:
    return parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">'
        '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="decimal"/><w:pStyle w:val="{style_id}"/><w:lvlText w:val="%1."/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="397" w:hanging="397"/></w:pPr>'
        "</w:lvl></w:abstractNum>"
    )
