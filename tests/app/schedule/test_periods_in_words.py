"""Periods in words: every number with the right form of its unit, in every language."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from app.deadlines.clocks import Unit
from app.deadlines.rules import TransitUnit
from app.schedule.periods_in_words import show_period, show_validity, spell_periods

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 31)


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (1, Unit.CALENDAR_DAYS, "1 календарный день"),
        (2, Unit.WORKING_DAYS, "2 рабочих дня"),
        (45, Unit.CALENDAR_DAYS, "45 календарных дней"),
        (1, Unit.MONTHS, "1 месяц"),
        (3, Unit.YEARS, "3 года"),
        (7, Unit.SIX_DAY_WEEK, "7 рабочих дней, включая субботу"),
        (2, TransitUnit.CALENDAR_DAYS, "2 календарных дня"),
        (5, TransitUnit.WORKING_DAYS, "5 рабочих дней перевозчика"),
        (0, Unit.ASAP, "незамедлительно"),
    ],
)
def test_a_number_has_the_form_of_its_unit(
    app: Flask, number: int, unit: Unit | TransitUnit, words: str
) -> None:
    with app.test_request_context(), force_locale("ru"):
        assert show_period(number, unit) == words


def test_the_periods_in_a_lawyers_note_are_written_out(app: Flask) -> None:
    with app.test_request_context(), force_locale("ru"):
        assert spell_periods("5 WD apparent, 10 WD hidden; CD-ROM") == (
            "5 рабочих дней apparent, 10 рабочих дней hidden; CD-ROM"
        )


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (None, None, "always"),
        (JULY, None, "from 1 Jul 2026"),
        (None, AUGUST, "until 31 Aug 2026"),
        (JULY, AUGUST, "1 Jul 2026 – 31 Aug 2026"),
    ],
)
def test_a_validity_without_an_end_says_so(
    app: Flask, first: date | None, last: date | None, words: str
) -> None:
    with app.test_request_context(), force_locale("en"):
        assert show_validity(first, last) == words
