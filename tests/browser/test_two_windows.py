"""One draft in two windows of a browser: both are told, neither loses a word."""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.demo import Demo
from tests.browser.drafting import DraftPage
from tests.browser.goods import a_piece
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
TRIES, PAUSE = 75, 200  # milliseconds
CLERK, DEALER = "zoya@d07.example", "D07"


def test_two_windows_on_one_draft_lose_nothing(visit: Visit, demo: Demo) -> None:
    first = visit(CLERK)
    first.go("/home")
    first.click("Claim this", within=first.look_up(a_piece(demo, DEALER).serial))
    draft = DraftPage(first)
    draft.wait_until_loaded()
    second = Visitor(first.page.context.new_page(), demo, first.language)
    second.go(first.page.url)
    other = DraftPage(second)

    # What only one of them changes comes into the other.
    first.page.fill("#dealer_reference", "R-77")
    draft.wait_until_saved()
    second.page.fill("#end_customer", "Иванов")
    other.wait_until_saved()
    expect(second.page.locator("#dealer_reference")).to_have_value("R-77")

    # What both change is shown, and whoever is second chooses.
    first.page.fill("#text", "Прошу вернуть деньги")
    wait_until_kept(first, "Прошу вернуть деньги")
    expect(first.page.locator("#end_customer")).to_have_value("Иванов")
    second.page.fill("#text", "Прошу заменить")
    conflict = second.page.locator("[data-conflict=text]")
    expect(conflict).to_contain_text("Прошу вернуть деньги")
    expect(second.page.locator("#text")).to_have_value("Прошу заменить")
    second.page.reload()
    expect(second.page.locator("#text")).to_have_value("Прошу заменить")

    second.click("Keep mine", within=conflict)
    wait_until_kept(second, "Прошу заменить")
    expect(conflict).to_have_count(0)
    first.page.fill("#text", "Прошу вернуть деньги сразу")
    told = first.page.locator("[data-conflict=text]")
    expect(told).to_contain_text("Прошу заменить")
    first.click("Take the other one", within=told)
    expect(first.page.locator("#text")).to_have_value("Прошу заменить")
    draft.wait_until_saved()
    assert not first.complaints
    assert not second.complaints


def test_ones_own_words_are_no_conflict_when_an_answer_was_lost(visit: Visit, demo: Demo) -> None:
    clerk = visit(CLERK)
    clerk.go("/home")
    clerk.click("Claim this", within=clerk.look_up(a_piece(demo, DEALER).serial))
    draft = DraftPage(clerk)
    draft.wait_until_loaded()

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    clerk.page.route("**/autosave", lose_the_answer)
    clerk.page.fill("#text", "Трещина")
    wait_until_kept(clerk, "Трещина")
    clerk.page.fill("#text", "Трещина в стекле")
    wait_until_kept(clerk, "Трещина")
    clerk.page.unroute("**/autosave")

    wait_until_kept(clerk, "Трещина в стекле")
    draft.wait_until_saved()
    expect(clerk.page.locator("[data-conflict]")).to_have_count(0)


def wait_until_kept(clerk: Visitor, text: str) -> None:
    """Wait until the server has this text: "Saved" on the page may be about the words before."""
    for _ in range(TRIES):
        if clerk.demo.ask("select 1 from claim where text = %s", text):
            return
        clerk.page.wait_for_timeout(PAUSE)
    raise AssertionError(f"not saved: {text}")
