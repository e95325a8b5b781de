"""The short form of a day without the ERP; the long one is `run.py check away`."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.outbox.rules import PROBE_WAITS
from tests.checks.away.day import DAY, Options, live_through_a_day, most_probes

CLAIMS = 20
MESSAGES_EACH = 6
LOOKS, PAGES = 5, 7


@pytest.mark.timeout(300)
def test_nobody_notices_and_all_of_a_days_messages_arrive_in_order(
    committed_database: str, tmp_path: Path
) -> None:
    day = Options(claims=CLAIMS, hours=4)

    report = live_through_a_day(day, committed_database, tmp_path)

    assert report.is_clean, report.table()
    assert report.waiting >= CLAIMS * MESSAGES_EACH
    assert report.pages == LOOKS * PAGES
    assert report.tries < CLAIMS  # the others waited untouched for the connection
    assert report.drained_after < timedelta(minutes=15)


def test_a_day_of_probes_is_one_every_five_minutes() -> None:
    assert PROBE_WAITS[-1] == timedelta(minutes=5)
    assert most_probes(DAY) < 300
