"""Everybody can use every page: with a screen reader, in the dark, on a phone, without scripts."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.core.units import unit_sign
from app.vocabulary import Language
from tests.browser.demo import Demo
from tests.browser.goods import a_box, a_pdf
from tests.browser.pages import PEOPLE, pages_of
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TUESDAY = 1
# The page is the same in the dark but for its colours.
RULES: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
BAD = ("serious", "critical")
SMALLEST_PHONE = {"width": 360, "height": 720}
WIDER_THAN_THE_SCREEN = "document.scrollingElement.scrollWidth - window.innerWidth"
EXPECTED_TROUBLE = ("/nothing-here", "/worklist", "/decide")


@pytest.mark.parametrize("looks", RULES)
@pytest.mark.parametrize("role", PEOPLE)
def test_axe_finds_nothing_serious_on_any_page(
    visit: Visit, demo: Demo, role: str, looks: str
) -> None:
    # The checker is a script of ours in the page; the next test opens the pages under their policy.
    reader = visit(PEOPLE[role], color_scheme=looks, bypass_csp=True)

    faults = [
        f"{path}: {fault}"
        for path in pages_of(role, demo)
        for fault in _serious_faults(_opened(reader, path), RULES[looks])
    ]

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", PEOPLE)
def test_no_page_breaks_its_policy_or_scrolls_sideways_on_the_smallest_phone(
    visit: Visit, demo: Demo, role: str
) -> None:
    reader = visit(PEOPLE[role], viewport=SMALLEST_PHONE)

    too_wide = {
        path: wider
        for path in pages_of(role, demo)
        if (wider := _opened(reader, path).evaluate(WIDER_THAN_THE_SCREEN)) > 0
    }

    assert not too_wide
    assert not reader.complaints


def test_a_claim_is_filed_and_decided_without_scripts(
    visit: Visit, demo: Demo, tmp_path: Path
) -> None:
    clerk = visit(java_script_enabled=False)
    manager = visit(java_script_enabled=False)

    clerk.sign_in("denis@d05.example")
    page = clerk.page
    box = a_box(demo, "D05")
    page.fill("#code", box.code)
    clerk.click("Look up")
    clerk.click("Claim this")
    page.locator("[name$=-quantity]").fill("2")
    page.locator("[name$=-defect_code]").select_option("STD")
    page.locator("[name$=-description]").fill("Разбито при перевозке")
    page.locator("[name$=-demand][value=replacement]").check(force=True)
    page.locator("[id^=line-] input[type=file]").first.set_input_files(a_pdf(tmp_path))
    clerk.click("File the claim")
    expect(page.locator("#acts")).to_be_visible()
    expect(page.locator("main")).to_contain_text("waybill.pdf")

    manager.sign_in("manager@plant.example")
    manager.go(clerk.page.url)
    manager.click("Assign to me")
    late = a_tuesday_of_next_spring()
    manager.page.locator("#promise_on").fill(late.isoformat())
    manager.click("Recalculate the dates")
    expect(manager.page.locator("#plan .axis-words")).to_contain_text(f"{late:%Y}")
    expect(manager.page.locator("#promise_on")).to_have_value(late.isoformat())
    manager.page.locator("details", has=manager.page.locator("#promise_reason")).click()
    manager.page.locator("#promise_reason").fill("Деталь придёт только весной")
    manager.click("Decide")
    manager.click("Confirm the decision")
    expect(manager.page.locator("#erp")).to_be_visible()
    page.reload()
    accepted = clerk.t("Accepted: %(quantity)s", quantity=f"2 {unit_sign(box.unit, Language.RU)}")
    expect(page.locator("main")).to_contain_text(accepted)


def a_tuesday_of_next_spring() -> date:
    """Return a working day of next year, later than any plan leads."""
    first_of_march = date(date.today().year + 1, 3, 1)  # noqa: DTZ011  (as the portal's clock)
    return first_of_march + timedelta(days=(TUESDAY - first_of_march.weekday()) % 7)


def _opened(reader: Visitor, path: str) -> Page:
    """Open a page that is there, or one of the pages that say why not."""
    answer = reader.page.goto(path, wait_until="load")
    assert answer is not None
    assert answer.ok or path.endswith(EXPECTED_TROUBLE), f"{answer.status} for {path}"
    return reader.page


def _serious_faults(page: Page, rules: dict[str, Any]) -> list[str]:
    page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {...rules, resultTypes: ['violations']})"
        ".then((result) => result.violations)",
        rules,
    )
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in BAD
        for node in fault["nodes"]
    ]
