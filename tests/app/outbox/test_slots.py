"""A neighbour is called by no more of us at once than it bears."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from app.core.db import db
from app.outbox.delivery import Keeper, Link, drain
from app.outbox.models import MessageState
from app.outbox.queries import count_by_state
from app.outbox.service import promise
from app.outbox.slots import one_slot
from connectors.doorbell.silent import SilentDoorbell
from tests.app.outbox.conftest import FRIDAY

WORKERS = 6
MESSAGES = 24


class CountingErp:
    """Knows how many calls it had at once at most."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.told: list[UUID] = []
        self._lock = threading.Lock()

    def take(self, subject_id: UUID) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self._lock:
            self.now -= 1
            self.told.append(subject_id)


@pytest.fixture
def owed(committed_database: str, doorbell: SilentDoorbell) -> Iterator[list[UUID]]:
    """Messages to the ERP, none of which waits for another."""
    subjects = [uuid4() for _ in range(MESSAGES)]
    for subject_id in subjects:
        promise("tell", subject_id, at=FRIDAY, connection="erp")
    db.commit()
    yield subjects
    db.remove()


@pytest.mark.parametrize("parallel", [1, 2])
def test_many_workers_call_only_as_often_at_once_as_is_allowed(
    owed: list[UUID], parallel: int
) -> None:
    erp = CountingErp()
    keepers = {"tell": Keeper(lambda one, _: one, erp.take, lambda *_: None)}

    def work(_: int) -> None:
        try:
            while count_by_state()[MessageState.DONE] < MESSAGES:
                drain(keepers, at=FRIDAY, links={"erp": Link(parallel)})
                db.remove()
        finally:
            db.remove()

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, range(WORKERS)))

    assert sorted(erp.told) == sorted(owed)
    assert erp.most == parallel


def test_a_slot_is_free_again_after_a_failure(committed_database: str) -> None:
    with pytest.raises(ZeroDivisionError), one_slot("erp", 1):
        raise ZeroDivisionError

    with one_slot("erp", 1) as first, one_slot("erp", 1) as second:
        assert (first, second) == (True, False)


def test_each_connection_has_slots_of_its_own(committed_database: str) -> None:
    with one_slot("erp", 1) as erp, one_slot("mail", 1) as mail:
        assert (erp, mail) == (True, True)
