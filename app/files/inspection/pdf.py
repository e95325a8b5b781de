"""PDF: whole, not locked, of a human length, without programs and hidden files.

It is looked at in two ways, because readers that repair broken files differ. A parser gives every
object, wherever it is packed. And the bytes are searched as they are: a word that must be somewhere
in the file can be hidden only by packing it or by escaping its letters, so both are undone first.
"""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

from .unfit import Unfit, Why

MB = 1024 * 1024
TAIL_BYTES = 1024
MOST_PAGES = 200
MOST_OBJECTS = 100_000
LARGEST_PACKED = 30 * MB
LARGEST_WHOLE = 100 * MB
PEEK_BYTES = 256

_NAME_ENDS = rb"(?![A-Za-z0-9_])"
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_BODY = re.compile(rb">>\s*stream\r?\n.*?endstream", re.DOTALL)
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
_ONLY_FLATE = re.compile(rb"/Filter\s*(\[\s*/Fl(ateDecode)?\s*\]|/Fl(ateDecode)?\s*[/>])")
_LOCK = re.compile(rb"/Encrypt" + _NAME_ENDS)
# Only a stream of objects says how many are in it and where the first begins.
_FIRST = re.compile(rb"/First\s+\d+(?!\d|\s+\d+\s+R)")
_COUNT = re.compile(rb"/N\s+\d+(?!\d|\s+\d+\s+R)")
_OBJECT_NUMBERS = re.compile(rb"\s*\d+\s+\d+(\s+\d+\s+\d+)*\s*(<<|\[|\(|/|\d|$)")

# Long names do not come about by chance in compressed bytes, so they are sought everywhere;
# short ones only where names can be.
_PROGRAMS = re.compile(
    rb"/(JavaScript|Launch|RichMedia|SubmitForm|ImportData|Rendition)" + _NAME_ENDS
)
_SHORT_PROGRAMS = re.compile(rb"/(JS|AA|XFA)" + _NAME_ENDS)
_FILES = re.compile(rb"/(EmbeddedFiles?|GoToE|FileAttachment)" + _NAME_ENDS)

# What an object may not have, as a key, and as the value of a key.
_KEYS = {
    "/JS": Why.ACTIVE_CONTENT,
    "/JavaScript": Why.ACTIVE_CONTENT,
    "/AA": Why.ACTIVE_CONTENT,
    "/XFA": Why.ACTIVE_CONTENT,
    "/EF": Why.EMBEDDED_FILE,
    "/EmbeddedFiles": Why.EMBEDDED_FILE,
}
_VALUES = {
    ("/S", "/JavaScript"): Why.ACTIVE_CONTENT,
    ("/S", "/Launch"): Why.ACTIVE_CONTENT,
    ("/S", "/SubmitForm"): Why.ACTIVE_CONTENT,
    ("/S", "/ImportData"): Why.ACTIVE_CONTENT,
    ("/S", "/Rendition"): Why.ACTIVE_CONTENT,
    ("/S", "/GoToE"): Why.EMBEDDED_FILE,
    ("/S", "/GoToR"): Why.OUTSIDE_LINK,
    ("/Subtype", "/RichMedia"): Why.ACTIVE_CONTENT,
    ("/Subtype", "/FileAttachment"): Why.EMBEDDED_FILE,
    ("/Type", "/EmbeddedFile"): Why.EMBEDDED_FILE,
}


def look_at_pdf(path: Path) -> dict[str, Any]:
    """Check a PDF."""
    raw = path.read_bytes()
    if b"%%EOF" not in raw[-TAIL_BYTES:]:
        raise Unfit(Why.DAMAGED)
    if len(_OBJECT.findall(raw)) > MOST_OBJECTS:
        raise Unfit(Why.TOO_MUCH_WORK)
    _search(raw)
    try:
        with pikepdf.open(path, suppress_warnings=True) as document:
            _check_objects(document)
            _check_pages(document)
    except pikepdf.PasswordError:
        raise Unfit(Why.LOCKED) from None
    return {}


