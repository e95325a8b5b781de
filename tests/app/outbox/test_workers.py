"""Several workers at once, each with its own connection."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from app.core.db import db
from app.outbox.delivery import Keeper, drain, take_due
from app.outbox.models import MessageState
from app.outbox.queries import count_by_state
from app.outbox.service import promise
from connectors.doorbell.silent import SilentDoorbell
from tests.app.outbox.conftest import FRIDAY

CLAIMS = 8
MESSAGES_EACH = 5


@pytest.fixture
def owed(committed_database: str, doorbell: SilentDoorbell) -> Iterator[list[tuple[str, UUID]]]:
    """Five messages for each of eight claims, promised in turn."""
    promised = [
        (f"claim/{number}", uuid4()) for _ in range(MESSAGES_EACH) for number in range(CLAIMS)
    ]
    for queue, subject_id in promised:
        promise("tell", subject_id, at=FRIDAY, queue=queue)
        db.flush()  # ids in the order of the promises
    db.commit()
    yield promised
    db.remove()


def test_two_workers_never_hold_the_same_message(owed: list[tuple[str, UUID]]) -> None:
    def take(_: int) -> list[int]:
        try:
            return [message.id for message in take_due(FRIDAY, limit=2)]
        finally:
            db.remove()

    with ThreadPoolExecutor(4) as workers:
        taken = [message_id for batch in workers.map(take, range(4)) for message_id in batch]

    assert len(taken) == len(set(taken)) == CLAIMS


def test_four_workers_keep_everything_once_and_in_order(owed: list[tuple[str, UUID]]) -> None:
    told: list[UUID] = []
    keeper = Keeper(lambda subject_id, _: subject_id, told.append, lambda *_: None)

    def work(_: int) -> None:
        try:
            for _round in range(MESSAGES_EACH * 2):
                drain({"tell": keeper}, at=FRIDAY)
        finally:
            db.remove()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    drain({"tell": keeper}, at=FRIDAY)

    assert Counter(told) == Counter(subject_id for _, subject_id in owed)
    for queue in {queue for queue, _ in owed}:
        promised = [subject_id for name, subject_id in owed if name == queue]
        assert [subject_id for subject_id in told if subject_id in promised] == promised
    assert count_by_state()[MessageState.DONE] == len(owed)
