"""The reserves of the promises on screen: they hold at once, odd ones are refused in words."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from app.claims.promising import weigh_promise
from app.core.db import db
from app.deadlines.models import PromiseBuffer
from app.vocabulary import Remedy
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

PAGE = "/deadlines/reserves"
SEASON = {
    "working_days": "6", "plant_id": "0", "starts_on": "2026-12-01", "ends_on": "2026-12-31",
    "reason": "Season",
}  # fmt: skip


def planned(world: World) -> int:
    """Return the reserve of a repair that is decided on Monday and ready in December."""
    claim = world.filed()
    remedies = {line.id: Remedy.REPAIR for line in claim.lines}
    return weigh_promise(claim, remedies, at=MONDAY).plan.buffer.planned


def test_a_reserve_for_some_days_holds_at_once_and_goes_as_it_came(
    world: World, sign_in: SignIn
) -> None:
    assert planned(world) == 2
    client = sign_in(world.admin)

    added = client.post(PAGE, data=SEASON)
    page = client.get(PAGE).text
    db.rollback()
    in_season = planned(world)
    season = db.scalars(select(PromiseBuffer.id).filter_by(reason="Season")).one()
    client.post(f"{PAGE}/{season}/remove")
    db.rollback()

    assert added.status_code == HTTPStatus.SEE_OTHER
    assert "Season" in page
    assert in_season == 6
    assert planned(world) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"working_days": "61"}, "between 0 and 60 working days"),
        ({"working_days": "-1"}, "between 0 and 60 working days"),
        ({"ends_on": "2026-11-01"}, "The last day is before the first"),
        ({"reason": ""}, "Say why these days are different"),
        ({"starts_on": "", "ends_on": "", "reason": ""}, "a reserve is set already"),
        ({"working_days": ""}, "This field is required"),
    ],
)
def test_a_reserve_that_makes_no_sense_is_refused_in_words(
    world: World, sign_in: SignIn, changes: dict[str, str], words: str
) -> None:
    answer = sign_in(world.admin).post(PAGE, data=SEASON | changes)

    db.rollback()
    assert answer.status_code in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT)
    assert words in answer.text
    assert len(db.scalars(select(PromiseBuffer.id)).all()) == 1


def test_only_who_keeps_the_deadlines_sets_reserves(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.cleo).get(PAGE).status_code == HTTPStatus.FORBIDDEN
