"""The fixtures keep the tests apart from each other."""

import threading

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, scoped_session

from app.core.db import own_session

COUNT = text("select count(*) from pg_class where relname = 'left_by_a_test'")
LEAVE = text("create table left_by_a_test ()")


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_not_there_for_the_next(
    session: scoped_session[Session], turn: int
) -> None:
    assert session.scalar(COUNT) == 0

    session.execute(LEAVE)
    session.commit()
    session.remove()

    assert session.scalar(COUNT) == 1


def test_a_session_beside_the_requests_sees_what_the_test_committed(
    session: scoped_session[Session],
) -> None:
    session.execute(LEAVE)
    session.commit()

    with own_session() as beside:
        assert beside.scalar(COUNT) == 1


def test_a_rollback_takes_back_only_what_was_not_committed(
    session: scoped_session[Session],
) -> None:
    session.execute(LEAVE)
    session.commit()
    session.execute(text("drop table left_by_a_test"))
    session.rollback()

    assert session.scalar(COUNT) == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_threads_share_a_database_of_their_tests_own(committed_database: str, turn: int) -> None:
    engine = create_engine(committed_database)
    counts: list[int] = []

    def leave() -> None:
        with engine.begin() as connection:
            connection.execute(LEAVE)

    thread = threading.Thread(target=leave)
    thread.start()
    thread.join()
    with engine.connect() as connection:
        counts.append(connection.scalar(COUNT) or 0)
    engine.dispose()

    assert counts == [1]