def _check_pages(document: pikepdf.Pdf) -> None:
    pages = len(document.pages)
    if pages > MOST_PAGES:
        raise Unfit(Why.TOO_MANY_PAGES, MOST_PAGES)
    if not pages:
        raise Unfit(Why.DAMAGED)


def _check_objects(document: pikepdf.Pdf) -> None:
    if document.is_encrypted:
        raise Unfit(Why.LOCKED)
    if len(document.objects) > MOST_OBJECTS:
        raise Unfit(Why.TOO_MUCH_WORK)
    waiting: list[Any] = [document.trailer]
    for found in document.objects:
        waiting.append(found)
        while waiting:
            waiting.extend(_checked(waiting.pop()))


def _checked(found: Any) -> Iterator[Any]:
    """Check one object and give what lies inside it; what it refers to has its own turn."""
    if isinstance(found, pikepdf.Array):
        yield from (one for one in found if _is_inside(one))
    if not isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        return
    if isinstance(found, pikepdf.Stream) and "/F" in found:
        raise Unfit(Why.OUTSIDE_LINK)
    for key, value in found.items():
        why = _KEYS.get(key) or _VALUES.get((key, str(value) if _is_name(value) else ""))
        if why:
            raise Unfit(why)
        if key == "/OpenAction" and isinstance(value, pikepdf.Dictionary) and "/URI" in value:
            raise Unfit(Why.ACTIVE_CONTENT)
        if _is_inside(value):
            yield value


def _is_name(value: Any) -> bool:
    return isinstance(value, pikepdf.Name)


def _is_inside(value: Any) -> bool:
    is_holder = isinstance(value, pikepdf.Array | pikepdf.Dictionary)
    return is_holder and not value.is_indirect


def _search(raw: bytes) -> None:
    """Look for forbidden words in the bytes themselves."""
    everything = _spelled_out(raw)
    if _LOCK.search(_BODY.sub(b"", everything)):
        raise Unfit(Why.LOCKED)
    packed = [_spelled_out(content) for content in _object_streams(raw)]
    names = [_BODY.sub(b">>", everything), *packed]
    _refuse(_PROGRAMS, Why.ACTIVE_CONTENT, [everything, *packed])
    _refuse(_FILES, Why.EMBEDDED_FILE, [everything, *packed])
    _refuse(_SHORT_PROGRAMS, Why.ACTIVE_CONTENT, names)


def _refuse(words: re.Pattern[bytes], why: Why, texts: list[bytes]) -> None:
    if any(words.search(text) for text in texts):
        raise Unfit(why)


def _spelled_out(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)


def _object_streams(raw: bytes) -> Iterator[bytes]:
    """Unpack the streams that hold objects: those that say so, and those that look like it."""
    total, before = 0, 0
    for found in _STREAM.finditer(raw):
        description = _spelled_out(raw[before : found.start()])
        before = found.end()
        says_so = bool(_FIRST.search(description) and _COUNT.search(description))
        if says_so and b"/Filter" in description:
            if not _ONLY_FLATE.search(description) or b"/Predictor" in description:
                raise Unfit(Why.TOO_MUCH_WORK)
        elif not _OBJECT_NUMBERS.match(_peek(raw, found.end())):
            continue
        content = _inflate(raw, found.end())
        total += len(content)
        if total > LARGEST_WHOLE:
            raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_WHOLE // MB)
        yield content


def _peek(raw: bytes, start: int) -> bytes:
    """Return how a stream begins when it is unpacked, nothing when it is packed otherwise."""
    try:
        return zlib.decompressobj().decompress(memoryview(raw)[start : start + MB], PEEK_BYTES)
    except zlib.error:
        return b""


def _inflate(raw: bytes, start: int) -> bytes:
    inflater = zlib.decompressobj()
    content = inflater.decompress(memoryview(raw)[start:], LARGEST_PACKED)
    if inflater.unconsumed_tail:
        raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_PACKED // MB)
    return content
