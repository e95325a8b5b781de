"""A plugin of pytest: whoever cuts a run off learns what failed until then."""

import os
import signal
from pathlib import Path
from types import FrameType

import pytest

OUTCOMES = "OUTCOMES"  # the setting that names a file for what came of each test


def pytest_configure(config: pytest.Config) -> None:
    """Take an order to end as Ctrl-C is taken: pytest prints its summary."""
    signal.signal(signal.SIGTERM, _interrupt)
    if os.environ.get(OUTCOMES) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(OutcomeLog(Path(os.environ[OUTCOMES])))


class OutcomeLog:
    """Notes each outcome when it is known, for who asks after a run that was killed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a line for a test that passed or failed."""
        if report.failed or (report.passed and report.when == "call"):
            with self.path.open("a", encoding="utf-8") as outcomes:
                outcomes.write(f"{report.outcome} {report.nodeid}\n")


def _interrupt(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second order must not disturb the summary
    raise KeyboardInterrupt
