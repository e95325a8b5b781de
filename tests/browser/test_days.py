"""Days as pictures: the axis of a decision, the strip, the calendar, the Gantt."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
MANAGER = "manager@plant.example"


@pytest.fixture
def undecided(demo: Demo) -> str:
    """A claim that waits for its decision: goods would have to travel for what is demanded."""
    [(claim,)] = demo.ask(
        """select c.id::text from claim c join claim_line l on l.claim_id = c.id
            where c.state = 'verification' and l.demand in ('repair', 'replacement', 'spare_part')
            order by c.number limit 1"""
    )
    return str(claim)


def test_the_axis_is_recalculated_while_the_manager_chooses(visit: Visit, undecided: str) -> None:
    manager = visit(MANAGER)
    manager.go(f"/claims/{undecided}/decide")
    page = manager.page
    plan = page.locator("#plan")
    expect(plan.locator("ol.legs li").nth(1)).to_be_visible()
    before = plan.locator(".axis-words").inner_text()

    page.locator("[name$=-remedy]").first.select_option("refund")
    expect(plan.locator("ol.legs")).to_contain_text("оплата")
    assert plan.locator(".axis-words").inner_text() != before

    page.locator("#promise_on").fill("2030-01-15")
    expect(plan.locator(".axis-words")).to_contain_text("2030")

    page.locator("#promise_on").fill("2020-01-15")
    expect(plan.locator(".slack-danger")).to_be_visible()

    for field in page.locator("[name$=-accepted]").all():
        field.fill("0")
    expect(plan).to_have_text(re.compile(re.escape(manager.t("Choose a remedy to see its dates."))))
