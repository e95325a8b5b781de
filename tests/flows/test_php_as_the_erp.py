"""The whole flow with an ERP that is not ours, killed in the moments that hurt most."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.service import hash_password
from app.core.db import db
from app.outbox.models import MessageEvent
from app.outbox.rules import Happening
from app.seed import load_world
from config.settings import Settings
from tests.checks.exchange.compare import Story, compare
from tests.checks.exchange.people import PASSWORD, Office
from tests.checks.exchange.portal import Portal, meet
from tests.checks.exchange.run import wait_until_kept
from tests.checks.exchange.stage import free_port
from tests.flows.php import PhpErp, has_soap

pytestmark = [
    pytest.mark.skipif(not has_soap(), reason="needs php-cli and php-soap"),
    pytest.mark.timeout(240),
]
CLAIMS = 3
KILLED_IN = ("PutClaim", "SaveFile", "PutDecision")
EFFECTS_EACH = 6  # the claim as filed and as decided, the decision, two acts, a file


@pytest.fixture
def php(tmp_path: Path) -> Iterator[PhpErp]:
    erp = PhpErp(tmp_path / "php", free_port())
    yield erp
    erp.stop()


@pytest.fixture
def portal(php: PhpErp, committed_database: str, tmp_path: Path) -> Iterator[Portal]:
    """The portal on what it has read from PHP, not started yet."""
    settings = Settings(
        environment="test",
        database_url=committed_database,
        data_dir=tmp_path / "data",
        erp_url=php.url,
    )
    meet(settings)
    load_world(hash_password(PASSWORD))
    with ExitStack() as stack:
        yield Portal(tmp_path, settings, f"http://127.0.0.1:{free_port()}", stack)


def test_everything_arrives_once_whoever_is_killed_before_the_answer(
    php: PhpErp, portal: Portal
) -> None:
    worker, _ = portal.start_worker(), portal.start_web()
    office = Office(portal.web_url, seed=1, claims=CLAIMS)
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        php.hold("PutClaim")
        stories = [office.work(pool, number) for number in range(CLAIMS)]
        php.wait_until_held("PutClaim")
        worker.kill()
        php.release("PutClaim")

        php.hold("SaveFile")
        php.wait_until_held("SaveFile")
        php.kill()

        php.hold("PutDecision")
        php.wait_until_held("PutDecision")
        php.kill()
        told = [story.result() for story in stories]
    wait_until_kept()

    verdict = compare(
        php.journal,
        Story(
            seed=1,
            kills=Counter(worker=1, erp=2),
            told=told,
            repeats=office.pulse.repeats,
            seconds=time.monotonic() - started,
        ),
    )
    assert verdict.is_clean, verdict.table()
    assert verdict.claims == CLAIMS
    assert verdict.effects == CLAIMS * EFFECTS_EACH
    # Each of the three left a message in doubt, and PHP was asked what it has of it.
    answers = (Happening.FOUND, Happening.NOT_FOUND)
    asked = select(MessageEvent.message_id).where(MessageEvent.what.in_(answers))
    assert len(set(db.scalars(asked))) >= len(KILLED_IN)
