"""The migrations lead an empty database to what the models say."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from connectors.postgres.embedded import Address
from migrations import install_queue, is_current, refuse_differences, upgrade
from tests.databases import cloned


@pytest.fixture
def empty_database(postgres: Address, worker_name: str) -> Iterator[str]:
    with cloned(postgres, "template0", f"empty_{worker_name}") as url:
        yield url


def test_an_empty_database_becomes_current_and_stays_so(empty_database: str) -> None:
    assert not is_current(empty_database)

    upgrade(empty_database)
    upgrade(empty_database)

    assert is_current(empty_database)


def test_models_and_migrations_say_the_same(database_url: str) -> None:
    refuse_differences(database_url)


def test_the_queue_is_there_and_a_second_installation_harmless(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        install_queue(connection)

        assert connection.scalar(text("select to_regclass('pgmq.meta')")) is not None
    engine.dispose()
