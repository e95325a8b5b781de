"""Forecasts after news, slack and the last day to decide, on the worked examples."""

from datetime import date

import pytest

from app.deadlines.calendars import country_calendar
from app.deadlines.forecast import Actual, ForecastLeg, decide_by, reforecast, schedule
from app.deadlines.rules import AnyOf, Leg, Transit, TransitUnit, Work, forward
from tests.app.deadlines.places import (
    BRN_REPAIR,
    CHE,
    LDZ,
    MSK,
    MSK_REPAIR,
    NSK_REPAIR,
    THU,
    TUE,
    YEARS,
    groupage,
)

MSK_START = date(2026, 11, 30)
MSK_PLAN = forward(MSK_REPAIR, MSK_START).legs
UNTIL_REPAIR = ("triage", "dealer_pack", "inbound", "intake", "diagnosis")


def test_the_repair_for_novosibirsk_has_sixteen_days_of_slack() -> None:
    both = schedule(NSK_REPAIR, date(2026, 10, 21), date(2026, 12, 4))

    assert both.earliest.finish == date(2026, 11, 18)
    assert both.slack == 16
    assert both.decide_by == date(2026, 11, 10) == decide_by(NSK_REPAIR, date(2026, 12, 4))
    assert both.slack_of[0] == 20
    assert [leg.stage for leg in both.latest.legs] == [leg.stage for leg in both.earliest.legs]


def test_the_repair_for_brno_has_three_days_of_slack() -> None:
    both = schedule(BRN_REPAIR, date(2026, 10, 19), date(2026, 11, 13))

    assert (both.earliest.finish, both.slack) == (date(2026, 11, 10), 3)


def test_slack_below_zero_says_by_how_many_days_the_due_day_is_missed() -> None:
    both = schedule(BRN_REPAIR, date(2026, 10, 19), date(2026, 11, 6))

    assert both.slack == -4
    assert both.decide_by < date(2026, 10, 19)


def test_without_news_nothing_changes() -> None:
    legs = _moscow(today=date(2026, 12, 1))

    assert tuple(leg.forecast for leg in legs) == MSK_PLAN
    assert tuple(leg.plan for leg in legs) == MSK_PLAN


@pytest.mark.parametrize(
    ("still_open_on", "finish"),
    [
        (date(2026, 12, 17), date(2026, 12, 23)),
        (date(2026, 12, 18), date(2026, 12, 29)),
        (date(2026, 12, 22), date(2026, 12, 30)),
        (date(2026, 12, 23), date(2026, 12, 30)),
        (date(2026, 12, 24), date(2027, 1, 11)),
        (date(2026, 12, 25), date(2027, 1, 16)),
        (date(2026, 12, 28), date(2027, 1, 19)),
    ],
)
def test_a_repair_that_is_still_open_moves_the_forecast_for_moscow(
    still_open_on: date, finish: date
) -> None:
    legs = _moscow(today=still_open_on, **_as_planned(*UNTIL_REPAIR))

    assert legs[-1].forecast.finish == finish
    assert legs[-1].plan.finish == date(2026, 12, 23)


def test_a_stage_that_ended_early_pulls_the_later_ones_forward() -> None:
    done = {**_as_planned(*UNTIL_REPAIR), "repair": Actual(finished_on=date(2026, 12, 14))}

    legs = _moscow(today=date(2026, 12, 14), **done)

    by_stage = {leg.stage: leg.forecast for leg in legs}
    assert by_stage["repair"].finish == date(2026, 12, 14)
    assert by_stage["outbound"].departure == date(2026, 12, 16)
    assert by_stage["handover"].finish < date(2026, 12, 23)


def test_the_departments_own_day_wins_over_the_norm() -> None:
    news = {**_as_planned(*UNTIL_REPAIR), "repair": Actual(expected_on=date(2026, 12, 22))}

    legs = _moscow(today=date(2026, 12, 14), **news)

    assert legs[5].forecast.finish == date(2026, 12, 22)
    assert not legs[5].is_done
    assert legs[-1].forecast.finish == date(2026, 12, 29)


def test_a_day_that_the_department_expected_and_missed_is_late_as_well() -> None:
    news = {**_as_planned(*UNTIL_REPAIR), "repair": Actual(expected_on=date(2026, 12, 22))}

    legs = _moscow(today=date(2026, 12, 24), **news)

    assert legs[5].forecast.finish == date(2026, 12, 25)


