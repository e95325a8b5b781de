"""Promising a day: weighing it at the decision, and another version of it later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.policy import User
from app.catalog.models import Item
from app.claims import timing
from app.claims.clock_models import ClaimClock, ClaimPromise, StopReason
from app.claims.context import read_plan
from app.claims.days import Fact, day_of
from app.claims.models import Claim, ClaimLine
from app.claims.moves import move, owe, tell_erp
from app.claims.promise_rules import (
    AgreementMissing,
    Limit,
    PromiseDays,
    ReasonForPromiseMissing,
    Wish,
    check_promise,
    reserve_for,
    safe_for_dealer,
    weigh,
)
from app.claims.rules import Action
from app.claims.settlements import tell_decision
from app.claims.weights import Goods, weight_of
from app.core.db import db
from app.core.errors import N_, Refusal
from app.deadlines.clocks import DEALERS_DUTY, Party, StopsAt
from app.deadlines.network import Network, Way
from app.deadlines.offices import dealer_calendar
from app.deadlines.queries import Promise, network_for, promise_in
from app.deadlines.rules import Calendar, Leg
from app.deadlines.stages import Stage
from app.deadlines.ways import USUAL, Wanted, WayChoice, way_of, ways_of
from app.vocabulary import Remedy, Role


class PromiseUnchanged(Refusal):
    message = N_("This day is promised already.")


class PromiseInThePast(Refusal):
    message = N_("Choose a day that is still to come.")


@dataclass(frozen=True)
class Weighed:
    """A plan with the days that it leaves for a promise, and the ways that it goes."""

    plan: Promise
    days: PromiseDays
    law: "Law"
    network: Network
    start: date
    wanted: frozenset[Wanted]
    choice: WayChoice
    ways: tuple[Way, ...]
    weight: Decimal | None

    @property
    def limits(self) -> dict[str, Decimal]:
        """How many kilograms the lanes carry that do not carry everything, by their modes."""
        return self.network.limits(self.ways)


def weigh_promise(
    claim: Claim,
    remedies: Mapping[UUID, Remedy],
    *,
    at: datetime,
    choice: WayChoice = USUAL,
    accepted: Mapping[UUID, Decimal] | None = None,
    network: Network | None = None,
) -> Weighed:
    """Return the plan for the remedies of the accepted lines, and what law leaves for a promise.

    Lanes carry what is `accepted`; without it, what was accepted or else is claimed. The network
    is read unless the caller has read it for this moment.
    """
    network = network or network_for(claim.dealer_id, claim.plant_id, at=at)
    goods = _goods(claim)
    wanted = frozenset((remedy, goods[line_id].group) for line_id, remedy in remedies.items())
    weight = weight_of(goods, remedies, accepted or _quantities(claim))
    settled = choice.settled(remedies.values())
    ways = ways_of(claim.dealer_id, claim.plant_id, wanted, settled, weight=weight)
    plan = promise_in(network, ways, at=at)
    law = law_of(claim, network.dealer(claim.dealer_id).calendar, again=_refused(claim, remedies))
    limits = law.limits(remedies, settled)
    days = weigh(plan.earliest_on, plan.proposed_on, limits, law.calendar)
    start = network.plant(claim.plant_id).effective_day(at)
    return Weighed(plan, days, law, network, start, wanted, settled, tuple(ways), weight)


def legs_of_lines(claim: Claim, *, at: datetime) -> dict[UUID, tuple[Leg, ...]]:
    """Return the plan of each accepted line by itself, begun at this moment.

    A line that nobody can plan any more, for a lane that is gone, has no legs.
    """
    remedies, goods = remedies_of(claim), _goods(claim)
    network = network_for(claim.dealer_id, claim.plant_id, at=at)
    weight = weight_of(goods, remedies, _quantities(claim))
    choice = WayChoice.from_dict(claim.way_choice).settled(remedies.values())
    legs: dict[UUID, tuple[Leg, ...]] = {}
    for line_id, remedy in remedies.items():
        wanted = (remedy, goods[line_id].group)
        way = way_of(claim.dealer_id, claim.plant_id, wanted, choice, weight=weight)
        try:
            legs[line_id] = promise_in(network, [way], at=at).legs
        except Refusal:
            legs[line_id] = ()
    return legs


def legal_day_of(claim: Claim, remedies: Mapping[UUID, Remedy]) -> date | None:
    """Return the last day that fixed rules allow for the remedies of some lines, None without."""
    law = law_of(claim, dealer_calendar(claim.dealer_id, claim.decided_at or claim.changed_at))
    limits = law.limits(remedies, WayChoice.from_dict(claim.way_choice))
    return min((limit.legal for limit in limits if limit.legal), default=None)


def promised_dates(
    claim: Claim,
    remedies: Mapping[UUID, Remedy],
    wish: Wish,
    *,
    by: User,
    at: datetime,
    choice: WayChoice = USUAL,
    accepted: Mapping[UUID, Decimal] | None = None,
    network: Network | None = None,
) -> tuple[dict[str, Any], ClaimPromise]:
    """Return the columns and the first version of a promise that this person may give."""
    weighed = weigh_promise(
        claim, remedies, at=at, choice=choice, accepted=accepted, network=network
    )
    promised = wish.promise_on or weighed.days.proposed
    version = next_version(claim, promised, weighed.days, wish, by=by, at=at)
    if version.number > 1 and not wish.reason:
        raise ReasonForPromiseMissing
    check_agreement(claim, wish)
    check_promise(weighed.days, promised, wish, is_head=by.role is Role.HEAD_OF_CLAIMS)
    return promise_columns(weighed, promised, wish), version


def promise_columns(weighed: Weighed, promised: date, wish: Wish) -> dict[str, Any]:
    """Return what the claim keeps of its promise."""
    return {
        "earliest_on": weighed.plan.earliest_on,
        "promise_on": promised,
        "promise_reason": wish.reason,
        "logistics": [leg.as_dict() for leg in weighed.plan.legs],
        "way_choice": weighed.choice.as_column(),
    }


def revise_promise(
    claim: Claim,
    wish: Wish,
    *,
    version: int,
    by: User,
    at: datetime,
    earliest_on: date | None = None,
) -> None:
    """Promise another day: a new version with its reason, told to the dealer, act and ERP.

    `earliest_on` is the forecast of somebody who knows how far the work is; without one the plan
    of the decision stands.
    """
    today = day_of(claim, Fact.PROMISED, at).day
    promised = wish.promise_on
    if promised is None or promised < today:
        raise PromiseInThePast
    if promised == claim.promise_on:
        raise PromiseUnchanged
    if not wish.reason:
        raise ReasonForPromiseMissing
    check_agreement(claim, wish)
    earliest = max(earliest_on or claim.earliest_on or today, today)
    choice = WayChoice.from_dict(claim.way_choice)
    context = read_plan(claim, at=at)
    law = law_of(claim, context.network.dealer(claim.dealer_id).calendar)
    days = weigh(earliest, promised, law.limits(remedies_of(claim), choice), law.calendar)
    check_promise(days, promised, wish, is_head=by.role is Role.HEAD_OF_CLAIMS)

    move(
        claim,
        Action.REVISE_PROMISE,
        version,
        by,
        at,
        facts={
            "promise_on": str(promised),
            "was": str(claim.promise_on),
            "reason": wish.reason,
        },
        promise_on=promised,
        promise_reason=wish.reason,
        revision=claim.revision + 1,
        decision_revision=claim.decision_revision + 1,
    )
    db.add(next_version(claim, promised, days, wish, by=by, at=at))
    timing.move_promise(claim, promised, context.sla, at=at)

    tell_erp(claim, at)
    tell_promise(claim, at)
    owe(claim, "work.follow", at)


def tell_promise(claim: Claim, at: datetime) -> None:
    """Owe another promise to all who were told the one before."""
    tell_decision(claim, at)
    owe(claim, "act.issue_decided", at, queue="act")
    owe(claim, "mail.promise_revised", at)


def next_version(
    claim: Claim, promised: date, days: PromiseDays, wish: Wish, *, by: User, at: datetime
) -> ClaimPromise:
    """Return the next version of a claim's promise."""
    return ClaimPromise(
        claim_id=claim.id,
        number=last_number(claim.id) + 1,
        promise_on=promised,
        earliest_on=days.earliest,
        safe_on=days.safe,
        legal_on=days.legal,
        reason=wish.reason,
        agreement_id=wish.agreement_id,
        author_id=by.id or None,
        author_name=by.name,
        promised_at=at,
    )


