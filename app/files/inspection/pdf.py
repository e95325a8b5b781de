"""PDF: whole, not locked, of a human length, without programs and hidden files.

The file is searched, not interpreted: a reader that repairs broken files could be led elsewhere,
while a word that must be somewhere in the file can be hidden only by packing it or by escaping
its letters. So both are undone first.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .unfit import Unfit, Why

MB = 1024 * 1024
TAIL_BYTES = 1024
MOST_PAGES = 200
MOST_OBJECTS = 100_000
LARGEST_PACKED = 30 * MB
LARGEST_WHOLE = 100 * MB

_NAME_ENDS = rb"(?![A-Za-z0-9_])"
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_BODY = re.compile(rb">>\s*stream\r?\n.*?endstream", re.DOTALL)
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
_PAGE = re.compile(rb"/Type\s*/Page" + _NAME_ENDS)
_ONLY_FLATE = re.compile(rb"/Filter\s*(\[\s*/Fl(ateDecode)?\s*\]|/Fl(ateDecode)?\s*[/>])")
_LOCK = re.compile(rb"/Encrypt" + _NAME_ENDS)
_OPENS_ADDRESS = re.compile(rb"/OpenAction\s*<<[^>]{0,2000}/URI" + _NAME_ENDS)
_FIRST = re.compile(rb"/First" + _NAME_ENDS)

# Long names do not come about by chance in compressed bytes, so they are sought everywhere;
# short ones only where names can be.
_PROGRAMS = re.compile(
    rb"/(JavaScript|Launch|RichMedia|SubmitForm|ImportData|Rendition)" + _NAME_ENDS
)
_SHORT_PROGRAMS = re.compile(rb"/(JS|AA|XFA)" + _NAME_ENDS)
_FILES = re.compile(rb"/(EmbeddedFiles?|GoToE|FileAttachment)" + _NAME_ENDS)


def look_at_pdf(path: Path) -> dict[str, Any]:
    """Check a PDF."""
    raw = path.read_bytes()
    if b"%%EOF" not in raw[-TAIL_BYTES:]:
        raise Unfit(Why.DAMAGED)
    if len(_OBJECT.findall(raw)) > MOST_OBJECTS:
        raise Unfit(Why.TOO_MUCH_WORK)
    everything = _spelled_out(raw)
    if _LOCK.search(_BODY.sub(b"", everything)):
        raise Unfit(Why.LOCKED)

    packed = [_spelled_out(content) for content in _object_streams(raw)]
    names = [_BODY.sub(b">>", everything), *packed]
    _refuse(_PROGRAMS, Why.ACTIVE_CONTENT, [everything, *packed])
    _refuse(_FILES, Why.EMBEDDED_FILE, [everything, *packed])
    _refuse(_SHORT_PROGRAMS, Why.ACTIVE_CONTENT, names)
    _refuse(_OPENS_ADDRESS, Why.ACTIVE_CONTENT, names)

    pages = sum(len(_PAGE.findall(text)) for text in names)
    if pages > MOST_PAGES:
        raise Unfit(Why.TOO_MANY_PAGES, MOST_PAGES)
    if not pages:
        raise Unfit(Why.DAMAGED)
    return {}


def _refuse(words: re.Pattern[bytes], why: Why, texts: list[bytes]) -> None:
    if any(words.search(text) for text in texts):
        raise Unfit(why)


def _spelled_out(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)


def _object_streams(raw: bytes) -> Iterator[bytes]:
    """Unpack the streams that can hold objects: only these have a /First."""
    total = 0
    for found in _STREAM.finditer(raw):
        start = raw.rfind(b"obj", 0, found.start())
        description = _spelled_out(raw[max(start, 0) : found.start()])
        if not _FIRST.search(description) or b"/Filter" not in description:
            continue
        if not _ONLY_FLATE.search(description) or b"/Predictor" in description:
            raise Unfit(Why.TOO_MUCH_WORK)
        content = _inflate(raw, found.end())
        total += len(content)
        if total > LARGEST_WHOLE:
            raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_WHOLE // MB)
        yield content


def _inflate(raw: bytes, start: int) -> bytes:
    inflater = zlib.decompressobj()
    content = inflater.decompress(memoryview(raw)[start:], LARGEST_PACKED)
    if inflater.unconsumed_tail:
        raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_PACKED // MB)
    return content
