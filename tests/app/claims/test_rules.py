"""The life of a claim as a table, and what keeps a draft from being filed."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from app.claims.amounts import demanded_of, value_of
from app.claims.completeness import problems_of
from app.claims.rules import (
    BALL,
    FINAL,
    STEPS,
    Action,
    BallWith,
    ClaimState,
    CustomerKind,
    LineVerdict,
    actions_for,
    decision_action,
    find_step,
)
from app.core.money import Money
from app.vocabulary import DEALERS, MANAGERS, Remedy, Role

DEALER, MANAGER, BOTH, HEAD, PORTAL = "dealer", "manager", "both", "head", "portal"
WHO = {
    DEALER: DEALERS, MANAGER: MANAGERS, BOTH: (*DEALERS, *MANAGERS),
    HEAD: (Role.HEAD_OF_CLAIMS,), PORTAL: (Role.SYSTEM,),
}  # fmt: skip
# The life of a claim as the business tells it: state, what is done, by whom, the state after.
LIFE = """
draft               submit          dealer   submitted
submitted           take            manager  verification
submitted           request_info    manager  needs_info
submitted           accept          manager  accepted
submitted           accept_partly   manager  partially_accepted
submitted           reject          manager  rejected
submitted           cancel          dealer   cancelled
verification        request_info    manager  needs_info
verification        accept          manager  accepted
verification        accept_partly   manager  partially_accepted
verification        reject          manager  rejected
verification        cancel          dealer   cancelled
needs_info          supply_info     dealer   -
needs_info          cancel          dealer   cancelled
accepted            route           portal   execution
partially_accepted  route           portal   execution
execution           resolve         portal   resolved
resolved            confirm         dealer   closed
resolved            dispute         dealer   execution
rejected            close_rejected  dealer   closed
submitted           change_demand   manager  submitted
verification        change_demand   manager  verification
accepted            revise_promise  manager  accepted
partially_accepted  revise_promise  manager  partially_accepted
execution           revise_promise  manager  execution
accepted            revise          manager  -
partially_accepted  revise          manager  -
execution           revise          manager  -
rejected            revise          manager  -
resolved            revise          manager  -
submitted           deem_accepted   portal   accepted
verification        deem_accepted   portal   accepted
needs_info          deem_accepted   portal   accepted
accepted            contest         head     verification
execution           contest         head     verification
submitted           check_shipment  portal   submitted
verification        check_shipment  portal   verification
needs_info          check_shipment  portal   needs_info
submitted           goods_back      both     submitted
verification        goods_back      both     verification
needs_info          goods_back      both     needs_info
accepted            goods_back      both     accepted
partially_accepted  goods_back      both     partially_accepted
execution           goods_back      both     execution
submitted           note_circumstance both   submitted
verification        note_circumstance both   verification
needs_info          note_circumstance both   needs_info
accepted            note_circumstance both   accepted
partially_accepted  note_circumstance both   partially_accepted
execution           note_circumstance both   execution
"""
ROWS = [tuple(row.split()) for row in LIFE.strip().splitlines()]


@dataclass
class Line:
    id: int = 1
    shipment_line_id: int | None = 7
    item_name: str = "Stove"
    serial: str = ""
    quantity: Decimal = Decimal(2)
    unit: str = "H87"
    defect_code: str | None = "GLS"
    description: str = "Cracked"
    demand: Remedy | None = Remedy.REPAIR
    price: Decimal | None = Decimal("100.50")
    vat_rate: Decimal | None = Decimal(20)
    currency: str | None = "RUB"
    demand_per_cent: Decimal | None = None
    demand_amount: Decimal | None = None

    @property
    def value(self) -> Money | None:
        return value_of(self)

    @property
    def demanded(self) -> Money | None:
        return demanded_of(self)


@dataclass
class File:
    line_id: int | None
    is_photo: bool = False
    shows: dict[str, str] | None = None


@dataclass
class Draft:
    lines: list[Line] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    end_customer: str = ""
    customer_kind: CustomerKind | None = None
    lacks_basis: bool = False


def allowed(state: ClaimState, action: Action, role: Role) -> str | None:
    """Return the state after a step by the story above, None where it is not told."""
    for start, done, who, to in ROWS:
        if start == state and done == action and role in WHO[who]:
            return to
    return None


@pytest.mark.parametrize(("state", "action"), list(product(ClaimState, Action)))
def test_every_step_is_open_to_exactly_whom_the_business_names(
    state: ClaimState, action: Action
) -> None:
    for role in Role:
        step = find_step(state, action, role)
        to = allowed(state, action, role)

        assert (step is not None) == (to is not None), (state, action, role)
        if step is not None:
            assert (step.to or "-") == to
            assert action in actions_for(state, role)


def test_no_step_is_in_the_table_twice() -> None:
    assert len({(step.start, step.action) for step in STEPS}) == len(STEPS) == len(ROWS)


def test_nothing_happens_to_a_claim_that_is_over() -> None:
    for state in FINAL:
        assert not any(actions_for(state, role) for role in Role)


def test_every_open_claim_has_somebody_whose_move_it_is() -> None:
    movers = {BallWith.DEALER: DEALERS[0], BallWith.MANAGER: MANAGERS[0]}

    assert set(BALL) == set(ClaimState)
    for state, holder in BALL.items():
        assert (holder is BallWith.NOBODY) == (state in FINAL)
        if holder in movers:
            assert actions_for(state, movers[holder]), state


def test_every_claim_can_come_to_an_end() -> None:
    ways = {state: {step.to for step in STEPS if step.start is state} for state in ClaimState}
    ending = set(FINAL)
    while more := {state for state, ends in ways.items() if ends & ending} - ending:
        ending |= more

    assert ending == set(ClaimState)


@pytest.mark.parametrize(
    ("accepted_of_two", "action"),
    [
        ((2, 2), Action.ACCEPT),
        ((2, 1), Action.ACCEPT_PARTLY),
        ((2, 0), Action.ACCEPT_PARTLY),
        ((0, 0), Action.REJECT),
    ],
)
def test_the_claim_follows_its_lines(accepted_of_two: tuple[int, ...], action: Action) -> None:
    two = Decimal(2)
    verdicts = [LineVerdict(two, Decimal(one), two - one) for one in accepted_of_two]

    assert decision_action(verdicts) is action


def test_a_complete_draft_has_no_problems() -> None:
    assert problems_of(Draft([Line(), Line(id=2, serial="S1", quantity=Decimal(1))])) == []


def test_a_draft_without_lines_says_what_to_do() -> None:
    (problem,) = problems_of(Draft())

    assert (problem.line_id, problem.field) == (None, "lines")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"serial": "S1"}, "quantity"),
        ({"unit": ""}, "unit"),
        ({"defect_code": None}, "defect_code"),
        ({"description": ""}, "description"),
        ({"demand": None}, "demand"),
        ({"demand": Remedy.PRICE_REDUCTION}, "demand_portion"),
        ({"demand": Remedy.REFUND, "demand_amount": Decimal("201.01")}, "demand_portion"),
        ({"demand": Remedy.REFUND, "price": None}, "demand_portion"),
        ({"demand": Remedy.REFUND, "price": None, "currency": None}, "currency"),
        ({"shipment_line_id": None}, "files"),
    ],
)
def test_what_is_missing_is_named_where_it_is_missing(change: dict[str, Any], where: str) -> None:
    draft = Draft([Line(), replace(Line(id=2), **change)], [File(None), File(1)])

    assert [(problem.line_id, problem.field) for problem in problems_of(draft)] == [(2, where)]


def test_a_proof_of_purchase_stands_in_for_the_shipment() -> None:
    unlisted = Line(id=2, shipment_line_id=None)

    assert problems_of(Draft([unlisted], [File(2)])) == []