def remedies_of(claim: Claim) -> dict[UUID, Remedy]:
    """Return what was decided for each accepted line."""
    return {line.id: line.remedy for line in claim.lines if line.remedy is not None}


def promises_of(claim: Claim) -> list[ClaimPromise]:
    """Return every version of a claim's promise, the first one first."""
    query = select(ClaimPromise).filter_by(claim_id=claim.id).order_by(ClaimPromise.number)
    return list(db.scalars(query))


def last_number(claim_id: UUID) -> int:
    """Return the number of the promise that is in force, 0 when nothing is promised."""
    query = select(func.coalesce(func.max(ClaimPromise.number), 0)).filter_by(claim_id=claim_id)
    return db.execute(query).scalar_one()


@dataclass(frozen=True)
class Law:
    """The running clocks that end with the remedy, and the dealer's calendar.

    Between businesses a vague rule is a wish of ours; its clock runs, but the plan decides.
    """

    clocks: tuple[ClaimClock, ...]
    calendar: Calendar

    def limits(self, remedies: Mapping[UUID, Remedy], choice: WayChoice) -> list[Limit]:
        """Return the rules that a promise for these lines has to hold, going this way."""
        return [
            _limit(clock, choice.chain_of(remedies[clock.line_id]), self.calendar)
            for clock in self.clocks
            if clock.line_id is not None and clock.line_id in remedies
        ]


