"""The demo shows a decision that was revised, and one that waits for the head of claims."""

from datetime import timedelta

from sqlalchemy import select

from app.claims.decided import versions_of
from app.claims.pending_models import PendingState
from app.claims.pending_queries import waiting_proposal
from app.claims.rules import ClaimState
from app.core.db import db
from app.seed.revisions import hand_on_early, revise_to
from app.seed.stories import STORIES
from app.vocabulary import Remedy
from app.work.models import WorkOrder
from app.work.rules import WorkState
from app.work.service import open_orders
from tests.app.world import MONDAY, World

TUESDAY = MONDAY + timedelta(days=1)


def test_one_story_is_revised_and_one_is_handed_on() -> None:
    assert sum(story.revised_to is not None for story in STORIES) == 1
    assert sum(story.is_handed_on for story in STORIES) == 1


def test_a_revised_story_has_two_versions_and_goes_on(world: World) -> None:
    claim = world.filed(demand=Remedy.REPAIR)
    world.accepted(claim)
    open_orders(claim.id, at=MONDAY)

    revise_to(claim, Remedy.REPLACEMENT, by=world.cleo, at=TUESDAY)

    assert [one.number for one in versions_of(claim)] == [1, 2]
    assert claim.state is ClaimState.EXECUTION
    states = db.execute(select(WorkOrder.remedy, WorkOrder.state).order_by(WorkOrder.opened_at))
    assert [tuple(row) for row in states] == [
        (Remedy.REPAIR, WorkState.CANCELLED),
        (Remedy.REPLACEMENT, WorkState.QUEUED),
    ]


def test_a_story_that_is_handed_on_waits_for_the_head(world: World) -> None:
    claim = world.filed(demand=Remedy.SPARE_PART)

    hand_on_early(claim, by=world.cleo, at=TUESDAY)

    proposal = waiting_proposal(claim.id)
    assert proposal is not None
    assert proposal.state is PendingState.HANDED_ON
    assert claim.decided_at is None
