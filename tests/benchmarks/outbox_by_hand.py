"""The limit: the least that keeps promises durably, in SQL, on the table of our outbox.

As a program it listens and keeps what is due: `python -m tests.benchmarks.outbox_by_hand`.
"""

import os
from datetime import UTC, datetime
from uuid import UUID

import psycopg

from connectors.doorbell.port import CHANNEL
from tests.benchmarks.marks import leave_mark

CONNINFO = "BENCH_CONNINFO"  # in the environment
KIND = "bench.job"
BATCH = 100
PROMISE = """
    insert into outbox_message (kind, subject_id, queue, connection, state, created_at, due_at,
                                attempts, failures, reminders, details)
    values (%(kind)s, %(subject_id)s, '', '', 'waiting', %(at)s, %(at)s, 0, 0, 0, '')
"""
TAKE = """
    select id, subject_id from outbox_message
    where connection = '' and state = 'waiting' and due_at <= now()
    order by due_at, id limit %s for update skip locked
"""
DONE = "update outbox_message set state = 'done', done_at = now() where id = any(%s)"


def promise_by_hand(line: psycopg.Connection, promised_ns: int) -> None:
    """Promise a job; with autocommit it is on the disk when this returns."""
    facts = {"kind": KIND, "subject_id": UUID(int=promised_ns), "at": datetime.now(UTC)}
    line.execute(PROMISE, facts)


def main() -> None:
    """Keep what is due whenever something was promised, for ever."""
    with psycopg.connect(os.environ[CONNINFO], autocommit=True) as line:
        line.execute(f"listen {CHANNEL}")
        _keep_due(line)
        while True:
            for _ in line.notifies(stop_after=1):
                pass
            _keep_due(line)


def _keep_due(line: psycopg.Connection) -> None:
    while _keep_batch(line):
        pass


def _keep_batch(line: psycopg.Connection) -> bool:
    with line.transaction():
        taken = line.execute(TAKE, [BATCH]).fetchall()
        for _, subject_id in taken:
            leave_mark(subject_id.int)
        line.execute(DONE, [[message_id for message_id, _ in taken]])
    return bool(taken)


if __name__ == "__main__":
    main()
