from datetime import date

import pytest
from flask import Flask

from app.claims.due import Dates, due_of
from app.claims.rules import ClaimState

DATES = Dates(
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
        (date(2026, 11, 7), 50, "ok", "5 days left"),
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
    dates = Dates(filed_on=date(2026, 11, 2), answer_on=date(2026, 11, 2))

    due = due_of(ClaimState.SUBMITTED, dates, today=date(2026, 11, 2))

    assert due is not None
    assert due.percent == 100
