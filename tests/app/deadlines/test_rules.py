from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.deadlines.rules import (
    EVERY_DAY,
    Calendar,
    CalendarNeverOpens,
    LaneNeverDeparts,
    Leg,
    PlannedStage,
    Transit,
    TransitUnit,
    Work,
    backward,
    effective_day,
    forward,
)

MONDAY = date(2026, 11, 16)
WEEK = frozenset(range(5))
OFFICE = Calendar("office", WEEK)

NEAR = st.dates(date(2026, 10, 1), date(2027, 2, 28))
CALENDARS = st.builds(
    Calendar,
    st.just("any"),
    # Monday to Wednesday are always worked on, so that every lane departs some day.
    st.frozensets(st.integers(3, 6)).map(lambda days: days | {0, 1, 2}),
    closed=st.frozensets(NEAR, max_size=25),
    years=st.just(range(2026, 2028)),
)
WORKS = st.builds(Work, st.just("work"), CALENDARS, st.integers(0, 6))
TRANSITS = st.builds(
    Transit,
    st.just("transit"),
    CALENDARS,
    CALENDARS,
    CALENDARS,
    st.frozensets(st.integers(0, 2), min_size=1),
    st.integers(0, 10),
    st.sampled_from(TransitUnit),
    lead=st.integers(0, 2),
    border=st.none() | CALENDARS,
    border_days=st.integers(0, 2),
)
CHAINS = st.lists(WORKS | TRANSITS, min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(CHAINS, NEAR)
def test_the_latest_start_keeps_the_due_day(chain: list[PlannedStage], due: date) -> None:
    latest = backward(chain, due).start

    assert forward(chain, latest).finish <= due


@settings(max_examples=300, deadline=None)
@given(CHAINS, NEAR)
def test_a_working_day_after_the_latest_start_is_too_late(
    chain: list[PlannedStage], due: date
) -> None:
    first = chain[0].giver
    latest = backward(chain, due).start

    assert forward(chain, first.add(latest, 1)).finish > due


@settings(max_examples=300, deadline=None)
@given(CALENDARS, NEAR, st.integers(0, 30))
def test_going_back_undoes_going_ahead(calendar: Calendar, day: date, days: int) -> None:
    start = calendar.on_or_after(day)

    assert calendar.sub(calendar.add(start, days), days) == start


@settings(max_examples=300, deadline=None)
@given(CHAINS, NEAR)
def test_every_leg_begins_where_the_one_before_it_ended_or_later(
    chain: list[PlannedStage], start: date
) -> None:
    days = [day for leg in forward(chain, start).legs for day in (leg.start, leg.finish)]

    assert days == sorted(days)


def test_a_hand_over_on_a_holiday_does_not_gain_a_day() -> None:
    holiday = Calendar("closed on Monday", WEEK, closed=frozenset({MONDAY}))
    tuesday = MONDAY + timedelta(days=1)

    assert forward([Work("repair", holiday, 0)], MONDAY).finish == tuesday
    assert forward([Work("repair", holiday, 1)], MONDAY).finish == tuesday + timedelta(days=1)


def test_a_plan_without_stages_takes_no_time() -> None:
    assert forward([], MONDAY).finish == MONDAY
    assert backward([], MONDAY).start == MONDAY


def test_goods_pass_the_border_before_they_are_received() -> None:
    lane = Transit(
        "inbound", OFFICE, OFFICE, OFFICE, frozenset({0}), 5, border=OFFICE, border_days=1
    )

    leg = forward([lane], MONDAY).legs[0]

    # Five days make Saturday; the border counts Monday as the day of arrival.
    assert leg == Leg("inbound", MONDAY, date(2026, 11, 24), MONDAY, date(2026, 11, 24))


def test_goods_that_come_on_a_saturday_are_received_on_monday() -> None:
    lane = Transit("inbound", OFFICE, OFFICE, OFFICE, frozenset({0}), 5)

    leg = forward([lane], MONDAY).legs[0]

    assert (leg.arrival, leg.finish) == (date(2026, 11, 23), date(2026, 11, 23))


def test_goods_are_announced_to_the_carrier_before_they_depart() -> None:
    lane = Transit("inbound", OFFICE, OFFICE, OFFICE, WEEK, 1, lead=2)

    assert forward([lane], MONDAY).legs[0].departure == MONDAY + timedelta(days=2)


def test_a_calendar_that_never_opens_is_named() -> None:
    with pytest.raises(CalendarNeverOpens, match="closed works"):
        Calendar("closed works", frozenset()).add(MONDAY, 1)


def test_a_lane_that_never_departs_names_both_ends() -> None:
    sundays = Calendar("sunday carrier", frozenset({6}))
    lane = Transit("inbound", OFFICE, Calendar("plant", WEEK), sundays, EVERY_DAY, 1)

    with pytest.raises(LaneNeverDeparts, match="office to plant"):
        forward([lane], MONDAY)
    with pytest.raises(LaneNeverDeparts, match="office to plant"):
        backward([lane], MONDAY)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 16, 10, 0, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 16, 10, 1, tzinfo=UTC), date(2026, 11, 17)),
        (datetime(2026, 11, 20, 11, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), date(2026, 11, 23)),
    ],
    ids=["at the cut-off", "after it", "on Friday evening", "on Saturday", "on Monday already"],
)
def test_an_event_counts_to_the_working_day_of_the_place(at: datetime, day: date) -> None:
    assert effective_day(at, "Asia/Yekaterinburg", OFFICE, time(15)) == day


def test_a_leg_survives_being_kept_as_json() -> None:
    work = Leg("repair", MONDAY, MONDAY)
    transit = Leg("inbound", MONDAY, MONDAY, departure=MONDAY, arrival=MONDAY)

    assert work.as_dict() == {"stage": "repair", "start": "2026-11-16", "finish": "2026-11-16"}
    assert [Leg.from_dict(leg.as_dict()) for leg in (work, transit)] == [work, transit]
