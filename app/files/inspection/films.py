"""Short films: a container whose boxes fit together, that lasts a few minutes, all of it inside."""

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
_FOURCC_LENGTH = 4
_SELF_CONTAINED = 1


class _Box(NamedTuple):
    """A box: its kind and where its content lies in the file."""

    kind: bytes
    start: int
    end: int


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
    return {}


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
        yield _Box(kind, start + head, start + size)
        start += size
