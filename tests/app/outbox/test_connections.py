"""A neighbour that is closed, broken or does not let us in: its messages rest, all others flow."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.outbox import connections
from app.outbox.delivery import Link, deliver_due, drain
from app.outbox.models import Connection, MessageState, OutboxMessage
from app.outbox.queries import count_alarms
from app.outbox.rules import BREAK_AFTER, DENIED_WAIT, PROBE_WAITS, ConnectionState, probe_wait
from connectors.errors import Closed, Denied, OutsideError, Rejected, Unavailable
from connectors.reasons import ErpReason, MailReason
from tests.app.outbox.conftest import FRIDAY, Neighbour

Db = scoped_session[Session]
Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]

WAYS = {"tell": "erp", "write": "mail"}
MAINTENANCE = Closed(ErpReason.CLOSED)
WRONG_PASSWORD = Denied(ErpReason.WRONG_PASSWORD)


@dataclass
class Door:
    """The neighbour's door: who asked, and what is answered; None lets in."""

    answer: Exception | None = None
    asked: list[datetime] = field(default_factory=list)
    at: datetime = FRIDAY

    def ping(self) -> None:
        self.asked.append(self.at)
        if self.answer:
            raise self.answer


@dataclass
class Traffic:
    """Two neighbours, each behind a connection of its own, and a clock set by hand."""

    erp: Neighbour
    mail: Neighbour
    door: Door

    def deliver(self, *, at: datetime = FRIDAY) -> int:
        self.door.at = at
        keepers = {"tell": self.erp.keeper, "write": self.mail.keeper}
        return deliver_due(keepers, at=at, links={"erp": Link(ping=self.door.ping)})

    def say(self, error: OutsideError | None) -> None:
        """Let the ERP answer every call with this."""

        def answer(_: UUID) -> None:
            if error:
                raise error

        self.erp.trouble = answer


@pytest.fixture
def promised(promised: Promised) -> Promised:
    """Promise something that takes the connection of its kind, unless another is named."""

    def promise_one(kind: str = "tell", **facts: Any) -> UUID:
        return promised(kind, **({"connection": WAYS[kind]} | facts))

    return promise_one


@pytest.fixture
def traffic(neighbour: Neighbour) -> Traffic:
    return Traffic(erp=neighbour, mail=Neighbour(), door=Door())


@pytest.fixture
def connection(session: Db) -> Callable[..., Connection]:
    def look_up(name: str = "erp") -> Connection:
        session.expire_all()
        return session.get_one(Connection, name)

    return look_up


@pytest.mark.parametrize("error", [MAINTENANCE, WRONG_PASSWORD])
def test_a_closed_neighbour_costs_no_message_an_attempt(
    traffic: Traffic, promised: Promised, found: Found, error: OutsideError
) -> None:
    waiting = [promised() for _ in range(3)]
    traffic.say(error)
    traffic.door.answer = error

    for minute in range(30):
        traffic.deliver(at=FRIDAY + timedelta(minutes=minute))

    for one in waiting:
        message = found(one)
        assert (message.state, message.attempts) == (MessageState.WAITING, 0)
        assert message.due_at == FRIDAY
    assert found(waiting[0]).last_error == error.reason


def test_only_one_message_meets_the_closed_door(
    traffic: Traffic, promised: Promised, connection: Callable[..., Connection]
) -> None:
    for _ in range(5):
        promised()
    calls: list[UUID] = []

    def refuse(subject_id: UUID) -> None:
        calls.append(subject_id)
        raise MAINTENANCE

    traffic.erp.trouble = refuse
    assert traffic.deliver() == 1
    assert traffic.deliver() == 0

    assert len(calls) == 1
    assert connection().state is ConnectionState.CLOSED
    assert str(connection().reason) == "The ERP is closed at the moment."


def test_while_one_neighbour_is_closed_the_other_is_told(
    traffic: Traffic, promised: Promised, found: Found
) -> None:
    resting, letter = promised("tell"), promised("write")
    traffic.say(MAINTENANCE)

    traffic.deliver()
    later = promised("write")
    traffic.deliver()

    assert traffic.mail.told == [letter, later]
    assert found(resting).state is MessageState.WAITING


def test_an_answered_ping_opens_the_door_and_everything_flows_in_order(
    traffic: Traffic, promised: Promised, connection: Callable[..., Connection]
) -> None:
    in_order = [promised(queue="erp/1") for _ in range(3)]
    traffic.say(MAINTENANCE)
    traffic.deliver()
    traffic.say(None)

    too_early = FRIDAY + PROBE_WAITS[0] - timedelta(seconds=1)
    assert traffic.deliver(at=too_early) == 0
    assert traffic.door.asked == []

    at = FRIDAY + PROBE_WAITS[0] + timedelta(seconds=1)
    while traffic.deliver(at=at):
        pass
    assert traffic.door.asked == [at]
    assert traffic.erp.told == in_order
    assert connection().state is ConnectionState.WORKING


