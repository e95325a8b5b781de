"""One run: a durable database, an ERP, workers, a web server, people, and somebody who kills."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import aliased

from app.accounts.service import hash_password
from app.core.db import db
from app.outbox.models import MessageState, OutboxMessage
from app.seed import load_world
from tests.checks.exchange.compare import Story, Verdict, compare
from tests.checks.exchange.crew import ROOT, Crew
from tests.checks.exchange.people import PASSWORD, Office, Told
from tests.checks.exchange.plan import plan_kills
from tests.checks.exchange.stage import Stage, open_stage

PATIENCE = 300.0
A_PAGE = 5.0  # seconds: between two kills somebody should get on with their work
PEOPLE = 4  # who work at the same time
LINES_EACH = 8  # of the demo's lines not every one is a lot of two or more


@dataclass(frozen=True)
class Options:
    """How much of it; the same seed kills in the same order and decides the same."""

    kills: int
    claims: int
    seed: int = 1


def run(options: Options) -> Verdict:
    """Let claims be filed and decided under fire, drain, and compare all sides."""
    with _stage(options) as stage:
        office = Office(stage.portal.web_url, options.seed, options.claims)
        started = time.monotonic()
        told = _under_fire(options, stage.crew, office)
        wait_until_kept()
        story = Story(
            seed=options.seed,
            kills=stage.crew.kills,
            told=told,
            repeats=office.pulse.repeats,
            recovery=stage.database.slowest,
            seconds=time.monotonic() - started,
        )
        verdict = compare(stage.journal, story)
        if not verdict.is_clean:
            _keep_the_evidence(stage, options.seed)
        return verdict


@contextmanager
def _stage(options: Options) -> Iterator[Stage]:
    """Start everybody on the demo's world."""
    with tempfile.TemporaryDirectory(prefix="exchange-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run under an account of its own
        lines = max(options.claims * LINES_EACH, 400)
        stage = stack.enter_context(open_stage(folder, lines=lines))
        load_world(hash_password(PASSWORD))
        stage.start_portal()
        yield stage


def _under_fire(options: Options, crew: Crew, office: Office) -> list[Told]:
    """Begin claims as the kills go on; return what people have read when all are decided."""
    stories: list[Future[Told]] = []
    with ThreadPoolExecutor(PEOPLE, "people") as pool:
        plan = plan_kills(options.kills, shares=crew.shares, seed=options.seed)
        for number, kill in enumerate(plan, start=1):
            while len(stories) * options.kills < number * options.claims:
                stories.append(office.work(pool, len(stories)))
            time.sleep(kill.pause)
            if kill.at_work and not all(story.done() for story in stories):
                office.pulse.wait_for_one(A_PAGE)
            crew.kill(kill.victim, at_work=kill.at_work)
        return [story.result() for story in stories]


def wait_until_kept() -> None:
    """Wait until nothing moves any more; what is parked does not."""
    moving = select(OutboxMessage.id).where(
        OutboxMessage.state.in_((MessageState.WAITING, MessageState.LEASED)),
        ~_behind_a_parked_one(),
    )
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and db.scalar(moving.limit(1)) is not None:
        db.remove()
        time.sleep(0.2)


def _keep_the_evidence(stage: Stage, seed: int) -> None:
    """Keep what everybody wrote, for whoever looks for the fault."""
    place = ROOT / ".var" / f"exchange-{seed}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for file in (*stage.folder.glob("*.log"), stage.journal):
        shutil.copy(file, place)
    print(f"The logs and the journal are in {place}.")


def _behind_a_parked_one() -> Exists:
    parked = aliased(OutboxMessage)
    return exists().where(
        parked.queue == OutboxMessage.queue,
        parked.queue != "",
        parked.state == MessageState.PARKED,
    )
