"""The demo of one day: seeded with the clock set, looked at, and its messages delivered."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from unittest.mock import patch

import time_machine

from app.claims.tasks import turn_midnight
from app.core.db import connect_database, db
from app.core.outside import Outside, connect_outside
from app.outbox.delivery import drain
from app.outbox.queries import count_alarms
from app.schedule.tasks import begin_days, send_reminders
from app.seed import load_world
from app.seed.claims import load_claims
from app.seed.progress import Say, silent
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.memory import RememberingErp
from connectors.erp.simulator.demo_data import generate
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage
from tests.app.neighbours import one_erp
from tests.checks.demo_days.shown import faults_of

SHIPMENTS, LINES = 160, 1200  # enough for the stories


def try_day(at: datetime, database_url: str, *, deliver: bool, say: Say = silent) -> list[str]:
    """Seed the demo as if it were this moment, and return what is not as it is told.

    With `deliver` the worker's clock and its messages follow: nothing may be refused or park.
    """
    engine = connect_database(database_url)
    try:
        with time_machine.travel(at, tick=True), shipped(at):
            load_world("no password", say=say)
            faults = faults_of(load_claims(at, say=say), at=at)
            return [*faults, *_worked(at, database_url)] if deliver else faults
    finally:
        db.remove()
        engine.dispose()


@contextmanager
def shipped(at: datetime) -> Iterator[None]:
    """Have an ERP that has shipped the demo's goods until this day."""
    erp = RememberingErp(told_at=at)
    erp.serve(generate(1, at.date(), shipments=SHIPMENTS, lines=LINES))
    fakes = Outside(one_erp(erp), MemoryStorage(), RememberingMail(), SilentDoorbell())
    connect_outside(fakes)
    yield


def _worked(at: datetime, database_url: str) -> list[str]:
    """Do what the worker does in its first minutes; return what came to nothing."""
    with patch.dict(os.environ, DATABASE_URL=database_url, ENVIRONMENT="test"):
        worker = import_module("app.worker")  # which reads the settings of its machine
    turn_midnight()
    begin_days()
    send_reminders()
    drain(worker.KEEPERS)
    return [f"{alarms} things wait for an administrator"] if (alarms := count_alarms()) else []
