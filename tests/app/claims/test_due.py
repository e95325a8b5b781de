from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from app.claims.due import Dates, due_of, due_on
from app.claims.rules import ClaimState

DATES = Dates(
    plant="PL",
    dealer="DE",
    filed_on=date(2026, 11, 2),
    answer_on=date(2026, 11, 12),
    asked_on=date(2026, 11, 6),
    reply_on=date(2026, 11, 10),
    decided_on=date(2026, 11, 12),
    promise_on=date(2026, 12, 2),
)


@pytest.mark.parametrize(
    ("state", "on"),
    [
        (ClaimState.SUBMITTED, DATES.answer_on),
        (ClaimState.VERIFICATION, DATES.answer_on),
        (ClaimState.NEEDS_INFO, DATES.reply_on),
        (ClaimState.ACCEPTED, DATES.promise_on),
        (ClaimState.EXECUTION, DATES.promise_on),
    ],
)
def test_each_state_waits_for_its_own_day(state: ClaimState, on: date) -> None:
    due = due_of(state, DATES, today=date(2026, 11, 7))

    assert due is not None
    assert due.on == on


@pytest.mark.parametrize(
    "state", [ClaimState.DRAFT, ClaimState.REJECTED, ClaimState.RESOLVED, ClaimState.CLOSED]
)
def test_some_states_wait_for_no_day(state: ClaimState) -> None:
    assert due_of(state, DATES, today=date(2026, 11, 7)) is None


@pytest.mark.parametrize(
    ("today", "percent", "level", "words"),
    [
        (date(2026, 11, 2), 0, "ok", "10 days left"),
        (date(2026, 11, 6), 40, "ok", "6 days left"),
        (date(2026, 11, 7), 50, "soon", "5 days left"),
        (date(2026, 11, 10), 80, "soon", "2 days left"),
        (date(2026, 11, 11), 90, "soon", "1 day left"),
        (date(2026, 11, 12), 100, "soon", "Today"),
        (date(2026, 11, 13), 100, "late", "1 day late"),
        (date(2026, 11, 20), 100, "late", "8 days late"),
    ],
)
def test_the_bar_fills_until_the_day_and_then_tells_how_late_it_is(
    app: Flask, today: date, percent: int, level: str, words: str
) -> None:
    due = due_of(ClaimState.SUBMITTED, DATES, today)

    assert due is not None
    with app.test_request_context():
        assert (due.percent, due.level, due.words()) == (percent, level, words)


def test_an_answer_due_on_the_day_of_filing_has_no_time_to_lose() -> None:
    dates = Dates("PL", "DE", filed_on=date(2026, 11, 2), answer_on=date(2026, 11, 2))

    due = due_of(ClaimState.SUBMITTED, dates, today=date(2026, 11, 2))

    assert due is not None
    assert due.percent == 100


@pytest.mark.parametrize(
    ("today", "due", "country", "level"),
    [
        ("2026-11-27", "2026-11-30", "PL", "soon"),  # Friday to Monday
        ("2026-11-27", "2026-12-01", "PL", "soon"),
        ("2026-11-27", "2026-12-02", "PL", "ok"),
        ("2026-11-28", "2026-12-01", "PL", "soon"),
        ("2026-12-23", "2026-12-29", "PL", "soon"),  # Christmas Eve to Sunday are off
        ("2026-12-23", "2026-12-29", "DE", "ok"),
        ("2026-12-30", "2027-01-11", "RU", "soon"),  # the New Year holidays
        ("2026-12-30", "2027-01-11", "DE", "ok"),
        ("2026-11-25", "2026-11-27", "XX", "soon"),  # no holidays known: an office week
        ("2026-11-27", "2036-12-01", "PL", "ok"),  # no calendar reaches so far
    ],
)
def test_what_is_due_is_near_by_the_working_days_of_who_has_to_act(
    today: str, due: str, country: str, level: str
) -> None:
    seen = due_on(date.fromisoformat(due), date.fromisoformat(today), country)

    assert seen.level == level


def test_the_days_of_a_reply_are_the_dealers_and_all_others_the_plants() -> None:
    dates = replace(
        DATES, plant="DE", dealer="RU", answer_on=date(2027, 1, 11), reply_on=date(2027, 1, 11)
    )
    today = date(2026, 12, 30)

    answer = due_of(ClaimState.SUBMITTED, dates, today)
    reply = due_of(ClaimState.NEEDS_INFO, dates, today)

    assert answer is not None
    assert reply is not None
    assert (answer.level, reply.level) == ("ok", "soon")
