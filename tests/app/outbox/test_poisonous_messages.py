"""A message that closes its connection alone is parked; one that meets a lock waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, scoped_session

from app.outbox.delivery import Link, deliver_due
from app.outbox.history import history_of
from app.outbox.models import Connection, MessageState, OutboxMessage
from app.outbox.rules import MOST_TRANSIENT, ConnectionState, Happening
from connectors.errors import Closed, Transient
from connectors.reasons import ErpReason, Reason
from tests.app.outbox.conftest import FRIDAY, Neighbour

Db = scoped_session[Session]
Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]
SENTENCE = "The ERP has no free licence: Лицензия не найдена"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def promised(promised: Promised) -> Promised:
    return lambda **facts: promised(connection="erp", **facts)


def deliver(neighbour: Neighbour, at: datetime, ping: Callable[[], Any] = lambda: None) -> None:
    """Deliver once a minute for an hour."""
    for minute in range(60):
        moment = at + minute * MINUTE
        deliver_due({"tell": neighbour.keeper}, at=moment, links={"erp": Link(ping=ping)})


def refuse(subject_id: UUID, error: Exception) -> Callable[[UUID], None]:
    """Answer one message with an error, all others well."""

    def answer(one: UUID) -> None:
        if one == subject_id:
            raise error

    return answer


def test_a_message_that_closes_the_connection_alone_is_parked_and_the_others_flow(
    session: Db, promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    poison = promised()
    others = [promised() for _ in range(3)]
    neighbour.trouble = refuse(poison, Closed(ErpReason.SAYS, words=SENTENCE, details="<raw/>"))

    deliver(neighbour, FRIDAY)

    message = found(poison)
    assert (message.state, message.details) == (MessageState.PARKED, "<raw/>")
    assert SENTENCE in str(message.last_error)
    assert "3 times" in str(message.last_error)
    assert [one.what for one in history_of(message.id)] == [
        Happening.PARKED, Happening.STOPPED, Happening.STOPPED,
    ]  # fmt: skip
    assert neighbour.told == others
    assert session.get_one(Connection, "erp").state is ConnectionState.WORKING


def test_a_stopped_connection_names_the_message_and_the_sentence(
    session: Db, promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    poison = promised()
    neighbour.trouble = refuse(poison, Closed(ErpReason.SAYS, words=SENTENCE))

    deliver_due({"tell": neighbour.keeper}, at=FRIDAY)

    connection = session.get_one(Connection, "erp")
    assert (connection.stopped_by, connection.reason) == (
        found(poison).id,
        Reason(ErpReason.SAYS, {"words": SENTENCE}),
    )


def test_an_erp_that_is_closed_to_everybody_parks_nothing(
    session: Db, promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    told = [promised() for _ in range(3)]

    def closed(*_: object) -> None:
        raise Closed(ErpReason.SAYS, words=SENTENCE)

    neighbour.trouble = closed
    deliver(neighbour, FRIDAY, ping=closed)

    assert {found(one).state for one in told} == {MessageState.WAITING}
    assert session.get_one(Connection, "erp").stopped_by is None


def test_nights_of_maintenance_with_other_answers_between_are_not_added_up(
    promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    first = promised()
    neighbour.trouble = refuse(first, Closed(ErpReason.SAYS, words=SENTENCE))
    deliver_due({"tell": neighbour.keeper}, at=FRIDAY)
    neighbour.trouble = refuse(first, Transient(ErpReason.SAYS, words="A lock."))
    deliver(neighbour, FRIDAY + MINUTE)

    assert found(first).closings == 0


def test_a_lock_over_there_backs_off_and_is_no_failure_of_the_connection(
    session: Db, promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    locked, other = promised(), promised()
    neighbour.trouble = refuse(
        locked, Transient(ErpReason.SAYS, words="The ERP could not do it at this moment: lock")
    )

    deliver(neighbour, FRIDAY)
    waiting = found(locked)
    state, attempts = waiting.state, waiting.attempts
    neighbour.trouble = lambda _: None
    deliver(neighbour, FRIDAY + 60 * MINUTE)

    connection = session.get_one(Connection, "erp")
    assert (state, connection.state) == (MessageState.WAITING, ConnectionState.WORKING)
    assert 5 < attempts < 20
    assert connection.failures == 0
    assert neighbour.told == [other, locked]


def test_a_lock_of_days_is_shown_to_a_person(
    session: Db, promised: Promised, found: Found, neighbour: Neighbour
) -> None:
    locked = promised()
    session.execute(update(OutboxMessage).values(attempts=MOST_TRANSIENT))
    session.commit()
    neighbour.trouble = refuse(
        locked, Transient(ErpReason.SAYS, words="A lock.", details="<Fault/>")
    )

    deliver_due({"tell": neighbour.keeper}, at=FRIDAY)

    message = found(locked)
    assert (message.state, message.details) == (MessageState.PARKED, "<Fault/>")
