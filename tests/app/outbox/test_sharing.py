"""Changes of our own share a commit, and never each other's fate."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from app.outbox import sharing
from app.outbox.delivery import LEASE, Keeper, deliver_due, local, take_due
from app.outbox.leases import Leased
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import promise
from tests.app.outbox.conftest import FRIDAY

Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]
BATCH = 5


@pytest.fixture
def kept() -> list[UUID]:
    return []


@pytest.fixture
def owed(promised: Promised) -> list[UUID]:
    return [promised(kind="change") for _ in range(BATCH)]


@pytest.fixture
def commits(owed: list[UUID]) -> Iterator[list[Session]]:
    """Whoever commits from now on."""
    committed: list[Session] = []

    def note(session: Session) -> None:
        committed.append(session)

    event.listen(Session, "after_commit", note)
    yield committed
    event.remove(Session, "after_commit", note)


class Killed(BaseException):
    """The process ended here: nothing after it was run."""


def test_a_batch_of_small_changes_costs_two_commits(
    owed: list[UUID], kept: list[UUID], commits: list[Session]
) -> None:
    together = take_due(FRIDAY)
    tried = sharing.keep_together(together, lambda one: kept.append(one.subject_id), at=FRIDAY)

    assert tried == BATCH
    assert sorted(kept) == sorted(owed)
    assert len(commits) == 2  # the lease, and all that was done


def test_one_that_fails_undoes_nothing_of_the_others_and_nothing_is_done_twice(
    session: scoped_session[Session], owed: list[UUID], found: Found
) -> None:
    bad = owed[2]

    def change(subject_id: UUID) -> None:
        promise("consequence", uuid4(), at=FRIDAY + LEASE)
        if subject_id == bad:
            raise ZeroDivisionError

    deliver_due({"change": local(change)}, at=FRIDAY)

    states = {subject_id: found(subject_id).state for subject_id in owed if subject_id != bad}
    assert set(states.values()) == {MessageState.DONE}
    assert found(bad).state is MessageState.WAITING
    assert "ZeroDivisionError" in str(found(bad).last_error)
    assert session.query(OutboxMessage).filter_by(kind="consequence").count() == BATCH - 1


def test_one_that_takes_long_is_committed_and_the_others_go_on(
    owed: list[UUID], kept: list[UUID], found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_SECONDS", -1.0)

    deliver_due({"change": local(kept.append)}, at=FRIDAY)

    assert sorted(kept) == sorted(owed)
    assert {found(subject_id).state for subject_id in owed} == {MessageState.DONE}


def test_one_that_fails_costs_the_others_no_commit_of_their_own(
    owed: list[UUID], kept: list[UUID], commits: list[Session]
) -> None:
    bad = owed[3]

    def change(subject_id: UUID) -> None:
        if subject_id == bad:
            raise ZeroDivisionError
        kept.append(subject_id)

    deliver_due({"change": local(change)}, at=FRIDAY)

    assert set(kept) == set(owed) - {bad}
    # The lease, the three before it, its failure, the one after it, and the look at what else.
    assert len(commits) == 5


def test_what_somebody_else_has_taken_over_is_not_done_twice(
    owed: list[UUID], session: scoped_session[Session]
) -> None:
    ours = take_due(FRIDAY)
    theirs = take_due(FRIDAY + LEASE)

    def change(message: Leased) -> None:
        promise("consequence", message.subject_id, at=FRIDAY)

    late = sharing.keep_together(ours, change, at=FRIDAY)
    once = sharing.keep_together(theirs, change, at=FRIDAY)

    assert (late, once) == (0, BATCH)
    consequences = session.query(OutboxMessage).filter_by(kind="consequence")
    assert sorted(one.subject_id for one in consequences) == sorted(owed)


def test_what_a_worker_has_died_of_takes_no_other_with_it(
    session: scoped_session[Session], owed: list[UUID], found: Found
) -> None:
    deadly = owed[2]
    committed: list[set[UUID]] = []

    def change(subject_id: UUID) -> None:
        if subject_id == deadly:
            raise Killed
        promise("consequence", subject_id, at=FRIDAY + timedelta(days=1))

    def consequences() -> set[UUID]:
        found = session.query(OutboxMessage).filter_by(kind="consequence")
        return {one.subject_id for one in found}

    at = FRIDAY
    for _ in range(40):  # each time after a death those that are left go in another order
        with contextlib.suppress(Killed):
            deliver_due({"change": local(change)}, at=at)
        session.rollback()
        at += LEASE
        committed.append(consequences())
        if len(committed[-1]) == BATCH - 1:
            break

    assert committed[0] == set()  # the first death undid what shared its transaction
    assert committed[-1] == set(owed) - {deadly}
    assert found(deadly).state is MessageState.LEASED


def test_what_is_not_begun_in_time_is_given_back(
    owed: list[UUID], kept: list[UUID], found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_HELD", -1.0)

    assert deliver_due({"change": local(kept.append)}, at=FRIDAY) == 0

    assert kept == []
    assert {(found(one).state, found(one).attempts) for one in owed} == {(MessageState.WAITING, 0)}


def test_a_worker_that_has_to_go_finishes_what_it_has_begun_and_leaves_the_rest(
    promised: Promised, kept: list[UUID], found: Found
) -> None:
    first, second = promised(connection="erp"), promised(connection="erp")
    keeper = Keeper(lambda one, _: one, kept.append, lambda *_: None)

    tried = deliver_due({"tell": keeper}, at=FRIDAY, is_over=lambda: bool(kept))

    assert (tried, kept) == (1, [first])
    assert found(first).state is MessageState.DONE
    assert (found(second).state, found(second).attempts) == (MessageState.WAITING, 0)
