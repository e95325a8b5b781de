"""Short films: a container whose boxes fit together, that lasts a few minutes, all of it inside.

Where a film was taken stands in boxes of its own beside pictures and sound. They are overwritten in
place, as free room of the same length: nothing is encoded anew, and no offset changes.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .unfit import Unfit, Why

MOST_SECONDS = 180
MOST_BOXES = 10_000
DEEPEST = 12
LARGEST_HEADER = 16 * 1024 * 1024  # of everything but the pictures and the sound themselves

_HOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts"}
# What a camera writes beside each other at the top.
_TOP = {
    *(b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"meta", b"udta", b"pnot"),
    *(b"moof", b"mfra", b"sidx", b"styp", b"emsg", b"prft", b"junk", b"PICT"),
}
_ROOM = {b"free", b"skip"}
# What tells a place or may: QuickTime and 3GPP say where, XMP and private boxes whatever they like,
# and free room is where cameras leave what was there before.
_PRIVATE = {b"\xa9xyz", b"loci", b"XMP_", b"uuid", b"gps ", b"GPS ", *_ROOM}
_NOTES = {b"udta"}
MOST_KEYS = 1_000
_FOURCC_LENGTH = 4
_SELF_CONTAINED = 1


class _Box(NamedTuple):
    """A box: its kind, where its content lies in the file, and how long its head before it is."""

    kind: bytes
    start: int
    end: int
    head: int


def look_at_film(path: Path) -> dict[str, Any]:
    """Check an MP4 or QuickTime film."""
    raw = path.read_bytes()
    top = list(_boxes(raw, 0, len(raw)))
    kinds = [box.kind for box in top]
    if not top or kinds[0] not in {b"ftyp", b"wide", b"moov", b"mdat"} or set(kinds) - _TOP:
        raise Unfit(Why.DAMAGED)
    if kinds.count(b"moov") != 1 or b"mdat" not in kinds:
        raise Unfit(Why.DAMAGED)
    header = next(box for box in top if box.kind == b"moov")
    if header.end - header.start > LARGEST_HEADER:
        raise Unfit(Why.TOO_MUCH_WORK)
    inside = list(_all_inside(raw, header))
    _check_duration(raw, inside)
    _check_tracks(raw, inside)
    blanked = _without_place(raw, list(_private(raw, top)))
    if blanked == raw:
        return {}
    path.with_name("derivative").write_bytes(blanked)
    return {"change": "location_removed"}


def _private(raw: bytes, top: list[_Box]) -> Iterator[_Box]:
    """Give the boxes that can say where a film was taken: of QuickTime, 3GPP, iTunes and XMP."""
    waiting, count = [(box, 0) for box in reversed(top)], 0
    while waiting:
        box, depth = waiting.pop()
        count += 1
        if count > MOST_BOXES or depth > DEEPEST:
            raise Unfit(Why.TOO_MUCH_WORK)
        if box.kind in _PRIVATE:
            yield box
        elif box.kind == b"meta":
            yield from _private_metadata(raw, _inner(raw, box))
        elif box.kind in _HOLDERS | _NOTES:
            waiting += [(inner, depth + 1) for inner in _inner(raw, box)]


def _private_metadata(raw: bytes, boxes: list[_Box]) -> Iterator[_Box]:
    """Give the values of a `meta` box whose keys tell a place; they are numbered from one."""
    keys = [key for box in boxes if box.kind == b"keys" for key in _keys(raw, box)]
    secret = {number for number, key in enumerate(keys, start=1) if _tells_place(key)}
    for listed in (box for box in boxes if box.kind == b"ilst"):
        for value in _boxes(raw, listed.start, listed.end):
            number = int.from_bytes(value.kind, "big")
            is_free_form = value.kind == b"----" and _tells_place(raw[value.start : value.end])
            if value.kind in _PRIVATE or number in secret or is_free_form:
                yield value
    yield from (box for box in boxes if box.kind in _PRIVATE)


def _keys(raw: bytes, box: _Box) -> Iterator[bytes]:
    for count, key in enumerate(_boxes(raw, box.start + 8, box.end)):
        if count > MOST_KEYS:
            raise Unfit(Why.TOO_MUCH_WORK)
        yield raw[key.start : key.end]


def _tells_place(key: bytes) -> bool:
    return any(word in key.lower() for word in (b"location", b"gps", b"iso6709"))


def _inner(raw: bytes, box: _Box) -> list[_Box]:
    """Return the boxes in a box; four bytes stand before them in the `meta` of MP4."""
    has_version = box.kind == b"meta" and raw[box.start + 4 : box.start + 8] != b"hdlr"
    start = box.start + _FOURCC_LENGTH if has_version else box.start
    try:
        return list(_boxes(raw, start, box.end))
    except Unfit:
        if box.kind in _NOTES or box.kind == b"meta":
            return []  # a camera's own notes, which no player reads as boxes
        raise


def _without_place(raw: bytes, private: list[_Box]) -> bytes:
    blanked = bytearray(raw)
    for box in private:
        blanked[box.start : box.end] = bytes(box.end - box.start)
        if box.kind in _ROOM:
            continue
        kind_at = box.start - box.head + _FOURCC_LENGTH
        blanked[kind_at : kind_at + _FOURCC_LENGTH] = b"free"
    return bytes(blanked)


def _check_duration(raw: bytes, boxes: list[_Box]) -> None:
    times = [_duration(raw, box) for box in boxes if box.kind == b"mvhd"]
    if len(times) != 1:
        raise Unfit(Why.DAMAGED)
    if times[0] > MOST_SECONDS:
        raise Unfit(Why.TOO_LONG_FILM, MOST_SECONDS // 60)


def _duration(raw: bytes, box: _Box) -> float:
    """Return the seconds that a movie header tells."""
    is_long = raw[box.start] == 1
    shape, at = (">LQ", box.start + 20) if is_long else (">LL", box.start + 12)
    scale, ticks = struct.unpack_from(shape, raw[: box.end], at)
    if not scale:
        raise Unfit(Why.DAMAGED)
    return float(ticks / scale)


def _check_tracks(raw: bytes, boxes: list[_Box]) -> None:
    """Demand pictures, and that nothing of the film lies in another file."""
    handlers = [raw[box.start + 8 : box.start + 12] for box in boxes if box.kind == b"hdlr"]
    if b"vide" not in handlers:
        raise Unfit(Why.OTHER_CONTENT)
    for box in boxes:
        if box.kind != b"dref":
            continue
        for reference in _boxes(raw, box.start + 8, box.end):
            flags = int.from_bytes(raw[reference.start + 1 : reference.start + 4], "big")
            if not flags & _SELF_CONTAINED:
                raise Unfit(Why.OUTSIDE_LINK)
        if not list(_boxes(raw, box.start + 8, box.end)):
            raise Unfit(Why.DAMAGED)
    if any(box.kind in {b"cmov", b"rmra", b"rdrf"} for box in boxes):
        raise Unfit(Why.OUTSIDE_LINK)


def _all_inside(raw: bytes, holder: _Box) -> Iterator[_Box]:
    waiting, count = [(holder, 0)], 0
    while waiting:
        box, depth = waiting.pop()
        for inner in _boxes(raw, box.start, box.end):
            count += 1
            if count > MOST_BOXES or depth > DEEPEST:
                raise Unfit(Why.TOO_MUCH_WORK)
            yield inner
            if inner.kind in _HOLDERS:
                waiting.append((inner, depth + 1))


def _boxes(raw: bytes, start: int, end: int) -> Iterator[_Box]:
    """Give the boxes that lie beside each other; they must fill the room to its end."""
    while start < end:
        if end - start < 2 * _FOURCC_LENGTH:
            if any(raw[start:end]):
                raise Unfit(Why.DAMAGED)
            return  # QuickTime ends a list with four zeros
        size, kind = struct.unpack_from(">L4s", raw, start)
        head = 8
        if size == 1:
            if end - start < 16:
                raise Unfit(Why.DAMAGED)
            size, head = struct.unpack_from(">Q", raw, start + 8)[0], 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            raise Unfit(Why.DAMAGED)
        yield _Box(kind, start + head, start + size, head)
        start += size
