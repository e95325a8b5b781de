"""What a promise has to meet: transport, the law, and who may go beyond which day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import N_, Refusal
from app.deadlines.clocks import Agreement
from app.deadlines.rules import Calendar
from app.deadlines.stages import Stage

# What a dealer needs to hand over and to tell the customer, where the plan has no stage for it.
DEALER_RESERVE_DAYS = 1


class NeedsHead(Refusal):
    """A promise that this person may not give, and the head of claims may."""


class PromiseTooEarly(NeedsHead):
    message = N_(
        "Work and transport end on %(earliest)s at the earliest. An earlier day "
        "needs the head of claims and a reason."
    )


class PromiseNotSafe(NeedsHead):
    message = N_(
        "The internal deadline under %(rule)s is %(safe)s. Choose a day no later "
        "than that, or let the head of claims decide."
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


class NoDayWithinLaw(NeedsHead):
    message = N_(
        "Even the earliest day %(earliest)s is later than %(legal)s, the "
        "statutory deadline under %(rule)s. Choose a faster remedy, or let the "
        "head of claims promise it with a reason."
    )


class ReasonForPromiseMissing(Refusal):
    message = N_("Give the reason for this promise: it stays in the history.")


class ReasonForLatePromiseMissing(ReasonForPromiseMissing):
    message = N_(
        "%(proposed)s is possible. Give the reason for a later day: it stays in the history."
    )


class ReceiverIsClosed(Refusal):
    """Nobody can take over anything on that day."""

    message = N_("%(receiver)s is closed on %(day)s. Choose %(before)s or %(after)s.")


@dataclass(frozen=True)
class Limit:
    """A running rule that ends with the remedy. Without a fixed period it has no `legal` day."""

    rule: str
    safe: date
    legal: date | None
    agreement: Agreement


@dataclass(frozen=True)
class PromiseDays:
    """What a manager weighs: the first possible day, the proposal, and what law allows.

    `receiver` has the working days of the one to whom something is promised: no other day is one
    to promise, and the proposal is none.
    """

    earliest: date
    proposed: date
    receiver: Calendar
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

    @property
    def is_feasible(self) -> bool:
        """Tell whether the receiver can have it on a day that is safe by every limit."""
        return self.safe is None or self.proposed <= self.safe


@dataclass(frozen=True)
class Wish:
    """What somebody wants to promise, and what they bring for it."""

    promise_on: date | None = None
    reason: str = ""
    agreement_id: int | None = None


def weigh(
    earliest: date, offered: date, limits: Sequence[Limit], receiver: Calendar
) -> PromiseDays:
    """Return the days of a promise; what is proposed is safe wherever that is possible at all.

    Where it is not, the first day is proposed on which the receiver works and all is done.
    """
    latest = min([offered, *(limit.safe for limit in limits)])
    proposed = max(receiver.on_or_after(earliest), receiver.on_or_before(latest))
    return PromiseDays(earliest, proposed, receiver, tuple(limits))


def reserve_for(
    chain: Collection[str], *, is_dealers_duty: bool, days: int = DEALER_RESERVE_DAYS
) -> int:
    """Return the working days that a dealer needs who has to do what the law demands."""
    return days if is_dealers_duty and Stage.HANDOVER not in chain else 0


def safe_for_dealer(safe: date, receiver: Calendar, *, reserve: int) -> date:
    """Return the last day on which a dealer can still hand over what is due by the safe day.

    The reserve is counted in the dealer's working days, back from the last of them that is safe.
    """
    return receiver.sub(receiver.on_or_before(safe), reserve) if reserve else safe


def check_promise(days: PromiseDays, promised: date, wish: Wish, *, is_head: bool) -> None:
    """Refuse a promise that this person may not give, or not with what they bring for it."""
    _check_person(days, promised, wish, is_head=is_head)
    _check_receiver(days.receiver, promised)


def _check_person(days: PromiseDays, promised: date, wish: Wish, *, is_head: bool) -> None:
    passed = [limit for limit in days.limits if limit.legal and promised > limit.legal]
    if days.legal and days.proposed > days.legal and passed:
        _check_hopeless(days, passed[0], wish, is_head=is_head)
        return
    for limit in passed:
        _check_passed(limit, wish)
    if promised < days.earliest:
        if not is_head:
            raise PromiseTooEarly(earliest=days.earliest)
        if not wish.reason:
            raise ReasonForPromiseMissing
    if days.safest and promised > days.safest.safe and not is_head:
        raise PromiseNotSafe(safe=days.safest.safe, rule=days.safest.rule)
    if promised > days.proposed and not wish.reason:
        raise ReasonForLatePromiseMissing(proposed=days.proposed)


def _check_receiver(receiver: Calendar, promised: date) -> None:
    if not receiver.is_working(promised):
        raise ReceiverIsClosed(
            receiver=receiver.name,
            day=promised,
            before=receiver.on_or_before(promised),
            after=receiver.on_or_after(promised),
        )


def _check_passed(limit: Limit, wish: Wish) -> None:
    """Judge a day beyond the law: some periods are fixed, some are the cap, some may be agreed."""
    facts = {"rule": limit.rule, "legal": limit.legal}
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
            earliest=days.earliest,
            legal=limit.legal,
            rule=limit.rule,
        )
    if not wish.reason:
        raise ReasonForPromiseMissing
