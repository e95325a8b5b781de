"""The plug is pulled in the middle of puts: nothing is lost, nothing is doubled."""

import json
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from connectors.erp.port import ClaimMessage, Receipt
from connectors.errors import Unavailable
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import RunningSimulator, running, start

KILLS = 4
PUTTERS = 4


def test_claims_told_through_kills_are_each_kept_once(tmp_path: Path) -> None:
    simulator = start(tmp_path)
    ends_at = time.monotonic() + 6
    with ThreadPoolExecutor(PUTTERS) as threads:
        told = [threads.submit(tell_until, simulator, ends_at) for _ in range(PUTTERS)]
        for _ in range(KILLS):
            time.sleep(0.6)
            simulator.kill()
            simulator = start(tmp_path, port=simulator.port)
        receipts = [receipt for one in told for receipt in one.result()]

    held = simulator.erp().states([receipt.external_id for receipt in receipts])
    simulator.stop()
    assert len(receipts) > KILLS
    assert held == receipts
    created = Counter(entry["external_id"] for entry in effects(simulator.journal))
    assert {created[str(receipt.external_id)] for receipt in receipts} == {1}
    assert max(created.values()) == 1
    numbers = [entry["number"] for entry in effects(simulator.journal)]
    assert len(set(numbers)) == len(numbers)
    assert entries(simulator.journal) == table(tmp_path)


def test_a_torn_journal_is_mended_from_the_store(tmp_path: Path) -> None:
    with running(tmp_path) as simulator:
        for _ in range(3):
            simulator.erp().put_claim(a_claim())
    whole = simulator.journal.read_bytes()

    for torn in (whole[:-1], whole[: len(whole) // 2], b""):
        simulator.journal.write_bytes(torn)
        with running(tmp_path):
            pass
        assert simulator.journal.read_bytes() == whole


def test_a_lost_journal_is_written_anew(tmp_path: Path) -> None:
    with running(tmp_path) as simulator:
        simulator.erp().put_claim(a_claim())
    whole = simulator.journal.read_bytes()
    simulator.journal.unlink()

    with running(tmp_path):
        assert simulator.journal.read_bytes() == whole


def test_the_simulator_stops_at_once_and_cleanly(tmp_path: Path) -> None:
    simulator = start(tmp_path)
    simulator.erp().ping()
    asked_at = time.monotonic()

    assert simulator.stop() == 0
    assert time.monotonic() - asked_at < 2


def tell_until(simulator: RunningSimulator, ends_at: float) -> list[Receipt]:
    """Tell one claim after another, each as often as it takes to get a receipt."""
    receipts = []
    while time.monotonic() < ends_at:
        receipts.append(tell(simulator, a_claim()))
    return receipts


def tell(simulator: RunningSimulator, claim: ClaimMessage) -> Receipt:
    while True:
        try:
            return simulator.erp().put_claim(claim)
        except Unavailable:
            time.sleep(0.05)


def entries(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


def effects(journal: Path) -> list[dict[str, Any]]:
    return [entry for entry in entries(journal) if entry["what"] == "effect"]


def table(data: Path) -> list[dict[str, Any]]:
    connection = sqlite3.connect(data / "erp.sqlite")
    rows = connection.execute("SELECT seq, entry FROM journal ORDER BY seq").fetchall()
    connection.close()
    return [{"seq": seq, **json.loads(entry)} for seq, entry in rows]
