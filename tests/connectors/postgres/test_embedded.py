"""The embedded server keeps its data, whatever kills it and wherever it lies."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from connectors.postgres.account import Account, account_for, refuse_closed_folders
from connectors.postgres.binaries import find_binaries
from connectors.postgres.embedded import Address, check_search, running, start, watched
from connectors.postgres.errors import PostgresUnusable
from connectors.postgres.lifeline import HAS_PROC, is_alive

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that another user may pass, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="portal тест "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def remember(address: Address, word: str) -> None:
    with address.connect("postgres") as connection:
        connection.execute("create table if not exists words (word text)")
        connection.execute("insert into words values (%s)", [word])


def remembered(address: Address) -> list[str]:
    with address.connect("postgres") as connection:
        return [word for (word,) in connection.execute("select word from words order by word")]


def test_data_survive_a_stop_in_a_folder_with_spaces_and_cyrillic(home: Path) -> None:
    data = home / "данные портала"
    with running(data) as server:
        remember(server.address, "Ромашка")

    with running(data) as server:
        assert remembered(server.address) == ["Ромашка"]


def test_what_was_committed_survives_a_killed_server(home: Path) -> None:
    killed = start(home / "data")
    remember(killed.address, "Ромашка")
    killed.process.kill()
    killed.process.wait()

    with running(home / "data") as server:
        assert remembered(server.address) == ["Ромашка"]


@pytest.mark.skipif(not HAS_PROC, reason="needs /proc to find what a dead server left working")
def test_sessions_that_outlive_a_killed_server_do_not_keep_the_next_from_starting(
    home: Path,
) -> None:
    killed = start(home / "data")
    remember(killed.address, "Ромашка")
    busy = killed.address.connect("postgres")
    busy.execute("set client_min_messages = error")
    # It notices no end of its server, and fills the log that the next start reads.
    busy.pgconn.send_query(b"do $$ begin loop raise warning 'still here'; end loop; end $$")
    wait_until(lambda: "still here" in log_of(home))
    killed.process.kill()
    killed.process.wait()

    with running(home / "data") as server:
        assert remembered(server.address) == ["Ромашка"]
        assert "still here" not in log_of(home)
    busy.close()


def test_a_server_that_was_killed_comes_back_under_its_address(home: Path) -> None:
    with watched(home / "data") as database:
        address = database.server.address
        for number in range(3):
            remember(address, str(number))
            with ThreadPoolExecutor(3) as crowd:
                for _ in range(3):
                    crowd.submit(work_until_cut_off, address)
                os.kill(database.server.process.pid, signal.SIGKILL)
                wait_until(database.has_ended)
                database.restart()

            assert not database.has_ended()
            assert remembered(address) == [str(one) for one in range(number + 1)]


def work_until_cut_off(address: Address) -> None:
    with suppress(psycopg.OperationalError), address.connect("postgres") as connection:
        connection.execute("select count(*) from generate_series(1, 30000000)")


def log_of(home: Path) -> str:
    return (home / "data.log").read_text(errors="replace")


def test_a_server_left_behind_is_stopped_and_replaced(home: Path) -> None:
    left_behind = start(home / "data")
    remember(left_behind.address, "Ромашка")

    with running(home / "data") as server:
        assert left_behind.process.wait(60) == 0
        assert remembered(server.address) == ["Ромашка"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_the_server_does_not_outlive_a_killed_parent(home: Path) -> None:
    program = f"""
        from pathlib import Path
        from connectors.postgres.embedded import start
        print(start(Path({str(home / "data")!r})).process.pid, flush=True)
        input()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    wait_until_gone(pid)


