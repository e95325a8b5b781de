"""The database session, the base of all tables and the column types that mean something."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Numeric,
    String,
    Text,
    TypeDecorator,
    Uuid,
    create_engine,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.pool import PoolProxiedConnection

from app.core.text import clean_text

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

LONGEST_WORD = 40

db: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))


class Moment(TypeDecorator[datetime]):
    """A moment in time, always aware and in UTC, whatever the zone of the server."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text that went through the normaliser, whichever door it came by."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(value)


class CleanCode(TypeDecorator[str]):
    """A short code or key of a fixed length, normalised like every text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(value)


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map: ClassVar[dict[type, Any]] = {
        datetime: Moment(),
        Decimal: Numeric(15, 3),
        str: CleanText(),
        UUID: Uuid(),
    }


def words(enum: type[StrEnum], *, name: str = "") -> Enum:
    """Return the column type for an enum: its words in VARCHAR, so CHECKs read as sentences.

    A second column of the same enum in one table needs a `name` for its CHECK.
    """
    return Enum(
        enum,
        native_enum=False,
        length=LONGEST_WORD,
        create_constraint=True,
        name=name or enum.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


Code = CleanCode(64)
Money = Numeric(15, 2)
Price = Numeric()  # with all the places that the ERP gives it
Amount = Numeric(18, 3)  # a sum in any currency's minor unit
Rate = Numeric(5, 2)

# Of a foreign key whose table is filled by the hundred thousand: a migration makes triggers that
# look once a statement and refuse with the same error; no constraint looks row after row.
HELD_BY_TRIGGERS = {"held_by": "triggers"}


def is_one_of(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """Return the condition that takes all the ids as one array, however many they are.

    They are joined as rows: an array beside a join would be sorted anew for each row of the other
    table, and ten thousand ids would take a hundred million steps.
    """
    given = func.unnest(literal(list(ids), ARRAY(Uuid)))
    found: ColumnElement[bool] = column.in_(select(given))
    return found


def code_key(code: Any) -> ColumnElement[str]:
    """Return the one form in which codes are compared, whoever wrote them; a column or a value."""
    return func.code_key(code, type_=Text)


def driver_of(line: PoolProxiedConnection) -> psycopg.Connection:
    """Return the driver's own connection, for what SQLAlchemy has no words for."""
    connection: Any = line.dbapi_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101  (only this driver is used)
    return connection


def connect_database(url: str, **options: Any) -> Engine:
    """Bind the session to a database and return its engine."""
    # Parameters stay out of errors and so out of logs: some are secrets.
    # The connection used last is the warm one: its statements are prepared, its caches filled.
    engine = create_engine(
        url, pool_pre_ping=True, pool_use_lifo=True, hide_parameters=True, **options
    )
    db.remove()
    db.configure(bind=engine)
    return engine


class DatabaseAway(Exception):
    """The database does not answer; `str()` is one line for whoever starts the process."""


def ask_database() -> None:
    """Speak to the database once; raise `DatabaseAway` when it does not answer."""
    try:
        db.execute(text("select 1"))
    except OperationalError as error:
        words = str(error.orig).strip().splitlines()
        raise DatabaseAway(f"The database does not answer: {words[0]}") from None
    finally:
        db.remove()


def end_session() -> None:
    """Give the session back, even when the database was lost in the middle of it."""
    try:
        db.remove()
    except OperationalError:  # there is nothing left to roll back
        db.registry.clear()


@contextmanager
def own_session() -> Iterator[Session]:
    """Give a session beside the request's one, for work that commits on its own."""
    session = db.session_factory()
    try:
        yield session
    finally:
        session.close()


@contextmanager
def lend_session() -> Iterator[ThreadPoolExecutor]:
    """Give a thread that works with the caller's session, which leaves it alone meanwhile.

    What it has begun is waited for at the end.
    """
    with ThreadPoolExecutor(1, initializer=db.registry.set, initargs=(db(),)) as borrower:
        yield borrower
