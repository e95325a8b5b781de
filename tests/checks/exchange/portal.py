"""The portal's own processes, each in a nursery, so that a killed one is back at once."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.connect import connect
from app.core.outside import Outside, connect_outside
from config.settings import Settings
from connectors.doorbell.silent import SilentDoorbell
from tests.checks.exchange.crew import Program, answers, wait_until

HURRIED = "tests.checks.exchange.hurried"
GUNICORN = ("gunicorn", "-c", "python:tests.checks.exchange.web", "wsgi:app")
CELERY = (
    *("celery", "-A", HURRIED, "worker", "-B", "-P", "threads", "-c", "2"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"),
)


@dataclass
class Portal:
    """The web server and the worker with its clock and its broker, on one database."""

    folder: Path
    settings: Settings
    web_url: str
    stack: ExitStack

    @property
    def door(self) -> str:
        """The page that answers when the web server is at work."""
        return f"{self.web_url}/sign-in"

    def start_web(self) -> Program:
        """Start the web server and wait until it answers."""
        bind = ("--bind", self.web_url.removeprefix("http://"))
        web = self.start("web", "app.portal,gunicorn.app.wsgiapp", [*GUNICORN, *bind])
        wait_until(lambda: answers(self.door))
        return web

    def start_worker(self) -> Program:
        """Start the worker; nobody waits for it."""
        schedule = ("--schedule", str(self.folder / "schedule"))
        return self.start("celery", HURRIED, [*CELERY, *schedule])

    def start(self, name: str, modules: str, words: Sequence[str]) -> Program:
        """Start a program with the portal's settings; the modules are what it imports anyway."""
        program = Program(name, [modules, *words], self.folder, self._environment())
        self.stack.callback(program.stop)
        return program

    def _environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.settings.database_url,
            "DATA_DIR": str(self.settings.data_dir),
            "ENVIRONMENT": "test",
            "ERP_URL": self.settings.erp_url,
            "PUBLIC_URL": self.web_url,
            "UNDO_SECONDS": "0",
        }


def meet(settings: Settings) -> None:
    """Make this process one more client: its ERP is real, the workers look for work themselves."""
    real = connect(settings)
    connect_outside(Outside(real.erps, real.storage, real.mail, SilentDoorbell()))
