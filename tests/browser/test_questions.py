"""What is deleted is asked about once, by its name, with scripts and without; rows have an undo."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.drafting import DraftPage
from tests.browser.goods import a_photo
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
CLERK, ADMIN = "zoya@d07.example", "admin@plant.example"


def new_draft(clerk: Visitor, *items: str) -> DraftPage:
    """Begin a claim of items that are not in the shipments."""
    clerk.go("/home")
    clerk.click("New claim")
    draft = DraftPage(clerk)
    for item in items:
        draft.add_unlisted(item)
    return draft


def test_with_scripts_a_dialog_asks_once(visit: Visit, tmp_path: Path) -> None:
    clerk = visit(CLERK)
    draft = new_draft(clerk, "Kamin 7", "Kamin 8")
    draft.attach(draft.line(1), a_photo(tmp_path, "crack.jpg"))
    asked = clerk.page.locator("#ask")

    draft.line(1).locator(".file-remove").click()
    expect(asked).to_contain_text("crack.jpg")
    clerk.click("Back", within=asked)
    expect(draft.line(1).locator("li.file")).to_have_count(1)
    draft.line(1).locator(".file-remove").click()
    clerk.click("Yes", within=asked)
    expect(draft.line(1).locator("li.file")).to_have_count(0)

    draft.line(1).locator("[data-confirm]").click()
    expect(asked).to_contain_text("Kamin 7")
    clerk.click("Yes", within=asked)
    expect(draft.lines).to_have_count(1)
    expect(draft.line(1)).to_contain_text("Kamin 8")

    clerk.click("Delete the draft")
    clerk.click("Delete", within=clerk.page.locator("#delete"))
    expect(clerk.page.locator("#flashes")).to_contain_text(clerk.t("The draft is deleted."))


def test_without_scripts_a_page_asks(visit: Visit) -> None:
    clerk = visit(CLERK)
    address = new_draft(clerk, "Kamin 7", "Kamin 8").page.url
    plain = visit(CLERK, java_script_enabled=False)
    plain.go(address)
    draft = DraftPage(plain)

    draft.line(1).locator("[data-confirm]").click()
    expect(plain.page.locator("h1")).to_contain_text("Kamin 7")
    plain.click("Back")
    expect(draft.lines).to_have_count(2)
    draft.line(1).locator("[data-confirm]").click()
    plain.click("Take it out")

    expect(draft.lines).to_have_count(1)
    expect(draft.line(1)).to_contain_text("Kamin 8")


def test_a_removed_row_is_brought_back(visit: Visit) -> None:
    admin = visit(ADMIN)
    admin.go("/deadlines/reminders")
    rows = admin.page.locator("tbody tr")
    there = sorted(rows.all_inner_texts())

    admin.page.get_by_role("button", name=admin.t("Remove")).first.click()
    expect(rows).to_have_count(len(there) - 1)
    admin.click("Undo", within=admin.page.locator("#flashes"))

    expect(rows).to_have_count(len(there))
    assert sorted(rows.all_inner_texts()) == there
