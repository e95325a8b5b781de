"""Periods in words: every number with the right form of its unit, in every language."""

import re
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from app.deadlines.clocks import Unit
from app.deadlines.rules import TransitUnit
from app.deadlines.statutes import shipped_rules
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


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("5 WD apparent, 10 WD hidden", "явные: 5 рабочих дней, скрытые: 10 рабочих дней"),
        ("at once; 7 CD is the maximum; 1 %/day",
         "немедленно; предел — 7 календарных дней; 1 % в день"),
        ("30 CD", "30 календарных дней"),
        ("наш адвокат: 5 WD; CD-ROM", "наш адвокат: 5 рабочих дней; CD-ROM"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_lawyers_note_is_in_the_readers_language_with_its_periods_written_out(
    app: Flask, note: str, words: str
) -> None:
    with app.test_request_context(), force_locale("ru"):
        assert spell_periods(note) == words


@pytest.mark.parametrize("language", ["ru", "pl", "cs"])
def test_no_note_of_the_shipped_rules_stays_in_english_or_in_short(
    app: Flask, language: str
) -> None:
    notes = {note for rule in shipped_rules() for note in (rule.policy, rule.late_text)} - {"", "-"}
    with app.test_request_context(), force_locale(language):
        spelled = {note: spell_periods(note) for note in notes}

    alike = {"VAT"}  # in Polish
    assert {note for note, words in spelled.items() if note == words} <= alike
    assert [words for words in spelled.values() if re.search(r"\d (CD|WD|MO|YR)\b", words)] == []


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
