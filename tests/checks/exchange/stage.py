"""The whole product as processes on free ports, each of which can be killed."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.core.db import connect_database, db
from config.settings import Settings
from migrations import upgrade
from tests.checks.exchange.crew import Child, Crew, Database, answers, wait_until
from tests.checks.exchange.portal import Portal, meet

LOOPBACK = "127.0.0.1"
DATABASE = "portal"
SLOW = "0.05"  # seconds an answer takes: most kills then hit a call on its way
WORKERS = 2
WEB_WORKERS = 2


@dataclass
class Stage:
    """Everybody who takes part; this process is one more client of the same database."""

    folder: Path
    database: Database
    portal: Portal
    crew: Crew = field(default_factory=Crew)

    @property
    def journal(self) -> Path:
        """The ERP's journal: what it really did."""
        return self.folder / "erp" / "journal.jsonl"

    def start_erp(self, *, port: int, lines: int) -> None:
        """Start the ERP and wait until it answers."""
        words = _simulator(self.portal.settings, port, self.folder / "erp", lines)
        door = self.portal.settings.erp_url
        erp = self.portal.start("erp", "connectors.erp.simulator.web", words)
        self.crew.add("erp", erp, share=2, door=door)
        wait_until(lambda: answers(door))

    def start_portal(self) -> None:
        """Start the workers, the real one of them with its clock and its broker, and the web."""
        self.crew.add("postgres", self.database, share=1)
        for number in range(WORKERS):
            words = ["tests.checks.exchange.worker"]
            worker = self.portal.start(f"worker{number}", "app.worker", words)
            self.crew.add(f"worker {number}", worker, share=4)
        self.crew.add("celery", self.portal.start_worker(), share=2)
        web, door = self.portal.start_web(), self.portal.door
        self.crew.add("web", web, share=1, door=door)
        for number in range(WEB_WORKERS):
            self.crew.add(f"web worker {number}", Child(web, number), share=2, door=door)


@contextmanager
def open_stage(folder: Path, *, lines: int) -> Iterator[Stage]:
    """Start a durable database with our tables, and an ERP with something in it."""
    with ExitStack() as stack:
        database = Database(folder / "postgres")
        stack.callback(database.stop)
        database.address.ensure_database(DATABASE)
        port = free_port()
        settings = Settings(
            environment="test",
            database_url=database.address.url(DATABASE),
            data_dir=folder / "data",
            erp_url=f"http://{LOOPBACK}:{port}/ws/dealer-claims",
        )
        upgrade(settings.database_url)
        stack.callback(connect_database(settings.database_url).dispose)
        stack.callback(db.remove)
        meet(settings)
        portal = Portal(folder, settings, f"http://{LOOPBACK}:{free_port()}", stack)
        stage = Stage(folder, database, portal)
        stage.start_erp(port=port, lines=lines)
        yield stage


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _simulator(settings: Settings, port: int, data: Path, lines: int) -> list[str]:
    return [
        *("connectors.erp.simulator", "--port", str(port), "--data", str(data)),
        *("--user", settings.erp_user, "--password", settings.erp_password.get_secret_value()),
        *("--slow", SLOW, "--lines", str(lines), "--shipments", str(max(lines // 10, 60))),
    ]
