"""The simulator's pages in the width of a phone: nothing hangs over, and the switches work."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import RunningSimulator

CHROMIUM = shutil.which("chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
WIDTH = 390

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's Chromium"),
]


@pytest.fixture(params=["ru-RU", "en-GB"])
def phone(
    playwright: Playwright, simulator: RunningSimulator, request: pytest.FixtureRequest
) -> Iterator[Page]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    size = {"width": WIDTH, "height": 844}
    context = browser.new_context(viewport=size, base_url=simulator.page, locale=request.param)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    browser.close()
    simulator.bring("")


def test_a_fault_is_brought_and_stopped_with_a_thumb(
    phone: Page, simulator: RunningSimulator
) -> None:
    phone.goto("/")
    card = phone.locator("#weather")
    card.locator("select").select_option("drift-renamed")
    card.locator("summary").click()
    card.get_by_label("GetStates").check()
    card.locator("input[name=count]").fill("5")
    card.locator("form.grid button").click()

    expect(card.locator("tbody tr")).to_have_count(1)
    expect(card.locator("tbody")).to_contain_text("GetStates")
    assert width_of(phone) <= WIDTH

    card.locator("tbody button").click()
    expect(card.locator("tbody tr")).to_have_count(0)


def test_a_document_is_marked_and_unmarked_with_a_thumb(
    phone: Page, simulator: RunningSimulator
) -> None:
    claim = a_claim()
    receipt = simulator.erp().put_claim(claim)
    phone.goto(f"/documents/{receipt.ref}")
    assert width_of(phone) <= WIDTH

    phone.locator("form[action$='/mark'] button").click()
    expect(phone.locator("form[action$='/unmark'] button")).to_be_visible()
    assert simulator.erp().states([claim.external_id])[0].status == "Помечен на удаление"

    phone.locator("form[action$='/unmark'] button").click()
    expect(phone.locator("form[action$='/mark'] button")).to_be_visible()
    assert simulator.erp().states([claim.external_id]) == [receipt]


def test_every_switch_is_large_enough_for_a_thumb(phone: Page) -> None:
    phone.goto("/")
    phone.locator("#weather summary").click()

    for control in phone.locator("button:visible, select:visible, summary:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    assert width_of(phone) <= WIDTH


def width_of(page: Page) -> int:
    page.wait_for_load_state()  # without its style sheet a page has another width
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width
