"""What bad input and bad luck get in the browser."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.drafting import DraftPage
from tests.browser.goods import a_box, a_photo, a_piece
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
CLERK, DEALER = "egor@d06.example", "D06"


def test_another_dealers_code_gets_the_words_of_an_unknown_one(visit: Visit, demo: Demo) -> None:
    clerk = visit(CLERK)
    clerk.go("/home")
    foreign, unknown = a_box(demo, "D01").code, "029000000000999999"

    foreign_words, unknown_words = (
        clerk.look_up(code).inner_text().replace(code, "*") for code in (foreign, unknown)
    )

    assert foreign_words == unknown_words
    assert clerk.t("Search the shipments") in unknown_words


def test_a_code_that_cannot_be_one_gets_a_sentence_and_the_way_on(visit: Visit, demo: Demo) -> None:
    clerk = visit(CLERK)
    clerk.go("/home")

    answer = clerk.look_up("<script>")

    expect(answer).to_contain_text(clerk.t("Search the shipments"))


def test_a_wrong_file_is_named_and_the_others_stay(
    visit: Visit, demo: Demo, tmp_path: Path
) -> None:
    clerk, draft = started(visit, demo)
    wrong = tmp_path / "invoice.pdf"
    wrong.write_bytes(b"MZ this is a program")
    draft.attach(draft.line(1), a_photo(tmp_path, "before.jpg"))

    choose = draft.line(1).locator("input[type=file]").first
    choose.set_input_files([wrong, a_photo(tmp_path, "after.jpg")])

    refused = draft.line(1).locator(".file-refused")
    expect(refused).to_contain_text("invoice.pdf")
    expect(draft.line(1).locator("li.file:not(.file-refused)")).to_have_count(2)
    clerk.page.reload()
    names = draft.line(1).locator(".file-name")
    expect(names).to_have_text(["before.jpg", "after.jpg"])


def test_two_clicks_and_a_second_tab_file_one_claim(visit: Visit, demo: Demo) -> None:
    clerk, draft = started(visit, demo)
    draft.fill_line(1, defect="STD", description="Разбито", demand="Replacement")
    draft.wait_until_saved()
    other_tab = visit(CLERK)
    other_tab.go(clerk.page.url)
    before = claims_of(demo)

    clerk.named("File the claim").dblclick()
    expect(clerk.page.locator("#acts")).to_be_visible()
    other_tab.click("File the claim")
    expect(other_tab.page.locator("#acts")).to_be_visible()

    assert other_tab.page.url == clerk.page.url
    assert claims_of(demo) == before + 1


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(
    visit: Visit, demo: Demo
) -> None:
    clerk, draft = started(visit, demo)
    draft.line(1).locator("textarea").fill("Разбито")

    clerk.click("File the claim")

    expect(clerk.page.locator("main")).to_contain_text(clerk.t("Choose the defect."))
    expect(clerk.page.locator("main")).to_contain_text(clerk.t("Choose what you want."))
    expect(draft.line(1).locator("textarea")).to_have_value("Разбито")


def test_more_than_is_left_is_refused_with_how_many_are_left(visit: Visit, demo: Demo) -> None:
    clerk = visit(CLERK)
    box = a_box(demo, DEALER)
    draft = start_with(clerk, box.code)
    draft.fill_line(
        1, quantity=f"{box.left + 1:.0f}", defect="STD", description="Разбито", demand="Refund"
    )

    clerk.click("File the claim")

    expect(clerk.page.locator("[role=alert], .field-errors").first).to_be_visible()
    expect(clerk.page.locator("main")).to_contain_text(f"{box.left:.0f}")
    expect(draft.line(1).locator("textarea")).to_have_value("Разбито")


def test_the_second_of_two_managers_sees_who_was_faster(visit: Visit, demo: Demo) -> None:
    clerk, draft = started(visit, demo)
    draft.fill_line(1, defect="STD", description="Разбито", demand="Replacement")
    draft.file()
    claim_url = clerk.page.url
    first, second = visit("manager@plant.example"), visit("nikita@plant.example")
    for manager in (first, second):
        manager.go(f"{claim_url}/decide")
    second.page.locator("[name$=-reason_text]").fill("Моё мнение")

    first.page.locator("#decision button[type=submit]:not([name])").click()
    first.click("Confirm the decision")
    expect(first.page).to_have_url(re.compile(r"/claims/[0-9a-f-]{36}(\?|$)"))
    second.page.locator("#decision button[type=submit]:not([name])").click()

    expect(second.page.locator("body")).to_contain_text("Мария Озерова")
    words = second.t("Changed in the meantime by %(who)s on %(when)s. Check it again.")
    expect(second.page.locator("body")).to_contain_text(words.partition("%")[0])


def test_a_wrong_password_tells_nothing_and_keeps_the_address(visit: Visit) -> None:
    stranger = visit()

    stranger.knock("nobody@nowhere.example", "wrong")

    expect(stranger.page.locator("main")).to_contain_text(
        stranger.t("The e-mail or the password is wrong.")
    )
    expect(stranger.page.locator("#email")).to_have_value("nobody@nowhere.example")


def started(visit: Visit, demo: Demo) -> tuple[Visitor, DraftPage]:
    """Return a clerk with a new draft of one piece."""
    clerk = visit(CLERK)
    return clerk, start_with(clerk, a_piece(demo, DEALER).serial)


def start_with(clerk: Visitor, code: str) -> DraftPage:
    """Start a draft with what has this code."""
    clerk.go("/home")
    clerk.click("Claim this", within=clerk.look_up(code))
    draft = DraftPage(clerk)
    expect(draft.lines).to_have_count(1)
    return draft


def claims_of(demo: Demo) -> int:
    """Return how many filed claims the dealer has."""
    query = "select count(*) from claim c join dealer d on d.id = c.dealer_id"
    [(count,)] = demo.ask(f"{query} where d.code = %s and c.number is not null", DEALER)
    return int(count)
