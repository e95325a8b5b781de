"""A DOCX file as a row of zip entries, of which most are kept compressed between two acts.

Every entry carries the same moment and the order is the template's, so that equal contents make
equal bytes. Our own writer exists because `zipfile` would deflate the static parts anew each time,
which costs more than everything else about an act.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

LEVEL = 6
DEFLATE = 8
MODERN = 20  # version 2.0 of the format: deflate and folders
UTF8_NAMES = 0x800
MIDNIGHT = 0
FIRST_DAY = 1 << 5 | 1  # 1 January 1980, the earliest day that a zip file can name

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
CENTRAL_HEADER = struct.Struct("<4s6H3L5H2L")
END_OF_DIRECTORY = struct.Struct("<4s4H2LH")


@dataclass(frozen=True)
class Entry:
    """One compressed part: `head` are the fields that both zip headers share."""

    name: bytes
    head: tuple[int, ...]
    local: bytes


def deflate(name: str, content: bytes) -> Entry:
    """Compress one part, ready to be put into any number of files."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    coded_name = name.encode()
    head = (
        *(MODERN, UTF8_NAMES, DEFLATE, MIDNIGHT, FIRST_DAY),
        *(zlib.crc32(content), len(packed), len(content), len(coded_name), 0),
    )
    return Entry(coded_name, head, LOCAL_HEADER.pack(b"PK\3\4", *head) + coded_name + packed)


def join_entries(entries: Iterable[Entry]) -> bytes:
    """Write the entries one after another and the directory of them."""
    files: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in entries:
        directory += (
            CENTRAL_HEADER.pack(b"PK\1\2", MODERN, *entry.head, 0, 0, 0, 0, offset),
            entry.name,
        )
        files.append(entry.local)
        offset += len(entry.local)

    size = sum(map(len, directory))
    end = END_OF_DIRECTORY.pack(b"PK\5\6", 0, 0, len(files), len(files), size, offset, 0)
    return b"".join((*files, *directory, end))


def read_parts(package: bytes) -> dict[str, bytes]:
    """Return the parts of a file by name, in the order in which they lie in it."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
