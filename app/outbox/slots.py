"""How many calls an external system gets at once, over all threads and processes of the portal."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zlib import crc32

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import func

from app.core.db import db

SLOTS = 20_261_123  # the first half of the advisory locks' keys
HALF = 2**31  # the second half is a signed number


@contextmanager
def one_slot(name: str, parallel: int) -> Iterator[bool]:
    """Hold one of the slots of a connection; give False when all are taken.

    The lock belongs to a database session of its own, outside of any transaction: a process that
    dies gives its slot back at once.
    """
    with db.get_bind().engine.connect() as own:
        own.execution_options(isolation_level="AUTOCOMMIT")
        key = _take(own, [_key(name, number) for number in range(parallel)])
        try:
            yield key is not None
        finally:
            if key is not None:
                _give_back(own, key)


def _take(own: Connection, keys: list[int]) -> int | None:
    tried = (key for key in keys if own.scalar(select(func.pg_try_advisory_lock(SLOTS, key))))
    return next(tried, None)


def _give_back(own: Connection, key: int) -> None:
    with suppress(OperationalError):  # then the server has seen us go and freed it
        own.execute(select(func.pg_advisory_unlock(SLOTS, key)))


def _key(name: str, number: int) -> int:
    return crc32(f"{name}/{number}".encode()) - HALF
