"""Each test of the app begins on the day of `tests/app/world.py`, on whatever day it runs."""

from datetime import UTC, date, datetime, timedelta

from app.core.clock import now
from tests.app.world import MONDAY, TODAY


def test_a_test_begins_on_the_fixed_day_and_the_clock_goes_on() -> None:
    begun = now()

    assert timedelta(0) <= begun - TODAY < timedelta(minutes=1)
    assert begun < now() < begun + timedelta(minutes=1)
    assert (datetime.now(UTC).date(), date.today()) == (TODAY.date(), TODAY.date())  # noqa: DTZ011


def test_the_fixed_day_comes_after_the_days_on_which_claims_are_filed() -> None:
    assert timedelta(days=10) < TODAY - MONDAY