def test_goods_that_left_on_another_day_arrive_on_another_day() -> None:
    news = {
        **_as_planned("triage", "dealer_pack"),
        "inbound": Actual(departed_on=date(2026, 12, 8)),
    }

    legs = _moscow(today=date(2026, 12, 9), **news)

    assert (legs[2].forecast.departure, legs[2].forecast.finish) == (
        date(2026, 12, 8),
        date(2026, 12, 14),
    )


def test_a_stage_of_which_nothing_was_told_is_over_when_a_later_one_is() -> None:
    legs = _moscow(today=date(2026, 12, 16), diagnosis=Actual(finished_on=date(2026, 12, 9)))

    assert [leg.is_done for leg in legs[:5]] == [False, False, False, False, True]
    assert legs[3].forecast.finish == date(2026, 12, 8)
    assert legs[4].forecast.finish == date(2026, 12, 9)
    assert legs[5].forecast.finish == date(2026, 12, 16)


def test_a_forecast_compares_with_the_plan_that_was_promised() -> None:
    promised = [Leg(leg.stage, leg.start, leg.finish) for leg in MSK_PLAN]

    legs = reforecast(MSK_REPAIR, MSK_START, {}, MSK_START, plan=promised)

    assert tuple(leg.plan for leg in legs) == tuple(promised)
    assert legs[2].forecast.departure == date(2026, 12, 3)


def test_an_overrun_of_the_plant_in_lodz_falls_off_a_cliff() -> None:
    plan = forward(BRN_REPAIR, date(2026, 10, 19)).legs
    done = {leg.stage: Actual(finished_on=leg.finish) for leg in plan[:5]}

    finishes = [
        reforecast(
            BRN_REPAIR,
            date(2026, 10, 19),
            done | {"repair": Actual(finished_on=LDZ.add(date(2026, 11, 4), late))},
            date(2026, 11, 4),
        )[-1].forecast.finish
        for late in range(6)
    ]

    assert finishes == [
        date(2026, 11, 10),
        date(2026, 11, 16),
        date(2026, 11, 16),
        date(2026, 11, 16),
        date(2026, 11, 18),
        date(2026, 11, 20),
    ]


def test_a_pause_takes_its_working_days_off_the_clock() -> None:
    due = CHE.add(date(2026, 10, 19), 10)
    paused = CHE.count(date(2026, 10, 23), date(2026, 10, 30))

    assert (due, paused, CHE.add(due, paused)) == (date(2026, 11, 2), 5, date(2026, 11, 10))


def test_a_payment_run_off_the_cycle_brings_the_money_in_time() -> None:
    bank = country_calendar("RU", YEARS)
    usual, own = (
        Transit("payment", CHE, bank, bank, frozenset(days), 1, TransitUnit.WORKING_DAYS)
        for days in ((TUE, THU), range(5))
    )
    before = [Work("decision", CHE, 2), Work("settlement", CHE, 1)]
    due = date(2026, 11, 16)

    assert schedule([*before, usual], date(2026, 11, 10), due).slack == -2
    assert schedule([*before, own], date(2026, 11, 10), due).slack == 0


def test_goods_go_by_the_version_of_the_lane_that_brings_them_first() -> None:
    old = groupage("outbound", CHE, MSK, (TUE,))
    until_november = Transit(
        "outbound", CHE, MSK, old.carrier, frozenset({TUE}), 20, valid_to=date(2026, 11, 30)
    )
    from_december = Transit(
        "outbound", CHE, MSK, old.carrier, frozenset({THU}), 4, valid_from=date(2026, 12, 1)
    )
    lane = AnyOf("outbound", (until_november, from_december))

    leg = lane.leave(date(2026, 11, 23))

    assert (leg.departure, leg.arrival) == (date(2026, 12, 3), date(2026, 12, 7))
    assert lane.leave(date(2026, 11, 10)).departure == date(2026, 11, 10)
    assert lane.reach(date(2026, 12, 7)).start == date(2026, 12, 3)


def _moscow(*, today: date, **actuals: Actual) -> tuple[ForecastLeg, ...]:
    return reforecast(MSK_REPAIR, MSK_START, actuals, today)


def _as_planned(*stages: str) -> dict[str, Actual]:
    return {leg.stage: Actual(finished_on=leg.finish) for leg in MSK_PLAN if leg.stage in stages}
