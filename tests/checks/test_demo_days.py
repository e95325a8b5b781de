"""The short form of the demo's days: today and two of the table; the rest: `check demo-days`."""

from datetime import UTC, date, datetime

import pytest

from app.core.db import db
from app.seed import claims, is_seeded, load_world
from app.seed.claims import CLAIMS_A_LINE
from app.seed.stories import STORIES
from tests.checks.demo_days.dates import DAYS, moments
from tests.checks.demo_days.day import shipped, try_day

TODAY = datetime.now(UTC)
# Every day others of the table, so that all have been tried after three weeks.
OTHERS = moments(2, first=2 * TODAY.toordinal() % len(DAYS))


@pytest.mark.parametrize("at", [TODAY, *OTHERS], ids=lambda at: f"{at:%Y-%m-%d}")
def test_the_demo_shows_each_of_its_stories_on_this_day(
    committed_database: str, at: datetime
) -> None:
    said: list[str] = []

    assert try_day(at, committed_database, deliver=False, say=said.append) == []
    assert said[-1] == f"Claims: {len(STORIES)} of {len(STORIES)}"
    assert len(said) > len(STORIES) / CLAIMS_A_LINE


@pytest.mark.usefixtures("committed_database")
def test_a_loading_that_was_interrupted_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(line: str) -> None:
        if line.startswith("Claims: 2 of"):
            raise KeyboardInterrupt

    monkeypatch.setattr(claims, "CLAIMS_A_LINE", 1)
    with shipped(TODAY):
        load_world("no password")
        with pytest.raises(KeyboardInterrupt):
            claims.load_claims(TODAY, say=interrupt)
        db.remove()  # as the end of the process does

    assert not is_seeded()


def test_the_table_has_days_of_every_kind() -> None:
    days = [date.fromisoformat(day) for day, _ in DAYS]

    assert len(set(days)) >= 40
    assert {day.weekday() for day in days} == set(range(7))
    assert {(day.month, day.day) for day in days} >= {(1, 1), (2, 28), (2, 29), (12, 31)}
