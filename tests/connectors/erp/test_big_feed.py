"""A hundred thousand rows pass through; none of them stays."""

from pathlib import Path

from tests.connectors.erp.measuring import measure
from tests.connectors.erp.running import running

ROWS = 100_000
MIB = 1024 * 1024


def test_a_hundred_thousand_rows_need_no_more_memory_than_one(tmp_path: Path) -> None:
    with running(tmp_path, shipments=2800, lines=30_000) as simulator:
        measured = measure(simulator)

    assert measured.rows > ROWS
    assert measured.peak_growth < 16 * MIB
