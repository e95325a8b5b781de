"""Promises are kept the moment they are made, without anybody looking for them."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.core.clock import now
from app.core.db import db
from app.core.outside import connect_outside, outside
from app.outbox import keeping, leases
from app.outbox.delivery import LEASE, Keeper, drain, local
from app.outbox.keeping import Keeping
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import promise, retry
from connectors.doorbell.postgres import PostgresDoorbell
from connectors.doorbell.silent import SilentDoorbell

PATIENCE = 60.0
SILENCE = 0.3

CUT_OTHERS = text(
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)

Start = Callable[..., Keeping]


class Hands:
    """Keeps what is told to it; may be held up."""

    def __init__(self) -> None:
        self.kept: list[UUID] = []
        self.at_work = threading.Semaphore(0)
        self.may_go_on = threading.Event()

    def keep(self, subject_id: UUID) -> None:
        self.kept.append(subject_id)

    def keep_slowly(self, subject_id: UUID) -> None:
        self.at_work.release()
        assert self.may_go_on.wait(PATIENCE)
        self.kept.append(subject_id)

    @property
    def keepers(self) -> dict[str, Keeper]:
        slow = Keeper(lambda one, _: one, self.keep_slowly, lambda *_: None)
        return {"change": local(self.keep), "tell": slow}


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def start(committed_database: str, doorbell: SilentDoorbell, hands: Hands) -> Iterator[Start]:
    """Begin to keep promises on a database of this test's own."""
    bell = PostgresDoorbell(committed_database.replace("+psycopg", "", 1))
    connect_outside(replace(outside(), doorbell=bell))
    begun: list[Keeping] = []

    def start(threads: int = 2, keep: Callable[..., object] | None = None) -> Keeping:
        def keep_due(**options: Any) -> object:
            return drain(hands.keepers, **options)

        begun.append(Keeping(keep or keep_due))
        begun[-1].start(threads)
        return begun[-1]

    yield start
    hands.may_go_on.set()
    for one in begun:
        one.end()
        one.wait()
    db.remove()


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def owe(kind: str = "change", **facts: Any) -> UUID:
    subject_id = uuid4()
    promise(kind, subject_id, at=now(), **facts)
    return subject_id


def state_of(subject_id: UUID) -> MessageState:
    db.rollback()
    return db.query(OutboxMessage).filter_by(subject_id=subject_id).one().state


def test_a_promise_is_kept_when_it_is_committed_and_not_before(start: Start, hands: Hands) -> None:
    start()
    owe()
    db.flush()
    time.sleep(SILENCE)
    db.rollback()
    promised = owe()
    db.commit()

    wait_until(lambda: state_of(promised) is MessageState.DONE)
    assert hands.kept == [promised]


def test_what_was_owed_before_anybody_listened_is_kept_first(start: Start, hands: Hands) -> None:
    promised = owe()
    db.commit()

    start()

    wait_until(lambda: hands.kept == [promised])


def test_while_one_waits_for_a_neighbour_the_others_keep_the_rest(
    start: Start, hands: Hands
) -> None:
    start(threads=2)
    told = owe("tell", connection="erp")
    db.commit()
    assert hands.at_work.acquire(timeout=PATIENCE)

    changed = owe()
    db.commit()

    wait_until(lambda: hands.kept == [changed])
    hands.may_go_on.set()
    wait_until(lambda: hands.kept == [changed, told])


def test_what_is_rung_while_all_are_at_work_is_not_missed(start: Start, hands: Hands) -> None:
    start(threads=1)
    told = owe("tell", connection="erp")
    db.commit()
    assert hands.at_work.acquire(timeout=PATIENCE)
    hands.at_work.release()

    changed = [owe() for _ in range(3)]
    db.commit()
    hands.may_go_on.set()

    wait_until(lambda: len(hands.kept) == 4)
    assert hands.kept[0] == told
    assert sorted(hands.kept[1:]) == sorted(changed)


def test_a_person_who_tries_again_does_not_wait_for_the_clock(start: Start, hands: Hands) -> None:
    parked = owe()
    db.flush()
    message = db.query(OutboxMessage).one()
    message.state = MessageState.PARKED
    db.commit()
    start()

    retry(message.id, at=now())
    db.commit()

    wait_until(lambda: hands.kept == [parked])


def test_a_fault_or_a_lost_database_does_not_end_the_listening(start: Start, hands: Hands) -> None:
    troubles: list[Exception] = [ZeroDivisionError(), OperationalError("", None, OSError())]

    def keep(**options: Any) -> None:
        if troubles:
            raise troubles.pop()
        drain(hands.keepers, **options)

    start(threads=1, keep=keep)
    wait_until(lambda: len(troubles) == 1)
    db.execute(text("notify outbox"))
    db.commit()
    wait_until(lambda: not troubles)

    promised = owe()
    db.commit()

    wait_until(lambda: hands.kept == [promised])


def test_connections_that_were_cut_are_replaced(start: Start, hands: Hands) -> None:
    start()
    first = owe()
    db.commit()
    wait_until(lambda: state_of(first) is MessageState.DONE)

    db.execute(CUT_OTHERS)
    second = owe()
    db.commit()

    wait_until(lambda: state_of(second) is MessageState.DONE)
    assert hands.kept == [first, second]
    third = owe()  # whatever was cut, nobody holds a lock on what it has taken
    db.commit()
    wait_until(lambda: state_of(third) is MessageState.DONE)


def test_a_line_that_replaces_another_also_commits_each_lease_by_itself(
    committed_database: str,
) -> None:
    def take(run: leases.Run) -> list[UUID]:
        taken = leases.take(run, now(), now() + LEASE, 1, "")
        return [message.subject_id for message in taken]

    promised = [owe(), owe()]
    db.commit()
    with leases.own_line() as run:
        first = take(run)
        db.execute(CUT_OTHERS)
        second = take(run)

        assert first + second == promised
        assert [state_of(one) for one in promised] == [MessageState.LEASED] * 2
        assert take(run) == []
    db.remove()


def test_whoever_has_to_go_finishes_what_was_begun_and_begins_nothing_more(
    start: Start, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = start(threads=1)
    told = owe("tell", connection="erp")
    db.flush()  # the first of the two to be told
    left = owe("tell", connection="erp")
    db.commit()
    assert hands.at_work.acquire(timeout=PATIENCE)

    keeper.end()
    monkeypatch.setattr(keeping, "PATIENCE", 0.0)
    keeper.wait()  # nobody waits for ever for a neighbour
    assert hands.kept == []
    hands.may_go_on.set()
    monkeypatch.undo()
    keeper.wait()

    assert hands.kept == [told]
    assert (state_of(told), state_of(left)) == (MessageState.DONE, MessageState.WAITING)
