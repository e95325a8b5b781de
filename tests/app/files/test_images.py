"""Photos, as the child process judges them."""

import io

import pytest
from PIL import Image

from app.files.inspection.unfit import Why
from tests.app.files.conftest import Look, Verdict
from tests.app.files.pictures import (
    RED,
    WHITE,
    encoded,
    jpeg_from_a_phone,
    opened,
    photo,
    png_with_size,
    sixteen_bits,
)


def about(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("jpg", encoded(photo(), "JPEG")),
        ("jpg", encoded(photo(mode="L"), "JPEG")),
        ("jpg", encoded(photo(mode="CMYK"), "JPEG")),
        ("png", encoded(photo(), "PNG")),
        ("png", encoded(photo(mode="P"), "PNG")),
        ("png", encoded(photo(mode="1"), "PNG")),
        ("png", encoded(photo(mode="LA"), "PNG")),
        ("png", encoded(sixteen_bits(), "PNG")),
        ("webp", encoded(photo(), "WEBP")),
        ("heic", encoded(photo(), "HEIF")),
    ],
    ids=["jpeg", "grey", "cmyk", "png", "palette", "bits", "grey+alpha", "16-bit", "webp", "heic"],
)
def test_every_sort_of_photo_becomes_two_plain_jpegs(look: Look, code: str, content: bytes) -> None:
    picture = look(content, code)

    assert picture is not None
    assert (picture.width, picture.height) == (64, 48)
    shown, small = opened(picture.derivative), opened(picture.thumbnail)
    assert (shown.format, shown.mode, shown.size) == ("JPEG", "RGB", (64, 48))
    assert (small.format, small.mode) == ("JPEG", "RGB")
    assert about(shown.getpixel((60, 24)), WHITE)
    assert not about(shown.getpixel((4, 24)), WHITE)


def test_what_the_camera_noted_is_kept_apart_and_the_rest_is_dropped(look: Look) -> None:
    picture = look(jpeg_from_a_phone(), "jpg")

    assert picture is not None
    assert picture.camera == "Fictus P7"
    assert picture.taken_at is not None
    assert picture.taken_at.isoformat() == "2025-04-30T16:05:00"
    for content in (picture.derivative, picture.thumbnail):
        for unwanted in (b"script", b"SECRET", b"Fictus", b"Exif", b"PK\x05\x06", b"2025"):
            assert unwanted not in content
        assert not opened(content).getexif()


def test_a_photo_taken_sideways_is_shown_upright(look: Look) -> None:
    picture = look(jpeg_from_a_phone(orientation=6), "jpg")

    assert picture is not None
    assert (picture.width, picture.height) == (48, 64)
    shown = opened(picture.derivative)
    assert about(shown.getpixel((24, 5)), RED)
    assert about(shown.getpixel((24, 60)), WHITE)


def test_damaged_notes_of_the_camera_do_not_spoil_the_photo(look: Look) -> None:
    content = encoded(photo(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xffgarbage")

    picture = look(content, "jpg")

    assert picture is not None
    assert (picture.taken_at, picture.camera) == (None, None)


def test_what_is_transparent_becomes_white(look: Look) -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))

    picture = look(encoded(image, "PNG"), "png")

    assert picture is not None
    assert about(opened(picture.derivative).getpixel((5, 5)), WHITE)


def test_a_large_photo_is_shown_smaller_with_a_thumbnail(look: Look) -> None:
    picture = look(encoded(photo(6000, 3000), "JPEG"), "jpg")

    assert picture is not None
    assert max(picture.width, picture.height) <= 4000
    assert picture.width == 2 * picture.height
    assert opened(picture.thumbnail).size == (480, 240)


def test_a_photo_of_fifty_million_pixels_fits_into_the_childs_memory(verdict: Verdict) -> None:
    assert verdict(png_with_size(8300, 6000), "png") is None


@pytest.mark.parametrize("size", [(13_000, 13_000), (32_001, 10), (10, 32_001), (9_000, 8_000)])
def test_a_pixel_bomb_is_measured_before_it_goes_off(
    verdict: Verdict, size: tuple[int, int]
) -> None:
    assert verdict(png_with_size(*size), "png") is Why.TOO_MANY_PIXELS


@pytest.mark.parametrize(("code", "pillow_format"), [("png", "PNG"), ("webp", "WEBP")])
def test_a_moving_picture_is_refused(verdict: Verdict, code: str, pillow_format: str) -> None:
    frames = [photo(), photo().rotate(180)]

    moving = encoded(frames[0], pillow_format, save_all=True, append_images=frames[1:])

    assert verdict(moving, code) is Why.MOVING


@pytest.mark.parametrize(
    ("code", "pillow_format"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("heic", "HEIF")]
)
def test_a_photo_cut_short_is_damaged(verdict: Verdict, code: str, pillow_format: str) -> None:
    content = encoded(Image.effect_noise((300, 200), 80).convert("RGB"), pillow_format)

    assert verdict(content[: len(content) // 2], code) is Why.DAMAGED


def test_a_photo_under_the_name_of_another_kind_is_refused_by_the_decoder_too(
    verdict: Verdict,
) -> None:
    assert verdict(encoded(photo(), "GIF"), "png") is Why.DAMAGED
    assert verdict(encoded(photo(), "JPEG"), "webp") is Why.DAMAGED
    assert verdict(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "png") is Why.DAMAGED


def test_a_flipped_bit_in_a_png_is_noticed(verdict: Verdict) -> None:
    content = bytearray(encoded(Image.effect_noise((100, 100), 80), "PNG"))
    content[len(content) // 2] ^= 1

    assert verdict(bytes(content), "png") is Why.DAMAGED


def test_a_photo_with_a_second_one_inside_shows_the_first(look: Look) -> None:
    buffer = io.BytesIO()
    photo().save(buffer, "MPO", save_all=True, append_images=[photo(32, 32)])

    picture = look(buffer.getvalue(), "jpg")

    assert picture is not None
    assert (picture.width, picture.height) == (64, 48)


@pytest.mark.parametrize(
    ("code", "size"),
    [
        ("jpg", (8_064, 6_048)),
        ("jpg", (12_000, 9_000)),
        ("jpg", (16_382, 3_628)),
        ("heic", (8_064, 6_048)),
    ],
)
def test_photos_of_phones_and_panoramas_are_taken(
    look: Look, code: str, size: tuple[int, int]
) -> None:
    large = photo(*size)
    quick = {"quality": 75} if code == "jpg" else {"enc_params": {"preset": "ultrafast"}}
    content = encoded(large, "JPEG" if code == "jpg" else "HEIF", **quick)

    picture = look(content, code)

    assert picture is not None
    assert max(picture.width, picture.height) <= 4_000
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.01)
