"""A clerk beside a pallet with a phone: scan, say what is wrong, file."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from barcode import Code128
from barcode.writer import ImageWriter
from PIL import Image
from playwright.sync_api import Browser, Playwright, ViewportSize, expect

from tests.browser.chromium import launch
from tests.browser.demo import Demo
from tests.browser.drafting import DraftPage
from tests.browser.goods import Goods, a_box, a_photo
from tests.browser.visitor import Visitor, sign_in_once

PHONE: ViewportSize = {"width": 390, "height": 844}
CLERK, DEALER = "boris@d02.example", "D02"
FRAME = (1280, 720)
FRAMES = 30
LOWEST_CARD = 180  # pixels: five cards of a list fit on the screen
THUMB = 44  # pixels of the smallest side that a thumb hits


@pytest.fixture
def box(demo: Demo) -> Goods:
    """The box in front of the camera."""
    return a_box(demo, DEALER)


@pytest.fixture
def phone(driver: Playwright, box: Goods, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera looks at the label of the box."""
    film = tmp_path / "camera.mjpeg"
    film.write_bytes(picture_of(box.code) * FRAMES)
    browser = launch(
        driver,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    yield browser
    browser.close()


def test_a_scanned_box_is_claimed_by_thumb(
    phone: Browser, demo: Demo, box: Goods, tmp_path: Path
) -> None:
    context = phone.new_context(
        base_url=demo.url, viewport=PHONE, has_touch=True, is_mobile=True, locale="ru-RU",
        permissions=["camera"], storage_state=sign_in_once(phone, demo, CLERK),
    )  # fmt: skip
    clerk = Visitor(context.new_page(), demo, "ru")
    draft = DraftPage(clerk)
    clerk.go("/home")

    clerk.page.locator("[data-scan-target]").tap()
    answer = clerk.page.locator("#found > [role=status]")
    expect(answer).to_contain_text(box.shipment)
    expect(clerk.page.locator("#code")).to_have_value(box.code)
    clerk.named("Claim this", within=answer).tap()
    draft.fill_line(1, quantity="2", defect="STD", description="Разбито", demand="Replacement")
    draft.attach(draft.line(1), a_photo(tmp_path))
    number = draft.file()

    assert number.startswith(DEALER)
    expect(clerk.page.locator("main")).to_contain_text(box.sku)
    assert not clerk.complaints
    context.close()


def test_what_a_thumb_presses_is_large_enough(phone: Browser, demo: Demo) -> None:
    context = phone.new_context(
        base_url=demo.url, viewport=PHONE, storage_state=sign_in_once(phone, demo, CLERK)
    )
    page = context.new_page()
    page.goto("/home")

    boxes = [button.bounding_box() for button in page.locator("main .btn:visible").all()]

    assert len(boxes) > 2
    assert all(box and min(box["width"], box["height"]) >= THUMB for box in boxes)
    context.close()


def picture_of(code: str) -> bytes:
    """Return a JPEG of a label with this code as Code 128, on a white box."""
    label = Code128(code, writer=ImageWriter()).render({"module_width": 0.5, "font_size": 6})
    frame = Image.new("RGB", FRAME, "white")
    label.thumbnail((FRAME[0] - 160, FRAME[1] - 200))
    frame.paste(label, ((FRAME[0] - label.width) // 2, (FRAME[1] - label.height) // 2))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=92)
    return out.getvalue()


def test_a_list_on_a_phone_is_short_and_its_whole_card_leads_on(phone: Browser, demo: Demo) -> None:
    context = phone.new_context(
        base_url=demo.url, viewport=PHONE, has_touch=True, is_mobile=True, locale="ru-RU",
        storage_state=sign_in_once(phone, demo, CLERK),
    )  # fmt: skip
    clerk = Visitor(context.new_page(), demo, "ru")
    clerk.go("/shipments")
    rows = clerk.page.locator(".rows tbody tr")

    heights = rows.evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert len(heights) > 10
    assert sum(heights) / len(heights) < LOWEST_CARD

    box = rows.first.bounding_box()
    assert box
    clerk.page.touchscreen.tap(box["x"] + box["width"] - 12, box["y"] + 12)
    expect(clerk.page).to_have_url(re.compile(r"/shipments/lines/[0-9a-f-]{36}"))
    assert clerk.complaints == []
    context.close()