def test_pings_become_rarer_up_to_some_minutes(
    traffic: Traffic, promised: Promised, connection: Callable[..., Connection]
) -> None:
    promised()
    traffic.say(MAINTENANCE)
    traffic.door.answer = MAINTENANCE
    traffic.deliver()

    for _ in range(len(PROBE_WAITS) + 2):
        until = connection().paused_until
        assert until is not None
        traffic.deliver(at=until)

    asked = traffic.door.asked
    gaps = [timedelta(seconds=round((b - a).total_seconds())) for a, b in pairwise(asked)]
    assert gaps == [*PROBE_WAITS[1:], PROBE_WAITS[-1], PROBE_WAITS[-1]]


def test_a_neighbour_that_fails_often_in_a_row_is_left_alone(
    traffic: Traffic, promised: Promised, found: Found, connection: Callable[..., Connection]
) -> None:
    many = [promised() for _ in range(BREAK_AFTER + 3)]
    traffic.say(Unavailable(ErpReason.UNREACHABLE))

    assert traffic.deliver() == BREAK_AFTER

    assert connection().state is ConnectionState.BROKEN
    assert [found(one).attempts for one in many] == [1] * BREAK_AFTER + [0] * 3
    assert all(found(one).state is MessageState.WAITING for one in many)


def test_a_broken_connection_is_asked_by_ping_before_any_message(
    traffic: Traffic, promised: Promised, found: Found, connection: Callable[..., Connection]
) -> None:
    many = [promised() for _ in range(BREAK_AFTER)]
    traffic.say(Unavailable(ErpReason.UNREACHABLE))
    traffic.deliver()
    attempts = [found(one).attempts for one in many]
    traffic.door.answer = Unavailable(ErpReason.UNREACHABLE)

    half_open = FRIDAY + timedelta(minutes=1)
    assert traffic.deliver(at=half_open) == 0
    assert [found(one).attempts for one in many] == attempts
    assert connection().state is ConnectionState.BROKEN

    traffic.say(None)
    traffic.door.answer = None
    closed = FRIDAY + timedelta(minutes=2)
    assert traffic.deliver(at=closed) == BREAK_AFTER
    assert (connection().state, connection().failures) == (ConnectionState.WORKING, 0)


def test_a_success_between_failures_keeps_the_connection(
    traffic: Traffic, promised: Promised, connection: Callable[..., Connection]
) -> None:
    down = Unavailable(ErpReason.SILENT, seconds=30)
    at = FRIDAY
    for error in [down] * (BREAK_AFTER - 1) + [None] + [down] * (BREAK_AFTER - 1):
        promised(at=at)
        traffic.say(error)
        drain_once = traffic.deliver(at=at)
        assert drain_once >= 1
        at += timedelta(hours=1)
        if error is None:
            assert connection().failures == 0

    assert connection().state is ConnectionState.WORKING


def test_a_refusal_is_an_answer_too(
    traffic: Traffic, promised: Promised, found: Found, connection: Callable[..., Connection]
) -> None:
    refused = [promised() for _ in range(BREAK_AFTER + 1)]
    traffic.say(Rejected(ErpReason.SAYS, words="The period is closed"))

    traffic.deliver()

    assert {found(one).state for one in refused} == {MessageState.PARKED}
    assert {found(one).parked_at for one in refused} != {None}
    assert connection().state is ConnectionState.WORKING
    assert connection().last_success_at is not None


def test_a_refused_log_in_stops_everything_alarms_and_is_not_tried_at_once(
    traffic: Traffic,
    promised: Promised,
    found: Found,
    connection: Callable[..., Connection],
    caplog: pytest.LogCaptureFixture,
) -> None:
    waiting = promised()
    traffic.say(WRONG_PASSWORD)

    with caplog.at_level(logging.ERROR):
        traffic.deliver()

    assert found(waiting).state is MessageState.WAITING
    assert connection().state is ConnectionState.DENIED
    assert connection().paused_until == pytest.approx(
        FRIDAY + DENIED_WAIT, abs=timedelta(seconds=5)
    )
    assert count_alarms() == 1
    assert "connection.stopped" in [record.message for record in caplog.records]


