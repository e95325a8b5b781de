"""The demo under one supervisor: `python -m app.supervisor [--fresh] [--port 8000]`.

PostgreSQL first and last; the ERP simulator, the worker and the web server in between. Settings
replace each by a real one: DATABASE_URL, ERP_WSDL or ERP_URL, BROKER_URL, S3_*, SMTP_*.
"""

import argparse
import http
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import psycopg

from app.demo_data import CannotStart, DemoData
from app.demo_erps import USUAL_LOG_IN, DemoErp, connect_portal, demo_erps
from app.processes import PAUSE, Crew, clear_leftovers
from connectors.postgres import embedded
from connectors.postgres.errors import PostgresUnusable
from connectors.postgres.leftover import clear_leftover

LOOPBACK = "127.0.0.1"
DATABASE = "portal"
PATIENCE = 60.0
CONNECT_SECONDS = 10
PYTHON = (sys.executable, "-m")
REAL_ERPS = ("ERP_WSDL", "ERP_URL", "ERP_CONNECTIONS")
NOT_RUNNING = "The demo is not running: start it with `python3 run.py demo`, or set DATABASE_URL."


def main(words: list[str]) -> int:
    """Run the demo, or a command on its data; return the exit code."""
    try:
        if words[:1] == ["run"]:
            run_command(words[1:])
        run_demo(_read_options(words))
    except (CannotStart, PostgresUnusable) as refused:
        print(refused, file=sys.stderr)
        return 1
    except psycopg.OperationalError as lost:
        print(f"The database does not answer: {str(lost).splitlines()[0]}", file=sys.stderr)
        return 1
    return 0


def run_demo(options: argparse.Namespace) -> None:
    """Start everything, say where it is, and stop it all when asked to or when a part falls."""
    for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wish, signal.default_int_handler)
    data = DemoData()
    try:
        with data.held(), ExitStack() as stack:
            clear_leftovers(data.folder)
            _start(options, data, stack)
    except KeyboardInterrupt:
        print(f"Stopped. The data stay in {data.folder}.")


def run_command(words: list[str]) -> None:
    """Become a command of the portal, with the settings of the running demo."""
    if not os.environ.get("DATABASE_URL"):
        os.environ |= DemoData().environment_of_running()
    if not os.environ.get("DATABASE_URL"):
        raise CannotStart(NOT_RUNNING)
    os.execv(sys.executable, [*PYTHON, "app.cli", *words])  # noqa: S606  (no shell is right)


def _start(options: argparse.Namespace, data: DemoData, stack: ExitStack) -> None:
    _refuse_busy("port", options.port)
    erps = _choose_erps(options, data)
    for erp in erps:
        _refuse_busy("erp-port", erp.port)
    if options.fresh:
        _empty(data)
    environment = _environment(options, data) | (connect_portal(erps, data.folder) if erps else {})
    print("Starting PostgreSQL", flush=True)
    database = _own_database(data, stack)
    environment["DATABASE_URL"] = _address_of(database)
    crew = Crew(data.folder, environment)
    stack.callback(crew.stop)
    if erps:
        crew.say("Starting the ERP simulator")
    for erp in erps:
        crew.start(erp.connection or "erp", erp.command(data.folder))
    if os.environ.get("DATABASE_URL") or not data.is_loaded():
        _load(crew, data, environment["DATABASE_URL"], erps)
    crew.say("Starting the web server and the worker")
    crew.start("web", _web(options.port))
    data.tell(environment["PUBLIC_URL"], environment)
    _wait(crew, "The web server", options.port)
    crew.start("worker", _worker(data.folder))  # nobody waits for it; the first page comes sooner
    crew.say(_welcome(options, data, erps))
    _watch(crew, database)


def _choose_erps(options: argparse.Namespace, data: DemoData) -> list[DemoErp]:
    """Return the simulators to start; none where the settings name real ERPs."""
    if any(os.environ.get(name) for name in REAL_ERPS):
        return []
    kept = 0 if options.fresh else data.count_erps()
    if kept and options.erps not in (None, kept):
        raise CannotStart(f"The data in {data.folder} are of {kept} ERP: add --fresh.")
    user, password = USUAL_LOG_IN
    log_in = os.environ.get("ERP_USER") or user, os.environ.get("ERP_PASSWORD") or password
    return demo_erps(kept or options.erps or 1, options.erp_port, log_in=log_in)


