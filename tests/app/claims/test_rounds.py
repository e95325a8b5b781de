"""A disputed result: another round of work, and the day that is promised for it."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from app.claims import service, timing
from app.claims.forecast_models import Cause, NewsKind, StageNews
from app.claims.models import Claim, ClaimEvent
from app.claims.promising import promises_of
from app.claims.rules import Action, CustomerKind
from app.claims.service import LineDecision
from app.core.db import db
from app.deadlines.models import Lane, Site, SiteOverride
from app.deadlines.sla import SlaClock
from app.deadlines.stages import Stage
from app.outbox.models import OutboxMessage
from app.schedule.queries import find_forecast
from app.schedule.renewal import renew
from app.vocabulary import Remedy
from app.work.service import open_orders
from tests.app.world import MONDAY, World

LATER = MONDAY + timedelta(days=30)


def carried_out(world: World, remedy: Remedy = Remedy.REPAIR, *, consumer: bool = False) -> Claim:
    claim = world.draft()
    claim.lines[0].demand = remedy
    if consumer:
        claim.customer_kind = CustomerKind.CONSUMER
        claim.demand_presented_on = MONDAY.date()
        world.agree(claim, MONDAY.date() + timedelta(days=45))
    service.file_claim(claim, by=world.ann, at=MONDAY)
    accepted(world, claim, remedy)
    service.resolve(claim, at=MONDAY + timedelta(days=3))
    db.flush()
    return claim


def accepted(world: World, claim: Claim, remedy: Remedy, promise_on: date | None = None) -> None:
    [line] = claim.lines
    decision = LineDecision(line.id, line.quantity, remedy, None, "")
    service.decide(
        claim,
        [decision],
        promise_on=promise_on,
        promise_reason="The part is late" if promise_on else "",
        version=claim.version,
        by=world.cleo,
        at=MONDAY,
    )
    service.start_execution(claim, at=MONDAY)


def disputed(claim: Claim, world: World, at: datetime, words: str = "Still leaks") -> None:
    service.dispute(claim, words, version=claim.version, by=world.ann, at=at)
    db.flush()


def close_dealer(world: World, day: date) -> None:
    site_id = db.scalars(select(Site.id).filter_by(dealer_id=world.dealer.id)).one()
    closure = {"starts_on": day, "ends_on": day, "is_open": False, "reason": "closed"}
    db.add(SiteOverride(site_id=site_id, **closure))
    db.flush()


def promised_kinds(claim: Claim) -> list[str]:
    query = select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id)
    return list(db.scalars(query))


def test_a_disputed_result_promises_a_day_for_the_second_round(world: World) -> None:
    claim = carried_out(world)
    first = claim.promise_on
    assert first is not None

    disputed(claim, world, LATER)

    assert claim.promise_on is not None
    assert claim.promise_on > LATER.date() > first
    assert claim.earliest_on is not None
    assert claim.earliest_on <= claim.promise_on
    versions = promises_of(claim)
    assert [one.promise_on for one in versions] == [first, claim.promise_on]
    assert (versions[-1].reason, versions[-1].author_id) == ("Still leaks", None)
    [remedy] = [one for one in timing.running_clocks(claim) if one.sla is SlaClock.REMEDY]
    assert remedy.legal_on == claim.promise_on


def test_the_second_rounds_day_is_told_to_dealer_act_and_erp(world: World) -> None:
    claim = carried_out(world)
    before, revision = promised_kinds(claim), claim.decision_revision

    disputed(claim, world, LATER)
    open_orders(claim.id, at=LATER)

    told = promised_kinds(claim)
    for kind in ("mail.promise_revised", "act.issue_decided", "erp.push_decision", "work.open"):
        assert told.count(kind) == before.count(kind) + 1
    assert claim.decision_revision == revision + 1
    query = select(ClaimEvent.facts).where(ClaimEvent.action == Action.DISPUTE)
    assert db.scalars(query).one()["promise_on"] == str(claim.promise_on)


def test_the_second_round_expects_its_own_days_not_what_was_done_in_the_first(
    world: World,
) -> None:
    claim = carried_out(world)
    for stage in (Stage.INBOUND, Stage.OUTBOUND, Stage.HANDOVER):
        db.add(
            StageNews(
                claim_id=claim.id,
                stage=stage,
                kind=NewsKind.FINISHED,
                day=MONDAY.date(),
                told_by=world.cleo.id,
                told_at=MONDAY,
            )
        )

    disputed(claim, world, LATER)
    open_orders(claim.id, at=LATER)
    renew(Cause.EVENT, at=LATER, claim_ids=[claim.id])

    forecast = find_forecast(claim)
    assert forecast is not None
    assert forecast.finish_on is not None
    assert forecast.finish_on == claim.earliest_on
    assert all("finished_on" not in leg.get("actual", {}) for leg in forecast.legs)


def test_a_dispute_of_a_result_that_came_early_leaves_a_day_that_can_be_kept(world: World) -> None:
    claim = world.filed()
    accepted(world, claim, Remedy.REPAIR, date(2027, 6, 1))
    service.resolve(claim, at=MONDAY)

    disputed(claim, world, MONDAY)

    assert claim.promise_on == date(2027, 6, 1)
    assert len(promises_of(claim)) == 1


def test_a_day_that_the_dealer_has_closed_since_is_not_promised_for_the_second_round(
    world: World,
) -> None:
    claim = world.filed()
    accepted(world, claim, Remedy.REPAIR, date(2027, 6, 1))
    service.resolve(claim, at=MONDAY)
    close_dealer(world, date(2027, 6, 1))

    disputed(claim, world, MONDAY)

    assert claim.promise_on is not None
    assert claim.promise_on < date(2027, 6, 1)


def test_the_second_promise_stays_safe_by_the_consumers_law_where_it_can(world: World) -> None:
    claim = carried_out(world, consumer=True)
    [law] = [one for one in timing.clocks_of(claim) if one.rule_code == "RU-C-05"]

    disputed(claim, world, MONDAY + timedelta(days=3))

    assert law.is_running
    assert claim.promise_on is not None
    assert claim.promise_on <= law.safe_on


def test_a_dealer_is_heard_even_where_nobody_can_plan_any_more(world: World) -> None:
    claim = carried_out(world)
    before = claim.promise_on
    db.execute(delete(Lane))

    disputed(claim, world, LATER)

    assert claim.promise_on == before
    assert claim.resolved_at is None
