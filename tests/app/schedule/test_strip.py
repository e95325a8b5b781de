"""The strip of legs: what was planned, what is expected, what happened, on one line."""

from datetime import date, timedelta
from decimal import Decimal

from app.claims import service
from app.claims.forecast_models import Cause, ClaimForecast, NewsKind
from app.claims.models import Claim
from app.claims.service import LineDecision
from app.core.db import db
from app.core.timeline import Stretch
from app.deadlines.rules import Leg
from app.deadlines.stages import CHAINS, Stage
from app.schedule.news import tell_news
from app.schedule.queries import tracked_legs
from app.schedule.renewal import renew
from app.schedule.rules import Progress, Span, TrackedLeg, progress_of
from app.schedule.strip import Drawn, Strip, draw_strip
from app.vocabulary import Remedy
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import WorkOrder
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

START = date(2026, 11, 2)
STAGES = CHAINS[Remedy.REPAIR]


def day(count: int) -> date:
    return START + timedelta(days=count)


TODAY = day(3)
PACK = TrackedLeg("dealer_pack", Span(day(0), day(1)), actual=Span(day(0), day(1)))
ROAD = TrackedLeg(
    "inbound",
    Span(day(1), day(4), day(2), day(4)),
    forecast=Span(day(1), day(7), day(5), day(7)),
)
INTAKE = TrackedLeg("intake", Span(day(4), day(5)))
LEGS = (PACK, ROAD, INTAKE)


def drawn(*legs: TrackedLeg, today: date = TODAY, **days: date | None) -> Strip:
    strip = draw_strip(legs, today=today, days=days, is_closed=lambda _, one: one.weekday() > 4)
    assert strip
    return strip


def bar(drawn: Drawn | None) -> Stretch:
    assert drawn
    return drawn.bar


def test_the_leg_after_the_last_finished_one_is_under_way() -> None:
    assert progress_of(LEGS) == (Progress.DONE, Progress.CURRENT, Progress.NEXT)
    assert progress_of((ROAD, INTAKE)) == (Progress.CURRENT, Progress.NEXT)


def test_a_leg_counts_its_lateness_from_the_best_that_is_known() -> None:
    started = TrackedLeg("repair", Span(day(0), day(4)), actual=Span(day(1), None))
    early = TrackedLeg("repair", Span(day(0), day(4)), actual=Span(day(0), day(2)))

    assert [leg.days_late for leg in (PACK, ROAD, INTAKE, started, early)] == [0, 3, 0, 0, -2]


def test_all_legs_lie_on_one_line_that_holds_every_day() -> None:
    strip = drawn(*LEGS, promise=day(9), legal=None)

    assert [mark.kind for mark in strip.marks] == ["today", "promise"]
    places = [mark.x for mark in strip.marks]
    assert 0 < places[0] < places[1] < 100
    assert all(known in strip.line for leg in LEGS for known in leg.plan.days())


def test_a_later_day_lies_further_to_the_right() -> None:
    pack, road, intake = drawn(*LEGS, promise=day(9)).rows

    assert bar(pack.plan).x < bar(road.plan).x < bar(intake.plan).x
    assert bar(road.forecast).width > bar(road.plan).width
    assert road.forecast is not None
    departs, arrives = road.forecast.departs, road.forecast.arrives
    assert departs is not None
    assert arrives is not None
    assert bar(road.plan).x < departs < arrives < bar(road.forecast).end


def test_work_that_still_goes_on_is_drawn_until_today() -> None:
    repair = TrackedLeg("repair", Span(day(0), day(2)), actual=Span(day(1), None))
    strip = drawn(repair, today=day(6))

    assert bar(strip.rows[0].actual).end == strip.line.start_of(day(7))


def test_closed_days_are_those_of_the_legs_own_place() -> None:
    strip = draw_strip(
        LEGS,
        today=day(3),
        days={},
        is_closed=lambda stage, one: stage == "intake" and one == day(2),
    )

    assert strip
    assert [len(row.closed) for row in strip.rows] == [0, 0, 1]


def test_without_legs_nothing_is_drawn() -> None:
    assert draw_strip((), today=START, days={}, is_closed=lambda *_: False) is None


def test_the_claims_page_tells_the_legs_in_words(world: World, sign_in: SignIn) -> None:
    claim = world.filed()
    world.accepted(claim)

    page = sign_in(world.ann).get(f"/claims/{claim.id}").text

    assert "Stages until the promised day" in page
    planned = [Leg.from_dict(kept) for kept in claim.logistics]
    assert page.count('class="strip-leg ') == len(planned) == 8
    assert "Plan: " in page
    assert "leaves " in page


