"""Sums in words, as lawyers read them."""

from datetime import date
from decimal import Decimal

import pytest

from acts.facts import ActLanguage
from acts.wording import date_text, money_text, quantity_text, rate_text
from acts.words import sum_in_words

RU, PL, CS, EN = ActLanguage.RU, ActLanguage.PL, ActLanguage.CS, ActLanguage.EN


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "Ноль рублей 00 копеек"),
        ("2.02", "Два рубля 02 копейки"),
        ("21.01", "Двадцать один рубль 01 копейка"),
        ("62900.00", "Шестьдесят две тысячи девятьсот рублей 00 копеек"),
        ("101001.11", "Сто одна тысяча один рубль 11 копеек"),
        ("2000002.02", "Два миллиона два рубля 02 копейки"),
    ],
)
def test_roubles_are_spelled_as_in_an_act(amount: str, words: str) -> None:
    assert sum_in_words(Decimal(amount), "RUB", RU) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1.00", "jeden złoty 00/100"),
        ("12.12", "dwanaście złotych 12/100"),
        ("22.00", "dwadzieścia dwa złote 00/100"),
        ("1476.00", "tysiąc czterysta siedemdziesiąt sześć złotych 00/100"),
        ("25001.00", "dwadzieścia pięć tysięcy jeden złotych 00/100"),
    ],
)
def test_zlotys_are_spelled_as_in_a_protocol(amount: str, words: str) -> None:
    assert sum_in_words(Decimal(amount), "PLN", PL) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1.00", "jedna koruna česká 00/100"),
        ("2.02", "dvě koruny české 02/100"),
        ("21.00", "dvacet jedna korun českých 00/100"),
        ("18150.00", "osmnáct tisíc sto padesát korun českých 00/100"),
        ("42.50", "čtyřicet dvě koruny české 50/100"),
    ],
)
def test_crowns_are_spelled_as_in_a_protocol(amount: str, words: str) -> None:
    assert sum_in_words(Decimal(amount), "CZK", CS) == words


@pytest.mark.parametrize("language", list(ActLanguage))
@pytest.mark.parametrize("currency", ["RUB", "PLN", "CZK", "EUR", "USD", "KZT", "BYN"])
def test_every_money_has_words_in_every_language(language: ActLanguage, currency: str) -> None:
    one = sum_in_words(Decimal("1.00"), currency, language)
    many = sum_in_words(Decimal("1234567.89"), currency, language)

    assert one
    assert len(many) > len(one)
    assert "89" in many


def test_dates_numbers_and_rates_follow_the_language() -> None:
    day = date(2026, 11, 5)

    assert date_text(day, RU) == "05.11.2026"
    assert date_text(day, CS) == "5.\u00a011.\u00a02026"
    assert date_text(day, EN) == "5\u00a0November 2026"
    assert money_text(Decimal("12502.56"), RU) == "12\u00a0502,56"
    assert money_text(Decimal("12502.56"), EN) == "12,502.56"
    assert quantity_text(Decimal("1.500"), PL) == "1,500"
    assert rate_text(Decimal("20.00"), RU) == "20\u00a0%"
