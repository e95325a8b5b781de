"""Dealer and manager write to each other in the browser; the factory's notes stay apart."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.demo import Demo
from tests.browser.goods import a_photo
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
TALKED = (
    "select m.claim_id from claim_message m join claim c on c.id = m.claim_id"
    " join dealer d on d.id = c.dealer_id where d.code = 'D01' and c.state = 'execution' limit 1"
)


def test_a_question_with_a_photo_is_answered_and_a_note_stays_with_the_factory(
    visit: Visit, demo: Demo, tmp_path: Path
) -> None:
    (claim_id,) = demo.ask(TALKED)[0]
    clerk = visit("anna@d01.example")
    manager = visit("manager@plant.example")
    clerk.go(f"/claims/{claim_id}")

    form = clerk.page.locator("#write-public")
    form.locator("textarea").fill("Когда приедет мастер?")
    form.locator("input[type=file]").set_input_files(a_photo(tmp_path))
    form.locator("button[type=submit]").click()
    sent = clerk.page.locator(".message-mine").last
    expect(sent).to_contain_text("Когда приедет мастер?")
    expect(sent.locator("img")).to_have_count(1)
    expect(clerk.page.locator("#write-public textarea")).to_have_value("")

    manager.go(f"/claims/{claim_id}")
    expect(manager.page.locator("#messages")).to_contain_text("Когда приедет мастер?")
    manager.page.locator("#write-internal textarea").fill("Проверить бригаду")
    manager.page.locator("#write-internal button[type=submit]").click()
    expect(manager.page.locator(".message-note").last).to_contain_text("Проверить бригаду")
    manager.page.locator("#write-public textarea").fill("Во вторник")
    manager.page.locator("#write-public button[type=submit]").click()
    expect(manager.page.locator(".message-mine").last).to_contain_text("Во вторник")

    clerk.page.reload()
    thread = clerk.page.locator("#messages")
    expect(thread).to_contain_text("Во вторник")
    expect(thread).not_to_contain_text("Проверить бригаду")


def test_what_was_typed_and_not_sent_is_there_again(visit: Visit, demo: Demo) -> None:
    (claim_id,) = demo.ask(TALKED)[0]
    clerk = visit("anna@d01.example")
    clerk.go(f"/claims/{claim_id}")
    clerk.page.locator("#write-public textarea").press_sequentially("Ещё один вопрос")

    clerk.go(f"/claims/{claim_id}")

    expect(clerk.page.locator("#write-public textarea")).to_have_value("Ещё один вопрос")
