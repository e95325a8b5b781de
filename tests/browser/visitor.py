"""Somebody in front of the browser: reads in their language, notices what a page complains of."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from docx import Document
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from app.core.i18n import TRANSLATIONS
from tests.browser.demo import PASSWORD, Demo

OWN_RESOURCES = {"script", "stylesheet", "image", "font"}
RELOADS = 80
PAUSE = 0.5
_STATES: dict[tuple[str, str], Any] = {}


class Visitor:
    """A person with a page open."""

    def __init__(self, page: Page, demo: Demo, language: str) -> None:
        self.page = page
        self.demo = demo
        self.language = language
        self.complaints: list[str] = []
        self._words = _catalogue(language)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._look_at)

    def t(self, text: str, **values: object) -> str:
        """Return how the portal says it in the visitor's language."""
        return str(self._words.gettext(text)) % values if values else self._words.gettext(text)

    def go(self, path: str) -> None:
        self.page.goto(path, wait_until="load")

    def sign_in(self, email: str) -> None:
        """Come in by the front door."""
        self.knock(email, PASSWORD)
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def knock(self, email: str, password: str) -> None:
        """Ask to be let in."""
        self.go("/sign-in")
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.page.get_by_role("button", name=self.t("Sign in")).click()

    def click(self, text: str, **options: Any) -> None:
        """Press the button, or follow the link, that says this."""
        self.named(text, **options).click()

    def named(self, text: str, within: Locator | None = None) -> Locator:
        """Return the first button or link that says this."""
        place, name = within or self.page, self.t(text)
        button = place.get_by_role("button", name=name, exact=True)
        return button.or_(place.get_by_role("link", name=name, exact=True)).first

    def look_up(self, code: str) -> Locator:
        """Type or scan a code; Enter is what a hand scanner sends. Return the answer."""
        self.page.evaluate("document.querySelector('#found').replaceChildren()")
        field = self.page.locator("#code")
        field.fill(code)
        field.press("Enter")
        answer = self.page.locator("#found > [role=status]")
        expect(answer).to_be_visible()
        return answer

    def download(self, link: Locator, folder: Path) -> Path:
        """Follow a link to a file and return the file."""
        with self.page.expect_download() as waiting:
            link.click()
        target = folder / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return target

    def wait_for(self, find: Callable[[Page], Locator]) -> Locator:
        """Look again and again, as one does who waits for news."""
        for _ in range(RELOADS):
            found = find(self.page)
            if found.count():
                return found
            time.sleep(PAUSE)
            self.page.reload()
        raise AssertionError(f"did not come on {self.page.url}:\n{self.text()}")

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def _hear(self, message: ConsoleMessage) -> None:
        # An answer of 4xx is part of a story; `_look_at` finds the ones that are not.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _look_at(self, response: Response) -> None:
        is_missing = response.status >= 400 and response.request.resource_type in OWN_RESOURCES
        if is_missing or response.status >= 500:
            self.complaints.append(f"{self.page.url}: {response.status} for {response.url}")


def sign_in_once(browser: Browser, demo: Demo, email: str) -> Any:
    """Return the cookies of somebody who signed in; once a person and product."""
    key = (demo.url, email)
    if key not in _STATES:
        context = browser.new_context(base_url=demo.url, locale="ru-RU")
        visitor = Visitor(context.new_page(), demo, "ru")
        visitor.sign_in(email)
        expect(visitor.page).not_to_have_url(re.compile("sign-in"))
        _STATES[key] = context.storage_state()
        context.close()
    return _STATES[key]


def read_docx(path: Path) -> str:
    """Return all text of a document, tables included."""
    document = Document(str(path))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        texts += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(texts)


def _catalogue(language: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [language])
