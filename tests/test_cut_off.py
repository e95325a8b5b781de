"""A run that is cut off tells what failed, and ends with how many did."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
TESTS = """
import time
from pathlib import Path
def test_good(): pass
def test_bad(): assert 1 == 2
def test_long():
    Path("begun").touch()
    time.sleep(600)
"""


@pytest.fixture
def run(tmp_path: Path) -> "subprocess.Popen[str]":
    """A run of three tests, which has come to the long one."""
    (tmp_path / "test_three.py").write_text(TESTS)
    plugins = ("-p", "xdist", "-p", "tests.cut_off", "-p", "no:cacheprovider")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-n", "1", *plugins, "test_three.py"],
        cwd=tmp_path,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "OUTCOMES": str(tmp_path / "outcomes")}
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # all of them take longer than the tests
        stdout=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + PATIENCE
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def test_an_order_to_end_prints_the_failures_and_the_summary_last(
    run: "subprocess.Popen[str]",
) -> None:
    run.terminate()
    out, _ = run.communicate(timeout=PATIENCE)

    assert "FAILED test_three.py::test_bad" in out
    assert re.match(r"1 failed, 1 passed in ", out.splitlines()[-1])


def test_what_failed_is_on_the_disk_even_when_the_run_is_killed(
    run: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=PATIENCE)

    told = (tmp_path / "outcomes").read_text().split()
    assert told == ["passed", "test_three.py::test_good", "failed", "test_three.py::test_bad"]
