"""Photos made by code: ordinary ones, and ones that somebody has meddled with."""

import io
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

RED, WHITE = (200, 30, 30), (255, 255, 255)
ORIENTATION, MAKE, MODEL, TAKEN, EXIF_IFD, GPS_IFD = 0x0112, 0x010F, 0x0110, 0x9003, 0x8769, 0x8825


def photo(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is white."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height))
    return image.convert(mode)


def sixteen_bits() -> Image.Image:
    """The same in 65536 shades of grey."""
    return photo(mode="I").point(lambda shade: shade * 257).convert("I;16")


def encoded(image: Image.Image, pillow_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, pillow_format, **options)
    return buffer.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def jpeg_from_a_phone(orientation: int = 1) -> bytes:
    """A JPEG with time, camera, place, a comment with a script, and a ZIP end behind it."""
    exif = Image.Exif()
    exif[MAKE], exif[MODEL], exif[ORIENTATION] = "Fictus", "Fictus P7", orientation
    exif.get_ifd(EXIF_IFD)[TAKEN] = "2025:04:30 16:05:00"
    exif.get_ifd(GPS_IFD)[1] = "N-SECRET-PLACE"
    content = encoded(photo(), "JPEG", exif=exif, comment=b"<script>alert(1)</script>")
    return content + b"PK\x05\x06" + bytes(18)


def png_with_size(width: int, height: int) -> bytes:
    """A PNG of zeros, tiny on disk whatever its size."""
    packer = zlib.compressobj(9)
    row = bytes(1 + width * 3)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)
