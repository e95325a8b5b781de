"""How a clerk fills in the one page of a draft."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor

MONEY = ("Refund", "Price reduction")


class DraftPage:
    """The draft that is open in front of a visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page

    def add_by_code(self, code: str) -> None:
        """Scan one more and take it in."""
        self.wait_until_loaded()
        before = self.lines.count()
        answer = self.visitor.look_up(code)
        self.visitor.named("Add to the claim", within=answer).click()
        expect(self.lines).to_have_count(before + 1)

    def add_unlisted(self, name: str) -> None:
        """Add an item that is not in the shipments."""
        self.wait_until_loaded()
        before = self.lines.count()
        self.page.locator("#unlisted summary").click()
        self.page.fill("#item_name", name)
        self.visitor.click("Add to the claim", within=self.page.locator("#unlisted"))
        expect(self.lines).to_have_count(before + 1)

    def fill_line(
        self,
        position: int,
        *,
        quantity: str = "",
        defect: str,
        description: str,
        demand: str,
        portion: str = "",
    ) -> None:
        """Say what is wrong with a line, what is wanted for it and how much of its price."""
        self.wait_until_loaded()
        line, key = self.line(position), self.key(position)
        unit = line.locator(f"#{key}-unit")
        if unit.count() and not unit.input_value():
            unit.select_option("H87")
        if quantity:
            line.locator(f"#{key}-quantity").fill(quantity)
        line.locator(f"#{key}-defect_code").select_option(defect)
        line.locator(f"#{key}-description").fill(description)
        wanted = self.page.locator(f"#{key}-demand label", has_text=self.visitor.t(demand))
        wanted.click()
        how_much = self.page.locator(f"#{key}-demand_portion")
        expect(how_much).to_be_visible(visible=demand in MONEY)
        if portion:
            how_much.fill(portion)

    def attach(self, place: Locator, *files: Path) -> None:
        """Choose files and wait until each is there."""
        self.wait_until_loaded()
        there = place.locator("li.file:not(.file-refused)")
        before = there.count()
        place.locator("input[type=file]").first.set_input_files(list(files))
        expect(there).to_have_count(before + len(files))

    def wait_until_loaded(self) -> None:
        """Wait for the whole page and its scripts: a step before may still be leading here."""
        expect(self.page.locator("form#draft")).to_be_visible()
        self.page.wait_for_load_state("load")

    def wait_until_saved(self) -> None:
        """Read that the draft has saved itself."""
        words = self.visitor.t("Saved %(time)s").partition("%")[0]
        expect(self.page.locator("[data-autosave-state]")).to_contain_text(words)

    def file(self) -> str:
        """File the claim and return its number."""
        self.visitor.click("File the claim")
        expect(self.page.locator("#acts")).to_be_visible()
        return self.page.locator("h1").inner_text().split()[-1]

    @property
    def lines(self) -> Locator:
        return self.page.locator("section[id^='line-']")

    @property
    def whole_claim(self) -> Locator:
        """The part with what is said once for the whole claim."""
        return self.page.locator("section[aria-labelledby=want]")

    def line(self, position: int) -> Locator:
        return self.lines.nth(position - 1)

    def key(self, position: int) -> str:
        """Return what the ids of a line's fields begin with."""
        return str(self.line(position).get_attribute("id"))
