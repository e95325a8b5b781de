"""What a claim line is about in money: its value, what is demanded, what was granted. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from app.core.money import WHOLE, Money, Portion, product, share, vat_in
from app.vocabulary import REFUNDS, Remedy


class HasMoney(Protocol):
    """What the rules must know of a line; price, rate and currency are None where unknown."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def price(self) -> Decimal | None: ...
    @property
    def vat_rate(self) -> Decimal | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def demand(self) -> Remedy | None: ...
    @property
    def demand_per_cent(self) -> Decimal | None: ...
    @property
    def demand_amount(self) -> Decimal | None: ...


def portion_of(per_cent: Decimal | None, amount: Decimal | None) -> Portion | None:
    """Return what two columns say, None when both are empty."""
    if per_cent is None and amount is None:
        return None
    return Portion(per_cent, amount)


def value_of(line: HasMoney, quantity: Decimal | None = None) -> Money | None:
    """Return what a quantity of the line costs, by default all of it; None without a price."""
    if line.price is None or line.currency is None:
        return None
    return product(line.quantity if quantity is None else quantity, line.price, line.currency)


def demanded_of(line: HasMoney, quantity: Decimal | None = None) -> Money | None:
    """Return the sum that is demanded for a quantity of the line, by default for all of it.

    A refund means the whole price unless something else was said; a price reduction has to be
    said. None where no money is demanded, or not how much.
    """
    if line.demand not in REFUNDS or line.currency is None:
        return None
    portion = portion_of(line.demand_per_cent, line.demand_amount)
    if portion is None and line.demand is Remedy.REFUND:
        portion = WHOLE
    part = line.quantity if quantity is None else quantity
    if portion is not None and portion.amount is not None:
        return share(Money(portion.amount, line.currency), part, line.quantity)
    value = value_of(line, part)
    return portion.of(value) if portion and value else None


def vat_of(money: Money | None, rate: Decimal | None) -> Money | None:
    """Return the VAT in a sum, None where sum or rate is unknown."""
    return None if money is None or rate is None else vat_in(money, rate)


def currency_of(lines: Iterable[HasMoney]) -> str | None:
    """Return the one currency of a claim's lines, None while none of them has any."""
    return next((line.currency for line in lines if line.currency), None)
