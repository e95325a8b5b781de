"""An administrator changes the mapping of the ERP in the browser, and takes it back."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.demo import Demo
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
ADMIN, PAGE = "admin@plant.example", "/exchange/connections/erp"


@pytest.fixture
def untouched(demo: Demo) -> Iterator[None]:
    """Let other tests find the mapping as it was."""
    yield
    demo.ask("delete from erp_mapping returning version")


def test_a_fault_is_told_with_its_line_and_a_good_text_is_in_force_and_comes_back(
    visit: Visit, demo: Demo, untouched: None
) -> None:
    admin = visit(ADMIN)
    admin.go("/exchange/connections")
    admin.page.get_by_role("link", name="ERP", exact=True).first.click()
    field = admin.page.locator("#text")
    expect(field).to_have_value(re.compile("page_items|max_items: 100000"))
    good = field.input_value()
    line = 1 + good.split("\n").index("  max_items: 100000")

    # A slip: the fault stands beside its line, and what was typed is still there.
    field.fill(good.replace("max_items: 100000", "max_items: plenty"))
    admin.click("Check and show what would change")
    faults = admin.page.locator("#faults")
    expect(faults).to_contain_text(admin.t("Line %(number)s", number=line))
    expect(faults.locator("code")).to_have_text(re.compile("max_items: plenty"))
    expect(admin.page.locator("#text")).to_have_value(re.compile("max_items: plenty"))

    # What would change, before it does.
    admin.page.locator("#text").fill(good.replace("max_items: 100000", "max_items: 5000"))
    admin.click("Check and show what would change")
    expect(lines(admin, "#preview", "text-danger")).to_have_text(["-  max_items: 100000"])
    expect(lines(admin, "#preview", "text-success")).to_have_text(["+  max_items: 5000"])
    assert versions(demo) == []

    admin.page.locator("#reason").fill("Меньшими порциями")
    admin.click("Check and put in force")
    history = admin.page.locator("#history")
    expect(history).to_contain_text("Меньшими порциями")
    expect(admin.page.locator("#text")).to_have_value(re.compile("max_items: 5000"))
    assert versions(demo) == [1, 2]

    # The version tells what it changed; the one before it comes back as a third.
    history.get_by_role("link", name=admin.t("Version %(number)s", number=2)).click()
    expect(lines(admin, "#changes", "text-success")).to_have_text(["+  max_items: 5000"])
    admin.go(f"{PAGE}/versions/1")
    admin.page.locator("#reason").fill("Так было лучше")
    admin.click("Restore this version")
    expect(admin.page.locator("#history")).to_contain_text("Так было лучше")
    expect(admin.page.locator("#text")).to_have_value(re.compile("max_items: 100000"))
    assert versions(demo) == [1, 2, 3]


def test_of_two_administrators_the_second_sees_that_somebody_was_faster(
    visit: Visit, demo: Demo, untouched: None
) -> None:
    first, second = visit(ADMIN), visit(ADMIN)
    for admin in (first, second):
        admin.go(PAGE)
    text = first.page.locator("#text").input_value()

    put_in_force(first, text.replace("max_items: 100000", "max_items: 5000"), "Первый")
    expect(first.page.locator("#history")).to_contain_text("Первый")
    put_in_force(second, text.replace("max_items: 100000", "max_items: 7000"), "Второй")

    expect(second.page.locator("main")).to_contain_text(
        second.t(
            "Version %(number)s was put in force in the meantime; compare and save again.",
            number=2,
        )
    )
    expect(second.page.locator("#text")).to_have_value(re.compile("max_items: 7000"))
    assert versions(demo) == [1, 2]


def put_in_force(admin: Visitor, text: str, reason: str) -> None:
    admin.page.locator("#text").fill(text)
    admin.page.locator("#reason").fill(reason)
    admin.click("Check and put in force")


def lines(admin: Visitor, card: str, colour: str) -> Locator:
    """Return the lines of a difference that go or come, each with its sign."""
    return admin.page.locator(f"{card} .{colour}")


def versions(demo: Demo) -> list[int]:
    return [version for (version,) in demo.ask("select version from erp_mapping order by 1")]
