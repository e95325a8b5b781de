"""The worked examples of the business, with its own calendars and lanes."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.deadlines.calendars import country_calendar
from app.deadlines.rules import (
    Calendar,
    Leg,
    PlannedStage,
    Transit,
    TransitUnit,
    Work,
    backward,
    effective_day,
    forward,
    legal_and_safe,
)
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
)

CHE_ZONE = "Asia/Yekaterinburg"
CHE_CUT_OFF = time(15)


@pytest.mark.parametrize(
    ("country", "raw", "legal", "safe"),
    [
        ("RU", date(2026, 5, 10), date(2026, 5, 12), date(2026, 5, 8)),
        ("RU", date(2026, 12, 31), date(2027, 1, 11), date(2026, 12, 30)),
        ("RU", date(2027, 1, 24), date(2027, 1, 25), date(2027, 1, 22)),
        ("PL", date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 23)),
        ("PL", date(2026, 8, 15), date(2026, 8, 17), date(2026, 8, 14)),
        ("CZ", date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 16)),
        ("CZ", date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 13)),
        ("RU", date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 16)),
    ],
)
def test_a_last_day_off_is_reported_later_and_planned_earlier(
    country: str, raw: date, legal: date, safe: date
) -> None:
    last_day = legal_and_safe(raw, country_calendar(country, YEARS))

    assert (last_day.legal, last_day.safe) == (legal, safe)


@pytest.mark.parametrize(
    ("days", "due"), [(6, date(2027, 2, 20)), (7, date(2027, 2, 24))], ids=["saturday", "tuesday"]
)
def test_a_working_saturday_counts_and_the_monday_given_for_it_does_not(
    days: int, due: date
) -> None:
    assert CHE.add(date(2027, 2, 12), days) == due


def test_a_repair_for_novosibirsk_goes_by_the_lanes_and_around_unity_day() -> None:
    submitted = datetime(2026, 10, 21, 16, 40, tzinfo=ZoneInfo("Asia/Novosibirsk"))
    start = effective_day(submitted, CHE_ZONE, CHE, CHE_CUT_OFF)

    plan = forward(NSK_REPAIR, start)

    assert start == date(2026, 10, 21)
    assert [(leg.stage, leg.finish) for leg in plan.legs] == [
        ("triage", date(2026, 10, 22)),
        ("dealer_pack", date(2026, 10, 23)),
        ("inbound", date(2026, 10, 30)),
        ("intake", date(2026, 11, 2)),
        ("diagnosis", date(2026, 11, 5)),
        ("repair", date(2026, 11, 10)),
        ("quality_check", date(2026, 11, 11)),
        ("outbound", date(2026, 11, 17)),
        ("handover", date(2026, 11, 18)),
    ]
    assert _departures(plan.legs) == [date(2026, 10, 26), date(2026, 11, 13)]


def test_the_weekly_departure_absorbs_a_claim_filed_after_the_cut_off() -> None:
    submitted = datetime(2026, 10, 21, 17, 20, tzinfo=ZoneInfo("Asia/Novosibirsk"))
    start = effective_day(submitted, CHE_ZONE, CHE, CHE_CUT_OFF)

    assert start == date(2026, 10, 22)
    assert forward(NSK_REPAIR, start).finish == date(2026, 11, 18)


def test_the_decision_for_novosibirsk_may_wait_until_the_tenth_of_november() -> None:
    plan = backward(NSK_REPAIR, date(2026, 12, 4))

    assert plan.start == date(2026, 11, 10)


def test_a_repair_for_brno_lives_by_two_countries_holidays() -> None:
    plan = forward(BRN_REPAIR, date(2026, 10, 19))

    assert [leg.finish for leg in plan.legs[2:]] == [
        date(2026, 10, 26),
        date(2026, 10, 27),
        date(2026, 10, 29),
        date(2026, 11, 4),
        date(2026, 11, 5),
        date(2026, 11, 9),
        date(2026, 11, 10),
    ]
    assert _departures(plan.legs) == [date(2026, 10, 22), date(2026, 11, 5)]


@pytest.mark.parametrize(
    ("overrun", "finish"),
    [
        (1, date(2026, 11, 16)),
        (2, date(2026, 11, 16)),
        (3, date(2026, 11, 16)),
        (4, date(2026, 11, 18)),
        (5, date(2026, 11, 20)),
    ],
)
def test_an_overrun_repair_for_brno_falls_off_a_cliff(overrun: int, finish: date) -> None:
    chain = _with_repair(BRN_REPAIR, LDZ, days=4 + overrun)

    assert forward(chain, date(2026, 10, 19)).finish == finish


def test_a_repair_for_moscow_is_promised_before_the_holidays() -> None:
    plan = forward(MSK_REPAIR, date(2026, 11, 30))

    assert [leg.finish for leg in plan.legs[4:]] == [
        date(2026, 12, 10),
        date(2026, 12, 17),
        date(2026, 12, 18),
        date(2026, 12, 22),
        date(2026, 12, 23),
    ]
    assert _departures(plan.legs) == [date(2026, 12, 3), date(2026, 12, 18)]
    assert MSK.add(plan.finish, 2) == date(2026, 12, 25)


@pytest.mark.parametrize(
    ("still_open_on", "finish"),
    [
        (date(2026, 12, 18), date(2026, 12, 29)),
        (date(2026, 12, 22), date(2026, 12, 30)),
        (date(2026, 12, 23), date(2026, 12, 30)),
        (date(2026, 12, 24), date(2027, 1, 11)),
        (date(2026, 12, 25), date(2027, 1, 16)),
        (date(2026, 12, 28), date(2027, 1, 19)),
    ],
)
def test_the_new_year_swallows_a_repair_that_ends_late(still_open_on: date, finish: date) -> None:
    after_the_repair = MSK_REPAIR[6:]
    repaired_on = CHE.add(still_open_on, 1)

    assert forward(after_the_repair, repaired_on).finish == finish


def test_money_waits_for_the_payment_run() -> None:
    bank = country_calendar("RU", YEARS)
    run = Transit("payment", CHE, bank, bank, frozenset({TUE, THU}), 1, TransitUnit.WORKING_DAYS)
    submitted = datetime(2026, 11, 9, 16, 30, tzinfo=ZoneInfo("Europe/Moscow"))
    start = effective_day(submitted, CHE_ZONE, CHE, CHE_CUT_OFF)

    plan = forward([Work("decision", CHE, 2), Work("settlement", CHE, 1), run], start)

    assert start == date(2026, 11, 10)
    assert plan.legs[-1].departure == date(2026, 11, 17)
    assert plan.finish == date(2026, 11, 18)


def _departures(legs: Sequence[Leg]) -> list[date]:
    return [leg.departure for leg in legs if leg.departure]


def _with_repair(chain: list[PlannedStage], plant: Calendar, *, days: int) -> list[PlannedStage]:
    return [Work("repair", plant, days) if stage.stage == "repair" else stage for stage in chain]
