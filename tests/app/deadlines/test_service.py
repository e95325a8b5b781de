"""Lanes, norms and measures; ways out; the plans of many claims at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select, update

from app.core.db import db
from app.core.errors import Refusal
from app.deadlines import service
from app.deadlines.durations import Took
from app.deadlines.forecast import Actual
from app.deadlines.measures import Measured, measured_norms, record_ways
from app.deadlines.models import Lane, Site, SiteKind
from app.deadlines.network import TooHeavy, Way
from app.deadlines.options import Aim, Option, options
from app.deadlines.planner import OpenWay, forecasts
from app.deadlines.queries import load_network
from app.deadlines.rules import TransitUnit, forward
from app.deadlines.service import LaneFacts, add_lane, change_lane, drop_norm, set_norm
from app.deadlines.stages import CHAINS, Load, OptionKind, Stage
from app.deadlines.ways import USUAL
from app.vocabulary import Remedy
from tests.app.deadlines.places import OPEN
from tests.app.world import World

NOVEMBER = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
YEARS = range(2025, 2029)


@pytest.fixture
def air(world: World) -> LaneFacts:
    """The facts of a lane by air from the plant to its first dealer."""
    away = db.scalars(select(Site.id).where(Site.dealer_id == world.dealer.id)).one()
    home = db.scalars(select(Site.id).where(Site.kind == SiteKind.PLANT)).one()
    days = frozenset(range(5))
    return LaneFacts(home, away, "air", days, 1, max_weight=Decimal(80),
                     cost=Decimal(9000), currency="RUB")  # fmt: skip


@pytest.fixture
def repair(world: World) -> Way:
    """A repair for the first dealer."""
    return Way(world.dealer.id, world.plant.id, CHAINS[Remedy.REPAIR], Remedy.REPAIR)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"departures": frozenset()}, service.NoDepartures),
        ({"departures": frozenset({6})}, service.NothingDeparts),
        ({"transit_days": -1}, service.NegativeDays),
        ({"border_days": 1}, service.CustomsMissing),
        ({"currency": ""}, service.CurrencyMissing),
        ({"max_weight": Decimal(0)}, service.WeightNotPositive),
        (
            {"valid_from": NOVEMBER, "valid_to": NOVEMBER - timedelta(days=1)},
            service.ValidityEndsTooEarly,
        ),
        ({"mode": "ltl"}, service.LanesOverlap),
        ({"is_default": True}, service.SecondDefault),
    ],
)
def test_a_lane_that_makes_no_sense_is_refused(
    air: LaneFacts, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        add_lane(replace(air, **changes), on=NOVEMBER)  # type: ignore[arg-type]


def test_a_lane_may_follow_one_that_has_ended(air: LaneFacts, repair: Way) -> None:
    usual = db.scalars(select(Lane).where(Lane.origin_id == air.origin_id, Lane.mode == "ltl"))
    old = next(lane for lane in usual if lane.destination_id == air.destination_id)
    ended = replace(air, mode="ltl", departures=frozenset(old.departures), transit_days=4,
                    is_default=True, valid_to=date(2026, 12, 31))  # fmt: skip
    change_lane(old.id, ended, on=NOVEMBER)

    new = replace(air, mode="ltl", is_default=True, transit_days=2, valid_from=date(2027, 1, 1))
    add_lane(new, on=NOVEMBER)
    db.flush()

    stages = load_network(YEARS).stages(replace(repair, chain=(Stage.OUTBOUND,)))
    assert forward(stages, NOVEMBER).legs[0].arrival == date(2026, 11, 23)
    leg = forward(stages, date(2027, 1, 11)).legs[0]
    assert (leg.departure, leg.arrival) == (date(2027, 1, 11), date(2027, 1, 13))


def test_a_changed_lane_is_in_force_at_once(air: LaneFacts, repair: Way) -> None:
    lane = add_lane(air, on=NOVEMBER)
    db.flush()

    change_lane(lane.id, replace(air, transit_days=2), on=NOVEMBER)
    db.flush()

    way = replace(repair, chain=(Stage.OUTBOUND,), modes=((Stage.OUTBOUND, "air"),))
    assert forward(load_network(YEARS).stages(way), NOVEMBER).finish == date(2026, 11, 18)


def test_goods_too_heavy_for_a_lane_are_refused_by_weight(air: LaneFacts, repair: Way) -> None:
    add_lane(air, on=NOVEMBER)
    db.execute(update(Lane).where(Lane.mode == "ltl").values(max_weight=500))
    way = replace(repair, weight=Decimal(600))

    with pytest.raises(TooHeavy, match="600 kg"):
        load_network(YEARS).stages(way)


def test_the_most_special_norm_is_in_force(repair: Way) -> None:
    bath = replace(repair, product_group="bath")
    set_norm(Stage.REPAIR, 9, remedy=Remedy.REPAIR)
    set_norm(Stage.REPAIR, 7, product_group="bath")
    assert load_network(YEARS).norm(Stage.REPAIR, bath) == 7
    assert load_network(YEARS).norm(Stage.REPAIR, repair) == 9

    set_norm(Stage.REPAIR, 8, product_group="bath", remedy=Remedy.REPAIR)
    assert load_network(YEARS).norm(Stage.REPAIR, bath) == 8
    drop_norm(Stage.REPAIR, product_group="bath", remedy=Remedy.REPAIR)
    assert load_network(YEARS).norm(Stage.REPAIR, bath) == 7


def test_a_stage_that_goes_by_a_lane_has_no_norm(world: World) -> None:
    with pytest.raises(service.StageHasNoNorm):
        set_norm(Stage.INBOUND, 3)


def test_the_eightieth_percentile_stands_beside_the_norm(world: World) -> None:
    set_norm(Stage.REPAIR, 3, product_group="bath", remedy=Remedy.REPAIR)
    for number, days in enumerate((1, 2, 2, 3, 3, 3, 4, 8, 9, 30)):
        _record(f"line {number}", days)
    _record("line 9", 10)  # a correction

    found = {
        (norm.stage, norm.product_group, norm.remedy): (norm.planned, norm.measured, norm.count)
        for norm in measured_norms(date(2026, 1, 1))
    }

    assert found["repair", "bath", Remedy.REPAIR] == (3, 8, 10)
    assert found["repair", "", None] == (3, 8, 10)
    assert found["diagnosis", "", None] == (2, None, 0)


def test_ways_out_have_their_own_days_and_costs(air: LaneFacts, repair: Way) -> None:
    add_lane(air, on=NOVEMBER)
    _add_visit(air)
    db.flush()

    found = _options(repair, NOVEMBER, due=date(2026, 11, 20))

    by_kind = {option.kind: option for option in found}
    assert set(by_kind) == {
        OptionKind.OTHER_LANE,
        OptionKind.ADVANCE_REPLACEMENT,
        OptionKind.STOCK_SWAP,
        OptionKind.ON_SITE_REPAIR,
        OptionKind.REFUND,
    }
    assert by_kind[OptionKind.STOCK_SWAP].earliest == date(2026, 11, 17)
    assert by_kind[OptionKind.ON_SITE_REPAIR].costs == (("RUB", Decimal(9000)),)
    assert by_kind[OptionKind.ON_SITE_REPAIR].earliest == date(2026, 11, 18)
    assert by_kind[OptionKind.OTHER_LANE].costs == (("RUB", Decimal(9000)),)
    assert _in_time(found) == sorted(_in_time(found), reverse=True)


def test_a_run_off_the_cycle_is_a_way_out_for_money(air: LaneFacts, repair: Way) -> None:
    bank = db.scalars(select(Site.id).where(Site.kind == SiteKind.BANK)).one()
    unit = TransitUnit.WORKING_DAYS
    own = replace(air, destination_id=bank, load=Load.MONEY, mode="off_cycle", transit_unit=unit)
    add_lane(replace(own, carrier_id=bank), on=NOVEMBER)
    db.flush()
    refund = replace(repair, chain=CHAINS[Remedy.REFUND], remedy=Remedy.REFUND)

    found = _options(refund, date(2026, 11, 17), due=date(2026, 11, 19))

    assert [(option.kind, option.earliest) for option in found] == [
        (OptionKind.OFF_CYCLE_PAYMENT, date(2026, 11, 19))
    ]


def test_the_network_is_read_once_for_all_claims(world: World, repair: Way) -> None:
    other = replace(repair, dealer_id=world.other_dealer.id)
    open_ways = [
        OpenWay(number, way, NOVEMBER - timedelta(days=number % 9), {})
        for number, way in enumerate([repair, other] * 50)
    ]

    with _statements() as few:
        list(forecasts(open_ways[:1], at=NOW))
    with _statements() as many:
        found = list(forecasts(open_ways, at=NOW))

    assert len(few) == len(many) <= 7
    assert len(found) == 100
    assert all(forecast.finish and not forecast.refusal for forecast in found)


def test_one_claim_without_a_lane_does_not_stop_the_others(world: World, repair: Way) -> None:
    lost = replace(repair, modes=((Stage.INBOUND, "zeppelin"),))
    done = {"dealer_pack": Actual(finished_on=NOVEMBER)}
    open_ways = [OpenWay("lost", lost, NOVEMBER, {}), OpenWay("found", repair, NOVEMBER, done)]

    lost_one, found_one = forecasts(open_ways, at=NOW)

    assert lost_one.refusal is not None
    assert found_one.legs[0].is_done
    assert found_one.versions


def _record(subject: str, days: int) -> None:
    took = Took(Stage.REPAIR, days, OPEN.add(NOVEMBER, days))
    record_ways({subject: [Measured(took, "bath", Remedy.REPAIR)]}, at=NOW)


def _add_visit(air: LaneFacts) -> None:
    set_norm(Stage.ON_SITE_REPAIR, 1)
    add_lane(replace(air, load=Load.TECHNICIAN, mode="technician", max_weight=None), on=NOVEMBER)


def _options(way: Way, start: date, *, due: date) -> list[Option]:
    assert way.remedy is not None
    wanted = frozenset({(way.remedy, way.product_group)})
    aim = Aim(way.dealer_id, way.plant_id, wanted, USUAL, start)
    return options(load_network(YEARS), aim, lambda choice, instead: due)


def _in_time(found: list[Option]) -> list[bool]:
    return [option.is_in_time for option in found]


@contextmanager
def _statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def remember(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    connection = db.connection()
    event.listen(connection, "before_cursor_execute", remember)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", remember)
