"""Days, moments, money and countries as their readers write them, without a second meaning."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from app.core.i18n import (
    country_name,
    show_day,
    show_long_day,
    show_moment,
    show_money,
    show_short_day,
)
from app.vocabulary import Language

DAY = date(2026, 11, 3)
AT = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "short"),
    [
        ("ru", "3 нояб. 2026", "3 нояб."),
        ("pl", "3 lis 2026", "3 lis"),
        ("cs", "3. 11. 2026", "3. 11."),
        ("en", "3 Nov 2026", "3 Nov"),
    ],
)
def test_a_day_names_its_month_where_digits_could_be_read_in_two_ways(
    app: Flask, language: str, day: str, short: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert (show_day(DAY), show_short_day(DAY)) == (day, short)


def test_a_czech_moment_has_the_whole_year_like_a_czech_day(app: Flask) -> None:
    with app.test_request_context(), force_locale("cs"):
        assert show_moment(AT) == "3. 11. 2026 9:05"


def test_english_moments_and_sums_are_not_american(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert show_moment(AT) == "3 Nov 2026, 09:05"
        assert show_money(Decimal("66700"), "RUB") == "66,700.00 RUB"


def test_a_sentence_of_a_russian_letter_ends_with_one_point() -> None:
    assert f"до {show_long_day(DAY, Language.RU)}." == "до 3 ноября 2026 года."
    assert show_long_day(DAY, Language.EN) == "3 November 2026"


def test_a_country_is_called_by_its_name_and_other_codes_stay(app: Flask) -> None:
    with app.test_request_context(), force_locale("ru"):
        assert country_name("BY") == "Беларусь"
        assert country_name("INT") == "Международные нормы"
        assert country_name("X1") == "X1"
