"""Workbooks of Excel 97 to 2003: streams in a container of the 1990s, records in a stream."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import olefile

from .unfit import Unfit, Why

MOST_STREAMS = 200
LARGEST_STREAM = 30 * 1024 * 1024
_WORKBOOKS = ("workbook", "book")
_PROGRAMS = ("_vba_project", "vba", "macros", "_vba_project_cur")
_FILES = ("\x01ole10native", "\x01ole", "package", "objectpool", "contents", "encryptedpackage")
_BOUND_SHEET, _FILE_PASS, _SUP_BOOK, _BEGIN = 0x85, 0x2F, 0x1AE, 0x809
_MACRO_SHEETS = {1, 6}
# An external book that is none: the workbook itself, and functions of add-ins.
_OWN_BOOKS = {0x0401, 0x3A01}


def look_at_xls(path: Path) -> dict[str, Any]:
    """Check an old workbook."""
    with olefile.OleFileIO(path) as container:
        streams = [[one.lower() for one in place] for place in container.listdir(storages=True)]
        _check_streams(streams)
        name = next((one for one in _WORKBOOKS if [one] in streams), None)
        if name is None:
            raise Unfit(Why.OTHER_CONTENT)
        content = container.openstream(name).read(LARGEST_STREAM + 1)
    if len(content) > LARGEST_STREAM:
        raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_STREAM // 1024 // 1024)
    _check_records(content)
    return {}


def _check_streams(streams: list[list[str]]) -> None:
    if len(streams) > MOST_STREAMS:
        raise Unfit(Why.TOO_MUCH_WORK)
    words = {word for place in streams for word in place}
    if words & set(_PROGRAMS):
        raise Unfit(Why.ACTIVE_CONTENT)
    if "encryptedpackage" in words:
        raise Unfit(Why.LOCKED)
    if words & set(_FILES) or any(word.startswith("mbd") for word in words):
        raise Unfit(Why.EMBEDDED_FILE)


def _check_records(content: bytes) -> None:
    is_first = True
    for code, body in _records(content):
        if is_first and code != _BEGIN:
            raise Unfit(Why.DAMAGED)
        is_first = False
        if code == _FILE_PASS:
            raise Unfit(Why.LOCKED)
        if code == _BOUND_SHEET and len(body) > 5 and body[5] in _MACRO_SHEETS:
            raise Unfit(Why.ACTIVE_CONTENT)
        if code == _SUP_BOOK and (len(body) < 4 or _word(body, 2) not in _OWN_BOOKS):
            raise Unfit(Why.OUTSIDE_LINK)
    if is_first:
        raise Unfit(Why.DAMAGED)


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(content):
        code, length = struct.unpack_from("<HH", content, at)
        if not code and not length:
            return  # the rest of the last sector
        yield code, content[at + 4 : at + 4 + length]
        at += 4 + length


def _word(body: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", body, at)[0])
