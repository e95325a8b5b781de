"""The two corners of an exchange plan that no caller can reach by chance."""

from pathlib import Path

from connectors.erp.port import RowKind
from connectors.erp.simulator import feed
from connectors.erp.simulator.ledger import Ledger

LATE = (RowKind.PACKAGE, ("code", "line", "1", None))
LATE_AGAIN = (RowKind.PACKAGE, ("code", "line", "2", None))
EARLY = (RowKind.COMPONENT, ("item", None, "Дверца", "1"))


def test_a_row_that_changed_between_sending_and_acknowledging_comes_again(tmp_path: Path) -> None:
    with Ledger(tmp_path).transaction() as connection:
        feed.store_rows(connection, [LATE])
        sent = feed.open_message(connection, "portal", 0, 0)

        feed.change_rows(connection, [LATE_AGAIN])
        feed.acknowledge(connection, "portal", sent.number)

        again = feed.open_message(connection, "portal", sent.number, 0)
        _, rows = feed.message_rows(connection, "portal", again.number)
        assert list(rows) == [feed.row_xml(*LATE_AGAIN)]


def test_a_row_pushed_out_of_a_repeated_message_is_still_waiting(tmp_path: Path) -> None:
    with Ledger(tmp_path).transaction() as connection:
        feed.store_rows(connection, [LATE])
        start = feed.open_message(connection, "portal", 0, 1).number
        feed.acknowledge(connection, "portal", start)
        feed.change_rows(connection, [LATE])
        feed.open_message(connection, "portal", start, 1)

        feed.change_rows(connection, [EARLY])

        assert feed.open_message(connection, "portal", start, 1).more
