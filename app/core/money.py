"""Sums of money: exact products, one rounding, and never two currencies in one sum.

A price has as many places as the ERP gives it; a `Money` has those of its currency. Everything
that turns a quantity and a price into a sum comes through here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from babel.numbers import get_currency_precision

# Wider than any product of a quantity, a price and a per cent: nothing is rounded on the way.
_EXACT = Context(prec=100)
HUNDRED = Decimal(100)


class CurrenciesDiffer(ValueError):
    """Two currencies were to become one sum."""


@dataclass(frozen=True)
class Money:
    """A sum in one currency (ISO 4217), rounded to its minor unit."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", _rounded(self.amount, self.currency))

    def __add__(self, other: "Money") -> "Money":
        _refuse_mixture((self, other))
        with localcontext(_EXACT):
            return Money(self.amount + other.amount, self.currency)

    def __gt__(self, other: "Money") -> bool:
        _refuse_mixture((self, other))
        return self.amount > other.amount

    def __lt__(self, other: "Money") -> bool:
        return other > self

    def __bool__(self) -> bool:
        return bool(self.amount)


@dataclass(frozen=True)
class Portion:
    """How much of a value is meant: so many per cent of it, or a sum of its own."""

    per_cent: Decimal | None = None
    amount: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.per_cent is None) == (self.amount is None):
            raise ValueError("a portion is either a per cent or a sum")

    def __str__(self) -> str:
        if self.per_cent is not None:
            return f"{self.per_cent.normalize():f} %"
        return f"{(self.amount or Decimal(0)).normalize():f}"

    def of(self, value: Money) -> Money:
        """Return the portion of a value; a sum of its own stays what it is."""
        if self.per_cent is None:
            return Money(self.amount or Decimal(0), value.currency)
        with localcontext(_EXACT):
            return Money(value.amount * self.per_cent / HUNDRED, value.currency)


WHOLE = Portion(per_cent=HUNDRED)


def minor_places(currency: str) -> int:
    """Return how many places the sums of a currency have: two for most, none for the yen."""
    return int(get_currency_precision(currency))


def price_of(price: Decimal, currency: str) -> Decimal:
    """Return a price with all its places, and at least those of the minor unit."""
    places = max(minor_places(currency), -int(price.normalize().as_tuple().exponent))
    return price.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def product(quantity: Decimal, price: Decimal, currency: str) -> Money:
    """Return what a quantity costs at a price per unit, rounded once."""
    with localcontext(_EXACT):
        return Money(quantity * price, currency)


def share(money: Money, part: Decimal, whole: Decimal) -> Money:
    """Return what falls to a part of a quantity when `money` is for the whole of it."""
    with localcontext(_EXACT):
        return Money(money.amount * part / whole, money.currency)


def vat_in(gross: Money, rate: Decimal) -> Money:
    """Return the VAT contained in a gross sum at `rate` per cent."""
    with localcontext(_EXACT):
        return Money(gross.amount * rate / (HUNDRED + rate), gross.currency)


def total_of(monies: Iterable[Money]) -> Money | None:
    """Return one sum, None of nothing; raise `CurrenciesDiffer` where it would be a mixture."""
    sums = sums_of(monies)
    _refuse_mixture(sums)
    return sums[0] if sums else None


def sums_of(monies: Iterable[Money]) -> tuple[Money, ...]:
    """Return a sum for each currency, in the order of their codes."""
    sums: dict[str, Money] = {}
    for money in monies:
        before = sums.get(money.currency)
        sums[money.currency] = before + money if before else money
    return tuple(sums[currency] for currency in sorted(sums))


def _refuse_mixture(monies: tuple[Money, ...]) -> None:
    currencies = {money.currency for money in monies}
    if len(currencies) > 1:
        raise CurrenciesDiffer(f"{', '.join(sorted(currencies))} do not make one sum")


def _rounded(amount: Decimal, currency: str) -> Decimal:
    """The one rounding: half a minor unit goes up."""
    finest = Decimal(1).scaleb(-minor_places(currency))
    return amount.quantize(finest, ROUND_HALF_UP, context=_EXACT)
