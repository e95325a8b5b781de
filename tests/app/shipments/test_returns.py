"""Goods that came back can no more be claimed, and each return takes from the right line."""

from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.shipments.returns import Moved, spread_returns

_ids = count(1)


def moved(quantity: int, month: int, lot: str = "", *serials: str) -> Moved:
    return Moved(next(_ids), date(2026, month, 1), lot, Decimal(quantity), frozenset(serials))


def came_back(*lines: Moved) -> list[int]:
    found = spread_returns(lines)
    return [int(found[line.line_id]) for line in lines if line.quantity >= 0]


@pytest.mark.parametrize(
    ("lines", "returned"),
    [
        ([moved(10, 1)], [0]),
        ([moved(10, 1), moved(-3, 2)], [3]),
        ([moved(10, 1), moved(-3, 2), moved(-4, 3)], [7]),
        # The newest goes back first, and never what was sent later.
        ([moved(10, 1), moved(5, 2), moved(-7, 3)], [2, 5]),
        ([moved(10, 1), moved(-3, 2), moved(10, 3)], [3, 0]),
        ([moved(10, 1), moved(-3, 2), moved(10, 3), moved(-2, 4)], [3, 2]),
        # A lot that was sent takes it; one that nobody knows takes from what there is.
        ([moved(10, 1, "A"), moved(10, 2, "B"), moved(-3, 3, "A")], [3, 0]),
        ([moved(10, 1, "A"), moved(10, 2, "B"), moved(-3, 3, "C")], [0, 3]),
        # A piece comes back from its own line.
        (
            [moved(2, 1, "", "S1", "S2"), moved(2, 2, "", "S3", "S4"), moved(-1, 3, "", "S1")],
            [1, 0],
        ),
        ([moved(2, 1, "", "S1", "S2"), moved(2, 2), moved(-2, 3, "", "S1")], [1, 1]),
        # More than was ever sent.
        ([moved(2, 1), moved(-5, 2)], [2]),
        ([moved(-5, 1), moved(2, 2)], [0]),
    ],
)
def test_a_return_takes_from_what_was_sent_last_before_it(
    lines: list[Moved], returned: list[int]
) -> None:
    assert came_back(*lines) == returned


@given(
    st.lists(
        st.tuples(st.integers(-9, 9), st.integers(1, 12), st.sampled_from(["", "A", "B"])),
        max_size=12,
    )
)
def test_no_line_gives_back_more_than_was_sent(facts: list[tuple[int, int, str]]) -> None:
    lines = [moved(*fact) for fact in facts]

    found = spread_returns(lines)

    sent = {line.line_id: line.quantity for line in lines if line.quantity >= 0}
    assert found.keys() == sent.keys()
    assert all(0 <= found[line_id] <= quantity for line_id, quantity in sent.items())
    assert sum(found.values()) <= sum(-line.quantity for line in lines if line.quantity < 0)
