"""What a promise has to hold: the way of the goods, the law, and who may go beyond which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import N_, Refusal
from app.deadlines.clocks import Agreement


class PromiseTooEarly(Refusal):
    message = N_(
        "The work and the way of the goods end on %(earliest)s at the earliest. An earlier day"
        " needs the head of claims and a reason."
    )


class PromiseNotSafe(Refusal):
    message = N_(
        "Later than %(safe)s the promise is not safe by %(rule)s. Choose a day until then, or let"
        " the head of claims decide."
    )


class PromiseBeyondLaw(Refusal):
    message = N_(
        "%(rule)s ends on %(legal)s, and no agreement can move that day. Choose a day until then,"
        " another remedy, or let the dealer act first."
    )


class PromiseBeyondCap(Refusal):
    message = N_(
        "%(rule)s ends on %(legal)s: that is the longest time which customer and seller may agree"
        " on. Choose a day until then, or another remedy."
    )


class AgreementMissing(Refusal):
    message = N_(
        "%(rule)s ends on %(legal)s. A later day needs the customer's written agreement: choose the"
        " file of the claim that holds it."
    )


class NoDayWithinLaw(Refusal):
    message = N_(
        "Even the earliest day %(earliest)s is later than %(legal)s, the end by %(rule)s. Look for"
        " a faster remedy, or let the head of claims promise it with a reason."
    )


class ReasonForPromiseMissing(Refusal):
    message = N_("Give the reason for this promise: it stays in the history.")


@dataclass(frozen=True)
class Limit:
    """A running rule that ends with the remedy. Without a fixed period it has no `legal` day."""

    rule: str
    safe: date
    legal: date | None
    agreement: Agreement


@dataclass(frozen=True)
class PromiseDays:
    """What a manager weighs: the first possible day, the proposal, and what law allows."""

    earliest: date
    proposed: date
    limits: tuple[Limit, ...] = ()

    @property
    def safest(self) -> Limit | None:
        """The limit that is the first one no longer to be safe."""
        return min(self.limits, key=lambda limit: limit.safe, default=None)

    @property
    def safe(self) -> date | None:
        """The last day that is safe by every limit."""
        return self.safest.safe if self.safest else None

    @property
    def legal(self) -> date | None:
        """The last day that every fixed limit allows."""
        return min((limit.legal for limit in self.limits if limit.legal), default=None)

    @property
    def slack(self) -> int | None:
        """Calendar days between the earliest and the safe day; below 0 there is none."""
        return (self.safe - self.earliest).days if self.safe else None


@dataclass(frozen=True)
class Wish:
    """What somebody wants to promise, and what they bring for it."""

    promise_on: date | None = None
    reason: str = ""
    agreement_id: int | None = None


def weigh(earliest: date, offered: date, limits: Sequence[Limit]) -> PromiseDays:
    """Return the days of a promise; what is proposed is safe wherever that is possible at all."""
    safe = min((limit.safe for limit in limits), default=offered)
    return PromiseDays(earliest, max(earliest, min(safe, offered)), tuple(limits))


def check_promise(days: PromiseDays, promised: date, wish: Wish, *, is_head: bool) -> None:
    """Refuse a promise that this person may not give, or not with what they bring for it."""
    passed = [limit for limit in days.limits if limit.legal and promised > limit.legal]
    if days.legal and days.earliest > days.legal and passed:
        _check_hopeless(days, passed[0], wish, is_head=is_head)
        return
    for limit in passed:
        _check_passed(limit, wish)
    if promised < days.earliest:
        if not is_head:
            raise PromiseTooEarly(earliest=days.earliest.isoformat())
        if not wish.reason:
            raise ReasonForPromiseMissing
    if days.safest and promised > days.safest.safe and not is_head:
        raise PromiseNotSafe(safe=days.safest.safe.isoformat(), rule=days.safest.rule)


def _check_passed(limit: Limit, wish: Wish) -> None:
    """Judge a day beyond the law: some periods are fixed, some are the cap, some may be agreed."""
    facts = {"rule": limit.rule, "legal": limit.legal.isoformat() if limit.legal else ""}
    if limit.agreement is Agreement.NONE:
        raise PromiseBeyondLaw(**facts)
    if limit.agreement is Agreement.CAPPED:
        raise PromiseBeyondCap(**facts)
    if wish.agreement_id is None:
        raise AgreementMissing(**facts)


def _check_hopeless(days: PromiseDays, limit: Limit, wish: Wish, *, is_head: bool) -> None:
    """The law is broken whatever is promised: then a person who answers for it says which day."""
    if not is_head:
        raise NoDayWithinLaw(
            earliest=days.earliest.isoformat(),
            legal=limit.legal.isoformat() if limit.legal else "",
            rule=limit.rule,
        )
    if not wish.reason:
        raise ReasonForPromiseMissing
