"""The measured norms grow as claims go on: by decisions, by work orders, by what people tell."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.claims import service as claims
from app.claims.forecast_models import Cause, NewsKind
from app.claims.models import Claim
from app.claims.promising import weigh_promise
from app.core.db import db
from app.deadlines.measures import FEWEST
from app.deadlines.models import StageDuration
from app.deadlines.stages import Stage
from app.schedule import news
from app.schedule.renewal import renew
from app.vocabulary import Remedy
from app.work import service as work
from app.work.models import WorkOrder
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

TUESDAY = MONDAY + timedelta(days=1)
A_WEEK_LATER = MONDAY + timedelta(days=7)
NEXT_TUESDAY = TUESDAY + timedelta(days=7)


def accepted(world: World, at: datetime = MONDAY) -> Claim:
    """A repair that was filed on Monday, decided then, and is with production."""
    claim = world.filed()
    world.accepted(claim, at=at)
    work.open_orders(claim.id, at=at)
    db.commit()
    return claim


def repaired(world: World, claim: Claim, *, started: datetime, finished: datetime) -> None:
    order = db.scalars(select(WorkOrder).filter_by(claim_id=claim.id)).one()
    work.start(order, version=order.version, by=world.dora, at=started)
    work.finish(order, "Welded", version=order.version, by=world.dora, at=finished)
    renew(Cause.EVENT, at=finished, claim_ids=[claim.id])
    db.commit()


def took(claim: Claim) -> dict[str, int]:
    rows = db.scalars(select(StageDuration).filter_by(subject=str(claim.id)))
    return {row.stage: row.working_days for row in rows}


def test_a_decision_is_measured_from_the_filing_on(world: World) -> None:
    claim = accepted(world, at=MONDAY + timedelta(days=2))

    assert took(claim) == {"triage": 2}
    measure = db.scalars(select(StageDuration)).one()
    assert (measure.product_group, measure.remedy) == ("bath", Remedy.REPAIR)


def test_the_days_of_the_dealer_are_not_those_of_the_decision(world: World) -> None:
    claim = world.filed()
    claims.ask(claim, ["Which stove?"], version=claim.version, by=world.cleo, at=TUESDAY)
    db.flush()
    answers = {claim.questions[0].id: "The big one"}
    claims.answer(claim, answers, version=claim.version, by=world.ann, at=A_WEEK_LATER)
    world.accepted(claim, at=NEXT_TUESDAY)

    assert took(claim) == {"triage": 2}


def test_a_rejection_is_measured_too(world: World) -> None:
    claim = world.filed()
    refusals = [
        claims.LineDecision(line.id, line.quantity * 0, None, "R03", "Broken by force")
        for line in claim.lines
    ]
    claims.decide(
        claim, refusals, promise_on=None, version=claim.version, by=world.cleo, at=TUESDAY
    )

    assert took(claim) == {"triage": 1}


def test_the_work_of_a_department_is_measured_when_it_is_done(world: World) -> None:
    claim = accepted(world)

    # Tuesday to the Wednesday after next week's end: twelve working days, six are planned.
    repaired(world, claim, started=TUESDAY, finished=TUESDAY + timedelta(days=16))

    measured = took(claim)
    assert (measured["diagnosis"], measured["repair"], measured["quality_check"]) == (4, 6, 2)


def test_what_a_dealer_tells_is_measured_and_taking_it_back_forgets_it(world: World) -> None:
    claim = accepted(world)
    packed = (claim, Stage.DEALER_PACK, NewsKind.FINISHED)

    news.tell_news(*packed, date(2026, 11, 19), by=world.ann, at=A_WEEK_LATER)
    renew(Cause.EVENT, at=A_WEEK_LATER)
    told = took(claim)
    news.tell_news(*packed, None, by=world.ann, at=A_WEEK_LATER)
    renew(Cause.EVENT, at=A_WEEK_LATER)

    assert told == {"triage": 0, "dealer_pack": 3}
    assert took(claim) == {"triage": 0}


@pytest.fixture
def slow_history(world: World) -> None:
    """Production has taken twice as long as planned, again and again."""
    for _ in range(FEWEST):
        claim = accepted(world)
        repaired(world, claim, started=TUESDAY, finished=TUESDAY + timedelta(days=16))


@pytest.mark.usefixtures("slow_history")
def test_the_page_of_norms_shows_what_was_measured_beside_the_plan(
    world: World, sign_in: SignIn
) -> None:
    page = sign_in(world.admin).get("/deadlines/norms").text

    row = page[page.index(">diagnosis</td>") :]
    assert "4 days" in row[: row.index("</tr>")]
    assert f"80 % within this time, {FEWEST} done" in row[: row.index("</tr>")]


@pytest.mark.usefixtures("slow_history")
def test_the_proposed_promise_leaves_room_for_what_took_longer(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()
    remedies = {line.id: Remedy.REPAIR for line in claim.lines}

    plan = weigh_promise(claim, remedies, at=A_WEEK_LATER).plan
    page = sign_in(world.cleo).get(f"/claims/{claim.id}/decide").text

    assert plan.buffer.planned == 2
    assert plan.buffer.seen > plan.buffer.planned
    assert f"{plan.buffer.seen} working days" in page
