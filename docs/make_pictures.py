"""Make the README's pictures from the demo's data: `python -m docs.make_pictures`.

Needs Debian's chromium, libreoffice-writer-nogui and poppler-utils. Runs a demo of its own on free
ports, leaves nothing behind but `docs/pictures/*.png`.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from connectors.postgres import embedded
from tests.browser.chromium import launch
from tests.browser.demo import Demo, ensure_world, running_demo
from tests.browser.visitor import sign_in_once
from tests.databases import ensure_template

PICTURES = Path(__file__).parent / "pictures"
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
LOCALES = {"ru": "ru-RU", "en": "en-GB"}
LARGEST = 60_000  # bytes
COLOURS = 128
ACT_DPI = "80"
DEALERS = {"ru": "anna@d01.example", "en": "lena@d12.example"}
MANAGER, ADMIN = "manager@plant.example", "admin@plant.example"
HEAD = "head@plant.example"
DECIDE = "#decision button[type=submit]:not([name])"
DOCTOR = "form[action*='/exchange/doctor/'] button"
_CLAIM = """
    select c.id::text from claim c join dealer d on d.id = c.dealer_id
     where d.code = %s and c.state = %s order by c.number limit 1
"""
_ACT = """
    select a.id::text from act a join claim c on c.id = a.claim_id
      join dealer d on d.id = c.dealer_id
     where d.code = %s and a.revision = 2 order by a.number limit 1
"""


@dataclass(frozen=True)
class Shot:
    """One picture: whose screen, in which language, and what is on it."""

    name: str
    person: str
    find: Callable[[Demo], str]
    language: str = "en"
    viewport: ViewportSize | None = None
    looks: str = "light"
    top: str = ""  # what the picture begins with, if it is not the page's head
    press: str = ""  # the button that is pressed first


def claim(dealer: str, state: str, page: str = "") -> Callable[[Demo], str]:
    """Return what finds the page of a dealer's claim in a state."""
    return lambda demo: f"/claims/{demo.ask(_CLAIM, dealer, state)[0][0]}{page}"


def thread(dealer: str, state: str) -> Callable[[Demo], str]:
    """Return what finds the messages of a dealer's claim in a state."""
    return lambda demo: f"/messages/{demo.ask(_CLAIM, dealer, state)[0][0]}"


def page(path: str) -> Callable[[Demo], str]:
    """Return what finds a page that is always at the same place."""
    return lambda _: path


SHOTS = (
    *(Shot(f"dealer-home-{code}", who, page("/home"), code) for code, who in DEALERS.items()),
    Shot("draft", DEALERS["ru"], claim("D01", "draft", "/edit")),
    Shot("claim-ru", DEALERS["ru"], claim("D01", "execution"), "ru"),
    Shot("claim-en", DEALERS["en"], claim("D12", "execution")),
    Shot("claim-acts-ru", DEALERS["ru"], claim("D01", "execution"), "ru", top="#acts"),
    Shot("worklist-ru", MANAGER, page("/worklist?filter=all"), "ru"),
    Shot("worklist-en", MANAGER, page("/worklist?filter=all")),
    Shot("decision", MANAGER, claim("D04", "verification", "/decide")),
    Shot("decision-promise", MANAGER, claim("D04", "verification", "/decide"), top="#plan"),
    Shot("confirmation", MANAGER, claim("D04", "verification", "/decide"), press=DECIDE),
    Shot("messages", MANAGER, thread("D01", "execution")),
    Shot("routing", ADMIN, page("/routing")),
    Shot("strip", DEALERS["en"], claim("D12", "execution"), top="#promise"),
    Shot("strip-phone", DEALERS["ru"], claim("D01", "execution"), "ru", PHONE, top="#promise"),
    Shot("silence", HEAD, page("/silence")),
    Shot("calendar", MANAGER, page("/calendar?whose=all")),
    Shot("gantt", MANAGER, page("/work/chart")),
    Shot("deadlines", ADMIN, page("/deadlines")),
    Shot("exchange", ADMIN, page("/exchange")),
    Shot("mapping", ADMIN, page("/exchange/connections/erp")),
    Shot("doctor", ADMIN, page("/exchange/doctor/erp"), press=DOCTOR),
    Shot("simulator", "", lambda demo: f"{demo.erp_url}/?q=D01-2026-000001"),
    Shot("phone", DEALERS["ru"], page("/home"), "ru", PHONE),
    Shot("dark", DEALERS["en"], page("/home"), looks="dark"),
)


def main() -> None:
    """Make all pictures anew."""
    PICTURES.mkdir(exist_ok=True)
    with _demo() as demo, sync_playwright() as playwright:
        browser = launch(playwright)
        for shot in SHOTS:
            _take(browser, demo, shot)
        for language, dealer in (("ru", "D01"), ("en", "D12")):
            _picture_act(browser, demo, language, dealer)
        browser.close()


@contextmanager
def _demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL is another user when we are root
        preferred = Path(os.environ["PG_BIN"]) if os.environ.get("PG_BIN") else None
        with embedded.running(folder / "postgres", durable=False, preferred=preferred) as server:
            template = ensure_template(server.address)
            world = ensure_world(server.address, template, folder, options=())
            with running_demo(server.address, world, "pictures", folder / "demo", ()) as demo:
                yield demo


def _take(browser: Browser, demo: Demo, shot: Shot) -> None:
    options: dict[str, Any] = {
        "base_url": demo.url,
        "viewport": shot.viewport or DESK,
        "locale": LOCALES[shot.language],
        "color_scheme": shot.looks,
    }
    if shot.person:
        options["storage_state"] = sign_in_once(browser, demo, shot.person)
    context = browser.new_context(**options)
    screen = context.new_page()
    if shot.person:
        _choose_language(screen, shot.language)
    screen.goto(shot.find(demo), wait_until="networkidle")
    if shot.press:
        screen.locator(shot.press).first.click()
        screen.wait_for_load_state("networkidle")
    if shot.top:
        screen.locator(shot.top).evaluate("part => part.scrollIntoView({behavior: 'instant'})")
    target = PICTURES / f"{shot.name}.png"
    screen.screenshot(path=target)
    context.close()
    _make_small(target)


def _choose_language(screen: Page, language: str) -> None:
    screen.goto("/")
    screen.locator("header details.drop").first.click()
    screen.locator(f"button[name=language][value={language}]").click()
    expect(screen.locator("html")).to_have_attribute("lang", language)


def _picture_act(browser: Browser, demo: Demo, language: str, dealer: str) -> None:
    """Show the first page of an act with a decision as Word would print it."""
    state = sign_in_once(browser, demo, MANAGER)
    context = browser.new_context(base_url=demo.url, storage_state=state)
    answer = context.request.get(f"/acts/{demo.ask(_ACT, dealer)[0][0]}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "act.docx").write_bytes(answer.body())
        _run("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", "pdf", "--outdir", str(folder), str(folder / "act.docx"))  # fmt: skip
        _run("pdftoppm", "-png", "-r", ACT_DPI, "-f", "1", "-singlefile",
             str(folder / "act.pdf"), str(folder / "act"))  # fmt: skip
        shutil.copy(folder / "act.png", PICTURES / f"act-{language}.png")
    context.close()
    _make_small(PICTURES / f"act-{language}.png")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _make_small(picture: Path) -> None:
    """Give the picture a palette where its colours weigh too much."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    image.save(picture, optimize=True)
    if picture.stat().st_size > LARGEST:
        image.quantize(COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    main()
