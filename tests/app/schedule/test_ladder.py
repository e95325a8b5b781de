"""The ladder of reminders on screen: rungs are added and removed, odd ones refused in words."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from app.claims import service as claims
from app.core.db import db
from app.schedule.models import Audience, ReminderRung
from app.schedule.reminders import remind
from app.vocabulary import Language, Role
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

PAGE = "/deadlines/reminders"
RUNG = {"topic": "answer_due", "days": "2", "side": "before", "audience": "owner"}


def rungs() -> set[tuple[str, int, Audience]]:
    db.rollback()
    return {
        (rung.topic.value, rung.working_days, rung.audience)
        for rung in db.scalars(select(ReminderRung))
    }


def test_an_added_reminder_is_sent_and_a_removed_one_is_not(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    claims.take(claim, version=claim.version, by=world.cleo, at=MONDAY)
    db.commit()
    client = sign_in(world.admin)
    far = RUNG | {"days": "60"}  # it has been reached as soon as the claim is filed

    client.post(PAGE, data=far)
    assert remind(at=MONDAY.replace(hour=12)) == 1
    db.rollback()
    [number] = db.scalars(select(ReminderRung.id))
    client.post(f"{PAGE}/{number}/remove")

    assert rungs() == set()
    assert remind(at=MONDAY.replace(hour=12)) == 0


def test_days_after_the_due_day_are_kept_below_zero(world: World, sign_in: SignIn) -> None:
    client = sign_in(hire(Role.HEAD_OF_CLAIMS))

    answer = client.post(PAGE, data=RUNG | {"side": "after", "audience": "head"})

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert rungs() == {("answer_due", -2, Audience.HEAD)}
    assert "2 working days after" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": "61"}, "at most 60 working days before or after"),
        ({"days": "61", "side": "after"}, "at most 60 working days before or after"),
        ({"topic": "at_risk"}, "choose something that is due on a day"),
        ({"topic": "nonsense"}, "choose something that is due on a day"),
        ({"days": "-1"}, "Give it without a sign"),
        ({"days": ""}, "Give the number of working days"),
    ],
)
def test_a_reminder_that_makes_no_sense_is_refused_in_words(
    world: World, sign_in: SignIn, changes: dict[str, str], words: str
) -> None:
    answer = sign_in(world.admin).post(PAGE, data=RUNG | changes)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.text
    assert rungs() == set()


def test_a_reminder_that_is_there_is_not_added_again(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin, Language.RU)  # type: ignore[call-arg]
    client.post(PAGE, data=RUNG)

    answer = client.post(PAGE, data=RUNG)

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Такое напоминание уже есть." in answer.text
    assert rungs() == {("answer_due", 2, Audience.OWNER)}


def test_without_a_ladder_the_page_says_what_that_means(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin)

    assert "No reminders are set." in client.get(PAGE).text
    assert PAGE in client.get("/deadlines").text


def test_only_who_keeps_the_deadlines_changes_the_ladder(world: World, sign_in: SignIn) -> None:
    for user in (world.ann, world.cleo, world.dora):
        assert sign_in(user).post(PAGE, data=RUNG).status_code == HTTPStatus.FORBIDDEN

    assert rungs() == set()
