"""A plugin of pytest that lets a run begin on another day: `-p … --on-day 2028-02-29T09:30`."""

from datetime import UTC, datetime

import pytest
import time_machine

TRAVELLER = pytest.StashKey[time_machine.travel]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the moment, in UTC."""
    parser.addoption("--on-day", type=datetime.fromisoformat, required=True)


def pytest_configure(config: pytest.Config) -> None:
    """Set the clock of this process; it goes on from there."""
    moment = config.getoption("--on-day").replace(tzinfo=UTC)
    config.stash[TRAVELLER] = time_machine.travel(moment, tick=True)
    config.stash[TRAVELLER].start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Come back."""
    config.stash[TRAVELLER].stop()
