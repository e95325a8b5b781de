"""The whole way of a claim in the browser: dealer, manager, departments, dealer, and the ERP."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from acts.facts import ActLanguage
from acts.wording import date_text
from tests.browser.demo import Demo
from tests.browser.drafting import DraftPage
from tests.browser.goods import a_box, a_pdf, a_photo, a_piece
from tests.browser.visitor import Visitor, read_docx

Visit = Callable[..., Visitor]
DEPARTMENTS = ("finance", "production", "logistics")
CLAIM_IN_THE_ERP = {"ru": "Претензия", "en": "Claim"}
FOUR_ACTS, THREE_ATTACHMENTS, THREE_REMEDIES = 4, 3, 3


class Cast(NamedTuple):
    """Who plays in a walk."""

    language: str
    dealer: str
    company: str
    clerk: str
    manager: str


CASTS = [
    Cast("ru", "D07", "ООО «Юг-Камин»", "zoya@d07.example", "nikita@plant.example"),
    Cast("en", "D12", "Ofenhaus Demo GmbH", "lena@d12.example", "head@plant.example"),
]


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.language)
def test_a_claim_goes_from_the_pallet_to_the_confirmed_result(
    visit: Visit, demo: Demo, cast: Cast, tmp_path: Path
) -> None:
    clerk = visit(language=cast.language)
    manager = visit(cast.manager, language=cast.language)
    clerk.sign_in(cast.clerk)
    speak(clerk)
    manager.go("/worklist")
    speak(manager)

    see_only_their_own_company(clerk, cast)
    number = file_a_claim(clerk, cast, tmp_path)
    read_the_first_acts(clerk, cast, number, tmp_path)
    clerk.wait_for(in_the_erp("Claim", clerk))
    claim_url = clerk.page.url

    ask(manager, number, "Как давно?")
    answer(clerk, number, "Со вторника.")

    demo.stop_erp()
    decide(manager, claim_url, number)
    for reader in (manager, clerk):
        reader.go(claim_url)
        reader.wait_for(waiting_for_the_erp(reader))
    clerk.wait_for(lambda page: page.locator("#acts a").nth(3))  # the acts do not wait for the ERP
    demo.start_erp()

    for reader in (manager, clerk):
        reader.go(claim_url)
        reader.wait_for(in_the_erp("Decision", reader))
    for department in DEPARTMENTS:
        work_off(visit(f"{department}@plant.example"), number)

    confirm(clerk, number)
    read_the_decision(clerk, cast, tmp_path)
    find_everything_once_in_the_erp(visit(language=cast.language), number, tmp_path)


def speak(person: Visitor) -> None:
    """Choose the language of the walk in the menu, and see that the page speaks it."""
    page = person.page
    page.locator("header details.drop").first.click()
    page.locator(f"button[name=language][value={person.language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", person.language)
    menu = page.locator("nav.main-menu").inner_text()
    assert bool(re.search("[а-яё]", menu)) == (person.language == "ru"), menu


def see_only_their_own_company(clerk: Visitor, cast: Cast) -> None:
    clerk.go("/home")
    expect(clerk.page.locator(".page-subtitle")).to_have_text(cast.company)
    clerk.go("/claims")
    numbers = clerk.page.locator("td a.fw-bold", has_text=re.compile(r"^D\d\d-")).all_inner_texts()
    assert numbers
    assert {number[:3] for number in numbers} == {cast.dealer}


def file_a_claim(clerk: Visitor, cast: Cast, folder: Path) -> str:
    box, piece = a_box(clerk.demo, cast.dealer), a_piece(clerk.demo, cast.dealer)
    clerk.go("/home")

    answer = clerk.look_up(box.code)
    for fact in (box.sku, box.lot, box.shipment):
        expect(answer).to_contain_text(fact)
    facts = answer.inner_text()
    assert f"{box.price:.2f}"[-2:] in facts
    assert clerk.t("Warranty ended on %(day)s").partition("%")[0].strip() in facts or (
        clerk.t("In warranty until %(day)s").partition("%")[0].strip() in facts
    )
    assert f"{box.left.normalize():f}" in facts

    clerk.click("Claim this", within=answer)
    draft = DraftPage(clerk)
    draft.add_by_code(piece.serial)
    draft.add_unlisted("Kamin 7")
    what = {"defect": "STD", "description": "Стекло треснуло.\nВ углу."}
    draft.fill_line(1, quantity="4", demand="Price reduction", portion="30 %", **what)
    draft.fill_line(2, demand="Repair", **what)
    draft.fill_line(3, demand="Refund", portion="1500", **what)
    draft.whole_claim.locator("textarea[name=text]").fill("Просим решить до зимы.")
    draft.wait_until_saved()
    draft.attach(draft.line(1), a_photo(folder))
    draft.attach(draft.line(3), a_photo(folder, "receipt.jpg"))
    draft.attach(draft.whole_claim, a_pdf(folder))

    clerk.page.reload()

    expect(draft.line(2).locator("textarea")).to_have_value("Стекло треснуло.\nВ углу.")
    expect(draft.line(1).locator(f"#{draft.key(1)}-quantity")).to_have_value("4")
    expect(draft.whole_claim.locator("textarea[name=text]")).to_have_value("Просим решить до зимы.")
    number = draft.file()
    assert re.fullmatch(rf"{cast.dealer}-\d{{4}}-\d{{6}}", number)
    expect(clerk.page.locator("main")).to_contain_text(clerk.t("Not found in the shipments"))
    return number


def read_the_first_acts(clerk: Visitor, cast: Cast, number: str, folder: Path) -> None:
    """Repair asks for a reclamation act, the refund for a refund act; both name the deadline."""
    clerk.wait_for(lambda page: page.locator("#acts a").nth(1))
    [(answer_on,)] = clerk.demo.ask("select answer_on from claim where number = %s", number)
    for link in clerk.page.locator("#acts a").all():
        text = read_docx(clerk.download(link, folder))
        assert number in text
        assert date_text(answer_on, ActLanguage(cast.language)) in text
        assert bool(re.search("срок|Срок", text)) == (cast.language == "ru")


def ask(manager: Visitor, number: str, question: str) -> None:
    manager.go("/worklist")
    manager.page.fill("#search", number)
    manager.page.press("#search", "Enter")
    manager.click(number)
    manager.click("Assign to me")
    manager.click("Ask the dealer")
    manager.page.fill("#questions", question)
    manager.click("Send the questions")
    expect(manager.page.locator("#questions")).to_contain_text(question)


def answer(clerk: Visitor, number: str, words: str) -> None:
    clerk.go("/home")
    asked = clerk.page.locator("section[aria-labelledby=asked] li", has_text=number)
    asked.get_by_role("link").first.click()
    clerk.page.locator("#questions textarea").fill(words)
    clerk.click("Send the answers")
    expect(clerk.page.locator("#questions .history-note")).to_have_text(words)


def decide(manager: Visitor, claim_url: str, number: str) -> None:
    """Accept the second line wholly, of the first three of four; of the third say the price."""
    manager.go(claim_url)
    manager.click("Decide")
    page = manager.page
    first = str(page.locator("[name$=-accepted]").first.get_attribute("id")).removesuffix(
        "accepted"
    )
    page.fill(f"#{first}accepted", "3")
    page.select_option(f"#{first}reason_code", "R03")
    page.fill(f"#{first}reason_text", "Одна треснула у вас.")
    expect(page.locator(f"#{first}portion")).to_have_value("30 %")
    # What was never shipped has no price here.
    page.fill("[name$=-price]", "2000")
    page.fill("[name$=-vat_rate]", "20")
    expect(page.locator("ol.legs li").nth(1)).to_be_visible()  # the way there and back
    manager.click("Decide")
    manager.click("Confirm the decision")
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).to_contain_text("Одна треснула у вас.")
    expect(page.locator("main")).to_contain_text(re.compile(r"1.500[.,]00"))


def work_off(worker: Visitor, number: str) -> None:
    """Start and finish every order of the claim that waits for this department."""
    worker.go("/work")
    orders = worker.wait_for(lambda _: open_orders(worker, number))
    while orders.count():
        orders.first.click()
        result = worker.page.locator("#result")
        start = worker.named("Start the work")
        expect(start.or_(result)).to_be_visible()  # the order's page has come, started or not
        if start.is_visible():
            start.click()
        result.fill("Готово, проверено.")
        worker.click("Finish")
        worker.page.wait_for_url(re.compile("/work$"))
        orders = open_orders(worker, number)


def open_orders(worker: Visitor, number: str) -> Locator:
    table = worker.page.get_by_role("table", name=worker.t("Open work orders"))
    return table.get_by_role("link", name=number)


def confirm(clerk: Visitor, number: str) -> None:
    clerk.go("/home")
    done = clerk.wait_for(
        lambda page: page.locator("section[aria-labelledby=to-confirm] li", has_text=number)
    )
    done.get_by_role("link").first.click()
    expect(clerk.page.locator("main")).to_contain_text("Готово, проверено.")
    clerk.click("Confirm the result")
    expect(clerk.page.locator("main .state").first).to_have_text(clerk.t("Closed"))
    clerk.page.wait_for_load_state()
    told = clerk.page.locator("#history").inner_text()
    for step in ("Filed the claim", "Asked the dealer", "Accepted the claim in part"):
        assert clerk.t(step) in told


def read_the_decision(clerk: Visitor, cast: Cast, folder: Path) -> None:
    links = clerk.page.locator("#acts li", has_text=clerk.t("with the decision")).get_by_role(
        "link"
    )
    texts = [read_docx(clerk.download(link, folder)) for link in links.all()]
    assert len(texts) == 2
    assert any("Одна треснула у вас." in text for text in texts)


def find_everything_once_in_the_erp(newcomer: Visitor, number: str, folder: Path) -> None:
    """The claim, a document a remedy, four acts with their DOCX, the attachments, each once."""
    newcomer.go(f"{newcomer.demo.erp_url}/?q={number}")
    kind = re.compile(CLAIM_IN_THE_ERP[newcomer.language])
    claim = newcomer.page.locator("tr", has_text=kind).filter(has_text=number)
    claim.locator("td.number a").click()
    newcomer.page.wait_for_url(re.compile("/documents/"))
    rows = newcomer.page.locator("main tbody tr")
    files = rows.locator("a[download]")
    claims = rows.filter(has_text=kind)
    acts = files.filter(has_text=".docx")
    names = files.all_inner_texts()

    assert len(names) == len(set(names)) == FOUR_ACTS + THREE_ATTACHMENTS
    assert claims.count() == 1
    assert rows.count() == claims.count() + files.count() + THREE_REMEDIES
    assert acts.count() == FOUR_ACTS
    for link in acts.all():
        assert number in read_docx(newcomer.download(link, folder))


def in_the_erp(kind: str, reader: Visitor) -> Callable[[Page], Locator]:
    """Find the ERP's document with its number on the claim's page."""
    return lambda page: page.locator("#erp li", has_text=reader.t(kind)).filter(
        has_text=re.compile(r"\d{3}")
    )


def waiting_for_the_erp(reader: Visitor) -> Callable[[Page], Locator]:
    """Find the words that something is saved here and not yet there."""
    words = reader.t("Saved here, waiting for the ERP; next try %(moment)s.").partition("%")[0]
    return lambda page: page.locator("#erp", has_text=words.strip())
