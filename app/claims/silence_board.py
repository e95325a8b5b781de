"""Whom silence threatens, in how many days and with how much money; what it has accepted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from app.accounts.models import Dealer, Person
from app.accounts.policy import User
from app.claims.clock_models import ClaimClock
from app.claims.models import Claim
from app.claims.policy import visible_to
from app.claims.rules import FINAL, STEPS, Action, ClaimState, find_step
from app.claims.silence import UNANSWERED, obstacle_of, same_version
from app.claims.worth import worth_of
from app.core.alphabet import alphabetical
from app.core.db import db
from app.core.money import Money, sums_of
from app.deadlines.calendars import is_near
from app.deadlines.clock_models import ClockRule
from app.deadlines.clocks import Late
from app.vocabulary import Role

SOON = 3  # working days of the dealer's country, today included
MOST_ACCEPTED = 50


@dataclass(frozen=True)
class Threatened:
    """A claim that silence will accept: `days_left` until then, `worth` gross, what is at stake.

    `is_soon`: it must be answered within the next working days. `obstacle`: why it could not be
    recorded as accepted although its day is over, in the plant's language; None as a rule.
    """

    claim_id: UUID
    number: str
    dealer: str
    state: ClaimState
    manager: str | None
    rule: str
    title: str
    basis: str
    safe_on: date
    legal_on: date
    obstacle: str | None
    days_left: int
    is_soon: bool
    worth: tuple[Money, ...] = ()

    @property
    def is_decidable(self) -> bool:
        """Whether a manager can decide it now, without waiting for the dealer."""
        return find_step(self.state, Action.REJECT, Role.CLAIM_MANAGER) is not None


@dataclass(frozen=True)
class AcceptedBySilence:
    """An open claim that silence has accepted; `worth` gross, what it is about."""

    claim_id: UUID
    number: str
    dealer: str
    state: ClaimState
    accepted_at: datetime
    promise_on: date | None
    worth: tuple[Money, ...] = ()

    @property
    def is_contestable(self) -> bool:
        """Whether it is not too late to contest the acceptance."""
        return find_step(self.state, Action.CONTEST, Role.HEAD_OF_CLAIMS) is not None


def silence_board(user: User, *, today: date) -> list[Threatened]:
    """Return the claims that silence will accept, the most urgent on top, in two statements."""
    columns: tuple[Any, ...] = (
        Dealer.country,
        Claim.id,
        Claim.number,
        Dealer.name,
        Claim.state,
        Person.name,
        func.min(ClockRule.code),
        func.min(ClockRule.title),
        func.min(ClockRule.basis),
        func.min(ClaimClock.safe_on),
        func.min(ClaimClock.legal_on).label("legal_on"),
        obstacle_of(Claim.id),
    )
    query = (
        _threatening(select(*columns), user)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .outerjoin(Person, Person.id == Claim.manager_id)
        .group_by(Claim.id, Dealer.name, Dealer.country, Person.name)
        .order_by("legal_on", Claim.number)
    )
    rows: list[Any] = list(db.execute(query))
    worth = worth_of([row.id for row in rows])
    return [Threatened(*(*row[1:], *_nearness(row, today), worth.get(row.id, ()))) for row in rows]


def _nearness(row: Any, today: date) -> tuple[int, bool]:
    """Return how many days are left of a row, and whether that is soon."""
    return (row.legal_on - today).days, _is_soon(row.country, row.legal_on, today)


def count_threatened(user: User, *, today: date) -> int:
    """Return how many claims silence will accept unless they are answered soon."""
    columns: tuple[Any, ...] = (Dealer.country, func.min(ClaimClock.legal_on))
    query = (
        _threatening(select(*columns), user)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .group_by(Claim.id, Dealer.country)
    )
    return sum(_is_soon(country, legal_on, today) for country, legal_on in db.execute(query))


def _is_soon(country: str, legal_on: date, today: date) -> bool:
    """Tell whether few working days are left; those off before the last day are no time."""
    return is_near(legal_on, today, country, working_days=SOON)


def accepted_claims(user: User) -> list[AcceptedBySilence]:
    """Return the open claims that silence has accepted, the last one on top."""
    columns: tuple[Any, ...] = (
        Claim.id,
        Claim.number,
        Dealer.name,
        Claim.state,
        Claim.decided_at,
        Claim.promise_on,
    )
    query = (
        select(*columns)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .where(Claim.deemed_accepted, Claim.state.not_in(FINAL), visible_to(user))
        .order_by(Claim.decided_at.desc(), Claim.id)
        .limit(MOST_ACCEPTED)
    )
    rows = db.execute(query).all()
    worth = worth_of([row.id for row in rows])
    return [AcceptedBySilence(*(*row, worth.get(row.id, ()))) for row in rows]


def who_may_contest() -> list[str]:
    """Return the names of those who may contest an acceptance by silence."""
    roles = {role for step in STEPS if step.action is Action.CONTEST for role in step.by}
    query = select(Person.name).where(Person.role.in_(roles), Person.is_active)
    return list(db.scalars(query.order_by(alphabetical(Person.name))))


def sums(rows: Iterable[Threatened]) -> tuple[Money, ...]:
    """Return the money at stake, a sum for each currency."""
    return sums_of(money for row in rows for money in row.worth)


def _threatening(query: Select[Any], user: User) -> Select[Any]:
    """Join the running clocks whose silence accepts to the claims that nobody has answered."""
    return (
        query.select_from(Claim)
        .join(ClaimClock, ClaimClock.claim_id == Claim.id)
        .join(ClockRule, same_version())
        .where(ClockRule.late == Late.DEEMED_ACCEPTED, ClaimClock.stopped_on.is_(None))
        .where(Claim.state.in_(UNANSWERED), visible_to(user))
    )
