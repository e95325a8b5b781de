"""The whole product as processes on free ports: ERP simulator, web server, worker, database."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock
from psycopg import sql

from connectors.postgres.embedded import Address
from connectors.postgres.lifeline import die_with_parent
from tests.databases import cloned

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
PATIENCE = 60.0
PASSWORD = "demo"
PYTHON = (sys.executable, "-m")
ERP_LOGIN = {"ERP_USER": "portal", "ERP_PASSWORD": "portal-demo"}
SMALL = ("--shipments", "160", "--lines", "1200")  # enough for the stories of the demo
TAIL = 4000


@dataclass(frozen=True)
class World:
    """A seeded database and the folders that belong to it; demos start from copies of both."""

    database: str
    folder: Path


class Part:
    """A running program; what it writes is kept for the day it fails."""

    def __init__(self, name: str, command: list[str], folder: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **env, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  (only prctl there)
            )

    def stop(self, patience: float = 15.0) -> None:
        """Ask it to end, then insist."""
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """Return the end of its log."""
        return f"--- {self.name} ---\n{self.log.read_text(errors='replace')[-TAIL:]}"


@dataclass
class Demo:
    """A running product with a copy of the world of its own."""

    folder: Path
    database_url: str
    web_port: int
    erp_port: int
    simulator_options: tuple[str, ...] = ()
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def erp_url(self) -> str:
        return f"http://{LOOPBACK}:{self.erp_port}"

    def start(self) -> None:
        """Start all parts and wait until the web server and the ERP answer."""
        self.start_erp()
        self._start("web", gunicorn(self.web_port))
        self._start("worker", celery(self.folder))
        _wait_for(self.parts["web"], self.web_port)

    def start_erp(self) -> None:
        """Start the ERP, on the port where it was before."""
        self._start("erp", simulator(self.erp_port, self.folder, self.simulator_options))
        _wait_for(self.parts["erp"], self.erp_port)

    def stop_erp(self) -> None:
        """Switch the ERP off; its journal stays."""
        self.parts["erp"].stop()

    def stop(self) -> None:
        """Stop all parts, the last one first."""
        for part in reversed(self.parts.values()):
            part.stop()

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return rows of the portal's database, for what only a person at a pallet knows."""
        address = self.database_url.replace("+psycopg", "", 1)
        with psycopg.connect(address) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def last_words(self) -> str:
        """Return the ends of all logs."""
        return "\n".join(part.last_words() for part in self.parts.values())

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the portal's processes."""
        return settings(self.database_url, self.folder, self.erp_port) | {"PUBLIC_URL": self.url}

    def _start(self, name: str, command: list[str]) -> None:
        self.parts[name] = Part(name, command, self.folder, self.environment)


@contextmanager
def running_demo(
    address: Address, world: World, name: str, folder: Path, options: tuple[str, ...] = SMALL
) -> Iterator[Demo]:
    """Run a product on copies of the world's database and folders."""
    shutil.copytree(world.folder, folder)
    with cloned(address, world.database, name) as url:
        demo = Demo(folder, url, free_port(), free_port(), options)
        try:
            demo.start()
            yield demo
        finally:
            demo.stop()


def ensure_world(
    address: Address, template: str, folder: Path, options: tuple[str, ...] = SMALL
) -> World:
    """Seed the world once a run; the other workers wait for it and use the same."""
    world = World("browser_world", folder / "world")
    with FileLock(folder / "world.lock"):
        if not (folder / "world.ready").exists():
            shutil.rmtree(world.folder, ignore_errors=True)
            world.folder.mkdir(parents=True)
            _seed(address, template, world, options)
            (folder / "world.ready").touch()
    return world


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def settings(database_url: str, folder: Path, erp_port: int) -> dict[str, str]:
    """Return the environment of the portal's processes."""
    return {
        "ENVIRONMENT": "demo",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(folder),
        "ERP_URL": f"http://{LOOPBACK}:{erp_port}/ws/dealer-claims",
        **ERP_LOGIN,
    }


def simulator(port: int, folder: Path, options: tuple[str, ...]) -> list[str]:
    """Return the command that runs the ERP."""
    return [
        *(*PYTHON, "connectors.erp.simulator", "--port", str(port), "--data", str(folder / "erp")),
        *("--infobase", "browser"),  # one infobase, although each worker has a copy of the world
        *("--user", ERP_LOGIN["ERP_USER"], "--password", ERP_LOGIN["ERP_PASSWORD"], *options),
    ]


def gunicorn(port: int) -> list[str]:
    """Return the command that runs the web server."""
    return [
        *(*PYTHON, "gunicorn", "wsgi:app", "--bind", f"{LOOPBACK}:{port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "8"),
        *("--graceful-timeout", "2", "--no-control-socket", "--log-level", "warning"),
    ]


def celery(folder: Path) -> list[str]:
    """Return the command that runs the worker with its clock."""
    return [
        *(*PYTHON, "celery", "-A", "app.worker", "worker", "-B", "-P", "threads", "-c", "2"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        *("--loglevel", "INFO", "--schedule", str(folder / "schedule")),
    ]


def _seed(address: Address, template: str, world: World, options: tuple[str, ...]) -> None:
    """Load the demo's claims and let everything that they promise arrive."""
    with address.connect("postgres") as maintenance:
        make = sql.SQL("create database {} template {}")
        names = sql.Identifier(world.database), sql.Identifier(template)
        maintenance.execute(make.format(*names))
    port = free_port()
    env = settings(address.url(world.database), world.folder, port)
    erp = Part("erp", simulator(port, world.folder, options), world.folder, env)
    try:
        _wait_for(erp, port)
        for module in ("app.cli", "tests.browser.settle"):
            words = ["seed"] if module == "app.cli" else []
            part = Part("seed", [*PYTHON, module, *words], world.folder, env)
            if part.process.wait():
                raise RuntimeError(part.last_words())
    finally:
        erp.stop()


def _wait_for(part: Part, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(port):
        if part.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{part.name} does not answer\n{part.last_words()}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
