"""The whole product as processes on free ports, each of which can be killed."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.connect import connect
from app.core.db import connect_database, db
from app.core.outside import Outside, connect_outside
from config.settings import Settings
from connectors.doorbell.silent import SilentDoorbell
from migrations import upgrade
from tests.checks.exchange.crew import Child, Crew, Database, Program, answers, wait_until

LOOPBACK = "127.0.0.1"
DATABASE = "portal"
SLOW = "0.05"  # seconds an answer takes: most kills then hit a call on its way
WORKERS = 2
WEB_WORKERS = 2
CELERY = (
    *(
        "tests.checks.exchange.hurried",
        "celery",
        "-A",
        "tests.checks.exchange.hurried",
        "worker",
        "-B",
        "-P",
        "threads",
        "-c",
        "2",
    ),
    *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"),
)


@dataclass
class Stage:
    """Everybody who takes part; this process is one more client of the same database."""

    folder: Path
    settings: Settings
    database: Database
    web_url: str
    stack: ExitStack
    crew: Crew = field(default_factory=Crew)

    @property
    def journal(self) -> Path:
        """The ERP's journal: what it really did."""
        return self.folder / "erp" / "journal.jsonl"

    def start_erp(self, *, port: int, lines: int) -> None:
        """Start the ERP and wait until it answers."""
        words = _simulator(self.settings, port, self.folder / "erp", lines)
        door = self.settings.erp_url
        self.crew.add("erp", self._start("erp", words), share=2, door=door)
        wait_until(lambda: answers(door))

    def start_portal(self) -> None:
        """Start the workers, the real one of them with its clock and its broker, and the web."""
        self.crew.add("postgres", self.database, share=1)
        for number in range(WORKERS):
            worker = self._start(f"worker{number}", ["app.worker", "tests.checks.exchange.worker"])
            self.crew.add(f"worker {number}", worker, share=4)
        schedule = ("--schedule", str(self.folder / "schedule"))
        self.crew.add("celery", self._start("celery", [*CELERY, *schedule]), share=2)
        web = self._start("web", _gunicorn(self.web_url))
        door = f"{self.web_url}/sign-in"
        self.crew.add("web", web, share=1, door=door)
        for number in range(WEB_WORKERS):
            self.crew.add(f"web worker {number}", Child(web, number), share=2, door=door)
        wait_until(lambda: answers(door))

    def _start(self, name: str, words: Sequence[str]) -> Program:
        program = Program(name, words, self.folder, _environment(self.settings, self.web_url))
        self.stack.callback(program.stop)
        return program


@contextmanager
def open_stage(folder: Path, *, lines: int) -> Iterator[Stage]:
    """Start a durable database with our tables, and an ERP with something in it."""
    with ExitStack() as stack:
        database = Database(folder / "postgres")
        stack.callback(database.stop)
        database.address.ensure_database(DATABASE)
        port = _free_port()
        settings = Settings(
            environment="test",
            database_url=database.address.url(DATABASE),
            data_dir=folder / "data",
            erp_url=f"http://{LOOPBACK}:{port}/ws/dealer-claims",
        )
        upgrade(settings.database_url)
        stack.callback(connect_database(settings.database_url).dispose)
        stack.callback(db.remove)
        _meet(settings)
        web_url = f"http://{LOOPBACK}:{_free_port()}"
        stage = Stage(folder, settings, database, web_url, stack)
        stage.start_erp(port=port, lines=lines)
        yield stage


def _meet(settings: Settings) -> None:
    """Speak to the real ERP connector; the workers look for work by themselves."""
    real = connect(settings)
    connect_outside(Outside(real.erps, real.storage, real.mail, SilentDoorbell()))


def _environment(settings: Settings, web_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "ENVIRONMENT": "test",
        "ERP_URL": settings.erp_url,
        "PUBLIC_URL": web_url,
    }


def _simulator(settings: Settings, port: int, data: Path, lines: int) -> list[str]:
    return [
        *(
            "connectors.erp.simulator.web",
            "connectors.erp.simulator",
            "--port",
            str(port),
            "--data",
            str(data),
        ),
        *("--user", settings.erp_user, "--password", settings.erp_password.get_secret_value()),
        *("--slow", SLOW, "--lines", str(lines), "--shipments", str(max(lines // 10, 60))),
    ]


def _gunicorn(url: str) -> list[str]:
    bind = url.removeprefix("http://")
    return [
        "app.portal,gunicorn.app.wsgiapp",
        "gunicorn",
        "-c",
        "python:tests.checks.exchange.web",
        "wsgi:app",
        "--bind",
        bind,
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
