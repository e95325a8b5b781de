"""Money: exact products, one rounding, one currency a sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import (
    CurrenciesDiffer,
    Money,
    Portion,
    minor_places,
    product,
    share,
    sums_of,
    total_of,
    vat_in,
)


def rub(amount: str) -> Money:
    return Money(Decimal(amount), "RUB")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("0.500", "210.01", "105.01"),
        ("84", "148.84", "12502.56"),
        ("3.333", "0.0150", "0.05"),
        ("1", "0.0049", "0.00"),
        ("12.5", "210.00", "2625.00"),
        ("99999999999.999", "999999999999.9999999999", "99999999999998999999990.00"),
    ],
)
def test_a_sum_is_rounded_once_from_the_exact_product(
    quantity: str, price: str, amount: str
) -> None:
    assert product(Decimal(quantity), Decimal(price), "RUB") == rub(amount)


@pytest.mark.parametrize(
    ("currency", "amount"), [("RUB", "10.01"), ("JPY", "10"), ("KWD", "10.005"), ("CNY", "10.01")]
)
def test_each_currency_is_rounded_to_its_own_minor_unit(currency: str, amount: str) -> None:
    assert str(product(Decimal(1), Decimal("10.0050"), currency).amount) == amount
    assert minor_places(currency) == len(amount.partition(".")[2])


def test_two_currencies_make_no_sum() -> None:
    with pytest.raises(CurrenciesDiffer):
        _ = rub("1000") + eur("200")
    with pytest.raises(CurrenciesDiffer):
        total_of([rub("1000"), eur("200")])
    with pytest.raises(CurrenciesDiffer):
        _ = rub("1000") > eur("200")


def test_a_list_of_several_currencies_has_a_sum_for_each() -> None:
    assert sums_of([rub("1000"), eur("200"), rub("0.50")]) == (eur("200"), rub("1000.50"))
    assert total_of([rub("1"), rub("2")]) == rub("3")
    assert total_of([]) is None


def test_a_portion_is_a_per_cent_of_the_value_or_a_sum() -> None:
    value = Money(Decimal(4920), "PLN")

    reduction = Portion(per_cent=Decimal(30)).of(value)

    assert reduction == Money(Decimal("1476.00"), "PLN")
    assert vat_in(reduction, Decimal(23)) == Money(Decimal("276.00"), "PLN")
    assert Portion(amount=Decimal("99.5")).of(value) == Money(Decimal("99.50"), "PLN")
    with pytest.raises(ValueError, match="either"):
        Portion()


def test_a_part_of_the_quantity_gets_its_share_of_the_sum() -> None:
    assert share(rub("100"), Decimal(1), Decimal(3)) == rub("33.33")


@pytest.mark.parametrize(
    ("gross", "rate", "vat"),
    [("62900.00", "20", "10483.33"), ("12502.56", "22", "2254.56"), ("100", "0", "0.00")],
)
def test_vat_is_taken_out_of_the_gross_sum(gross: str, rate: str, vat: str) -> None:
    assert vat_in(rub(gross), Decimal(rate)) == rub(vat)


AMOUNTS = st.decimals(0, 10**9, places=6)


@given(AMOUNTS, AMOUNTS)
def test_no_rounding_is_more_than_half_a_minor_unit_off(quantity: Decimal, price: Decimal) -> None:
    exact = int(quantity.scaleb(6)) * int(price.scaleb(6))
    rounded = int(product(quantity, price, "RUB").amount.scaleb(2)) * 10**10

    assert -5 * 10**9 < rounded - exact <= 5 * 10**9
