"""The ZIP file inside an office document, opened by somebody who does not trust it.

Every number in it may lie: so bytes are counted while they are unpacked, and the two tables of
contents (before each entry and at the end) must agree, because readers differ in which they use.
"""

import stat
import struct
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from .unfit import Unfit, Why

MB = 1024 * 1024
MOST_ENTRIES = 2_000
LARGEST_ENTRY = 30 * MB
LARGEST_WHOLE = 100 * MB
# Small entries may be very regular; large ones that shrink this much are bombs.
STEEPEST_RATIO = 100
RATIO_COUNTS_FROM = MB
WHOLE_RATIO = 50
WHOLE_RATIO_COUNTS_FROM = 64 * MB

_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_DATA_DESCRIPTOR = 0x08
_ENCRYPTED = 0x01


def unpack(path: Path) -> dict[str, bytes]:
    """Return the entries by name, or raise `Unfit` for anything unusual."""
    raw = path.read_bytes()
    _check_end(raw)
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
    except BadZipFile:
        raise Unfit(Why.DAMAGED) from None
    _check_contents(entries)
    _check_layout(entries, raw)
    return _unpack(entries, raw)


def _check_end(raw: bytes) -> None:
    if len(raw) < _END.size:
        raise Unfit(Why.DAMAGED)
    signature, disk, _, _, _, size, offset, comment = _END.unpack(raw[-_END.size :])
    if signature != b"PK\x05\x06":
        raise Unfit(Why.DAMAGED if b"PK\x05\x06" not in raw else Why.ODD_ARCHIVE)
    if disk or comment or offset + size + _END.size != len(raw):
        raise Unfit(Why.ODD_ARCHIVE)


def _check_contents(entries: list[ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Unfit(Why.ODD_ARCHIVE)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Unfit(Why.ODD_ARCHIVE)
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise Unfit(Why.LOCKED)
        if not _is_plain(entry):
            raise Unfit(Why.ODD_ARCHIVE)
        if entry.file_size > LARGEST_ENTRY:
            raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_ENTRY // MB)
    if sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
        raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_WHOLE // MB)


def _is_plain(entry: ZipInfo) -> bool:
    name = entry.orig_filename
    parts = name.rstrip("/").split("/")
    return (
        entry.compress_type in (ZIP_STORED, ZIP_DEFLATED)
        and not any(part in {"", ".", ".."} for part in parts)
        and not any(letter in name for letter in "\\\0:")
        and not stat.S_ISLNK(entry.external_attr >> 16)
    )


def _check_layout(entries: list[ZipInfo], raw: bytes) -> None:
    position = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < position or (position == 0 and entry.header_offset):
            raise Unfit(Why.ODD_ARCHIVE)
        position = _data_start(entry, raw) + entry.compress_size
    if position > len(raw):
        raise Unfit(Why.DAMAGED)


def _data_start(entry: ZipInfo, raw: bytes) -> int:
    start = entry.header_offset
    header = raw[start : start + _LOCAL.size]
    if len(header) < _LOCAL.size:
        raise Unfit(Why.DAMAGED)
    fields = _LOCAL.unpack(header)
    signature, _, flags, method, _, _, _, packed, size, name_length, extra_length = fields
    name_at = start + _LOCAL.size
    name = raw[name_at : name_at + name_length]
    sizes_follow = flags & _DATA_DESCRIPTOR
    if (
        signature != b"PK\x03\x04"
        or method != entry.compress_type
        or name.decode("utf-8" if flags & 0x800 else "cp437", "replace") != entry.orig_filename
        or not (sizes_follow or (packed, size) == (entry.compress_size, entry.file_size))
    ):
        raise Unfit(Why.ODD_ARCHIVE)
    return int(name_at + name_length + extra_length)


def _unpack(entries: list[ZipInfo], raw: bytes) -> dict[str, bytes]:
    unpacked: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        content = _inflated(entry, raw)
        total += len(content)
        if total > WHOLE_RATIO_COUNTS_FROM and total > WHOLE_RATIO * len(raw):
            raise Unfit(Why.UNPACKS_TOO_LARGE, WHOLE_RATIO_COUNTS_FROM // MB)
        unpacked[entry.filename] = content
    return unpacked


def _inflated(entry: ZipInfo, raw: bytes) -> bytes:
    start = _data_start(entry, raw)
    packed = raw[start : start + entry.compress_size]
    content = packed if entry.compress_type == ZIP_STORED else _inflate(packed, entry.file_size)
    if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise Unfit(Why.DAMAGED)
    if len(content) > RATIO_COUNTS_FROM and len(content) > STEEPEST_RATIO * len(packed):
        raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_ENTRY // MB)
    return content


def _inflate(packed: bytes, declared: int) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    content = inflater.decompress(packed, declared + 1)
    if len(content) > declared or not inflater.eof or inflater.unused_data:
        raise Unfit(Why.ODD_ARCHIVE)
    return content