def law_of(claim: Claim, calendar: Calendar, *, again: Collection[UUID] = ()) -> Law:
    """Return what law demands of the remedy of a claim.

    For refused lines that are accepted `again` it is what ran until they were refused.
    """
    clocks = tuple(
        clock
        for clock in timing.clocks_of(claim)
        if (clock.is_running or (clock.line_id in again and clock.stop_reason is StopReason.DONE))
        and clock.stops_at is StopsAt.REMEDY
        and _binds(clock)
    )
    return Law(clocks, calendar)


def _refused(claim: Claim, remedies: Collection[UUID]) -> set[UUID]:
    """Return the lines that are to be accepted now and were refused by the present decision."""
    nothing = {line.id for line in claim.lines if line.accepted_quantity == 0}
    return nothing & set(remedies)


def _binds(clock: ClaimClock) -> bool:
    rule = clock.rule
    return rule is not None and (rule.party is not Party.B2B or rule.as_rule().is_fixed)


def _limit(clock: ClaimClock, chain: Collection[Stage], calendar: Calendar) -> Limit:
    rule = clock.rule
    if rule is None:
        raise ValueError("a limit comes from a clock of law")
    reserve = reserve_for(chain, is_dealers_duty=clock.duty in DEALERS_DUTY)
    return Limit(
        rule=f"{rule.code} ({rule.basis})",
        safe=safe_for_dealer(clock.safe_on, calendar, reserve=reserve),
        legal=clock.legal_on if rule.as_rule().is_fixed else None,
        agreement=rule.agreement,
    )


def _goods(claim: Claim) -> dict[UUID, Goods]:
    """Return what lines are about: norms differ by product groups, lanes by weights."""
    query = (
        select(ClaimLine.id, func.coalesce(Item.product_group, ""), Item.weight)
        .outerjoin(Item, Item.id == ClaimLine.item_id)
        .where(ClaimLine.claim_id == claim.id)
    )
    return {line_id: Goods(group, weight) for line_id, group, weight in db.execute(query)}


def _quantities(claim: Claim) -> dict[UUID, Decimal]:
    """Return what is accepted of each line, and before the decision what is claimed."""
    return {
        line.id: line.quantity if line.accepted_quantity is None else line.accepted_quantity
        for line in claim.lines
    }


def check_agreement(claim: Claim, wish: Wish) -> None:
    """An agreement is a file of this very claim, whatever a form may have sent."""
    if wish.agreement_id is not None and wish.agreement_id not in _file_ids(claim):
        raise AgreementMissing(rule="–", legal=None)


def _file_ids(claim: Claim) -> Collection[int]:
    return {kept.id for kept in claim.files}
