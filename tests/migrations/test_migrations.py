"""The migrations lead an empty database to what the models say."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Enum, create_engine, text

from connectors.postgres.embedded import Address
from migrations import all_models, install_queue, is_current, refuse_differences, upgrade
from tests.databases import cloned

WORD = re.compile(r"'([^']+)'::")


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


def test_the_database_takes_every_word_of_an_enum_and_no_other(database_url: str) -> None:
    query = text("select conname, pg_get_constraintdef(oid) from pg_constraint where contype = 'c'")
    engine = create_engine(database_url)
    with engine.connect() as connection:
        checks = {name: set(WORD.findall(rule)) for name, rule in connection.execute(query)}
    engine.dispose()

    enums = [
        (f"ck_{table.name}_{column.type.name}", set(column.type.enums))
        for table in all_models().tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    ]
    assert len(enums) > 40
    assert [(name, words ^ checks[name]) for name, words in enums if words != checks[name]] == []


def test_the_queue_is_there_and_a_second_installation_harmless(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        install_queue(connection)

        assert connection.scalar(text("select to_regclass('pgmq.meta')")) is not None
    engine.dispose()
