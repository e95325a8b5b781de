"""Photos: measured before they are decoded, decoded wholly, painted anew on a fresh canvas."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from .unfit import Unfit, Why

# Of a JPEG more: it is decoded at half its size or less. A phone of 108 million pixels and a
# panorama of 16,000 by 4,000 are ordinary.
MOST_PIXELS = 66_000_000
MOST_PIXELS_OF_JPEG = 110_000_000
LONGEST_SIDE = 32_000
SHOWN_SIDE = 4_000
THUMBNAIL_SIDE = 480
QUALITY = 85
LONGEST_CAMERA = 120

_EXIF_IFD = 0x8769
_MAKE, _MODEL, _TAKEN = 0x010F, 0x0110, 0x9003
_FIRST_PHOTO = datetime(1990, 1, 1)  # noqa: DTZ001  (a camera's clock has no zone)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS_OF_JPEG


def look_at_image(path: Path, pillow_format: str) -> dict[str, Any]:
    """Write `derivative` and `thumbnail` beside the file; return their size and EXIF's evidence.

    The pictures are JPEG without metadata: a canvas of our own keeps no comment, no place where
    the photo was taken and nothing that was appended to the file.
    """
    if pillow_format == "HEIF":
        _learn_heif()
    with _opened(path, pillow_format) as image:
        image.verify()
    with _opened(path, pillow_format) as image:
        facts = _evidence(image)
        shown = _painted(image)
    shown.save(path.with_name("derivative"), "JPEG", quality=QUALITY)
    size = {"width": shown.width, "height": shown.height}
    shown.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), reducing_gap=2.0)
    shown.save(path.with_name("thumbnail"), "JPEG", quality=QUALITY)
    return size | facts


def _learn_heif() -> None:
    # Imported here, because every other file would wait for it.
    from pillow_heif import register_heif_opener  # noqa: PLC0415

    register_heif_opener(thumbnails=False)


def _opened(path: Path, pillow_format: str) -> Image.Image:
    most = MOST_PIXELS_OF_JPEG if pillow_format == "JPEG" else MOST_PIXELS
    try:
        image = Image.open(path, formats=[pillow_format])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unfit(Why.TOO_MANY_PIXELS, most // 1_000_000) from None
    if image.width * image.height > most or max(image.size) > LONGEST_SIDE:
        raise Unfit(Why.TOO_MANY_PIXELS, most // 1_000_000)
    if pillow_format in {"PNG", "WEBP"} and getattr(image, "is_animated", False):
        raise Unfit(Why.MOVING)
    return image


def _painted(image: Image.Image) -> Image.Image:
    image.draft("RGB", (SHOWN_SIDE, SHOWN_SIDE))  # a large JPEG is decoded at half its size
    image.load()
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE), reducing_gap=2.0)
    with suppress(Exception):  # damaged EXIF is common and does not make a photo worthless
        ImageOps.exif_transpose(image, in_place=True)
    canvas = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        canvas.paste(image, mask=image)
    else:
        canvas.paste(_colours(image))
    return canvas


def _colours(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey, of which `convert` would cut the upper half
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    return image.convert("RGB")


def _evidence(image: Image.Image) -> dict[str, Any]:
    taken_at, camera = None, None
    with suppress(Exception):  # as above
        exif = image.getexif()
        taken_at = _moment(exif.get_ifd(_EXIF_IFD).get(_TAKEN))
        camera = _camera(exif.get(_MAKE), exif.get(_MODEL))
    return {"taken_at": taken_at, "camera": camera}


def _moment(text: object) -> str | None:
    with suppress(ValueError):
        taken = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        if taken >= _FIRST_PHOTO:
            return taken.isoformat()
    return None


def _camera(make: object, model: object) -> str | None:
    words = [str(word).strip("\0 ") for word in (make, model) if word]
    if len(words) > 1 and words[1].startswith(words[0]):
        words = words[1:]
    return " ".join(words)[:LONGEST_CAMERA] or None
