"""What the portal shows of each story: its state, and every list on which it must be found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.accounts.models import Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.claims.models import Claim
from app.claims.queries import claims_in
from app.claims.rules import ClaimState
from app.claims.silence_board import accepted_claims, count_threatened
from app.claims.triage import Filter
from app.core.clock import local_day
from app.core.db import db
from app.seed.boards import ENDS_IN, on_worklist, stands_on
from app.seed.stories import STORIES, Board, Ending, Story
from app.vocabulary import Role
from app.work.queries import OrderRow, list_done, list_open
from app.work.rules import WorkState

FILTERS: Mapping[Filter, tuple[Ending, ...]] = {
    Filter.TO_DECIDE: (Ending.FILED, Ending.TAKEN, Ending.ANSWERED),
    Filter.ASKED: (Ending.ASKED,),
    Filter.WORKING: (
        Ending.QUEUED,
        Ending.STARTED,
        Ending.BLOCKED,
        Ending.RESOLVED,
        Ending.PARTLY,
        Ending.SILENT,
    ),
}
WORK: Mapping[Ending, WorkState] = {
    Ending.QUEUED: WorkState.QUEUED,
    Ending.PARTLY: WorkState.QUEUED,
    Ending.STARTED: WorkState.IN_PROGRESS,
    Ending.BLOCKED: WorkState.BLOCKED,
    Ending.RESOLVED: WorkState.DONE,
    Ending.CONFIRMED: WorkState.DONE,
}
NEEDS_THE_DEALER = (Ending.DRAFT, Ending.ASKED, Ending.RESOLVED, Ending.REJECTED)


def faults_of(told: Mapping[Story, UUID], *, at: datetime) -> list[str]:
    """Return what the demo does not show on this day, one line each."""
    faults = [f"not told: {story}" for story in STORIES if story not in told]
    for story, claim_id in told.items():
        claim = db.get_one(Claim, claim_id)
        faults += [f"{fault}: {story}" for fault in _faults_of_one(story, claim, at)]
    wanted = sum(Board.SILENCE_SOON in story.boards for story in STORIES)
    head = _reader(role=Role.HEAD_OF_CLAIMS)
    today = local_day(at, head.time_zone)
    if (counted := count_threatened(head, today=today)) < wanted:
        faults.append(f"the menu warns of {counted} claims that silence will accept, not {wanted}")
    return faults


def _faults_of_one(story: Story, claim: Claim, at: datetime) -> list[str]:
    filters = [chosen for chosen, endings in FILTERS.items() if story.ending in endings]
    shown = {
        f"is {claim.state}": claim.state is ENDS_IN[story.ending],
        "not at its department": _is_worked(story, claim),
        "not on the dealer's first page": _is_the_dealers(story, claim),
        "wrong about acceptance by silence": _is_accepted(story, claim),
        **{f"not on the board {one}": stands_on(one, claim, at=at) for one in story.boards},
        **{f"not in the worklist {one}": on_worklist(one, claim, at) for one in filters},
    }
    return [words for words, holds in shown.items() if not holds]


def _is_worked(story: Story, claim: Claim) -> bool:
    """A worker of some department finds an order of the claim in the state of the ending."""
    wanted = WORK.get(story.ending)
    return wanted is None or any(
        order.claim_id == claim.id and order.state is wanted for order in _orders(wanted)
    )


def _orders(state: WorkState) -> list[OrderRow]:
    workers = select(Person).filter_by(role=Role.DEPARTMENT_WORKER)
    workers = workers.ext(distinct_on(Person.department_id))
    look = list_done if state is WorkState.DONE else _open_work
    people = db.scalars(workers.order_by(Person.department_id, Person.id)).all()
    return [order for person in people for order in look(as_user(person))]


def _open_work(worker: User) -> Sequence[OrderRow]:
    return list_open(worker).rows


def _is_the_dealers(story: Story, claim: Claim) -> bool:
    clerk = _reader(role=Role.DEALER_USER, dealer_id=claim.dealer_id)
    states = [ClaimState(ENDS_IN[story.ending])]
    needs_them = story.ending in NEEDS_THE_DEALER
    return not needs_them or claim.id in {row.id for row in claims_in(clerk, states)}


def _is_accepted(story: Story, claim: Claim) -> bool:
    head = _reader(role=Role.HEAD_OF_CLAIMS)
    found = [row for row in accepted_claims(head) if row.claim_id == claim.id]
    return bool(found) == (story.ending is Ending.SILENT)


def _reader(**who: object) -> User:
    return as_user(db.scalars(select(Person).filter_by(**who).order_by(Person.id).limit(1)).one())
