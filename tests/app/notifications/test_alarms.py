"""Who is told that the exchange needs a person, when, and how often."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from app.accounts.models import Person
from app.accounts.policy import User
from app.core.clock import now
from app.core.db import db
from app.core.outside import Outside
from app.core.reasons import words
from app.notifications.alarms import alarm_keepers, remind
from app.outbox import connections
from app.outbox.delivery import drain
from app.outbox.halts import halt
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.rules import ESCALATED_AT, REMIND_AFTER, REMIND_EVERY, ConnectionState
from app.outbox.service import retry
from app.vocabulary import Role
from connectors.errors import Closed, Denied
from connectors.mail.memory import RememberingMail
from connectors.mail.port import Letter
from connectors.reasons import ErpReason, Reason
from tests.app.world import World

KEEPERS = alarm_keepers("https://claims.example")
Parked = Callable[..., OutboxMessage]


@pytest.fixture
def mail(neighbours: Outside) -> RememberingMail:
    assert isinstance(neighbours.mail, RememberingMail)
    return neighbours.mail


@pytest.fixture
def parked(world: World) -> Parked:
    def park(*, owner: User | None = None, at: datetime | None = None) -> OutboxMessage:
        moment = at or now() - REMIND_AFTER
        message = OutboxMessage(
            kind="erp.push_claim",
            connection="erp",
            subject_id=uuid4(),
            state=MessageState.PARKED,
            created_at=moment,
            due_at=moment,
            parked_at=moment,
            owner_id=owner.id if owner else None,
            last_error=words("Период закрыт"),
        )
        db.add(message)
        db.commit()
        return message

    return park


def sent(mail: RememberingMail, at: datetime) -> list[Letter]:
    """Remind at a moment and return what was mailed because of it."""
    before = len(mail.letters)
    remind(at=at)
    db.commit()
    drain(KEEPERS, at=at)
    return mail.letters[before:]


def test_the_owner_of_a_dead_letter_is_reminded_after_a_day_and_then_every_two(
    parked: Parked, world: World, mail: RememberingMail
) -> None:
    parked(owner=world.cleo)
    start = now()

    letters = [
        len(sent(mail, start + hours))
        for hours in (-timedelta(hours=1), timedelta(0), timedelta(days=1), REMIND_EVERY)
    ]

    assert letters == [0, 1, 0, 1]
    assert {letter.to for letter in mail.letters} == {world.cleo.email}
    assert "Период закрыт" in mail.letters[0].text
    assert "https://claims.example/exchange" in mail.letters[0].text


def test_a_dead_letter_without_an_owner_is_every_administrator_s(
    parked: Parked, world: World, mail: RememberingMail
) -> None:
    parked()

    letters = sent(mail, now())

    assert {letter.to for letter in letters} == {one.email for one in administrators()}


def test_an_owner_reminded_in_vain_has_the_administrators_told(
    parked: Parked, world: World, mail: RememberingMail
) -> None:
    parked(owner=world.cleo)
    start = now()

    readers = [
        {letter.to for letter in sent(mail, start + number * REMIND_EVERY)}
        for number in range(ESCALATED_AT)
    ]

    assert readers[: ESCALATED_AT - 1] == [{world.cleo.email}] * (ESCALATED_AT - 1)
    assert world.admin.email in readers[-1]


def test_what_was_tried_again_is_nobody_s_reminder(
    parked: Parked, world: World, mail: RememberingMail
) -> None:
    message = parked(owner=world.cleo)
    start = now()
    sent(mail, start)
    retry(message.id, at=start)
    db.commit()

    assert sent(mail, start + REMIND_EVERY) == []


def test_a_refused_log_in_is_told_to_the_administrators_once_a_stop(
    world: World, mail: RememberingMail
) -> None:
    at = now()
    for minute in range(3):
        error = Denied(ErpReason.WRONG_PASSWORD)
        connections.stop_for("erp", error, at=at + timedelta(minutes=minute))
    db.commit()

    drain(KEEPERS, at=at + timedelta(minutes=5))

    assert [letter.to for letter in mail.letters] == [one.email for one in administrators()]
    assert "did not accept the user name" in mail.letters[0].text


def test_a_log_in_refused_to_a_probe_is_told_too_and_once(
    world: World, mail: RememberingMail
) -> None:
    at = now()
    connections.stop_for("erp", Closed(ErpReason.CLOSED), at=at)
    for hour in (1, 2):
        moment = at + timedelta(hours=hour)
        ticket = connections.take_probe("erp", at=moment)
        assert ticket is not None
        denied = ConnectionState.DENIED
        reason = Reason(ErpReason.WRONG_PASSWORD)
        connections.keep_stopped("erp", ticket, denied, reason, at=moment)
    db.commit()

    drain(KEEPERS, at=at + timedelta(hours=3))

    assert len(mail.letters) == len(administrators())


def test_a_maintenance_is_no_alarm(world: World, mail: RememberingMail) -> None:
    connections.stop_for("erp", Closed(ErpReason.CLOSED), at=now())
    db.commit()

    assert drain(KEEPERS, at=now()) == 0


def test_an_alarm_whose_reason_has_gone_is_not_sent(world: World, mail: RememberingMail) -> None:
    connections.stop_for("erp", Denied(ErpReason.SAYS, words="No."), at=now())
    connections.resume("erp")
    db.commit()

    drain(KEEPERS, at=now())

    assert mail.letters == []


def test_a_halted_kind_is_told_with_its_fields(world: World, mail: RememberingMail) -> None:
    halt("erp", "erp.push_claim", "- PutClaim/Claim/Text: string 1..1", at=now())
    db.commit()

    drain(KEEPERS, at=now())

    assert "PutClaim/Claim/Text" in mail.letters[0].text


def administrators() -> list[Person]:
    query = db.query(Person).filter_by(role=Role.ADMINISTRATOR, is_active=True)
    return list(query.order_by(Person.id))
