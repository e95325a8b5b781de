"""Photos for the demo, drawn: a stove behind glass, and what is wrong with it."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1280, 960)
WALL, BODY, FRAME = (196, 187, 172), (52, 54, 58), (24, 25, 27)


def draw_photo(seed: str, defect: str) -> bytes:
    """Return a JPEG of a stove with this defect; the same words draw the same picture."""
    dice = random.Random(seed)  # noqa: S311  (a picture, not a secret)
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    _draw_stove(draw, dice)
    image = image.filter(ImageFilter.GaussianBlur(1.2))
    _draw_defect(ImageDraw.Draw(image), dice, defect)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def _draw_stove(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    draw.rectangle((0, 800, *SIZE), fill=(120, 98, 78))
    draw.rectangle((360, 180, 920, 840), fill=BODY)
    draw.rectangle((590, 0, 690, 180), fill=(70, 72, 76))
    draw.rectangle((430, 300, 850, 640), fill=FRAME)
    for row in range(300, 640, 4):
        warmth = (row - 300) / 340
        colour = (int(90 + 150 * warmth), int(40 + 70 * warmth), 24)
        draw.line((445, row, 835, row), fill=colour, width=4)
    for _ in range(60):
        x, y = dice.randint(450, 830), dice.randint(470, 630)
        draw.ellipse((x, y, x + dice.randint(4, 26), y + dice.randint(4, 18)), fill=(250, 170, 60))
    draw.rounded_rectangle((800, 700, 860, 724), 8, fill=(180, 180, 184))


def _draw_defect(draw: ImageDraw.ImageDraw, dice: random.Random, defect: str) -> None:
    if defect in ("SUR", "COR", "TRN"):
        for _ in range(40):
            x, y = dice.gauss(480, 40), dice.gauss(730, 30)
            draw.ellipse(
                (x, y, x + dice.randint(6, 30), y + dice.randint(4, 18)), fill=(150, 92, 60)
            )
        return
    for _ in range(5):
        _draw_crack(draw, dice, (830, 310))


def _draw_crack(draw: ImageDraw.ImageDraw, dice: random.Random, start: tuple[float, float]) -> None:
    x, y = start
    for _ in range(dice.randint(8, 16)):
        end = (x - dice.randint(8, 46), y + dice.randint(4, 34))
        draw.line((x, y, *end), fill=(238, 240, 242), width=dice.randint(2, 4))
        x, y = end
