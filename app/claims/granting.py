"""How much money a decision grants for a line; refused is what would leave a hole in a document."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.claims.amounts import demanded_of
from app.claims.models import ClaimLine
from app.core.errors import N_, Refusal
from app.core.money import WHOLE, Money, Portion, product
from app.vocabulary import REFUNDS, Remedy


class PriceMissing(Refusal):
    message = N_(
        "%(item)s was not found in the shipments: give its price with VAT, the VAT rate and the"
        " currency before money is granted for it."
    )


class OtherCurrency(Refusal):
    message = N_("%(item)s: this claim is in %(currency)s.")


class AmountMissing(Refusal):
    message = N_("%(item)s: say how much is paid, a percentage or an amount.")


class NothingGranted(Refusal):
    message = N_("%(item)s: to pay nothing, reject the quantity instead.")


class AmountNeedsReason(Refusal):
    message = N_(
        "%(item)s: %(amount)s is more than the accepted goods cost, %(value)s. Give the reason."
    )


class LessNeedsReason(Refusal):
    message = N_("%(item)s: %(amount)s is less than was demanded, %(demanded)s. Give the reason.")


@dataclass(frozen=True)
class LineDecision:
    """What a manager decided for one line; the rest of the quantity is rejected.

    Where money is granted `portion` says how much, None as it was demanded; `amount_reason` says
    why it is another sum. `price` (gross), `vat_rate` and `currency` are asked for where the
    portal does not know them.
    """

    line_id: UUID
    accepted: Decimal
    remedy: Remedy | None
    reason_code: str | None
    reason_text: str
    portion: Portion | None = None
    amount_reason: str = ""
    price: Decimal | None = None
    vat_rate: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Grant:
    """What is granted: the sum, how it was said, and the facts of the price that it rests on."""

    money: Money
    per_cent: Decimal | None
    reason: str
    price: Decimal
    vat_rate: Decimal


def grant_of(
    line: ClaimLine,
    *,
    accepted: Decimal,
    remedy: Remedy | None,
    portion: Portion | None = None,
    reason: str = "",
    price: Decimal | None = None,
    vat_rate: Decimal | None = None,
    currency: str | None = None,
) -> Grant | None:
    """Return what is granted for the accepted quantity; None where the remedy is no money.

    What is not said is what was demanded; a refund of which nothing was said is the whole price.
    """
    if remedy not in REFUNDS:
        return None
    price, vat_rate, currency = _price_of(line, price, vat_rate, currency)
    value = product(accepted, price, currency)
    demanded = demanded_of(line, accepted) if line.currency else None
    if portion is None:
        portion = _as_demanded(line, remedy, demanded)
    money = portion.of(value)
    if not money:
        raise NothingGranted(item=line.item_name)
    if money > value and not reason:
        raise AmountNeedsReason(item=line.item_name, amount=money, value=value)
    if demanded and money < demanded and not reason:
        raise LessNeedsReason(item=line.item_name, amount=money, demanded=demanded)
    return Grant(money, portion.per_cent, reason, price, vat_rate)


def granted_by(line: ClaimLine, decision: LineDecision) -> Grant | None:
    """Return the money that a decision grants for a line, None where it is no money."""
    return grant_of(
        line,
        accepted=decision.accepted,
        remedy=decision.remedy if decision.accepted else None,
        portion=decision.portion,
        reason=decision.amount_reason,
        price=decision.price,
        vat_rate=decision.vat_rate,
        currency=decision.currency,
    )


def refuse_two_currencies(grants: Iterable[tuple[ClaimLine, Grant | None]]) -> None:
    """Refuse money in two currencies: where nothing was shipped, the first sum says which it is."""
    currency = None
    for line, grant in grants:
        if grant is None:
            continue
        currency = currency or grant.money.currency
        if grant.money.currency != currency:
            raise OtherCurrency(item=line.item_name, currency=currency)


def write_grant(line: ClaimLine, grant: Grant | None) -> None:
    """Keep what was granted; nothing where it is no money."""
    line.granted_amount = grant.money.amount if grant else None
    line.granted_per_cent = grant.per_cent if grant else None
    line.amount_reason = grant.reason if grant else ""
    if grant:
        line.price, line.vat_rate = grant.price, grant.vat_rate
        line.currency = grant.money.currency


def _price_of(
    line: ClaimLine, price: Decimal | None, vat_rate: Decimal | None, currency: str | None
) -> tuple[Decimal, Decimal, str]:
    """Return the facts of the price: those of the shipment, else what the manager says."""
    if line.price is not None and line.vat_rate is not None and line.currency is not None:
        return line.price, line.vat_rate, line.currency
    known = line.currency or _of_the_others(line)
    if known and currency and currency != known:
        raise OtherCurrency(item=line.item_name, currency=known)
    currency = known or currency
    if not price or vat_rate is None or not currency:
        raise PriceMissing(item=line.item_name)
    return price, vat_rate, currency


def _of_the_others(line: ClaimLine) -> str | None:
    return next((other.currency for other in line.claim.lines if other.currency), None)


def _as_demanded(line: ClaimLine, remedy: Remedy, demanded: Money | None) -> Portion:
    said = line.demand_portion
    if said is not None and said.per_cent is not None:
        return said
    if demanded is not None:
        return Portion(amount=demanded.amount)
    if remedy is Remedy.REFUND:
        return WHOLE
    raise AmountMissing(item=line.item_name)
