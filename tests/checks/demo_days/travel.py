"""A plugin of pytest that lets a run begin on another day: `-p … --on-day 2028-02-29T09:30`.

The Python processes that tests start live on that day as well.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

TRAVELLER = pytest.StashKey[time_machine.travel]()
CHILDREN = Path(__file__).with_name("children")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the moment, in UTC."""
    parser.addoption("--on-day", type=datetime.fromisoformat, required=True)


def pytest_configure(config: pytest.Config) -> None:
    """Set the clock of this process, and of those that it starts; it goes on from there."""
    moment = config.getoption("--on-day").replace(tzinfo=UTC)
    paths = (str(CHILDREN), os.environ.get("PYTHONPATH"))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    # A worker of xdist is such a process itself: what it was told holds for its own children.
    os.environ.setdefault("CLOCK_AHEAD", str((moment - datetime.now(UTC)).total_seconds()))
    config.stash[TRAVELLER] = time_machine.travel(moment, tick=True)
    config.stash[TRAVELLER].start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Come back."""
    config.stash[TRAVELLER].stop()
