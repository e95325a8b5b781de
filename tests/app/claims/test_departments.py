"""The routing table proposes the departments of a decision, the manager chooses others."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Department
from app.claims import confirming
from app.claims.decision_inputs import Decision
from app.claims.departments import (
    DepartmentReasonMissing,
    LineDepartments,
    NoDepartment,
    assigned_to,
    choose_departments,
)
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim
from app.claims.pending_models import PendingDecision
from app.claims.service import LineDecision
from app.core.db import db
from app.routing.models import Route
from app.vocabulary import Remedy, Visibility
from app.work import service as work
from app.work.models import WorkOrder
from tests.app.claims.deciding import post_confirmed, seal_of
from tests.app.claims.test_confirming import undoable  # noqa: F401  (a fixture)
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

WHY = "The piece must be examined before it is paid"


@pytest.fixture
def logistics(world: World) -> Department:
    department = Department(code="logistics", names={"en": "Logistics"})
    db.add(department)
    db.commit()
    return department


def decision_of(claim: Claim, *chosen: LineDepartments, remedy: Remedy = Remedy.REPAIR) -> Decision:
    lines = (LineDecision(one.id, one.quantity, remedy, None, "") for one in claim.lines)
    return Decision(tuple(lines), departments=chosen)


def decided(world: World, claim: Claim, *chosen: LineDepartments) -> None:
    """Decide a claim for a repair and open its work."""
    confirming.confirm(
        claim,
        decision_of(claim, *chosen),
        version=claim.version,
        by=world.cleo,
        at=MONDAY,
        wait=timedelta(),
    )
    work.open_orders(claim.id, at=MONDAY)


def orders_of(claim: Claim) -> list[tuple[str, int, bool, str]]:
    query = select(WorkOrder).filter_by(claim_id=claim.id).order_by(WorkOrder.position)
    return [
        (order.department.code, order.position, order.waits, order.note)
        for order in db.scalars(query)
    ]


def form_of(
    claim: Claim, *departments: int, reason: str = "", remedy: str = "repair"
) -> dict[str, str | list[str]]:
    place = f"line-{claim.lines[0].id}"
    return {
        "version": str(claim.version),
        f"{place}-accepted": "1",
        f"{place}-remedy": remedy,
        f"{place}-reason_code": "",
        f"{place}-routed_for": "repair/",
        f"{place}-departments": [str(one) for one in departments],
        f"{place}-departments_reason": reason,
    }


def test_without_a_choice_the_work_goes_as_the_table_says(world: World) -> None:
    claim = world.filed()

    decided(world, claim)

    assert orders_of(claim) == [("production", 1, False, "")]


def test_a_department_is_added_and_reads_why(world: World, logistics: Department) -> None:
    claim = world.filed()
    db.add(Route(remedy=Remedy.REPAIR, department_id=world.fay.department_id, position=2))
    db.flush()
    db.get_one(Route, db.scalar(select(Route.id).filter_by(position=2))).waits = True
    ids = (world.dora.department_id or 0, world.fay.department_id or 0, logistics.id)

    decided(world, claim, LineDepartments(claim.lines[0].id, ids, WHY))

    assert orders_of(claim) == [
        ("production", 1, False, WHY),
        ("finance", 2, True, WHY),
        ("logistics", 3, False, WHY),
    ]
    entry = db.scalars(select(HistoryEntry).filter_by(kind=HistoryKind.WORK_REDIRECTED)).one()
    assert (entry.actor_name, entry.visibility) == ("Cleo", Visibility.INTERNAL)
    assert entry.facts["reason"] == WHY
    assert {"en": "Logistics"} in entry.facts["to_departments"]


def test_another_department_takes_the_place_of_the_proposed_one(
    world: World, logistics: Department
) -> None:
    claim = world.filed()

    decided(world, claim, LineDepartments(claim.lines[0].id, (logistics.id,), WHY))

    assert [code for code, *_ in orders_of(claim)] == ["logistics"]


def test_a_choice_needs_a_reason_and_a_department(world: World, logistics: Department) -> None:
    claim = world.filed()
    line_id = claim.lines[0].id

    for choice, refusal in (
        (LineDepartments(line_id, (logistics.id,)), DepartmentReasonMissing),
        (LineDepartments(line_id, (), WHY), NoDepartment),
    ):
        with pytest.raises(refusal), db.begin_nested():
            decided(world, claim, choice)


def test_a_remedy_that_the_table_does_not_know_goes_where_the_manager_says(
    world: World, logistics: Department
) -> None:
    for route in db.scalars(select(Route).filter_by(remedy=Remedy.REPAIR)):
        db.delete(route)
    claim = world.filed()

    decided(world, claim, LineDepartments(claim.lines[0].id, (logistics.id,), WHY))

    assert orders_of(claim) == [("logistics", 1, False, WHY)]


def test_a_later_decision_forgets_what_was_chosen_before(
    world: World, logistics: Department
) -> None:
    claim = world.filed()
    decided(world, claim, LineDepartments(claim.lines[0].id, (logistics.id,), WHY))

    choose_departments(claim, (), by=world.cleo, at=MONDAY)
    db.expire_all()

    (assigned,) = assigned_to(claim.lines[0], claim.plant_id, "")
    assert (assigned.department.code, assigned.note) == ("production", "")


def test_the_page_proposes_the_departments_of_the_table(
    world: World, sign_in: SignIn, logistics: Department
) -> None:
    claim = world.filed()
    db.commit()

    box = f'name="line-{claim.lines[0].id}-departments"'
    page = sign_in(world.cleo).get(f"/claims/{claim.id}/decide").text

    assert "Work goes to: Production" in page
    assert box in page


def test_what_is_chosen_is_summed_up_kept_when_undone_and_done(
    world: World,
    sign_in: SignIn,
    portal: Flask,
    logistics: Department,
    undoable: None,  # noqa: F811
) -> None:
    claim = world.filed()
    db.commit()
    form = form_of(claim, world.dora.department_id or 0, logistics.id, reason=WHY)
    client, place = sign_in(world.cleo), f"/claims/{claim.id}/decide"

    asked = client.post(place, data=form)

    assert "Work goes to: Production, Logistics" in asked.text
    client.post(place, data=form | {"confirmed": seal_of(asked.text)})
    pending = db.scalars(select(PendingDecision)).one()
    place = place.removesuffix("decide")
    back = client.post(f"{place}pending/{pending.id}/undo", data={"version": "1"})
    page = client.get(back.location).text
    assert WHY in page
    assert len(re.findall(r"<input checked[^>]*-departments", page)) == 2


def test_a_choice_without_a_reason_is_refused_with_words_and_stays_in_the_form(
    world: World, sign_in: SignIn, logistics: Department
) -> None:
    claim = world.filed()
    db.commit()

    form, place = form_of(claim, logistics.id), f"/claims/{claim.id}/decide"
    answer = sign_in(world.cleo).post(place, data=form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "say in a few words why other departments get the work" in answer.text
    assert "checked" in answer.text


def test_boxes_that_were_filled_in_for_another_remedy_do_not_count(
    world: World, sign_in: SignIn, logistics: Department
) -> None:
    claim = world.filed()
    db.commit()
    form = form_of(claim, world.dora.department_id or 0, remedy="refund")

    post_confirmed(sign_in(world.cleo), f"/claims/{claim.id}/decide", form)

    db.expire_all()
    work.open_orders(claim.id, at=MONDAY)
    assert [code for code, *_ in orders_of(claim)] == ["finance"]


def test_another_remedy_brings_its_departments_to_the_page(
    world: World, sign_in: SignIn, logistics: Department
) -> None:
    claim = world.filed()
    db.commit()
    place = f"line-{claim.lines[0].id}"
    typed = {f"{place}-accepted": "1", f"{place}-remedy": "refund"}
    before, after = {f"{place}-routed_for": "repair/"}, {f"{place}-routed_for": "refund/"}
    page = f"/claims/{claim.id}/plan"
    client = sign_in(world.cleo)

    changed = client.get(page, query_string=typed | before).text
    same = client.get(page, query_string=typed | after).text

    assert "Work goes to: Finance" in changed
    assert "hx-swap-oob" in changed
    assert "Work goes to" not in same
