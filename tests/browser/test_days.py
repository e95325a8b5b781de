"""Days as pictures: the axis of a decision, the strip, the calendar, the Gantt."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.dates import format_date
from playwright.sync_api import expect

from app.deadlines.rules import Leg
from app.deadlines.wording import describe
from app.vocabulary import Language
from tests.browser.demo import Demo
from tests.browser.visitor import Visitor, read_docx

Visit = Callable[..., Visitor]
MANAGER, HEAD = "manager@plant.example", "head@plant.example"
PRESSES = 30
PHONE = {"width": 390, "height": 844}
WIDER_THAN_THE_SCREEN = "document.scrollingElement.scrollWidth - window.innerWidth"


@pytest.fixture
def undecided(demo: Demo) -> str:
    """A claim that waits for its decision: goods would have to travel for what is demanded."""
    [(claim,)] = demo.ask(
        """select c.id::text from claim c join claim_line l on l.claim_id = c.id
            where c.state = 'verification' and l.demand in ('repair', 'replacement', 'spare_part')
            order by c.number limit 1"""
    )
    return str(claim)


def test_the_axis_is_recalculated_while_the_manager_chooses(visit: Visit, undecided: str) -> None:
    manager = visit(MANAGER)
    manager.go(f"/claims/{undecided}/decide")
    page = manager.page
    plan = page.locator("#plan")
    expect(plan.locator("ol.legs li").nth(1)).to_be_visible()
    before = plan.locator(".axis-words").inner_text()

    page.locator("[name$=-remedy]").first.select_option("refund")
    expect(plan.locator("ol.legs")).to_contain_text("оплата")
    assert plan.locator(".axis-words").inner_text() != before

    year = datetime.now(UTC).year
    page.locator("#promise_on").fill(f"{year + 4}-01-15")
    expect(plan.locator(".axis-words")).to_contain_text(f"{year + 4}")

    page.locator("#promise_on").fill(f"{year - 6}-01-15")
    expect(plan.locator(".slack-danger").last).to_be_visible()

    for field in page.locator("[name$=-accepted]").all():
        field.fill("0")
    expect(plan).to_have_text(re.compile(re.escape(manager.t("Choose a remedy to see its dates."))))


def test_one_click_on_a_faster_way_puts_it_into_the_form(visit: Visit, undecided: str) -> None:
    manager = visit(MANAGER)
    manager.go(f"/claims/{undecided}/decide")
    page = manager.page
    plan = page.locator("#plan")
    expect(plan.locator("ol.legs li").nth(1)).to_be_visible()
    page.locator("#promise_on").fill((datetime.now(UTC).date() + timedelta(days=1)).isoformat())
    swap = plan.locator(".way-outs li").filter(has_text=manager.t("Refund in place of goods")).first
    expect(swap).to_be_visible()

    swap.get_by_role("button").click()

    remedy = page.locator("[name$=-remedy]").first
    expect(remedy).to_have_value("refund")
    expect(plan.locator("ol.legs")).to_contain_text("оплата")
    chosen = plan.locator(".axis-words").inner_text()

    remedy.select_option("repair")  # what came in by the click listens as the first page did
    expect(plan.locator("ol.legs")).to_contain_text("ремонт")
    assert plan.locator(".axis-words").inner_text() != chosen


def test_the_calendar_leads_from_the_month_to_the_claim(visit: Visit, demo: Demo) -> None:
    [(number, day)] = demo.ask(
        """select number, answer_on::text from claim where state in ('submitted', 'verification')
            order by answer_on, number limit 1"""
    )
    head = visit("head@plant.example")
    page = head.page

    head.go(f"/calendar?day={day}")
    expect(page.get_by_role("columnheader")).to_have_count(7)
    head.click("Agenda")
    expect(page.locator(".cal-list").first).to_be_visible()
    head.click("Week")
    page.get_by_role("link", name=re.compile(number)).first.click()

    expect(page.locator("h1")).to_contain_text(number)


def test_a_phone_reads_the_month_as_a_list_of_days(visit: Visit, demo: Demo) -> None:
    [(day, count)] = demo.ask(
        """select answer_on::text, count(*) over () from claim
            where state in ('submitted', 'verification') order by answer_on limit 1"""
    )
    head = visit("head@plant.example", viewport=PHONE)
    head.go(f"/calendar?day={day}")

    expect(head.page.locator(".cal-due").first).to_be_visible()
    assert count
    assert head.page.locator(".cal td.cal-empty:visible").count() == 0
    assert head.page.locator(".cal-date:visible").first.inner_text()
    assert head.page.evaluate(WIDER_THAN_THE_SCREEN) <= 0


def test_a_subscribed_calendar_opens_without_a_sign_in(visit: Visit) -> None:
    clerk = visit("denis@d05.example")
    clerk.go("/calendar")
    clerk.click("Make an address")
    address = clerk.page.locator("#feed-address").input_value()
    stranger = visit()

    answer = stranger.page.request.get(address)

    assert answer.ok
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text().startswith("BEGIN:VCALENDAR")


def test_the_chart_of_the_work_scrolls_in_its_own_frame(visit: Visit) -> None:
    manager = visit(MANAGER, viewport=PHONE)
    manager.go("/work/chart?zoom=week")
    frame = manager.page.locator(".gantt-scroll")

    expect(frame).to_be_visible()
    assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    assert manager.page.evaluate(WIDER_THAN_THE_SCREEN) <= 0
    frame.focus()
    manager.page.keyboard.press("ArrowRight")
    for _ in range(PRESSES):  # the browser scrolls smoothly, so the first look may be too early
        if frame.evaluate("frame => frame.scrollLeft"):
            break
        manager.page.keyboard.press("ArrowRight")
        manager.page.wait_for_timeout(100)
    assert frame.evaluate("frame => frame.scrollLeft") > 0


def test_a_changed_lane_moves_what_dealer_worklist_and_the_next_act_say(
    visit: Visit, demo: Demo, tmp_path: Path
) -> None:
    [(claim, number, lane, promise)] = demo.ask(
        """select c.id::text, c.number, l.id, c.promise_on::text
             from claim c
             join site d on d.dealer_id = c.dealer_id join site p on p.plant_id = c.plant_id
             join lane l on l.origin_id = p.id and l.destination_id = d.id and l.is_default
             join dealer on dealer.id = c.dealer_id and dealer.code = 'D07'
             join claim_line cl on cl.claim_id = c.id and cl.remedy = 'repair'
            where c.state = 'execution' and l.load = 'goods' order by c.number limit 1"""
    )
    admin, clerk, head = visit("admin@plant.example"), visit("zoya@d07.example"), visit(HEAD)
    page = admin.page
    admin.go(f"/deadlines/lanes/{lane}")
    days = int(page.locator("#transit_days").input_value())
    page.locator("#transit_days").fill(str(days + 21))

    admin.click("What changes?")
    moved = page.get_by_role("row").filter(has_text="D07-")
    expect(moved.first).to_contain_text(admin.t("later than promised"))
    admin.click("Save the change")
    expect(page.locator("#flashes")).to_be_visible()

    clerk.go(f"/claims/{claim}")
    clerk.wait_for(lambda page: page.locator("#promise .strip-leg-late"))
    words = clerk.t("Expected on %(day)s, later than promised.").partition("%")[0].strip()
    expect(clerk.page.locator("#promise")).to_contain_text(words)
    head.go(f"/calendar?view=agenda&day={promise}")
    expect(head.page.locator("main")).to_contain_text("D07-")

    head.go(f"/worklist?filter=at_risk&search={number}")
    row = head.page.get_by_role("row").filter(has_text=number)
    [(expected,)] = demo.ask("select finish_on from claim_forecast where claim_id = %s", claim)
    expect(row.first).to_contain_text(head.t("expected %(day)s", day=shown(expected)))

    promise_again(head, claim, expected + timedelta(days=7))
    clerk.go(f"/claims/{claim}")
    clerk.wait_for(lambda page: page.locator("#acts a").nth(2))
    [(legs,)] = demo.ask("select legs from claim_forecast where claim_id = %s", claim)
    way = describe([Leg.from_dict(leg["forecast"]) for leg in legs], Language.RU)
    links = clerk.page.locator("#acts a").all()
    assert any(way in read_docx(clerk.download(link, tmp_path)) for link in links)


def promise_again(head: Visitor, claim: str, day: date) -> None:
    """Promise another day, as one does when the way has become longer."""
    head.go(f"/claims/{claim}/promise")
    head.page.locator("#promise_on").fill(day.isoformat())
    head.page.locator("#promise_reason").fill("Перевозчик едет дольше.")
    head.click("Promise this day")
    expect(head.page.locator("#flashes")).to_be_visible()


def shown(day: date) -> str:
    """Return a day as a Russian page writes it."""
    return format_date(day, "d MMM y", locale="ru")
