"""The migrations lead an empty database to what the models say."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Enum, create_engine, text

from app.core.reasons import unpack
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


def test_reasons_that_were_kept_as_sentences_stay_readable(empty_database: str) -> None:
    upgrade(empty_database, "0057")
    engine = create_engine(empty_database)
    with engine.begin() as connection:
        for statement in (
            "insert into connection (name, state, failures, probes, reason, last_error, paused_by)"
            " values ('erp', 'working', 0, 0, '', 'It did not answer', '')",
            "insert into erp_rejected_row (connection, message_no, kind, reason, content,"
            " rejected_at) values ('erp', 1, 'Item', 'Price is not money', '{}', now())",
        ):
            connection.execute(text(statement))

    upgrade(empty_database)

    with engine.connect() as connection:
        found = connection.execute(text("select reason, last_error from connection")).one()
        (reasons,) = connection.execute(text("select reasons from erp_rejected_row")).one()
    engine.dispose()
    assert found[0] is None
    assert str(unpack(found[1])) == "It did not answer"
    assert [str(unpack(one)) for one in reasons] == ["Price is not money"]
