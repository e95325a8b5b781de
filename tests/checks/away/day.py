"""A day without the ERP, lived through in a time machine."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from unittest.mock import patch
from uuid import UUID

import time_machine
from pydantic import SecretStr
from sqlalchemy import ColumnElement, func, select

from app.accounts.service import hash_password
from app.claims.models import Claim
from app.core.db import connect_database, db
from app.outbox.delivery import drain
from app.outbox.models import Connection, MessageState, OutboxMessage
from app.outbox.rules import PROBE_WAITS
from app.seed import load_world
from config.settings import Settings
from tests.checks.away.visitors import PASSWORD, Visitors
from tests.checks.exchange.claims import live_through
from tests.checks.exchange.compare import Story, Verdict, compare
from tests.checks.exchange.people import Told
from tests.checks.exchange.portal import meet
from tests.connectors.erp import running
from tests.connectors.erp.running import RunningSimulator

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
QUARTER = timedelta(seconds=15)
LINES_EACH = 8  # of the demo's lines not every one is a lot of two or more
SENDERS = 2  # as many calls as the ERP gets at once
LATEST = timedelta(hours=2)  # after its return everything must be there


@dataclass(frozen=True)
class Options:
    """How much is filed and decided in the day, and how many hours apart people look at it."""

    claims: int
    seed: int = 1
    hours: int = 1


@dataclass(frozen=True)
class Report:
    """What came of the day."""

    verdict: Verdict
    pages: int
    complaints: tuple[str, ...]
    waiting: int
    parked: int
    tries: int
    probes: int
    drained_after: timedelta
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Nobody noticed, nobody was pestered, and everything arrived in its order."""
        good = self.verdict.is_clean and not self.complaints and not self.parked
        return good and self.probes <= most_probes(DAY)

    def table(self) -> str:
        """Return a line for each figure."""
        figures = {
            "pages that were fine": self.pages,
            "messages waiting after a day": self.waiting,
            "dead letters": self.parked,
            "tries to send meanwhile": self.tries,
            "probes meanwhile": self.probes,
            "drained, seconds": round(self.seconds, 1),
            "drained, messages/s": round(self.waiting / max(self.seconds, 0.001), 1),
            "drained by its clock, s": round(self.drained_after.total_seconds()),
        }
        lines = [f"{name:30} {value:>8g}" for name, value in figures.items()]
        return "\n".join([*lines, *self.complaints, self.verdict.table()])


def most_probes(away: timedelta) -> int:
    """Return how often somebody may ask in this time when each wait is as short as allowed."""
    return len(PROBE_WAITS) + away // PROBE_WAITS[-1] + 1


def live_through_a_day(options: Options, database_url: str, folder: Path) -> Report:
    """Take the ERP away for a day of claims, give it back, drain, and compare both sides."""
    lines = max(options.claims * LINES_EACH, 400)
    erp = running.start(folder / "erp", lines=lines, shipments=max(lines // 10, 60))
    settings = Settings(
        environment="test",
        database_url=database_url,
        data_dir=folder / "data",
        erp_url=erp.url,
        erp_user=running.USER,
        erp_password=SecretStr(running.PASSWORD),
    )
    with patch.dict(os.environ, DATABASE_URL=database_url):
        import_module("app.worker")  # which reads the settings of its machine
    engine = connect_database(database_url)
    try:
        meet(settings)
        load_world(hash_password(PASSWORD))
        return _away(options, settings, erp)
    finally:
        erp.stop()
        db.remove()
        engine.dispose()


def _away(options: Options, settings: Settings, erp: RunningSimulator) -> Report:
    visitors = Visitors(settings)
    begin = datetime.now(UTC)
    erp.stop()
    with time_machine.travel(begin, tick=True) as machine:
        for _ in _moments(begin, options, machine):
            visitors.look_around()
        waiting = _owed()
        probes = db.scalar(select(func.max(Connection.probes))) or 0
        tries = db.scalar(select(func.sum(OutboxMessage.attempts)).where(_is_for_the_erp()))
        back = datetime.now(UTC)
        started = time.perf_counter()
        with _back(erp):
            _drain(machine, until=back + LATEST)
            seconds = time.perf_counter() - started
            drained_after = datetime.now(UTC) - back
    told = [Told(claim.id, claim.number or "", is_decided=True) for claim in _claims()]
    story = Story(seed=options.seed, kills=Counter(), told=told, repeats=0, seconds=seconds)
    return Report(
        verdict=compare(erp.journal, story),
        pages=visitors.pages,
        complaints=tuple(visitors.complaints),
        waiting=waiting,
        parked=_count(OutboxMessage.state == MessageState.PARKED),
        tries=tries or 0,
        probes=probes,
        drained_after=drained_after,
        seconds=seconds,
    )


def _moments(
    begin: datetime, options: Options, machine: time_machine.Traveller
) -> Iterator[datetime]:
    """Live through the day: people file and decide, the worker looks whenever it may be time."""
    random = Random(options.seed)
    busy = sorted(begin + random.random() * DAY for _ in range(options.claims))
    hours = [begin + hour * HOUR for hour in range(options.hours, DAY // HOUR, options.hours)]
    deeds: Iterator[UUID] = live_through(options.claims, seed=options.seed)
    at = begin
    while at < begin + DAY:
        machine.move_to(at)
        while busy and busy[0] <= at:
            next(deeds)
            busy.pop(0)
        _send()
        if hours and hours[0] <= at:
            yield hours.pop(0)
        at = min(later(at, busy[:1]), later(at, hours[:1]), _next_probe(at))


def later(at: datetime, moments: list[datetime]) -> datetime:
    """Return the first of the moments that is not over, a day later when there is none."""
    return next((moment for moment in moments if moment > at), at + DAY)


def _next_probe(at: datetime) -> datetime:
    """Return when the worker asks the ERP again; it works until then as far as we know."""
    paused_until = db.scalar(select(func.min(Connection.paused_until)))
    db.remove()
    return later(at, [paused_until] if paused_until else [])


@contextmanager
def _back(erp: RunningSimulator) -> Iterator[None]:
    """Start the ERP again where it was."""
    again = running.start(erp.data, port=erp.port)
    try:
        yield
    finally:
        again.stop()


def _drain(machine: time_machine.Traveller, *, until: datetime) -> None:
    """Have as many senders at work as the ERP bears, until nothing waits or it is too late."""
    with ThreadPoolExecutor(SENDERS) as pool:
        while _owed() and datetime.now(UTC) < until:
            for sender in [pool.submit(_send) for _ in range(SENDERS)]:
                sender.result()
            machine.shift(QUARTER)


def _send() -> None:
    """Do what the worker does whenever it looks."""
    worker = import_module("app.worker")
    drain(worker.KEEPERS, links=worker.erp_links())
    db.remove()


def _is_for_the_erp() -> ColumnElement[bool]:
    return OutboxMessage.kind.startswith("erp.")


def _owed() -> int:
    return _count(OutboxMessage.state != MessageState.DONE)


def _count(condition: ColumnElement[bool]) -> int:
    found = db.scalar(select(func.count()).select_from(OutboxMessage).where(condition))
    db.remove()
    return found or 0


def _claims() -> list[Claim]:
    return list(db.scalars(select(Claim)))
