"""A second demo, a busy port or a foreign folder get one clear line; nothing is overwritten."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.demo_data import CannotStart, DemoData
from app.supervisor import main

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys
from app.demo_data import DemoData
data = DemoData()
with data.held():
    data.tell("http://127.0.0.1:8123", {"DATABASE_URL": "postgresql://there"})
    print("held", flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def _undone() -> object:
    signs = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {sign: signal.getsignal(sign) for sign in signs}
    yield
    for sign, handler in handlers.items():
        signal.signal(sign, handler)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DemoData:
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "дом" / "demo"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return DemoData()


@pytest.fixture
def other_demo(data: DemoData) -> object:
    """Another process that holds the same folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        cwd=ROOT,
        env=os.environ | {"PORTAL_DATA": str(data.folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_demo_is_told_where_the_first_is(
    data: DemoData, other_demo: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", "8124"]) == 1
    assert capsys.readouterr().err == (
        "The demo already runs on this data: http://127.0.0.1:8123\n"
    )


def test_a_command_works_on_the_data_of_the_running_demo(
    data: DemoData, other_demo: subprocess.Popen[str]
) -> None:
    assert data.environment_of_running() == {"DATABASE_URL": "postgresql://there"}


def test_the_notice_of_a_killed_demo_is_not_believed(
    data: DemoData, other_demo: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    other_demo.kill()
    other_demo.wait()

    assert data.environment_of_running() == {}
    assert main(["run", "erp", "pull"]) == 1
    assert "The demo is not running" in capsys.readouterr().err


def test_a_busy_port_is_one_line_and_nothing_is_thrown_away(
    data: DemoData, capsys: pytest.CaptureFixture[str]
) -> None:
    with data.held():
        (data.folder / "postgres").mkdir()
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        assert main(["--fresh", "--port", str(port)]) == 1

    told = f"Port {port} is busy: choose another with --port.\n"
    assert capsys.readouterr().err == told
    assert (data.folder / "postgres").exists()


def test_an_unreachable_database_is_one_line(
    data: DemoData, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://portal@127.0.0.1:1/portal")

    assert main(["--port", "8124", "--erp-port", "8125"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("The database does not answer: ")
    assert told.count("\n") == 1


def test_starting_anew_does_not_empty_a_folder_that_is_not_the_demos(data: DemoData) -> None:
    data.folder.mkdir(parents=True)
    (data.folder / "letter.txt").write_text("dear")

    with data.held(), pytest.raises(CannotStart, match="does not look like the data of the demo"):
        data.empty()
    assert (data.folder / "letter.txt").exists()


def test_starting_anew_leaves_nothing_of_the_demo(data: DemoData) -> None:
    with data.held():
        (data.folder / "postgres").mkdir()
        data.note_loaded("anna@d01.example")
        assert data.is_loaded()

        data.empty()

        assert not data.is_loaded()
        assert not (data.folder / "postgres").exists()
        data.empty()  # still known as the demo's


def test_a_demo_of_an_older_schema_is_migrated_and_asked_again(
    data: DemoData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with data.held():
        data.note_loaded("anna@d01.example")
        assert (data.is_loaded(), data.logins()) == (True, "anna@d01.example")

    (tmp_path / "0002_more.py").write_text("revision = '0002'")
    monkeypatch.setattr("app.demo_data.VERSIONS", tmp_path)

    assert not data.is_loaded()
