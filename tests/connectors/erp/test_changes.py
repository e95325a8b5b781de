"""The change feed: everything at first, then only what changed, until it is acknowledged."""

from collections import Counter
from uuid import uuid4

import pytest
import requests

from connectors.erp.port import COLUMNS, Row, RowKind
from connectors.erp.soap import SoapErp
from connectors.errors import Rejected
from tests.connectors.erp.running import RunningSimulator

Rows = list[tuple[RowKind, Row]]


@pytest.fixture
def node() -> str:
    return f"node-{uuid4()}"


def pull(erp: SoapErp, *, after: int) -> tuple[int, bool, Rows]:
    with erp.changes(after=after) as message:
        rows = list(message)
        assert message.count == len(rows)
        return message.message_no, message.more, rows


def turn(simulator: RunningSimulator, switch: str) -> None:
    own = {"Origin": simulator.page.rstrip("/")}
    assert requests.post(simulator.page + switch, headers=own, timeout=5).ok


def test_the_first_pull_brings_everything_kind_by_kind(
    simulator: RunningSimulator, node: str
) -> None:
    _, more, rows = pull(simulator.erp(node=node), after=0)

    kinds = [kind for kind, _ in rows]
    counts = Counter(kinds)
    assert not more
    assert (counts[RowKind.DEALER], counts[RowKind.ITEM]) == (12, 41)
    assert counts[RowKind.SHIPMENT] >= 40
    assert counts[RowKind.LINE] >= 200
    assert kinds == sorted(kinds, key=list(RowKind).index)
    assert all(len(row) == len(COLUMNS[kind]) for kind, row in rows)


def test_an_acknowledged_message_is_not_sent_again(simulator: RunningSimulator, node: str) -> None:
    erp = simulator.erp(node=node)
    number, _, _ = pull(erp, after=0)

    erp.confirm(number)
    erp.confirm(number)

    assert pull(erp, after=number)[2] == []


def test_what_was_not_acknowledged_comes_again(simulator: RunningSimulator, node: str) -> None:
    erp = simulator.erp(node=node)
    start, _, _ = pull(erp, after=0)
    turn(simulator, "shipments")

    lost, _, first = pull(erp, after=start)
    number, _, again = pull(erp, after=start)

    assert first == again
    assert first
    assert number > lost


def test_a_cursor_we_committed_counts_as_an_acknowledgement(
    simulator: RunningSimulator, node: str
) -> None:
    erp = simulator.erp(node=node)
    number, _, _ = pull(erp, after=0)

    assert pull(erp, after=number)[2] == []


def test_a_change_made_after_sending_survives_the_acknowledgement(
    simulator: RunningSimulator, node: str
) -> None:
    erp = simulator.erp(node=node)
    number, _, _ = pull(erp, after=0)
    turn(simulator, "shipments")

    erp.confirm(number)

    kinds = Counter(kind for kind, _ in pull(erp, after=number)[2])
    assert (kinds[RowKind.SHIPMENT], kinds[RowKind.LINE]) == (1, 3)


def test_a_cancelled_shipment_comes_as_deletions(simulator: RunningSimulator, node: str) -> None:
    erp = simulator.erp(node=node)
    turn(simulator, "shipments")
    number, _, everything = pull(erp, after=0)
    newest = [row for kind, row in everything if kind == RowKind.SHIPMENT][-1]

    turn(simulator, "shipments/cancel")

    rows = pull(erp, after=number)[2]
    assert {kind for kind, _ in rows} == {RowKind.DELETED}
    assert (RowKind.DELETED, ("Shipment", newest[0])) in rows
    assert Counter(row[0] for _, row in rows)["ShipmentLine"] == 3


def test_a_long_list_comes_in_several_messages_without_loss(
    simulator: RunningSimulator, node: str
) -> None:
    whole = pull(simulator.erp(node=f"{node} whole"), after=0)[2]
    erp = simulator.erp(node=node, max_items=150)

    parts: Rows = []
    after, more = 0, True
    while more:
        after, more, rows = pull(erp, after=after)
        assert len(rows) <= 150
        parts += rows
        erp.confirm(after)

    assert parts == whole


def test_an_acknowledgement_of_an_old_message_keeps_what_was_sent_later(
    simulator: RunningSimulator, node: str
) -> None:
    erp = simulator.erp(node=node)
    first, _, rows = pull(erp, after=0)
    pull(erp, after=0)

    erp.confirm(first)

    assert pull(erp, after=first)[2] == rows


def test_an_erp_restored_from_an_old_copy_is_noticed(
    simulator: RunningSimulator, node: str
) -> None:
    erp = simulator.erp(node=node)
    pull(erp, after=0)

    with pytest.raises(Rejected, match="не отправлялось"), erp.changes(after=1_000_000):
        pass


def test_a_portal_restored_from_an_old_copy_is_noticed(
    simulator: RunningSimulator, node: str
) -> None:
    erp = simulator.erp(node=node)
    first, _, _ = pull(erp, after=0)
    second, _, _ = pull(erp, after=first)
    erp.confirm(second)

    with pytest.raises(Rejected, match="запросите полную выгрузку"), erp.changes(after=first):
        pass


def test_leaving_a_message_half_read_does_no_harm(simulator: RunningSimulator, node: str) -> None:
    erp = simulator.erp(node=node)

    with erp.changes(after=0) as message:
        next(iter(message))

    assert pull(erp, after=0)[2]