def test_a_claim_without_a_promise_has_no_strip(world: World, sign_in: SignIn) -> None:
    claim = world.filed()

    assert (
        "Stages until the promised day" not in sign_in(world.cleo).get(f"/claims/{claim.id}").text
    )


def test_a_rejected_claim_shows_no_way_to_a_payment(world: World, sign_in: SignIn) -> None:
    claim = world.filed(demand=Remedy.REFUND)
    renew(Cause.EVENT, at=MONDAY, claim_ids=[claim.id])
    verdict = LineDecision(claim.lines[0].id, Decimal(0), None, "R03", "Dropped")
    service.decide(
        claim, [verdict], promise_on=None, version=claim.version, by=world.cleo, at=MONDAY
    )
    renew(Cause.EVENT, at=MONDAY, claim_ids=[claim.id])
    db.commit()

    assert db.get(ClaimForecast, claim.id) is not None
    assert tracked_legs(claim) == ()
    page = sign_in(world.ann).get(f"/claims/{claim.id}").text
    assert "Stages until the promised day" not in page
    assert "appeal" not in page.lower()


def test_finished_work_shows_the_day_on_which_it_was_really_done(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed(demand=Remedy.REPAIR)
    world.accepted(claim)
    finish_production(claim, world)
    renew(Cause.EVENT, at=MONDAY + timedelta(days=4))
    db.commit()

    page = sign_in(world.cleo).get(f"/claims/{claim.id}").text

    assert "Done: 17 Nov – 20 Nov" in page
    assert page.count("strip-leg-done") == 3  # from the diagnosis to the quality check


def test_work_that_began_leaves_what_came_before_assumed(world: World, sign_in: SignIn) -> None:
    """Nobody has packed, sent or received anything; only the department has pressed Start."""
    claim = world.filed(demand=Remedy.REPAIR)
    world.accepted(claim)
    start_production(claim, world)
    renew(Cause.EVENT, at=MONDAY + timedelta(days=1))
    db.commit()

    progress = dict(zip(STAGES, progress_of(tracked_legs(claim)), strict=True))
    page = sign_in(world.ann).get(f"/claims/{claim.id}").text

    assert set(progress.values()) == {Progress.ASSUMED, Progress.CURRENT, Progress.NEXT}
    assert [stage for stage in STAGES if progress[stage] is Progress.ASSUMED] == [
        "dealer_pack", "inbound", "intake",
    ]  # fmt: skip
    assert "strip-leg-done" not in page
    assert page.count("Not confirmed by anybody who can know it.") == 3
    assert page.count('class="strip-bar strip-assumed"') == 3
    assert "Assumed, not confirmed" in page


def test_who_can_know_makes_the_assumed_a_fact(world: World) -> None:
    claim = world.filed(demand=Remedy.REPAIR)
    world.accepted(claim)
    start_production(claim, world)
    later = MONDAY + timedelta(days=1)
    tell_news(claim, Stage.DEALER_PACK, NewsKind.FINISHED, MONDAY.date(), by=world.ann, at=later)
    tell_news(claim, Stage.INTAKE, NewsKind.FINISHED, MONDAY.date(), by=world.cleo, at=later)
    renew(Cause.EVENT, at=later)

    packed, road, intake = progress_of(tracked_legs(claim))[:3]

    assert (packed, road, intake) == (Progress.DONE, Progress.ASSUMED, Progress.DONE)


def test_what_is_only_assumed_is_never_late() -> None:
    late = TrackedLeg("inbound", Span(day(0), day(1)), assumed=Span(day(0), day(9)))

    assert (late.finish, late.days_late) == (day(9), 0)


def start_production(claim: Claim, world: World) -> WorkOrder:
    work.open_orders(claim.id, at=MONDAY)
    db.commit()
    [order] = [
        found
        for row in work_queries.list_of_claim(claim.id)
        if (found := work_queries.get_order(world.dora, row.id))
    ]
    begun = MONDAY + timedelta(days=1)
    work.start(order, version=order.version, by=world.dora, at=begun)
    db.commit()
    return order


def finish_production(claim: Claim, world: World) -> None:
    order = start_production(claim, world)
    ended = MONDAY + timedelta(days=4)
    work.finish(order, "Welded", version=order.version, by=world.dora, at=ended)
    db.commit()
