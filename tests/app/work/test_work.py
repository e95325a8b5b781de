"""The departments' work: opened by the route, finished with a result, the last one resolves."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http import HTTPStatus
from itertools import product
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Department
from app.accounts.policy import User
from app.claims import service as claims
from app.claims.models import Claim, ClaimEvent
from app.claims.rules import Action, ClaimState
from app.core.db import db
from app.core.errors import NotAllowed, Refusal, SomebodyWasFaster
from app.core.outside import Outside
from app.deadlines.legs import Leg
from app.deadlines.stages import Stage
from app.outbox.models import OutboxMessage
from app.routing.models import Route
from app.schedule import queries as chart
from app.vocabulary import Remedy, Role
from app.work import queries, service
from app.work.following import follow_claim
from app.work.models import WorkOrder
from app.work.rules import WORK_STEPS, WorkAction, WorkState, find_work_step, work_actions
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World, make_world

TUESDAY = MONDAY + timedelta(days=1)


def orders_of(claim: Claim) -> list[WorkOrder]:
    query = select(WorkOrder).where(WorkOrder.claim_id == claim.id)
    return list(db.scalars(query.order_by(WorkOrder.round, WorkOrder.position)))


def route_also(
    world: World, remedy: Remedy, worker: User, position: int, *, waits: bool = False
) -> None:
    """Let a remedy pass through one more department."""
    db.add(Route(remedy=remedy, department_id=worker.department_id, position=position, waits=waits))
    db.flush()


def opened(world: World, *remedies: Remedy) -> Claim:
    """Accept a claim with one line a remedy and open its work."""
    claim = world.draft(*(world.shipped() for _ in remedies))
    claims.file_claim(claim, by=world.ann, at=MONDAY)
    decisions = [
        claims.LineDecision(line.id, line.quantity, remedy, None, "")
        for line, remedy in zip(claim.lines, remedies, strict=True)
    ]
    claims.decide(
        claim, decisions, promise_on=None, version=claim.version, by=world.cleo, at=MONDAY
    )
    service.open_orders(claim.id, at=MONDAY)
    db.commit()
    return claim


def done(order: WorkOrder, by: User) -> None:
    """Do an order from the beginning to its end."""
    service.start(order, version=order.version, by=by, at=TUESDAY)
    service.finish(order, "Mended", version=order.version, by=by, at=TUESDAY)


def brought_to(order: WorkOrder, state: WorkState, by: User) -> None:
    """Bring a fresh order into a state."""
    if state in (WorkState.IN_PROGRESS, WorkState.BLOCKED):
        service.start(order, version=order.version, by=by, at=TUESDAY)
    if state is WorkState.BLOCKED:
        service.block(order, "No glass", version=order.version, by=by, at=TUESDAY)
    if state is WorkState.DONE:
        done(order, by)
    if state is WorkState.CANCELLED:
        order.state = WorkState.CANCELLED
        db.flush()


@pytest.mark.parametrize(("state", "action"), list(product(WorkState, WorkAction)))
def test_a_verb_works_where_the_table_has_its_row_and_nowhere_else(
    world: World, state: WorkState, action: WorkAction
) -> None:
    (order,) = orders_of(opened(world, Remedy.REPAIR))
    brought_to(order, state, world.dora)
    version = order.version
    verbs: dict[WorkAction, Callable[[], None]] = {
        WorkAction.START: lambda: service.start(order, version=version, by=world.dora, at=TUESDAY),
        WorkAction.BLOCK: lambda: service.block(
            order, "No glass", version=version, by=world.dora, at=TUESDAY
        ),
        WorkAction.RESUME: lambda: service.resume(
            order, version=version, by=world.dora, at=TUESDAY
        ),
        WorkAction.FINISH: lambda: service.finish(
            order, "Mended", version=version, by=world.dora, at=TUESDAY
        ),
        WorkAction.REASSIGN: lambda: service.take_step(
            order, WorkAction.REASSIGN, version, blocked_reason=""
        ),
    }

    row = find_work_step(state, action)
    if row is None:
        with pytest.raises(NotAllowed):
            verbs[action]()
        assert (order.state, order.version) == (state, version)
    else:
        verbs[action]()
        assert (order.state, order.version) == (row.to, version + 1)


def test_the_table_tells_the_same_by_state_and_by_action() -> None:
    for state in WorkState:
        found = {action for action in WorkAction if find_work_step(state, action)}

        assert set(work_actions(state)) == found
    assert len({(step.start, step.action) for step in WORK_STEPS}) == len(WORK_STEPS)


def test_each_line_goes_to_the_department_of_its_remedy(world: World) -> None:
    claim = opened(world, Remedy.REPAIR, Remedy.REFUND)

    desks = {order.claim_line_id: order.department_id for order in orders_of(claim)}

    assert desks == {
        claim.lines[0].id: world.dora.department_id,
        claim.lines[1].id: world.fay.department_id,
    }
    assert claim.state is ClaimState.EXECUTION


def test_each_department_is_due_at_the_end_of_its_own_part_of_the_plan(world: World) -> None:
    claim = opened(world, Remedy.REPAIR, Remedy.REFUND)
    plan = {leg.stage: leg for leg in map(Leg.from_dict, claim.logistics)}
    repair, refund = orders_of(claim)

    assert repair.due_on == plan[Stage.QUALITY_CHECK].finish
    # The refund is not a part of the slowest way, which the claim keeps: it has a plan of its own.
    (alone,) = orders_of(opened(world, Remedy.REFUND))
    assert refund.due_on == alone.due_on
    assert claim.promise_on
    assert refund.due_on < repair.due_on < claim.promise_on


def test_whoever_sends_the_goods_is_due_when_they_leave(world: World) -> None:
    logistics = Department(code="logistics", names={"en": "Logistics"})
    db.add(logistics)
    db.flush()
    db.add(Route(remedy=Remedy.REPAIR, department_id=logistics.id, position=2))
    db.flush()

    claim = opened(world, Remedy.REPAIR)

    plan = {leg.stage: leg for leg in map(Leg.from_dict, claim.logistics)}
    assert [order.due_on for order in orders_of(claim)] == [
        plan[Stage.QUALITY_CHECK].finish,
        plan[Stage.OUTBOUND].departure,
    ]


def test_a_later_department_waits_for_an_earlier_one_if_the_table_says_so(
    world: World, sign_in: SignIn
) -> None:
    route_also(world, Remedy.REPAIR, world.fay, position=2, waits=True)
    claim = opened(world, Remedy.REPAIR)
    first, second = orders_of(claim)

    with pytest.raises(service.EarlierWorkIsOpen, match="Production"):
        service.start(second, version=second.version, by=world.fay, at=TUESDAY)
    page = sign_in(world.fay).get(f"/work/{second.id}").text
    assert "This work begins when others are done with the line: Production." in page
    assert f"/work/{second.id}/start" not in page

    first, second = orders_of(db.get_one(Claim, claim.id))
    done(first, world.dora)
    done(second, world.fay)
    assert second.state is WorkState.DONE


def test_a_later_department_begins_at_once_if_the_table_does_not_let_it_wait(
    world: World,
) -> None:
    route_also(world, Remedy.REPAIR, world.fay, position=2)
    _, second = orders_of(opened(world, Remedy.REPAIR))

    service.start(second, version=second.version, by=world.fay, at=TUESDAY)

    assert second.state is WorkState.IN_PROGRESS


def test_a_moved_promise_moves_a_due_day_by_as_many_working_days(world: World) -> None:
    claim = opened(world, Remedy.REPAIR)
    (order,) = orders_of(claim)
    order.promise_on, order.due_on = date(2026, 12, 11), date(2026, 12, 3)
    claim.promise_on = date(2026, 12, 15)  # Friday to Tuesday: two working days
    db.flush()

    follow_claim(claim.id, at=TUESDAY)

    assert (order.promise_on, order.due_on) == (date(2026, 12, 15), date(2026, 12, 7))


def test_a_remedy_may_pass_through_several_departments(world: World) -> None:
    route_also(world, Remedy.REPAIR, world.fay, position=2)

    orders = orders_of(opened(world, Remedy.REPAIR))

    assert [(order.position, order.department_id) for order in orders] == [
        (1, world.dora.department_id),
        (2, world.fay.department_id),
    ]


def test_a_rejected_line_is_nobodys_work(world: World) -> None:
    claim = world.draft(world.shipped(), world.shipped())
    claims.file_claim(claim, by=world.ann, at=MONDAY)
    good, bad = claim.lines
    decisions = [
        claims.LineDecision(good.id, good.quantity, Remedy.REPAIR, None, ""),
        claims.LineDecision(bad.id, bad.quantity - bad.quantity, None, "R03", "Dropped"),
    ]
    claims.decide(
        claim, decisions, promise_on=None, version=claim.version, by=world.cleo, at=MONDAY
    )

    service.open_orders(claim.id, at=MONDAY)
    db.flush()

    assert [order.claim_line_id for order in orders_of(claim)] == [good.id]


def test_opening_twice_opens_once(world: World) -> None:
    claim = opened(world, Remedy.REPAIR)

    service.open_orders(claim.id, at=TUESDAY)
    db.flush()

    assert len(orders_of(claim)) == 1


@pytest.mark.parametrize("state", [ClaimState.SUBMITTED, ClaimState.RESOLVED])
def test_work_is_opened_only_for_what_was_accepted(world: World, state: ClaimState) -> None:
    claim = world.filed() if state is ClaimState.SUBMITTED else opened(world, Remedy.REPAIR)
    for order in orders_of(claim):
        done(order, world.dora)
    before = len(orders_of(claim))

    service.open_orders(claim.id, at=TUESDAY)
    db.flush()

    assert claim.state is state
    assert len(orders_of(claim)) == before


def test_the_last_finished_order_resolves_the_claim(world: World) -> None:
    claim = opened(world, Remedy.REPAIR, Remedy.REFUND)
    first, last = orders_of(claim)

    done(first, world.dora)
    assert db.get_one(Claim, claim.id).state is ClaimState.EXECUTION
    done(last, world.fay)

    db.refresh(claim)
    assert (claim.state, claim.resolved_at) == (ClaimState.RESOLVED, TUESDAY)
    mails = select(OutboxMessage.kind).where(OutboxMessage.kind == "mail.claim_resolved")
    assert list(db.scalars(mails)) == ["mail.claim_resolved"]


def test_a_blocked_order_keeps_the_claim_open(world: World) -> None:
    claim = opened(world, Remedy.REPAIR, Remedy.REFUND)
    first, last = orders_of(claim)
    brought_to(first, WorkState.BLOCKED, world.dora)

    done(last, world.fay)

    assert claim.state is ClaimState.EXECUTION


def test_why_a_result_is_disputed_reaches_the_new_order_and_the_claim(
    world: World, sign_in: SignIn
) -> None:
    claim = opened(world, Remedy.REPAIR)
    done(orders_of(claim)[0], world.dora)
    claims.dispute(claim, "The door rattles", version=claim.version, by=world.ann, at=TUESDAY)
    service.open_orders(claim.id, at=TUESDAY)
    db.commit()

    assert [order.dispute_reason for order in orders_of(claim)] == ["", "The door rattles"]
    shown = "The dealer disputed the last result"
    order = orders_of(claim)[1]
    for user, url in ((world.dora, f"/work/{order.id}"), (world.cleo, f"/claims/{claim.id}")):
        page = sign_in(user).get(url).text
        assert shown in page
        assert "The door rattles" in page


def test_a_disputed_claim_gets_a_second_round(world: World) -> None:
    claim = opened(world, Remedy.REPAIR)
    done(orders_of(claim)[0], world.dora)
    claims.dispute(claim, "Still broken", version=claim.version, by=world.ann, at=TUESDAY)

    service.open_orders(claim.id, at=TUESDAY)
    db.commit()

    assert [(order.round, order.state) for order in orders_of(claim)] == [
        (1, WorkState.DONE),
        (2, WorkState.QUEUED),
    ]
    done(orders_of(claim)[1], world.dora)
    db.refresh(claim)
    assert claim.state is ClaimState.RESOLVED


@pytest.mark.parametrize(
    ("verb", "refusal"),
    [
        (
            lambda order, by: service.block(order, "", version=2, by=by, at=TUESDAY),
            service.BlockReasonMissing,
        ),
        (
            lambda order, by: service.finish(order, "", version=2, by=by, at=TUESDAY),
            service.ResultMissing,
        ),
    ],
)
def test_the_department_says_why_and_what(world: World, verb: Any, refusal: type[Refusal]) -> None:
    (order,) = orders_of(opened(world, Remedy.REPAIR))
    brought_to(order, WorkState.IN_PROGRESS, world.dora)

    with pytest.raises(refusal):
        verb(order, world.dora)

    assert order.state is WorkState.IN_PROGRESS


def test_an_old_page_is_told_who_was_faster(world: World) -> None:
    (order,) = orders_of(opened(world, Remedy.REPAIR))
    service.start(order, version=1, by=world.dora, at=TUESDAY)
    dan = hire(Role.DEPARTMENT_WORKER, department=db.get(Department, world.dora.department_id))

    with pytest.raises(SomebodyWasFaster, match="Dora"):
        service.start(order, version=1, by=dan, at=TUESDAY)


def test_everybody_sees_their_own_departments_work(world: World) -> None:
    opened(world, Remedy.REPAIR, Remedy.REFUND)

    assert [row.remedy for row in queries.list_open(world.dora).rows] == [Remedy.REPAIR]
    assert [row.remedy for row in queries.list_open(world.fay).rows] == [Remedy.REFUND]
    assert len(queries.list_open(world.cleo).rows) == 2
    assert queries.list_open(world.ann).rows == []


def test_finished_work_moves_to_the_other_list(world: World) -> None:
    (order,) = orders_of(opened(world, Remedy.REPAIR))

    done(order, world.dora)
    db.flush()

    assert queries.list_open(world.dora).rows == []
    assert [row.result for row in queries.list_done(world.dora)] == ["Mended"]


def test_a_worker_does_the_whole_order_on_screen(sign_in: SignIn, world: World) -> None:
    claim = opened(world, Remedy.REPAIR)
    url = f"/work/{orders_of(claim)[0].id}"
    client = sign_in(world.dora)

    for step, form in (
        ("start", {"version": "1"}),
        ("block", {"version": "2", "words": "No glass"}),
        ("resume", {"version": "3"}),
        ("finish", {"version": "4", "words": "Glass replaced"}),
    ):
        assert client.post(f"{url}/{step}", data=form).status_code == HTTPStatus.SEE_OTHER, step

    assert "Glass replaced" in client.get("/work").text
    assert db.get_one(Claim, claim.id, populate_existing=True).state is ClaimState.RESOLVED


def test_a_manager_looks_but_does_not_do(sign_in: SignIn, world: World) -> None:
    url = f"/work/{orders_of(opened(world, Remedy.REPAIR))[0].id}"
    client = sign_in(world.cleo)

    assert client.get(url).status_code == HTTPStatus.OK
    answer = client.post(f"{url}/start", data={"version": "1"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.fixture
def crowd(committed_database: str, neighbours: Outside) -> World:
    """The small world in a database where several threads may commit."""
    return make_world()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do things in threads that begin together; return what came of each."""
    barrier = Barrier(len(acts))

    def act(one: Callable[[], object]) -> object:
        try:
            barrier.wait(60)
            result = one()
            db.commit()
        except Refusal as refusal:
            return refusal
        else:
            return result
        finally:
            db.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_two_departments_that_finish_at_once_resolve_the_claim_once(crowd: World) -> None:
    claim = opened(crowd, Remedy.REPAIR, Remedy.REFUND)
    workers = {crowd.dora.department_id: crowd.dora, crowd.fay.department_id: crowd.fay}
    todo: list[tuple[UUID, User]] = []
    for order in orders_of(claim):
        service.start(order, version=1, by=workers[order.department_id], at=TUESDAY)
        todo.append((order.id, workers[order.department_id]))
    db.commit()
    db.remove()

    def finish(order_id: UUID, by: User) -> None:
        order = db.get_one(WorkOrder, order_id)
        service.finish(order, "Mended", version=2, by=by, at=TUESDAY)

    results = at_once(*((lambda order_id=one, by=by: finish(order_id, by)) for one, by in todo))

    assert results == [None, None]
    assert db.get_one(Claim, claim.id).state is ClaimState.RESOLVED
    resolved = select(ClaimEvent.action).where(ClaimEvent.action == Action.RESOLVE)
    assert len(list(db.scalars(resolved))) == 1


