"""One run: a durable database, an ERP, workers, dealers, and somebody who kills."""

import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import aliased

from app.accounts.service import hash_password
from app.connect import connect
from app.core.db import connect_database, db
from app.core.outside import Outside, connect_outside
from app.outbox.models import MessageState, OutboxMessage
from app.seed import load_world
from config.settings import Settings
from connectors.doorbell.silent import SilentDoorbell
from connectors.postgres import embedded
from migrations import upgrade
from tests.checks.exchange.claims import live_through
from tests.checks.exchange.compare import Verdict, compare
from tests.checks.exchange.crew import Crew, Killer, answers, wait_until

LOOPBACK = "127.0.0.1"
DATABASE = "portal"
PATIENCE = 300.0
SLOW = "0.05"  # seconds an answer takes: most kills then hit a call on its way
LINES_EACH = 8  # of the demo's lines not every one is a lot of two or more


@dataclass(frozen=True)
class Options:
    """How much of it; the same seed kills in the same order and decides the same."""

    claims: int
    kills: int
    seed: int = 1
    workers: int = 2


def run(options: Options) -> Verdict:
    """Let claims be filed and decided under fire, drain, and compare both sides."""
    with tempfile.TemporaryDirectory(prefix="exchange-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run under an account of its own
        with embedded.running(folder / "postgres", durable=True) as server:
            server.address.ensure_database(DATABASE)
            return _run(options, folder, server.address.url(DATABASE))


def _run(options: Options, folder: Path, database_url: str) -> Verdict:
    upgrade(database_url)
    port = _free_port()
    url = f"http://{LOOPBACK}:{port}/ws/dealer-claims"
    settings = Settings(
        environment="test", database_url=database_url, data_dir=folder / "data", erp_url=url
    )
    crew = Crew(folder, _environment(settings))
    engine = connect_database(database_url)
    try:
        crew.start("erp", _simulator(port, folder / "erp", settings, options))
        wait_until(lambda: answers(url))
        _meet(settings)
        load_world(hash_password("nobody signs in"))
        return _under_fire(options, crew, folder)
    finally:
        crew.stop()
        db.remove()
        engine.dispose()


def _under_fire(options: Options, crew: Crew, folder: Path) -> Verdict:
    for number in range(options.workers):
        name = f"worker{number}"
        crew.start(name, ["tests.checks.exchange.worker", str(crew.pid_file(name))])
        wait_until(crew.pid_file(name).exists)
    started = time.monotonic()
    killer = Killer(crew, kills=options.kills, seed=options.seed)
    killer.start()
    try:
        for _ in live_through(options.claims, seed=options.seed):
            db.remove()
    finally:
        killer.join()
    _wait_until_kept()
    journal = folder / "erp" / "journal.jsonl"
    return compare(journal, kills=crew.kills, seconds=time.monotonic() - started)


def _meet(settings: Settings) -> None:
    """Speak to the real ERP connector; the workers look for work by themselves."""
    real = connect(settings)
    connect_outside(Outside(real.erps, real.storage, real.mail, SilentDoorbell()))


def _wait_until_kept() -> None:
    """Wait until nothing moves any more; what is parked does not."""
    moving = select(OutboxMessage.id).where(
        OutboxMessage.state.in_((MessageState.WAITING, MessageState.LEASED)),
        ~_behind_a_parked_one(),
    )
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and db.scalar(moving.limit(1)) is not None:
        db.remove()
        time.sleep(0.2)


def _behind_a_parked_one() -> Exists:
    parked = aliased(OutboxMessage)
    return exists().where(
        parked.queue == OutboxMessage.queue,
        parked.queue != "",
        parked.state == MessageState.PARKED,
    )


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "ENVIRONMENT": "test",
        "ERP_URL": settings.erp_url,
    }


def _simulator(port: int, data: Path, settings: Settings, options: Options) -> list[str]:
    lines = max(options.claims * LINES_EACH, 400)
    return [
        *("connectors.erp.simulator", "--port", str(port), "--data", str(data)),
        *("--user", settings.erp_user, "--password", settings.erp_password.get_secret_value()),
        *("--slow", SLOW, "--lines", str(lines), "--shipments", str(max(lines // 10, 60))),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
