"""Old workbooks, films, archives and mails made by code, with a place for what does not belong."""

import struct
from collections.abc import Mapping
from email.message import EmailMessage

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_LEAST = 4096  # smaller streams would need a second table


def record(code: int, body: bytes = b"") -> bytes:
    """Return a record of a workbook of Excel 97."""
    return struct.pack("<HH", code, len(body)) + body


def sheet(kind: int = 0) -> bytes:
    """Return the record that names a sheet: 0 an ordinary one, 1 one with macros."""
    return record(0x85, struct.pack("<LBBBB", 0, 0, kind, 1, 0) + b"A")


def workbook(*records: bytes) -> bytes:
    """Return the stream of a workbook."""
    return record(0x809, bytes(16)) + b"".join(records or (sheet(),)) + record(0x0A)


def old_container(streams: Mapping[str, bytes], storages: tuple[str, ...] = ()) -> bytes:
    """Return a compound file of the 1990s with these streams."""
    names = [*streams, *storages]
    entries = [_entry("Root Entry", _ROOT, child=1)]
    body = b""
    fat: list[int] = []
    for place, name in enumerate(names, start=1):
        after = place + 1 if place < len(names) else _FREE
        if name in storages:
            entries.append(_entry(name, _STORAGE, after=after))
            continue
        content = streams[name].ljust(_LEAST, b"\0")
        content += bytes(-len(content) % SECTOR)
        start, count = len(fat), len(content) // SECTOR
        fat += [*range(start + 1, start + count), _END]
        body += content
        entries.append(_entry(name, _STREAM, after=after, start=start, size=len(content)))
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = len(fat)
    count = len(entries) // 4
    fat += [*range(directory + 1, directory + count), _END]
    body += b"".join(entries)
    table = len(fat)
    fat.append(_FAT)
    assert len(fat) <= SECTOR // 4
    body += struct.pack("<128L", *fat, *[_FREE] * (128 - len(fat)))
    head = struct.pack(
        "<8s16sHHHHH6sLLLLLLLLLL",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6),
        0, 1, directory, 0, _LEAST, _END, 0, _END, 0, table,
    )  # fmt: skip
    return head + struct.pack("<108L", *[_FREE] * 108) + body


def _entry(
    name: str, kind: int, *, child: int = _FREE, after: int = _FREE, start: int = 0, size: int = 0
) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBLLL16sLQQLQ",
        letters, len(letters), kind, 1, _FREE, after, child, bytes(16), 0, 0, 0, start, size,
    )  # fmt: skip


def box(kind: bytes, *inside: bytes) -> bytes:
    """Return a box of a film."""
    content = b"".join(inside)
    return struct.pack(">L4s", 8 + len(content), kind) + content


def film(
    *more: bytes, seconds: int = 5, brand: bytes = b"isom", handler: bytes = b"vide", flags: int = 1
) -> bytes:
    """Return a film of one track without pictures that anybody could see."""
    reference = box(b"url ", struct.pack(">L", flags))
    track = box(
        b"trak",
        box(
            b"mdia",
            box(b"hdlr", bytes(8), handler, bytes(12)),
            box(b"minf", box(b"dinf", box(b"dref", struct.pack(">LL", 0, 1), reference))),
        ),
    )
    header = box(b"mvhd", struct.pack(">LLLLL", 0, 0, 0, 1000, seconds * 1000), bytes(80))
    return (
        box(b"ftyp", brand, bytes(4), brand)
        + box(b"moov", header, track, *more)
        + box(b"mdat", bytes(64))
    )


def mail(attachments: Mapping[str, bytes], *, headers: bool = True) -> bytes:
    """Return a mail with these attachments."""
    message = EmailMessage()
    if headers:
        message["From"], message["To"] = "ann@a.example", "claims@b.example"
        message["Date"] = "Mon, 30 Nov 2026 10:00:00 +0100"
    message["Subject"] = "Скол"
    message.set_content("See the photo")
    for name, content in attachments.items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()
