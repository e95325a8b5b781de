"""The open work of a department as bars."""

from datetime import date, timedelta
from uuid import uuid4

from app.claims.forecast_models import Cause, NewsKind
from app.claims.models import Claim
from app.core.db import db
from app.deadlines.rules import Leg
from app.deadlines.stages import Stage
from app.schedule.gantt import Gantt, Grouping, OpenOrder, Zoom, draw_gantt
from app.schedule.news import tell_news
from app.schedule.queries import list_open_orders
from app.schedule.renewal import renew
from app.vocabulary import Remedy
from app.work import service as work
from app.work.models import WorkOrder
from app.work.rules import WorkState
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

TODAY = date(2026, 11, 16)


def day(count: int) -> date:
    return TODAY + timedelta(days=count)


def order(begins: int, due: int, **facts: object) -> OpenOrder:
    known = {
        "id": uuid4(), "number": "D01-2026-000001", "dealer": "North", "item_name": "Stove",
        "person": "", "state": WorkState.QUEUED, "begins_on": day(begins), "due_on": day(due),
        "started_on": None, "blocked_reason": "",
    }  # fmt: skip
    return OpenOrder(**(known | facts))  # type: ignore[arg-type]


def drawn(
    *orders: OpenOrder, zoom: Zoom = Zoom.MONTH, grouping: Grouping = Grouping.PERSON
) -> Gantt:
    found = draw_gantt(orders, today=TODAY, zoom=zoom, grouping=grouping)
    assert found
    return found


def test_only_an_order_past_its_day_has_a_late_part() -> None:
    [group] = drawn(order(-9, -2), order(-9, 0), order(1, 5)).groups

    assert [bool(bar.late) for bar in group.bars] == [True, False, False]
    late = group.bars[0].late
    planned = group.bars[0].planned
    assert late
    assert planned
    assert late.x == planned.end


def test_work_on_goods_that_nobody_has_received_is_drawn_as_assumed(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed(demand=Remedy.REPAIR)
    world.accepted(claim)
    work.open_orders(claim.id, at=MONDAY)
    renew(Cause.EVENT, at=MONDAY)
    db.commit()
    [queued] = list_open_orders(world.dora).rows
    assert not queued.is_assumed

    row = db.get_one(WorkOrder, queued.id)
    work.start(row, version=row.version, by=world.dora, at=MONDAY)
    renew(Cause.EVENT, at=MONDAY)
    db.commit()
    claim_id = claim.id
    page = sign_in(world.dora).get("/work/chart").text
    claim = db.get_one(Claim, claim_id)
    tell_news(claim, Stage.INTAKE, NewsKind.FINISHED, MONDAY.date(), by=world.cleo, at=MONDAY)
    renew(Cause.EVENT, at=MONDAY)

    assert "gantt-bar gantt-in_progress gantt-assumed" in page
    assert "Arrival of the goods is assumed, not confirmed" in page
    assert not list_open_orders(world.dora).rows[0].is_assumed


def test_work_begun_before_its_plan_stretches_the_bar() -> None:
    early = drawn(order(4, 9, started_on=day(-1))).groups[0].bars[0]

    assert early.planned
    assert early.worked
    assert early.planned.x == early.worked.x
    assert early.worked.end < early.planned.end


def test_people_stand_by_name_and_nobody_at_the_end() -> None:
    gantt = drawn(order(0, 1), order(0, 2, person="Zoe"), order(0, 3, person="Ann"))

    assert [group.name for group in gantt.groups] == ["Ann", "Zoe", ""]


def test_claims_stand_by_what_is_due_first() -> None:
    late, soon = order(0, 1, number="D02"), order(0, 5, number="D01")

    gantt = drawn(soon, late, grouping=Grouping.CLAIM)

    assert [group.name for group in gantt.groups] == ["D02", "D01"]


def test_weeks_are_wider_than_months() -> None:
    one = order(0, 20)

    assert drawn(one, zoom=Zoom.WEEK).width > 2 * drawn(one, zoom=Zoom.MONTH).width


def test_a_forgotten_order_does_not_stretch_the_line_for_ever() -> None:
    assert drawn(order(-2000, -1900), order(0, 1)).line.days < 300


def test_without_open_work_nothing_is_drawn(world: World, sign_in: SignIn) -> None:
    assert draw_gantt((), today=TODAY, zoom=Zoom.WEEK, grouping=Grouping.CLAIM) is None
    assert "Nothing is waiting" in sign_in(world.dora).get("/work/chart").text


def repaired(world: World) -> Claim:
    claim = world.filed(demand=Remedy.REPAIR)
    world.accepted(claim)
    work.open_orders(claim.id, at=MONDAY)
    db.commit()
    return claim


def test_the_work_begins_with_its_own_stage_of_the_plan(world: World) -> None:
    claim = repaired(world)
    legs = {leg.stage: leg for leg in map(Leg.from_dict, claim.logistics)}

    [found] = list_open_orders(world.dora).rows

    assert found.begins_on == legs["diagnosis"].start
    assert found.due_on == date(2026, 12, 2)  # the end of its own part of the plan


def test_a_department_sees_its_own_bars_and_a_manager_those_of_all(
    world: World, sign_in: SignIn
) -> None:
    repaired(world)
    refund = world.filed(demand=Remedy.REFUND)
    world.accepted(refund, Remedy.REFUND)
    work.open_orders(refund.id, at=MONDAY)
    db.commit()
    department = world.dora.department_id

    bars = {
        name: sign_in(user).get(url).text.count('class="gantt-bar ')
        for name, user, url in (
            ("production", world.dora, "/work/chart?zoom=week&by=claim"),
            ("manager", world.cleo, "/work/chart"),
            ("one department", world.cleo, f"/work/chart?department={department}"),
        )
    }

    assert bars == {"production": 1, "manager": 2, "one department": 1}
    assert sign_in(world.ann).get("/work/chart").status_code == 403
