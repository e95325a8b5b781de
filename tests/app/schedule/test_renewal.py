"""Forecasts: they follow news, a new day and new lanes, move nothing without news, and are told."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from app.accounts.models import Absence, Person
from app.accounts.policy import User
from app.claims.forecast_models import (
    Cause,
    ClaimForecast,
    ClaimNotice,
    ForecastMove,
    NewsKind,
    Outlook,
    Topic,
)
from app.claims.models import Claim
from app.core.db import db
from app.core.i18n import show_long_day
from app.core.outside import Outside, outside
from app.deadlines.knowing import WHO_KNOWS
from app.deadlines.models import Lane, StageNorm
from app.deadlines.stages import Stage
from app.notifications.service import keepers
from app.outbox.delivery import drain
from app.outbox.models import OutboxMessage
from app.schedule import news, renewal
from app.schedule.prospects import Prospect, prospects_of
from app.schedule.renewal import renew, what_would_change
from app.vocabulary import Language, Remedy, Role
from app.work.rules import LAST_STAGE_OF, known_at_the_end
from connectors.mail.memory import RememberingMail
from tests.app.accounts.hiring import hire
from tests.app.plans import plans
from tests.app.statements import statements
from tests.app.world import MONDAY, World, make_world

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def head(world: World) -> User:
    return hire(Role.HEAD_OF_CLAIMS)


@pytest.fixture
def claim(world: World, head: User) -> Claim:
    """A repair that was promised on Monday, taken by Cleo."""
    filed = world.filed()
    filed.manager_id = world.cleo.id
    db.commit()
    world.accepted(filed)
    return filed


def forecast_of(claim: Claim) -> ClaimForecast:
    return db.get_one(ClaimForecast, claim.id, populate_existing=True)


def told(topic: Topic) -> set[int]:
    return set(db.scalars(select(ClaimNotice.person_id).where(ClaimNotice.topic == topic)))


def slow_down(days: int) -> None:
    db.execute(update(Lane).values(transit_days=Lane.transit_days + days))


def test_the_first_forecast_is_the_plan_and_no_move(claim: Claim) -> None:
    assert renew(Cause.EVENT, at=MONDAY) == []

    forecast = forecast_of(claim)
    assert forecast.finish_on == claim.earliest_on
    assert forecast.outlook is Outlook.ON_TIME
    assert [leg["plan"] for leg in forecast.legs] == claim.logistics
    assert [leg["forecast"] for leg in forecast.legs] == claim.logistics


def test_without_news_nothing_changes(claim: Claim) -> None:
    renew(Cause.EVENT, at=MONDAY)
    before = forecast_of(claim).computed_at

    assert renew(Cause.NEW_DAY, at=MONDAY + timedelta(hours=2)) == []

    assert forecast_of(claim).computed_at == before
    assert db.scalars(select(ForecastMove)).all() == []


def test_a_stage_that_is_late_moves_the_end_and_never_the_promise(claim: Claim) -> None:
    renew(Cause.EVENT, at=MONDAY)
    promised = claim.promise_on

    moves = renew(Cause.NEW_DAY, at=MONDAY + timedelta(days=14))

    db.refresh(claim)
    assert claim.promise_on == promised
    [move] = moves
    assert move.claim_id == claim.id
    assert move.days is not None
    assert move.days > 0
    assert forecast_of(claim).finish_on == move.to_on


def test_news_of_a_stage_replaces_its_plan(world: World, claim: Claim) -> None:
    renew(Cause.EVENT, at=MONDAY)
    plan = forecast_of(claim).finish_on
    later = MONDAY + timedelta(days=14)
    news.tell_news(
        claim, Stage.INTAKE, NewsKind.FINISHED, date(2026, 11, 23), by=world.cleo, at=later
    )

    renew(Cause.EVENT, at=later, claim_ids=[claim.id])

    forecast = forecast_of(claim)
    assert forecast.legs[2]["actual"] == {"finished_on": "2026-11-23"}
    assert forecast.finish_on is not None
    assert plan is not None
    assert forecast.finish_on > plan


def test_an_expected_day_moves_the_end_at_once(world: World, claim: Claim) -> None:
    renew(Cause.EVENT, at=MONDAY)
    expected = (claim.earliest_on or date.max) + timedelta(days=30)
    news.tell_news(claim, Stage.DEALER_PACK, NewsKind.EXPECTED, expected, by=world.ann, at=TUESDAY)

    [move] = renew(Cause.EVENT, at=TUESDAY)

    assert move.to_on is not None
    assert move.to_on > expected
    assert move.to_outlook is not Outlook.ON_TIME


@pytest.mark.parametrize(
    ("stage", "kind", "day", "refusal"),
    [
        (Stage.INTAKE, NewsKind.FINISHED, date(2026, 11, 18), news.NotInTheFuture),
        (Stage.INTAKE, NewsKind.EXPECTED, date(2026, 11, 16), news.NotInThePast),
        (Stage.INTAKE, NewsKind.EXPECTED, date(2062, 11, 16), news.TooFarAway),
        (Stage.INTAKE, NewsKind.FINISHED, date(2006, 11, 16), news.TooFarAway),
    ],
)
def test_news_that_cannot_be_true_is_refused(
    world: World, claim: Claim, stage: Stage, kind: NewsKind, day: date, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        news.tell_news(claim, stage, kind, day, by=world.cleo, at=TUESDAY)


@pytest.mark.parametrize(
    ("who", "stage", "kind", "refusal"),
    [
        ("ann", Stage.REPAIR, NewsKind.FINISHED, news.OnlyPlantKnows),
        ("ann", Stage.INBOUND, NewsKind.FINISHED, news.OnlyPlantKnows),
        ("ann", Stage.INBOUND, NewsKind.DEPARTED, None),
        ("ann", Stage.OUTBOUND, NewsKind.FINISHED, None),
        ("ann", Stage.DEALER_PACK, NewsKind.FINISHED, None),
        ("cleo", Stage.DEALER_PACK, NewsKind.FINISHED, news.OnlyDealerKnows),
        ("cleo", Stage.INBOUND, NewsKind.DEPARTED, news.OnlyDealerKnows),
        ("cleo", Stage.OUTBOUND, NewsKind.FINISHED, news.OnlyDealerKnows),
        ("dora", Stage.HANDOVER, NewsKind.FINISHED, news.OnlyDealerKnows),
        ("cleo", Stage.INBOUND, NewsKind.FINISHED, None),
        ("cleo", Stage.OUTBOUND, NewsKind.DEPARTED, None),
        ("cleo", Stage.DEALER_PACK, NewsKind.EXPECTED, None),
    ],
)
def test_only_who_can_know_says_that_something_has_happened(
    world: World,
    claim: Claim,
    who: str,
    stage: Stage,
    kind: NewsKind,
    refusal: type[Exception] | None,
) -> None:
    with pytest.raises(refusal) if refusal else nullcontext():
        news.tell_news(claim, stage, kind, TUESDAY.date(), by=getattr(world, who), at=TUESDAY)


def test_logistics_knows_that_goods_have_left_and_finance_that_money_is_paid() -> None:
    known = {code: known_at_the_end(stage) for code, stage in LAST_STAGE_OF.items()}

    assert known.pop("logistics") == "departed_on"
    assert set(known.values()) == {"finished_on"}


def test_every_stage_has_somebody_who_can_know_it() -> None:
    assert set(WHO_KNOWS) == set(Stage)
    assert all(known.begins and known.ends for known in WHO_KNOWS.values())


def test_a_slower_lane_is_seen_before_it_is_saved(claim: Claim) -> None:
    renew(Cause.EVENT, at=MONDAY)
    lanes = [lane.transit_days for lane in db.scalars(select(Lane))]

    [shown] = what_would_change(lambda: slow_down(7), at=MONDAY)

    assert shown.number == claim.number
    assert shown.move.days is not None
    assert shown.move.days >= 7
    assert shown.move.to_outlook is Outlook.AT_RISK
    assert [lane.transit_days for lane in db.scalars(select(Lane))] == lanes
    assert forecast_of(claim).outlook is Outlook.ON_TIME


def test_what_was_shown_is_what_saving_does(claim: Claim) -> None:
    renew(Cause.EVENT, at=MONDAY)
    shown = what_would_change(lambda: slow_down(7), at=MONDAY)

    slow_down(7)

    assert renew(Cause.MASTER_DATA, at=MONDAY) == [one.move for one in shown]


def test_the_manager_and_the_deputy_hear_of_a_promise_at_risk(
    world: World, claim: Claim, head: User
) -> None:
    away = date(2026, 11, 16)
    deputy = hire(Role.CLAIM_MANAGER)
    db.add(Absence(person_id=world.cleo.id, deputy_id=deputy.id, starts_on=away, ends_on=away))
    renew(Cause.EVENT, at=MONDAY)
    slow_down(7)

    renew(Cause.MASTER_DATA, at=MONDAY)
    renew(Cause.MASTER_DATA, at=MONDAY)

    assert told(Topic.AT_RISK) == {world.cleo.id, deputy.id}
    mails = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail.notices")).all()
    assert len(mails) == 2


def test_a_russian_manager_reads_of_a_promise_at_risk_in_russian(
    world: World, claim: Claim
) -> None:
    db.get_one(Person, world.cleo.id).language = Language.RU
    renew(Cause.EVENT, at=MONDAY)
    slow_down(7)
    renew(Cause.MASTER_DATA, at=MONDAY)
    db.commit()
    expected, promised = forecast_of(claim).finish_on, claim.promise_on

    drain({"mail.notices": keepers("https://portal.test")["mail.notices"]}, at=MONDAY)

    mail = outside().mail
    assert isinstance(mail, RememberingMail)
    [letter] = mail.letters
    assert letter.to == world.cleo.email
    assert "требует внимания" in letter.subject
    days = [show_long_day(day, Language.RU) for day in (expected, promised) if day]
    assert f"ожидается {days[0]}, обещано до {days[1]}" in letter.text
    assert f"https://portal.test/claims/{claim.id}" in letter.text


def test_a_claim_without_a_lane_says_so_and_holds_up_no_other(world: World, claim: Claim) -> None:
    other = world.filed(by=world.ben)
    world.accepted(other)
    renew(Cause.EVENT, at=MONDAY)
    site = db.scalar(select(Lane.origin_id).order_by(Lane.id))
    db.execute(delete(Lane).where((Lane.origin_id == site) | (Lane.destination_id == site)))

    renew(Cause.MASTER_DATA, at=MONDAY)

    problems = {one.claim_id: one.problem for one in db.scalars(select(ClaimForecast))}
    assert [problem is None for problem in problems.values()].count(False) >= 1
    told_why = [problem["message"] for problem in problems.values() if problem]
    assert all("lane" in words for words in told_why)


def test_before_the_decision_it_says_until_when_to_decide(world: World) -> None:
    claim = world.filed(demand=Remedy.REFUND)

    renew(Cause.EVENT, at=MONDAY)

    forecast = forecast_of(claim)
    assert forecast.decide_by is not None
    assert claim.answer_on is not None
    assert forecast.decide_by <= claim.answer_on
    assert forecast.legs[0]["plan"]["stage"] == Stage.TRIAGE


def test_a_norm_of_a_product_group_moves_its_claims(world: World, claim: Claim) -> None:
    renew(Cause.EVENT, at=MONDAY)
    db.add(StageNorm(stage=Stage.REPAIR, product_group=world.item.product_group, working_days=20))
    db.flush()

    [move] = renew(Cause.MASTER_DATA, at=MONDAY)

    assert move.days is not None
    assert move.days > 0


def test_a_plan_by_the_norms_of_the_product_group_is_the_forecast_without_news(
    world: World, head: User
) -> None:
    """The decision plans with the norms that the forecast has: without news both are the same."""
    group = world.item.product_group
    db.add(StageNorm(stage=Stage.REPAIR, product_group=group, working_days=20))
    db.add(
        StageNorm(stage=Stage.REPAIR, product_group="other", remedy=Remedy.REPAIR, working_days=40)
    )
    usual, claim = world.filed(), world.filed()
    usual.lines[0].item_id = None
    world.accepted(usual)
    world.accepted(claim)

    renew(Cause.EVENT, at=MONDAY)

    assert claim.earliest_on is not None
    assert usual.earliest_on is not None
    assert (claim.earliest_on - usual.earliest_on).days > 17
    for one in (usual, claim):
        assert forecast_of(one).finish_on == one.earliest_on
        assert [leg["plan"] for leg in forecast_of(one).legs] == one.logistics


def test_many_claims_are_renewed_with_as_many_statements_as_one(
    world: World, claim: Claim, engine: Engine
) -> None:
    renew(Cause.EVENT, at=MONDAY)
    slow_down(7)
    with statements(engine) as few:
        renew(Cause.MASTER_DATA, at=MONDAY)
    for _ in range(5):
        world.accepted(world.filed())
    renew(Cause.EVENT, at=MONDAY)
    slow_down(1)
    with statements(engine) as many:
        renew(Cause.MASTER_DATA, at=MONDAY)

    assert len(many) <= len(few)


def test_an_event_does_not_wait_for_a_pass_over_all_claims(
    committed_database: str, neighbours: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    claims = [world.filed(), world.filed()]
    for one in claims:
        world.accepted(one)
    renew(Cause.EVENT, at=MONDAY)
    db.commit()
    compute, told = prospects_of, list[UUID]()

    def while_news_comes_in(*arguments: Any, **options: Any) -> dict[UUID, Prospect]:
        found = compute(*arguments, **options)
        if not told:
            told.append(claims[0].id)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(_tell_of_the_intake, claims[0].id, world.cleo).result(timeout=20)
        return found

    monkeypatch.setattr(renewal, "prospects_of", while_news_comes_in)
    slow_down(3)

    renew(Cause.MASTER_DATA, at=MONDAY)
    db.commit()

    late, other = (forecast_of(one) for one in claims)
    assert late.legs[2]["actual"] == {"expected_on": "2026-12-07"}
    assert (late.finish_on or date.min) > (other.finish_on or date.max)


def _tell_of_the_intake(claim_id: UUID, cleo: User) -> None:
    with suppress(OperationalError):
        db.execute(text("set local lock_timeout = '5s'"))
        claim = db.get_one(Claim, claim_id)
        day = date(2026, 12, 7)
        news.tell_news(claim, Stage.INTAKE, NewsKind.EXPECTED, day, by=cleo, at=MONDAY)
        renew(Cause.EVENT, at=MONDAY, claim_ids=[claim_id])
        db.commit()
    db.remove()


def test_the_claims_of_a_pass_are_joined_and_not_searched_in_a_list(
    claim: Claim, engine: Engine
) -> None:
    with plans(engine) as seen:
        renew(Cause.EVENT, at=MONDAY, claim_ids=[claim.id, uuid4()])

    assert len(seen) > 8
    assert any(f"unnest('{{{claim.id}" in plan for plan in seen)
    assert not [plan for plan in seen if f"ANY ('{{{claim.id}" in plan]
