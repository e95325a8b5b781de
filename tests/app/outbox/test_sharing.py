"""Changes of our own share a commit, and never each other's fate."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from app.outbox import sharing
from app.outbox.delivery import LEASE, deliver_due, local, take_due
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


def test_a_batch_of_small_changes_costs_two_commits(
    session: scoped_session[Session], owed: list[UUID], kept: list[UUID]
) -> None:
    commits: list[Session] = []

    def count(one: Session) -> None:
        commits.append(one)

    event.listen(Session, "after_commit", count)
    try:
        sharing_only = take_due(FRIDAY)
        tried = sharing.keep_together(
            sharing_only, lambda one: kept.append(one.subject_id), at=FRIDAY
        )
    finally:
        event.remove(Session, "after_commit", count)

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
    assert "ZeroDivisionError" in found(bad).last_error
    assert session.query(OutboxMessage).filter_by(kind="consequence").count() == BATCH - 1


def test_one_that_takes_long_is_committed_and_the_others_go_on(
    owed: list[UUID], kept: list[UUID], found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_SECONDS", -1.0)

    deliver_due({"change": local(kept.append)}, at=FRIDAY)

    assert sorted(kept) == sorted(owed)
    assert {found(subject_id).state for subject_id in owed} == {MessageState.DONE}


def test_what_somebody_else_has_taken_over_is_not_done_twice(
    owed: list[UUID], kept: list[UUID], session: scoped_session[Session]
) -> None:
    ours = take_due(FRIDAY)
    theirs = take_due(FRIDAY + LEASE)

    late = sharing.keep_together(ours, lambda one: kept.append(one.subject_id), at=FRIDAY)
    once = sharing.keep_together(theirs, lambda one: kept.append(one.subject_id), at=FRIDAY)

    assert (late, once) == (0, BATCH)
    assert sorted(kept) == sorted(owed)
