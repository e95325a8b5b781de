"""The short form of the demo's days: today and two of the table; the rest: `check demo-days`."""

from datetime import UTC, date, datetime

import pytest

from tests.checks.demo_days.dates import DAYS, moments
from tests.checks.demo_days.day import try_day

TODAY = datetime.now(UTC)
# Every day others of the table, so that all have been tried after three weeks.
OTHERS = moments(2, first=2 * TODAY.toordinal() % len(DAYS))


@pytest.mark.parametrize("at", [TODAY, *OTHERS], ids=lambda at: f"{at:%Y-%m-%d}")
def test_the_demo_shows_each_of_its_stories_on_this_day(
    committed_database: str, at: datetime
) -> None:
    assert try_day(at, committed_database, deliver=False) == []


def test_the_table_has_days_of_every_kind() -> None:
    days = [date.fromisoformat(day) for day, _ in DAYS]

    assert len(set(days)) >= 40
    assert {day.weekday() for day in days} == set(range(7))
    assert {(day.month, day.day) for day in days} >= {(1, 1), (2, 28), (2, 29), (12, 31)}
