"""Reminders climb a ladder: each rung once, to whoever has to act, then to the heads."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.policy import User
from app.claims import service as claims
from app.claims.forecast_models import ClaimNotice, Topic
from app.claims.models import Claim
from app.core.db import db
from app.core.outside import outside
from app.deadlines.days import Calendar
from app.notifications.service import keepers
from app.outbox.delivery import drain
from app.schedule.models import Audience, ReminderRung
from app.schedule.reminders import USUAL_RUNGS, remind, rung_reached
from app.vocabulary import Role
from connectors.mail.memory import RememberingMail
from connectors.mail.port import Letter
from tests.app.accounts.hiring import hire
from tests.app.world import MONDAY, World

OFFICE = Calendar("office", frozenset(range(5)), closed=frozenset({date(2026, 11, 18)}))
FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def ladder(world: World) -> None:
    db.add_all(
        ReminderRung(topic=topic, working_days=days, audience=audience)
        for topic, days, audience in USUAL_RUNGS
    )
    db.commit()


@pytest.fixture
def head(world: World) -> User:
    return hire(Role.HEAD_OF_CLAIMS)


@pytest.fixture
def taken(world: World, head: User) -> Claim:
    claim = world.filed()
    claims.take(claim, version=claim.version, by=world.cleo, at=MONDAY)
    db.commit()
    return claim


def at_noon(day: date) -> datetime:
    return MONDAY + timedelta(days=(day - MONDAY.date()).days, hours=6)


def answers_told() -> list[tuple[int, int]]:
    query = select(ClaimNotice.person_id, ClaimNotice.rung).where(
        ClaimNotice.topic == Topic.ANSWER_DUE
    )
    return sorted((person, rung) for person, rung in db.execute(query))


@pytest.mark.parametrize(
    ("today", "rung"),
    [
        (date(2026, 11, 16), None),
        (date(2026, 11, 17), 2),  # Wednesday is closed
        (date(2026, 11, 19), 2),
        (date(2026, 11, 20), 0),
        (date(2026, 11, 22), 0),
        (date(2026, 11, 23), -1),
        (date(2026, 12, 23), -1),
    ],
)
def test_a_rung_is_counted_in_working_days(today: date, rung: int | None) -> None:
    assert rung_reached((2, 0, -1), FRIDAY, today, OFFICE) == rung


def test_without_a_ladder_nobody_is_reminded() -> None:
    assert rung_reached((), FRIDAY, FRIDAY, OFFICE) is None


def test_the_owner_hears_first_the_heads_on_the_last_day(
    world: World, taken: Claim, head: User
) -> None:
    assert taken.answer_on is not None
    remind(at=at_noon(taken.answer_on - timedelta(days=1)))
    assert {person for person, _ in answers_told()} == {world.cleo.id}

    remind(at=at_noon(taken.answer_on))
    remind(at=at_noon(taken.answer_on + timedelta(days=1)))

    assert {(world.cleo.id, 0), (head.id, 0)} <= set(answers_told())
    assert len(answers_told()) == len(set(answers_told()))


def test_nobody_is_woken_before_the_first_hour_of_the_plant(world: World, taken: Claim) -> None:
    assert taken.answer_on is not None
    midnight = at_noon(taken.answer_on).replace(hour=0)
    assert remind(at=midnight) == 0


def test_a_dealer_is_reminded_of_a_question(world: World, taken: Claim) -> None:
    claims.ask(taken, ["How long?"], version=taken.version, by=world.cleo, at=MONDAY)
    db.commit()

    remind(at=MONDAY + timedelta(days=30, hours=6))

    query = select(ClaimNotice.person_id).where(ClaimNotice.topic == Topic.REPLY_DUE)
    assert set(db.scalars(query)) == {world.ann.id}


def test_all_due_days_of_a_person_come_in_one_mail(world: World, taken: Claim) -> None:
    other = world.filed()
    claims.take(other, version=other.version, by=world.cleo, at=MONDAY)
    db.commit()
    assert taken.answer_on is not None
    remind(at=at_noon(taken.answer_on))
    db.commit()

    at = at_noon(taken.answer_on)
    wanted = keepers("https://portal.test")
    drain({"mail.notices": wanted["mail.notices"]}, at=at)

    mails = [letter for letter in sent_letters() if letter.to.startswith("cleo")]
    [mail] = mails
    for claim in (taken, other):
        assert str(claim.number) in mail.text
        assert f"https://portal.test/claims/{claim.id}" in mail.text


def test_the_ladder_of_the_portal_reminds_before_and_escalates_after() -> None:
    for topic in {topic for topic, _, _ in USUAL_RUNGS}:
        rungs = [(days, audience) for one, days, audience in USUAL_RUNGS if one is topic]
        assert max(rungs)[1] is Audience.OWNER


def test_notices_are_kept_once(world: World, taken: Claim) -> None:
    assert taken.answer_on is not None
    assert remind(at=at_noon(taken.answer_on)) > 0

    assert remind(at=at_noon(taken.answer_on)) == 0


def sent_letters() -> list[Letter]:
    mail = outside().mail
    assert isinstance(mail, RememberingMail)
    return mail.letters
