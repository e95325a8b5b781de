"""The demo's parts are heard, stopped together, and cleared when their supervisor was killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.processes import MARK, Crew, clear_leftovers
from connectors.postgres.lifeline import HAS_PROC, is_alive

TALKS = "print('привет'); print('again')"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); {}"
SLEEPS = "time.sleep(60)"


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    handlers = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    crew = Crew(tmp_path, {"COLOUR": "зелёный"})
    yield crew
    crew.stop(patience=0)
    for sign, handler in handlers.items():
        signal.signal(sign, handler)


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def wait_for(capfd: pytest.CaptureFixture[str], words: str) -> str:
    heard = ""
    deadline = time.monotonic() + 60
    while words not in heard:
        assert time.monotonic() < deadline, heard
        time.sleep(0.02)
        heard += capfd.readouterr().out
    return heard


def test_each_line_says_which_part_spoke(crew: Crew, capfd: pytest.CaptureFixture[str]) -> None:
    crew.start("web", python(TALKS))

    heard = wait_for(capfd, "again")

    assert heard.splitlines() == ["web    | привет", "web    | again"]


def test_a_question_gets_its_answer_and_the_talk_beside_it_is_heard(
    crew: Crew, capfd: pytest.CaptureFixture[str]
) -> None:
    program = "import os, sys; print(os.environ['COLOUR']); print('hm', file=sys.stderr); exit(3)"

    assert crew.ask("seed", python(program)) == (3, "зелёный\n")
    assert wait_for(capfd, "hm") == "seed   | hm\n"


def test_a_part_that_ended_is_named(crew: Crew) -> None:
    crew.start("web", python("import time; time.sleep(60)"))
    assert crew.fallen() is None
    crew.start("worker", python("exit(7)"))

    deadline = time.monotonic() + 60
    while crew.fallen() is None and time.monotonic() < deadline:
        time.sleep(0.02)

    assert crew.fallen() == "The part worker ended with exit code 7."


def test_a_part_that_does_not_want_to_stop_is_made_to_with_its_children(
    crew: Crew, capfd: pytest.CaptureFixture[str]
) -> None:
    child = "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {!r}]);"
    sleeper = "import time; time.sleep(60)"
    program = child.format(sleeper) + "print('child', child.pid, flush=True);"
    crew.start("worker", python(program + STUBBORN.format(SLEEPS)))
    pid = int(wait_for(capfd, "up").split("child ")[1].split()[0])
    assert is_alive(pid)

    crew.stop(patience=0.2)

    wait_until_gone(pid)


@pytest.mark.skipif(not HAS_PROC, reason="only Linux shows whose child a process was")
def test_what_a_killed_supervisor_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    ours, others = tmp_path / "ours", tmp_path / "others"
    left, foreign = (
        subprocess.Popen(python("import time; time.sleep(60)"), env=os.environ | {MARK: str(data)})
        for data in (ours, others)
    )

    clear_leftovers(ours, patience=5)

    assert left.wait(5) == -signal.SIGTERM
    assert foreign.poll() is None
    foreign.kill()
    foreign.wait()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while is_alive(pid) and not is_zombie(pid):
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.02)


def is_zombie(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"
