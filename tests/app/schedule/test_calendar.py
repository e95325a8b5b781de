"""What is due, by month, week and agenda, for each reader their own."""

from datetime import date, timedelta

import pytest

from app.claims import service
from app.core.db import db
from app.schedule.dues import by_day, list_dues, list_overdue
from app.schedule.periods import View, period_around
from app.schedule.rules import DueKind, Whose
from app.vocabulary import Remedy
from app.work import service as work
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


def kinds(dues: list[object]) -> list[str]:
    return [due.kind for due in dues]  # type: ignore[attr-defined]


def test_a_month_is_shown_in_whole_weeks() -> None:
    november = period_around(View.MONTH, date(2026, 11, 22))

    assert (november.first, november.last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert (november.before, november.after) == (date(2026, 10, 1), date(2026, 12, 1))
    assert [len(week) for week in november.weeks] == [7] * 6


def test_a_week_begins_on_monday_and_an_agenda_with_its_day() -> None:
    week = period_around(View.WEEK, date(2026, 11, 22))
    agenda = period_around(View.AGENDA, date(2026, 11, 22))

    assert (week.first, week.last) == (date(2026, 11, 16), date(2026, 11, 22))
    assert agenda.first == date(2026, 11, 22)
    assert agenda.after == agenda.last + timedelta(days=1)


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("day", [date.min, date.max, date(2028, 2, 29)])
def test_a_calendar_turned_to_the_end_of_time_still_shows_days(view: View, day: date) -> None:
    period = period_around(view, day)

    assert period.first <= period.last
    assert period.before < period.after


def test_each_state_of_a_claim_owes_something_else(world: World) -> None:
    filed, asked, accepted = world.filed(), world.filed(), world.filed()
    service.ask(asked, ["Since when?"], version=asked.version, by=world.cleo, at=MONDAY)
    world.accepted(accepted)

    found = {due.subject_id: due.kind for due in list_dues(world.cleo, FIRST, LAST)}

    assert found == {
        filed.id: DueKind.ANSWER,
        asked.id: DueKind.REPLY,
        accepted.id: DueKind.PROMISE,
    }


def test_dues_lie_on_their_days_and_within_the_asked_ones(world: World) -> None:
    claim = world.filed()
    assert claim.answer_on
    day = timedelta(days=1)

    assert list(by_day(list_dues(world.cleo, FIRST, LAST))) == [claim.answer_on]
    assert list_dues(world.cleo, FIRST, claim.answer_on - day) == []
    assert list_dues(world.cleo, claim.answer_on + day, LAST) == []
    assert list_overdue(world.cleo, claim.answer_on) == []
    assert len(list_overdue(world.cleo, claim.answer_on + day)) == 1


def test_a_dealer_sees_their_own_dues_only(world: World) -> None:
    mine = world.filed()
    world.filed(world.shipped(to=world.other_dealer), by=world.ben)

    assert [due.subject_id for due in list_dues(world.ann, FIRST, LAST)] == [mine.id]


def test_a_manager_may_look_at_their_own_claims_only(world: World) -> None:
    taken, free = world.filed(), world.filed()
    service.take(taken, version=taken.version, by=world.cleo, at=MONDAY)
    db.commit()

    mine = list_dues(world.cleo, FIRST, LAST, whose=Whose.MINE)

    assert [due.subject_id for due in mine] == [taken.id]
    assert len(list_dues(world.cleo, FIRST, LAST)) == 2
    assert free.manager_id is None


def test_a_department_sees_its_work_orders_and_no_claims(world: World) -> None:
    repair, refund = world.filed(), world.filed(demand=Remedy.REFUND)
    world.accepted(repair)
    world.accepted(refund, Remedy.REFUND)
    for claim in (repair, refund):
        work.open_orders(claim.id, at=MONDAY)
    db.commit()

    found = list_dues(world.dora, FIRST, LAST)

    assert kinds(list(found)) == [DueKind.WORK]
    assert found[0].on == date(2026, 12, 2)  # the end of its own part of the plan


def test_the_administrator_owes_nothing(world: World, sign_in: SignIn) -> None:
    world.filed()

    assert list_dues(world.admin, FIRST, LAST) == []
    assert sign_in(world.admin).get("/calendar").status_code == 403


@pytest.mark.parametrize("view", View)
def test_every_view_links_to_the_claim(world: World, sign_in: SignIn, view: View) -> None:
    claim = world.filed()
    url = f"/calendar?view={view}&day={claim.answer_on}&whose=all"
    link = f'href="/claims/{claim.id}"'

    page = sign_in(world.cleo).get(url).text

    assert link in page
    assert "Decision due" in page
    assert ("<th scope=" in page) == (view is not View.AGENDA)


def test_a_full_day_of_a_month_leads_to_its_agenda(world: World, sign_in: SignIn) -> None:
    claims = [world.filed() for _ in range(6)]

    page = sign_in(world.ann).get(f"/calendar?view=month&day={claims[0].answer_on}").text

    assert page.count("cal-due ") == 4
    assert f"view=agenda&amp;day={claims[0].answer_on}" in page
    assert "and 2 more" in page


@pytest.mark.parametrize(
    "nonsense", ["view=year&day=2026-11-22", "day=yesterday", "day=9999-12-31", "whose=nobody"]
)
def test_a_calendar_asked_for_nonsense_shows_something_sensible(
    world: World, sign_in: SignIn, nonsense: str
) -> None:
    assert sign_in(world.cleo).get(f"/calendar?{nonsense}").status_code == 200