@pytest.mark.skipif(not HAS_PROC, reason="needs /proc to know whose an id is")
def test_an_id_that_now_belongs_to_another_process_is_not_believed(home: Path) -> None:
    data = home / "data"
    pid_file = data / "postmaster.pid"
    with running(data) as server:
        remember(server.address, "Ромашка")
        lines = pid_file.read_text().splitlines()
    bystander = subprocess.Popen(["sleep", "60"], **account_for(data).popen_options(), cwd="/")
    pid_file.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")

    with running(data) as server:
        assert remembered(server.address) == ["Ромашка"]
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_an_interrupted_first_start_is_begun_again(home: Path) -> None:
    (home / "data.new").mkdir()
    (home / "data.new" / "PG_VERSION").write_text("18")

    with running(home / "data") as server:
        remember(server.address, "Ромашка")


def test_the_database_is_searched_by_similarity_in_cyrillic(home: Path) -> None:
    with running(home / "data", durable=False) as server:
        server.address.ensure_database("portal")

        engine = create_engine(server.address.url("portal"))
        with engine.connect() as connection:
            found = connection.execute(
                text("select similarity('ООО Ромашка', 'Ромашка ООО'), lower('ЁЛКА ŁÓDŹ')")
            ).one()
        engine.dispose()
    assert tuple(found) == (1.0, "ёлка łódź")


def test_a_database_that_is_blind_to_cyrillic_is_refused(home: Path) -> None:
    with running(home / "data", durable=False) as server:
        with server.address.connect("postgres") as maintenance:
            maintenance.execute(
                "create database blind template template0"
                " locale_provider libc lc_collate 'C' lc_ctype 'C'"
            )

        with server.address.connect("blind") as connection, pytest.raises(PostgresUnusable):
            check_search(connection)


def test_nothing_listens_on_tcp_and_the_door_to_the_socket_is_closed(home: Path) -> None:
    with running(home / "data", durable=False) as server:
        with server.address.connect("postgres") as connection:
            told = connection.execute("show listen_addresses").fetchone()

        assert told == ("",)
        assert server.address.sockets.stat().st_mode & 0o077 == 0


def test_settings_of_other_servers_in_the_environment_are_not_heeded(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGDATA", "/nowhere")

    with running(home / "data", durable=False) as server:
        remember(server.address, "Ромашка")


def test_a_closed_parent_folder_is_named_and_its_mode_is_left_alone(home: Path) -> None:
    somebody = Account(uid=65_534, gid=65_534, name="nobody", change=True)
    closed = home / "private"
    closed.mkdir(mode=0o700)

    refuse_closed_folders(home / "data", somebody)
    with pytest.raises(PostgresUnusable, match=f"nobody may not pass through {closed}"):
        refuse_closed_folders(closed / "data", somebody)
    assert closed.stat().st_mode & 0o777 == 0o700


def test_data_survive_below_a_folder_that_is_closed_to_others(home: Path) -> None:
    closed = home / "private"
    closed.mkdir(mode=0o700)
    with running(closed / "data", durable=False) as server:
        remember(server.address, "Ромашка")

    with running(closed / "data", durable=False) as server:
        assert remembered(server.address) == ["Ромашка"]
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree((closed / "data").resolve())


def test_data_thrown_away_below_a_closed_folder_do_not_come_back(home: Path) -> None:
    closed = home / "private"
    closed.mkdir(mode=0o700)
    with running(closed / "data", durable=False) as server:
        remember(server.address, "Ромашка")
    data = closed / "data"
    _throw_away(data)

    with running(data, durable=False) as server:
        remember(server.address, "Лютик")
        assert remembered(server.address) == ["Лютик"]
    shutil.rmtree(data.resolve())


def test_programs_in_a_closed_folder_are_run_from_a_copy(home: Path) -> None:
    wheel = find_binaries().folder.parents[1]
    closed = home / "private"
    closed.mkdir(mode=0o700)
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(part, closed / part.name, symlinks=True)
    programs = closed / wheel.name / "pginstall" / "bin"

    with running(home / "data", durable=False, preferred=programs) as server:
        remember(server.address, "Ромашка")


def test_sessions_are_ended_by_a_stop(home: Path) -> None:
    with running(home / "data", durable=False) as server:
        connection = server.address.connect("postgres")

    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.02)


def _throw_away(data: Path) -> None:
    if data.is_symlink():
        data.unlink()
    else:
        shutil.rmtree(data)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
