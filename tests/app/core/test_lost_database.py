"""A database that goes away under a session costs nobody the answer that was made already."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.core.db import db, end_session


def test_a_session_whose_connection_was_ended_is_given_back_in_peace(
    committed_database: str,
) -> None:
    _lose_the_connection(committed_database)

    end_session()

    assert db.scalar(text("SELECT 1")) == 1


def test_sqlalchemy_itself_would_still_raise_there(committed_database: str) -> None:
    """When this fails, `end_session` need be no more than `db.remove`."""
    _lose_the_connection(committed_database)

    with pytest.raises(OperationalError):
        db.remove()

    db.registry.clear()


def _lose_the_connection(url: str) -> None:
    """End the server's side of the session while it is in a transaction."""
    process = db.scalar(text("SELECT pg_backend_pid()"))
    engine = create_engine(url)
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
    engine.dispose()