def test_a_log_in_refused_to_a_ping_is_told_apart(
    traffic: Traffic, promised: Promised, connection: Callable[..., Connection]
) -> None:
    promised()
    traffic.say(MAINTENANCE)
    traffic.deliver()
    traffic.door.answer = WRONG_PASSWORD

    traffic.deliver(at=FRIDAY + timedelta(minutes=1))

    assert connection().state is ConnectionState.DENIED
    assert connection().reason == WRONG_PASSWORD.reason


def test_a_ping_that_fails_by_our_own_fault_does_not_stop_the_worker(
    traffic: Traffic, promised: Promised, connection: Callable[..., Connection]
) -> None:
    letter = promised("write", at=FRIDAY + timedelta(minutes=1))
    promised()
    traffic.say(MAINTENANCE)
    traffic.deliver()
    traffic.door.answer = KeyError("Product")

    traffic.deliver(at=FRIDAY + timedelta(minutes=1))

    assert traffic.mail.told == [letter]
    assert "KeyError: 'Product'" in str(connection().last_error)


def test_what_a_person_paused_is_not_asked_and_goes_on_only_by_a_person(
    traffic: Traffic, promised: Promised, session: Db, connection: Callable[..., Connection]
) -> None:
    waiting = promised()
    connections.pause("erp", "1C is being updated", by="Admin", at=FRIDAY)
    session.commit()

    assert traffic.deliver(at=FRIDAY + timedelta(days=3)) == 0
    assert traffic.door.asked == []
    assert (connection().paused_by, str(connection().reason)) == ("Admin", "1C is being updated")
    assert connections.next_try("erp", FRIDAY) is None

    connections.resume("erp")
    session.commit()
    assert traffic.deliver(at=FRIDAY + timedelta(days=3)) == 1
    assert traffic.erp.told == [waiting]


def test_a_pause_by_hand_is_not_lifted_by_a_ping_that_was_under_way(
    traffic: Traffic, promised: Promised, session: Db, connection: Callable[..., Connection]
) -> None:
    promised()
    traffic.say(MAINTENANCE)
    traffic.deliver()
    ticket = connections.take_probe("erp", at=FRIDAY + timedelta(minutes=1))
    assert ticket is not None
    connections.pause("erp", "no", by="Admin", at=FRIDAY)

    connections.reopen("erp", ticket, at=FRIDAY + timedelta(minutes=1))
    session.commit()

    assert connection().state is ConnectionState.PAUSED


def test_of_two_workers_one_pings(traffic: Traffic, promised: Promised, session: Db) -> None:
    promised()
    traffic.say(MAINTENANCE)
    traffic.deliver()

    at = FRIDAY + timedelta(minutes=1)
    assert connections.take_probe("erp", at=at) is not None
    assert connections.take_probe("erp", at=at) is None


def test_without_a_ping_the_next_message_is_the_question(
    promised: Promised, neighbour: Neighbour, connection: Callable[..., Connection]
) -> None:
    for _ in range(BREAK_AFTER + 1):
        promised("write")
    keepers = {"write": neighbour.keeper}

    def away(_: UUID) -> None:
        raise Unavailable(MailReason.REFUSED)

    neighbour.trouble = away
    deliver_due(keepers, at=FRIDAY)
    assert connection("mail").state is ConnectionState.BROKEN

    at = FRIDAY + timedelta(hours=1)
    assert deliver_due(keepers, at=at) == 1
    assert connection("mail").state is ConnectionState.BROKEN

    neighbour.trouble = lambda _: None
    later = FRIDAY + timedelta(hours=2)
    drain(keepers, at=later)
    assert len(neighbour.told) == BREAK_AFTER + 1
    assert connection("mail").failures == 0


def test_a_closed_word_about_what_needs_no_connection_only_postpones(
    promised: Promised, found: Found, neighbour: Neighbour, session: Db
) -> None:
    waiting = promised(connection="")

    def closed(_: UUID) -> None:
        raise MAINTENANCE

    neighbour.trouble = closed
    deliver_due({"tell": neighbour.keeper}, at=FRIDAY)

    assert found(waiting).attempts == 1
    assert session.query(Connection).count() == 0


def test_the_next_try_of_a_message_is_that_of_its_connection(
    traffic: Traffic, promised: Promised, connection: Callable[..., Connection]
) -> None:
    promised()
    assert connections.next_try("erp", FRIDAY) == FRIDAY
    traffic.say(MAINTENANCE)
    traffic.deliver()

    assert connections.next_try("erp", FRIDAY) == connection().paused_until


def test_a_refused_log_in_is_left_alone_for_longer_than_a_closed_door() -> None:
    assert probe_wait(ConnectionState.DENIED, 0) > max(PROBE_WAITS)
    assert probe_wait(ConnectionState.CLOSED, 10_000) == PROBE_WAITS[-1]
