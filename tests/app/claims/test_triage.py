"""What a manager sees: the worklist in the order it is due, and the evidence beside each line."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.catalog.models import DefectCode, Severity
from app.claims import service, triage
from app.claims.models import Claim
from app.claims.rules import CustomerKind
from app.claims.triage import Filter
from app.core.db import db
from app.core.lists import PAGE_SIZE
from app.core.money import Money
from app.outbox.models import MessageState, OutboxMessage
from app.shipments.models import Contract, Shipment, ShipmentLine
from app.vocabulary import Remedy, Role
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

TODAY = date(2026, 11, 16)
LATER = date(2027, 6, 1)


def listed(world: World, chosen: Filter, search: str = "", today: date = TODAY) -> list[str]:
    page = triage.list_worklist(world.cleo, chosen=chosen, search=search, today=today)
    return [row.number for row in page.rows]


def number(claim: Claim) -> str:
    return claim.number or ""


def test_what_is_due_first_stands_on_top(world: World) -> None:
    later = world.filed(at=MONDAY + timedelta(days=3))
    sooner = world.filed(at=MONDAY)
    world.draft()
    db.commit()

    assert listed(world, Filter.TO_DECIDE) == [number(sooner), number(later)]


def test_the_clock_that_ends_first_decides_the_order_and_is_named(
    world: World, sign_in: SignIn
) -> None:
    """A refund for a consumer is due by law long before the service would answer."""
    fresh, taken, law_first = world.filed(), world.filed(), world.draft()
    law_first.lines[0].demand = Remedy.REFUND
    law_first.customer_kind = CustomerKind.CONSUMER
    law_first.demand_presented_on = TODAY - timedelta(days=8)  # ten calendar days are given
    service.file_claim(law_first, by=world.ann, at=MONDAY)
    for claim in (taken, law_first):
        service.take(claim, version=claim.version, by=world.cleo, at=MONDAY)
    db.commit()

    page = triage.list_worklist(world.cleo, chosen=Filter.TO_DECIDE, today=TODAY)
    text = sign_in(world.cleo).get("/worklist").text

    assert [(row.number, row.due_on, row.due_by) for row in page.rows] == [
        (number(fresh), date(2026, 11, 17), "first_response"),
        (number(law_first), date(2026, 11, 18), "Money back to the consumer"),
        (number(taken), date(2026, 11, 23), "Answer to the dealer"),
    ]
    assert "by law, internal deadline: Money back to the consumer" in text
    assert "First response" in text


def test_what_waits_for_no_day_is_at_the_end(world: World) -> None:
    over, open_ = world.filed(), world.filed()
    service.cancel(over, version=over.version, by=world.ann, at=MONDAY)
    db.commit()

    assert listed(world, Filter.ALL) == [number(open_), number(over)]


def test_each_filter_holds_its_claims(world: World) -> None:
    new, asked, taken, accepted, over = (world.filed() for _ in range(5))
    service.ask(asked, ["Why?"], version=asked.version, by=world.cleo, at=MONDAY)
    carl = hire(Role.CLAIM_MANAGER)
    service.take(taken, version=taken.version, by=carl, at=MONDAY)
    world.accepted(accepted)
    service.cancel(over, version=over.version, by=world.ann, at=MONDAY)
    db.commit()

    found = {chosen: set(listed(world, chosen)) for chosen in Filter}

    assert found == {
        Filter.TO_DECIDE: {number(new), number(taken)},
        Filter.MINE: {number(asked), number(accepted)},
        Filter.ASKED: {number(asked)},
        Filter.WORKING: {number(accepted)},
        Filter.OVERDUE: set(),
        Filter.AT_RISK: set(),
        Filter.FOR_HEAD: set(),
        Filter.ALL: {number(claim) for claim in (new, asked, taken, accepted, over)},
    }
    counts = triage.count_filters(world.cleo, today=TODAY)
    assert counts == {chosen: len(numbers) for chosen, numbers in found.items()}


def test_overdue_is_what_nobody_decided_or_did_in_time(world: World) -> None:
    undecided, working = world.filed(), world.filed()
    world.accepted(working)
    service.start_execution(working, at=MONDAY)
    db.commit()

    assert listed(world, Filter.OVERDUE) == []
    assert set(listed(world, Filter.OVERDUE, today=LATER)) == {number(undecided), number(working)}


@pytest.mark.parametrize(
    "search", ["D01-2026", "south stoves", "OG-B18", "bath stove", "2636-B", " \x00bath\u202e "]
)
def test_claims_are_found_by_what_managers_know(world: World, search: str) -> None:
    claim = world.filed(world.shipped(to=world.dealer))
    bens = world.filed(world.shipped(to=world.other_dealer), by=world.ben)
    expected = {
        "D01-2026": {number(claim)},
        "south stoves": {number(bens)},
    }.get(search, {number(claim), number(bens)})

    assert set(listed(world, Filter.ALL, search)) == expected


@pytest.mark.parametrize("search", ["%", "_", "\\", "nothing like it"])
def test_search_takes_signs_as_they_are(world: World, search: str) -> None:
    world.filed()

    assert listed(world, Filter.ALL, search) == []


def test_a_long_worklist_goes_on_where_the_page_ended(world: World) -> None:
    found = world.shipped(quantity=200)
    claims = [world.filed(found) for _ in range(PAGE_SIZE + 3)]

    first = triage.list_worklist(world.cleo, chosen=Filter.ALL, today=TODAY)
    second = triage.list_worklist(world.cleo, chosen=Filter.ALL, after=first.after, today=TODAY)

    assert (len(first.rows), len(second.rows), second.after) == (PAGE_SIZE, 3, "")
    numbers = [row.number for row in (*first.rows, *second.rows)]
    assert sorted(numbers) == sorted(map(number, claims))


@pytest.mark.parametrize("after", ["nonsense", "WyJhIiwgImIiXQ==", "WyIyMDI2LTAxLTAxIiwgIjEiXQ=="])
def test_a_page_that_is_none_of_ours_is_the_first(world: World, after: str) -> None:
    claim = world.filed()

    page = triage.list_worklist(world.cleo, chosen=Filter.ALL, after=after, today=TODAY)

    assert [row.number for row in page.rows] == [claim.number]


def test_dealers_and_workers_have_no_worklist_of_others(world: World) -> None:
    world.filed(world.shipped(to=world.other_dealer), by=world.ben)

    for user in (world.ann, world.dora, world.admin):
        assert triage.list_worklist(user, chosen=Filter.ALL, today=TODAY).rows == []


def test_a_row_tells_money_danger_and_what_the_erp_does_not_know(world: World) -> None:
    db.add(DefectCode(code="CO", names={"en": "Gas"}, severity=Severity.SAFETY, position=9))
    claim = world.draft(world.shipped(), world.shipped())
    claim.lines[0].quantity = Decimal(2)
    claim.lines[1].defect_code = "CO"
    service.file_claim(claim, by=world.ann, at=MONDAY)
    db.commit()

    (row,) = triage.list_worklist(world.cleo, chosen=Filter.ALL, today=TODAY).rows
    assert (row.worth, row.lines) == ((Money(Decimal("188700.00"), "RUB"),), 2)
    assert row.is_dangerous
    assert row.erp is MessageState.WAITING

    message = db.query(OutboxMessage).filter_by(kind="erp.push_claim").one()
    message.state = MessageState.PARKED
    db.commit()
    (row,) = triage.list_worklist(world.cleo, chosen=Filter.ALL, today=TODAY).rows
    assert row.erp is MessageState.PARKED


def test_evidence_says_what_was_shipped_claimed_and_left(world: World) -> None:
    found = world.shipped(quantity=10, warranty_until=date(2026, 11, 15))
    claim, other = world.filed(found), world.filed(found)

    (evidence,) = triage.evidence_for(claim).values()

    assert evidence.shipped == 10
    assert evidence.claimed_by_all == 2
    assert evidence.left == 8
    assert evidence.was_shipped
    assert evidence.in_warranty is False
    assert [one.number for one in evidence.others] == [other.number]


def test_evidence_names_the_contract_and_whether_it_was_in_force(
    world: World, sign_in: SignIn
) -> None:
    contract = Contract(
        ref=uuid4(), dealer_id=world.dealer.id, number="D01-2024/01", signed_on=date(2024, 1, 15),
        valid_until=date(2026, 8, 31), payment_days=30, terms="FCA Челябинск",
    )  # fmt: skip
    db.add(contract)
    late, bare = world.shipped(), world.shipped()
    for found, facts in (
        (late, {"contract_ref": contract.ref}),
        (bare, {"contract_number": "D01-1999/01"}),
    ):
        query = select(Shipment).join(ShipmentLine).where(ShipmentLine.id == found.line_id)
        for name, value in facts.items():
            setattr(db.scalars(query).one(), name, value)
    claim = world.filed(late, bare)

    first, second = (one.papers.contract for one in triage.evidence_for(claim).values())
    page = sign_in(world.cleo).get(f"/claims/{claim.id}/decide").text

    assert first is not None
    assert (first.number, first.valid_until, first.was_in_force) == (
        "D01-2024/01", date(2026, 8, 31), False,
    )  # fmt: skip
    assert second is not None
    assert (second.number, second.was_in_force) == ("D01-1999/01", True)
    words = " ".join(re.sub("<[^>]+>", " ", page).split())
    assert "Contract D01-2024/01 of" in words
    assert "FCA Челябинск, payment within 30 days. The shipment of" in words


def test_other_claims_on_the_same_piece_come_before_those_on_the_same_lot(world: World) -> None:
    found = world.shipped(serial="S-1")
    first = world.filed(found)
    service.cancel(first, version=first.version, by=world.ann, at=MONDAY)
    db.commit()
    lot_mate = world.filed(world.shipped(to=world.other_dealer), by=world.ben)
    claim = world.filed(found)

    (evidence,) = triage.evidence_for(claim).values()

    assert [(one.number, one.same_serial) for one in evidence.others] == [
        (first.number, True),
        (lot_mate.number, False),
    ]


def test_the_next_claim_is_the_next_in_the_list_as_filtered(world: World, sign_in: SignIn) -> None:
    first, last, middle = (world.filed(at=MONDAY + timedelta(days=days)) for days in (0, 4, 2))
    world.accepted(middle, remedy=Remedy.REFUND)
    client = sign_in(world.cleo)

    client.get("/worklist?filter=to_decide")
    assert f"/claims/{last.id}" in following(client.get(f"/claims/{first.id}/decide").text)
    assert following(client.get(f"/claims/{last.id}/decide").text) == ""  # not round in circles

    client.get("/worklist?search=" + number(first))
    assert following(client.get(f"/claims/{first.id}/decide").text) == ""


def following(page: str) -> str:
    """Return the address behind "Next claim", "" where there is none."""
    found = re.search(r'href="([^"]+)"[^>]*>(?:(?!</a>).)*Next claim', page, re.DOTALL)
    return found[1] if found else ""


def test_a_search_looks_for_claims_wherever_they_stand(world: World, sign_in: SignIn) -> None:
    done = world.filed()
    world.accepted(done, remedy=Remedy.REFUND)
    client = sign_in(world.cleo)

    assert f"/claims/{done.id}" in client.get(f"/worklist?search={done.number}").text
    narrowed = client.get(f"/worklist?search={done.number}&filter=to_decide").text
    assert f"/claims/{done.id}" not in narrowed


def test_an_old_link_to_a_decision_leads_to_what_was_decided(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    world.accepted(claim)

    answer = sign_in(world.cleo).get(f"/claims/{claim.id}/decide", follow_redirects=True)

    assert answer.status_code == 200
    assert answer.request.path == f"/claims/{claim.id}"
    assert "This claim is not waiting for a decision." in answer.text


def test_another_day_for_a_claim_without_a_promise_is_refused_in_words(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()

    answer = sign_in(world.cleo).get(f"/claims/{claim.id}/promise")

    assert answer.status_code == 409
    assert "This step is not possible now" in answer.text
    assert "Somebody else has changed this" not in answer.text
