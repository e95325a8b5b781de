"""Word's markup around the tags of a template: `{{name}}`, `{{#each lines}}`, `{{/if}}` ...

Word cuts text into runs wherever it likes, also inside a tag. Here each tag becomes one processing
instruction `<?act ...?>` at a place where the XML may be cut: a placeholder inside its text, a
block marker between runs. Then `acts.blocks` looks after the blocks, and the serialised part can
be cut at the instructions without ever breaking an element.
"""

import re
from copy import deepcopy

from lxml import etree
from lxml.etree import _Element

from acts.blocks import PARAGRAPH, WORD, check_blocks, hoist_blocks, parent_of
from acts.errors import TemplateError

TEXT, RUN, RUN_LOOK = (f"{{{WORD}}}{name}" for name in ("t", "r", "rPr"))
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

TAG = re.compile(r"\{\{\s*(.*?)\s*\}\}")
TARGET = "act"
INSTRUCTION = re.compile(rf"<\?{TARGET} (.*?)\?>")


def has_tags(part: bytes) -> bool:
    """Tell whether a look at the part is worth it: braces in Word's markup."""
    return b"{" in part and WORD.encode() in part


def mark_tags(part: bytes, name: str) -> str:
    """Return the part with each tag turned into an instruction, `= name` for a placeholder."""
    root = _parse(part)
    if root.nsmap.get("w") != WORD:
        raise TemplateError(f"{name}: the namespace of Word is not called w")

    for paragraph in root.iter(PARAGRAPH):
        _join_split_tags(paragraph, name)
        _mark_paragraph(paragraph)
    hoist_blocks(root)
    check_blocks(root, name)
    return etree.tostring(root, encoding="unicode")


def _parse(part: bytes) -> _Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_pis=True, remove_comments=True
    )
    return etree.fromstring(part, parser)


def _texts(paragraph: _Element) -> list[_Element]:
    """Return the text elements of a paragraph without those of a text box inside it."""
    return [
        text for text in paragraph.iter(TEXT) if next(text.iterancestors(PARAGRAPH)) is paragraph
    ]


def _join_split_tags(paragraph: _Element, name: str) -> None:
    """Move the letters of each tag into the text element in which the tag begins."""
    texts = _texts(paragraph)
    owners = [text for text in texts for _ in text.text or ""]
    whole = "".join(text.text or "" for text in texts)
    rest = TAG.sub("", whole)
    if "{{" in rest or "}}" in rest:
        raise TemplateError(f"{name}: a tag is not closed or not opened in “{whole}”")

    for tag in TAG.finditer(whole):
        owners[tag.start() : tag.end()] = [owners[tag.start()]] * len(tag.group())
    for text in texts:
        letters = zip(whole, owners, strict=True)
        text.text = "".join(letter for letter, owner in letters if owner is text)


def _mark_paragraph(paragraph: _Element) -> None:
    for text in _texts(paragraph):
        if TAG.search(text.text or ""):
            _isolate(text)
            _mark_run(parent_of(text), text.text or "")


def _isolate(text: _Element) -> None:
    """Give a text element a run of its own that looks like the one it was in."""
    run = parent_of(text)
    after = list(text.itersiblings())
    if after:
        following = _empty_copy(run)
        following.extend(after)
        run.addnext(following)
    if any(sibling.tag != RUN_LOOK for sibling in text.itersiblings(preceding=True)):
        own = _empty_copy(run)
        own.append(text)
        run.addnext(own)


def _empty_copy(run: _Element) -> _Element:
    copy = etree.Element(RUN, nsmap={"w": WORD})
    look = run.find(RUN_LOOK)
    if look is not None:
        copy.append(deepcopy(look))
    return copy


def _mark_run(run: _Element, text: str) -> None:
    """Put instructions in the place of the tags and cut the run at block markers."""
    content: list[str | _Element] = []
    for number, piece in enumerate(TAG.split(text)):
        if number % 2 == 0:
            content.append(piece)
        elif piece.startswith(("#", "/")):
            _put_run(run, content)
            run.addprevious(_instruction(piece))
            content = []
        else:
            content.append(_instruction(f"= {piece}"))
    _put_run(run, content)
    parent_of(run).remove(run)


def _put_run(model: _Element, content: list[str | _Element]) -> None:
    """Add a run with the content before the model and in its look."""
    if content in ([], [""]):
        return
    run = _empty_copy(model)
    text = etree.SubElement(run, TEXT)
    text.set(XML_SPACE, "preserve")
    text.text = ""
    for piece in content:
        if not isinstance(piece, str):
            text.append(piece)
        elif len(text):
            text[-1].tail = piece
        else:
            text.text = piece
    model.addprevious(run)


def _instruction(words: str) -> _Element:
    if "?>" in words:
        raise TemplateError(f"“{words}” is no tag")
    return etree.ProcessingInstruction(TARGET, words)
