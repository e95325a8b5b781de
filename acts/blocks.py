"""Blocks of a template in Word's tree: a block that fills a paragraph or row takes it along.

Thus nothing empty stays behind when a block is left out, and a row between `{{#each lines}}` and
`{{/each}}` is repeated as a whole. Both ends of a block must be siblings in the end.
"""

from lxml import etree
from lxml.etree import _Element

from acts.errors import TemplateError

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PARAGRAPH, ROW, CELL = (f"{{{WORD}}}{name}" for name in ("p", "tr", "tc"))
INVISIBLE = frozenset(
    f"{{{WORD}}}{name}" for name in ("pPr", "tcPr", "proofErr", "bookmarkStart", "bookmarkEnd")
)


def hoist_blocks(root: _Element) -> None:
    """Move blocks out of the rows and paragraphs that they fill."""
    for row in list(root.iter(ROW)):
        _hoist(row)
    for paragraph in list(root.iter(PARAGRAPH)):
        if not _ends_a_cell(paragraph):
            _hoist(paragraph)


def check_blocks(root: _Element, name: str) -> None:
    """Refuse blocks that are not closed, or whose ends are not siblings."""
    opened: list[_Element] = []
    for mark in filter(_is_marker, root.iter()):
        if _opens(mark):
            opened.append(mark)
            continue
        if not opened:
            raise TemplateError(f"{name}: {{{{{mark.text}}}}} closes nothing")
        if parent_of(opened[-1]) is not parent_of(mark):
            raise TemplateError(
                f"{name}: {{{{{opened[-1].text}}}}} and {{{{{mark.text}}}}} are not at one level"
            )
        opened.pop()
    if opened:
        raise TemplateError(f"{name}: {{{{{opened[-1].text}}}}} is never closed")


def parent_of(element: _Element) -> _Element:
    """Return the parent of an element that is known to have one."""
    parent = element.getparent()
    if parent is None:
        raise TemplateError(f"{element.tag} stands outside the document")
    return parent


def _hoist(owner: _Element) -> None:
    """Move blocks out as long as they fill the owner; a lone marker takes the owner's place."""
    content = _content(owner)
    while len(content) > 1 and _is_block(content):
        owner.addprevious(content[0])
        owner.addnext(content[-1])
        content = _content(owner)
    if len(content) == 1 and _is_marker(content[0]):
        owner.addprevious(content[0])
        parent_of(owner).remove(owner)


def _content(owner: _Element) -> list[_Element]:
    """Return what can be seen in a paragraph, or in all the cells of a row together."""
    if owner.tag == ROW:
        return [child for cell in owner.iter(CELL) for part in cell for child in _content(part)]
    if owner.tag == PARAGRAPH:
        return [child for child in owner if child.tag not in INVISIBLE]
    return [] if owner.tag in INVISIBLE else [owner]


def _is_block(content: list[_Element]) -> bool:
    """Tell whether the first element opens a block that only the last one closes."""
    if not (_is_marker(content[0]) and _opens(content[0])):
        return False
    depth = 0
    for mark in (mark for part in content for mark in part.iter() if _is_marker(mark)):
        depth += 1 if _opens(mark) else -1
        if depth == 0:
            return mark is content[-1]
    return False


def _ends_a_cell(paragraph: _Element) -> bool:
    """A cell must end in a paragraph, so its last one always stays."""
    return parent_of(paragraph).tag == CELL and paragraph.getnext() is None


def _is_marker(element: _Element) -> bool:
    is_instruction = isinstance(element, etree._ProcessingInstruction)
    return is_instruction and (element.text or "").startswith(("#", "/"))


def _opens(marker: _Element) -> bool:
    return (marker.text or "").startswith("#")
