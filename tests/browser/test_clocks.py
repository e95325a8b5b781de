"""The deadlines of a claim on a phone, and the board of what silence will accept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.demo import Demo
from tests.browser.visitor import Visitor, sign_in_once

PHONE: ViewportSize = {"width": 390, "height": 844}
MANAGER = "agnieszka@plant.example"
THREATENED = """
    select claim.id::text
    from claim join claim_clock on claim_clock.claim_id = claim.id
    where claim_clock.rule_code = 'PL-C-01' and claim_clock.stopped_on is null
    order by claim.number limit 1
"""


@pytest.mark.parametrize("language", ["ru", "pl", "cs", "en"])
def test_deadlines_fit_on_a_phone_and_name_law_and_days(
    chromium: Browser, demo: Demo, language: str
) -> None:
    [(claim_id,)] = demo.ask(THREATENED)
    demo.ask("update person set language = %s where email = %s returning id", language, MANAGER)
    context = chromium.new_context(
        base_url=demo.url, viewport=PHONE, is_mobile=True,
        storage_state=sign_in_once(chromium, demo, MANAGER),
    )  # fmt: skip
    manager = Visitor(context.new_page(), demo, language)

    manager.go(f"/claims/{claim_id}")

    clocks = manager.page.locator("#clocks")
    expect(clocks).to_contain_text("PL-C-01 · u.p.k. art.7a")
    expect(clocks).to_contain_text(manager.t("Answer to the consumer"))
    expect(clocks).to_contain_text(manager.t("never pauses"))
    wide = manager.page.evaluate(
        "[...document.querySelectorAll('#clocks *')]"
        ".filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
        ".map(one => one.className + one.textContent.slice(0, 30))"
    )
    assert [one for one in wide if "visually-hidden" not in one] == []
    assert not manager.complaints
    context.close()


def test_the_board_shows_what_silence_will_accept_and_what_it_has_accepted(
    visit: Callable[..., Visitor], demo: Demo
) -> None:
    [(count,)] = demo.ask(
        "select count(*) from claim_clock c join claim on claim.id = c.claim_id"
        " where c.rule_code = 'PL-C-01' and c.stopped_on is null"
    )
    head = visit("head@plant.example")

    head.go("/silence")

    threats = head.page.get_by_role("table", name=head.t("Claims at risk of deemed acceptance"))
    expect(threats.locator("tbody tr")).to_have_count(count)
    expect(threats.locator(".text-danger").first).to_be_visible()
    accepted = head.page.get_by_role("table", name=head.t("Deemed accepted"))
    expect(accepted.locator("tbody tr").first).to_contain_text("D10-")
    head.named("Contest", within=accepted).click()
    expect(head.page.locator("#note")).to_be_visible()