def _environment(options: argparse.Namespace, data: DemoData) -> dict[str, str]:
    chosen = {
        "ENVIRONMENT": "demo",
        "DATA_DIR": str(data.folder),
        "PUBLIC_URL": f"http://{LOOPBACK}:{options.port}",
        "LOG_FORMAT": "console" if sys.stdout.isatty() else "json",
    }
    return {name: os.environ.get(name) or value for name, value in chosen.items()}


def _web(port: int) -> list[str]:
    return [
        *(*PYTHON, "gunicorn", "wsgi:app", "--bind", f"{LOOPBACK}:{port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "8"),
        *("--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"),
    ]


def _worker(folder: Path) -> list[str]:
    return [
        *(*PYTHON, "celery", "-A", "app.worker", "--quiet"),
        *("worker", "-B", "-P", "threads", "-c", "4"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        *("--loglevel", "INFO", "--schedule", str(folder / "schedule")),
    ]


def _empty(data: DemoData) -> None:
    if os.environ.get("DATABASE_URL"):
        raise CannotStart("--fresh empties the demo's own database only; unset DATABASE_URL.")
    clear_leftover(data.folder / "postgres")
    data.empty()


def _own_database(data: DemoData, stack: ExitStack) -> embedded.Watched | None:
    """Start the demo's PostgreSQL, which outlives every other part; None for a given one."""
    if os.environ.get("DATABASE_URL"):
        return None
    preferred = os.environ.get("PG_BIN")
    database = stack.enter_context(
        embedded.watched(data.folder / "postgres", preferred=Path(preferred) if preferred else None)
    )
    database.server.address.ensure_database(DATABASE)
    return database


def _address_of(database: embedded.Watched | None) -> str:
    """Return the address of the database; a given one must answer."""
    if database is not None:
        return database.server.address.url(DATABASE)
    given = os.environ["DATABASE_URL"]
    psycopg.connect(given.replace("+psycopg", "", 1), connect_timeout=CONNECT_SECONDS).close()
    return given


def _load(crew: Crew, data: DemoData, url: str, erps: Sequence[DemoErp]) -> None:
    """Migrate and load the demo, unless that is done already."""
    crew.say("Bringing the database to the present schema")
    # Late, because it takes long: the ERP simulator starts beside us.
    import_module("migrations").upgrade(url)
    for erp in erps:
        _wait(crew, "The ERP simulator", erp.port)
    crew.say("Loading the demo's data, which happens once")
    answers = [crew.ask("seed", [*PYTHON, "app.cli", word]) for word in ("seed", "log-ins")]
    if any(code for code, _ in answers):
        raise CannotStart("The demo's data could not be loaded; see above.")
    data.note_loaded(answers[-1][1], erps=len(erps))


def _wait(crew: Crew, what: str, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(port):
        _refuse_fallen(crew)
        if time.monotonic() > deadline:
            raise CannotStart(f"{what} does not answer; see above.")
        time.sleep(PAUSE)


def _watch(crew: Crew, database: embedded.Watched | None) -> None:
    while True:
        if database is not None and database.has_ended():
            crew.say("PostgreSQL has ended; it is started again.")
            database.restart()
        _refuse_fallen(crew)
        time.sleep(4 * PAUSE)


def _refuse_fallen(crew: Crew) -> None:
    if words := crew.fallen():
        raise CannotStart(f"{words} Everything is stopped; see above.")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _refuse_busy(option: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise CannotStart(f"Port {port} is busy: choose another with --{option}.") from None


def _welcome(options: argparse.Namespace, data: DemoData, erps: Sequence[DemoErp]) -> str:
    lines = ["", f"The portal:             http://{LOOPBACK}:{options.port}/"]
    lines += [f"What the ERP received:  {erp.page} {erp.plant}".rstrip() for erp in erps]
    return "\n".join([*lines, "", data.logins().strip("\n"), "", "Ctrl-C stops it.", ""])


def _read_options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py demo", description="The portal to try out.")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away first")
    parser.add_argument("--port", type=int, default=8000, help="of the portal")
    parser.add_argument("--erp-port", type=int, default=8100, help="of the ERP simulator")
    parser.add_argument(
        "--erps", type=int, choices=(1, 2), help="2: each plant has an ERP of its own, on two ports"
    )
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
