"""What the browser tests share: Debian's Chromium, one running product a worker, its visitors."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from connectors.postgres.embedded import Address
from tests.browser.chromium import WHERE, launch
from tests.browser.demo import Demo, ensure_world, running_demo
from tests.browser.visitor import Visitor, sign_in_once

PATIENCE = 30_000  # milliseconds: two cores carry the product, the browser and the other tests
SLOWEST = 240  # seconds for one story

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, and give it time: the first test waits for the demo's data."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(SLOWEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the product wrote meanwhile."""
    report = yield
    demo = getattr(item, "funcargs", {}).get("demo")
    if report.failed and isinstance(demo, Demo):
        report.sections.append(("the product", demo.last_words()))
    return report


@pytest.fixture(scope="session")
def driver(request: pytest.FixtureRequest) -> Playwright:
    """The plugin's Playwright, asked for late: where no browser is, it need not start at all."""
    if WHERE is None:
        pytest.skip("Debian's chromium is not installed")
    started: Playwright = request.getfixturevalue("playwright")
    return started


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, one a worker; each visitor gets a profile of their own in it."""
    browser = launch(driver)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def demo(
    chromium: Browser,  # first: without it nothing is worth starting
    postgres: Address,
    template_database: str,
    worker_name: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """The running product of this worker, with the demo's claims in all states."""
    own = tmp_path_factory.getbasetemp()
    of_the_run = own if worker_name == "alone" else own.parent
    world = ensure_world(postgres, template_database, of_the_run)
    name = f"browser_{worker_name}"
    with running_demo(postgres, world, name, own / "demo") as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Visitor]]:
    """Open a browser for somebody; in the end no page may have complained."""
    with ExitStack() as stack:
        visitors: list[Visitor] = []

        def open_for(email: str = "", language: str = "ru", **looks: Any) -> Visitor:
            storage = sign_in_once(chromium, demo, email) if email else None
            if email:  # another test may have left this person with another language
                speaks = "update person set language = %s where email = %s returning id"
                demo.ask(speaks, language, email)
            locale = {"ru": "ru-RU", "en": "en-GB", "pl": "pl-PL", "cs": "cs-CZ"}[language]
            context = chromium.new_context(
                **{"storage_state": storage, "locale": locale, "base_url": demo.url, **looks}
            )
            context.set_default_timeout(PATIENCE)
            stack.callback(context.close)
            visitors.append(Visitor(context.new_page(), demo, language))
            return visitors[-1]

        yield open_for
        complaints = [words for visitor in visitors for words in visitor.complaints]
        assert not complaints