def test_of_two_workers_who_start_at_once_one_does(crowd: World) -> None:
    dan = hire(Role.DEPARTMENT_WORKER, department=db.get(Department, crowd.dora.department_id))
    order_id = orders_of(opened(crowd, Remedy.REPAIR))[0].id
    both_looked = Barrier(2)
    db.remove()

    def start(by: User) -> str:
        order = db.get_one(WorkOrder, order_id)
        both_looked.wait(60)
        service.start(order, version=1, by=by, at=TUESDAY)
        return by.name

    results = at_once(lambda: start(crowd.dora), lambda: start(dan))

    winner = next(one for one in results if isinstance(one, str))
    loser = next(one for one in results if isinstance(one, SomebodyWasFaster))
    assert loser.values["who"] == winner


def test_opening_at_once_opens_once(crowd: World) -> None:
    claim = crowd.filed()
    crowd.accepted(claim)
    db.remove()

    at_once(*[lambda: service.open_orders(claim.id, at=TUESDAY)] * 4)

    assert len(orders_of(claim)) == 1


def test_no_open_work_is_left_out_of_the_list_or_the_chart(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    monkeypatch.setattr(chart, "ORDERS_A_CHART", 2)
    for _ in range(3):
        opened(world, Remedy.REPAIR)
    opened(world, Remedy.REFUND)
    client = sign_in(world.dora)

    for url in ("/work", "/work/chart"):
        first = client.get(url).text
        assert "3 open work orders" in first
        following = re.search(r'rel="next" href="([^"]+)"', first)
        assert following
        second = client.get(following[1].replace("&amp;", "&")).text
        shown = [set(re.findall(r"/work/([0-9a-f-]{36})", page)) for page in (first, second)]
        assert [len(page) for page in shown] == [2, 1]
        assert shown[0].isdisjoint(shown[1])
        assert 'rel="next"' not in second


def test_the_claims_page_names_the_departments_that_are_at_work(
    world: World, sign_in: SignIn
) -> None:
    claim = opened(world, Remedy.REPAIR, Remedy.REFUND)
    claims_page = sign_in(world.ann).get(f"/claims/{claim.id}").text

    assert re.search(r"Production, Finance|Finance, Production", claims_page)
    assert queries.departments_at_work(claim) == ["Production", "Finance"]
    done(orders_of(claim)[0], world.dora)
    assert queries.departments_at_work(claim) == ["Finance"]
