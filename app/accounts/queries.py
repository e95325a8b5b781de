"""Questions about sign-ins, and finding people for those who look after them."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, literal, not_, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import (
    Absence,
    Dealer,
    Department,
    FailedSignIn,
    Person,
    RoleRequest,
    SignIn,
)
from app.accounts.policy import User, grantable_by, looked_after_by
from app.accounts.rules import Failures
from app.core.alphabet import alphabetical
from app.core.db import Moment, db
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.vocabulary import DEALERS, Role

IDLE_LIMIT = timedelta(hours=12)
WHOLE_LIMIT = timedelta(days=7)


# The filters of the people's page and whom each of them leaves.
FILTERS: dict[str, ColumnElement[bool]] = {
    "all": literal(True),
    "factory": Person.role.not_in(DEALERS),
    "dealers": Person.role.in_(DEALERS),
    "inactive": Person.is_active.is_(False),
}


@dataclass(frozen=True)
class PersonRow:
    """A person as the list shows them; `dealer` and `department` are None where there is none."""

    id: int
    name: str
    email: str
    role: Role
    dealer: str | None
    department: dict[str, str] | None
    is_active: bool
    seen_at: datetime | None


def hash_token(token: str) -> str:
    """Return what is stored of a sign-in's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def home_of(dealer_id: int) -> str:
    """Return the connection to the ERP that told of a dealer."""
    return db.execute(select(Dealer.home).where(Dealer.id == dealer_id)).scalar_one()


def find_user(token: str, *, at: datetime) -> User | None:
    """Return whom an open sign-in belongs to; None once it ended, idled or the person left."""
    query = (
        select(Person, Dealer.name, Department.code, SignIn.seen_at)
        .join(SignIn, SignIn.person_id == Person.id)
        .outerjoin(Dealer, Dealer.id == Person.dealer_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(SignIn.token_hash == hash_token(token))
        .where(SignIn.ended_at.is_(None))
        .where(SignIn.seen_at > at - IDLE_LIMIT, SignIn.started_at > at - WHOLE_LIMIT)
        .where(Person.is_active, or_(Dealer.id.is_(None), Dealer.is_active))
    )
    row = db.execute(query).first()
    if row is None:
        return None
    person, dealer, department, seen_at = row
    user = as_user(person, belongs_to=dealer or department or "", token=token)
    return replace(user, seen_at=seen_at)


def as_user(person: Person, *, belongs_to: str = "", token: str = "") -> User:
    """Return a person as an actor."""
    return User(
        id=person.id,
        name=person.name,
        email=person.email,
        role=person.role,
        dealer_id=person.dealer_id,
        department_id=person.department_id,
        belongs_to=belongs_to,
        language=person.language,
        time_zone=person.time_zone,
        token=token,
    )


def failures_since(email: str, address: str, device: str, since: datetime) -> Failures:
    """Count the wrong passwords that concern an attempt, in one statement."""
    of_account, of_address = FailedSignIn.email == email, FailedSignIn.address == address
    is_unknown = FailedSignIn.device == ""
    query = select(
        func.count().filter(of_account, FailedSignIn.device == device, not_(is_unknown)),
        func.count().filter(of_account, of_address, is_unknown),
        func.count().filter(of_account, is_unknown),
        func.count().filter(of_address, is_unknown),
    ).where(or_(of_account, of_address), FailedSignIn.at > since)
    return Failures(*db.execute(query).one())


def list_people(
    user: User, *, chosen: str = "all", search: str = "", after: str = ""
) -> Page[PersonRow]:
    """Return a page of the people whom somebody looks after, by name."""
    seen_at = select(func.max(SignIn.seen_at)).where(SignIn.person_id == Person.id)
    query = (
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.role,
            Dealer.name,
            Department.names,
            Person.is_active,
            seen_at.scalar_subquery(),
        )
        .outerjoin(Dealer, Dealer.id == Person.dealer_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(looked_after_by(user), FILTERS.get(chosen, FILTERS["all"]))
        .order_by(alphabetical(Person.name), Person.id)
    )
    if search:
        columns = (Person.name, Person.email, Dealer.name)
        query = query.where(or_(*(one.icontains(search, autoescape=True) for one in columns)))
    start = _page_start(after)
    if start is not None:
        query = query.where(tuple_(alphabetical(Person.name), Person.id) > start)
    rows = [PersonRow(*row) for row in db.execute(query.limit(PAGE_SIZE + 1))]
    return cut_page(rows, lambda row: (row.name, row.id))


def get_person(user: User, person_id: int) -> Person | None:
    """Return somebody whom this person looks after; all others are not found."""
    query = select(Person).where(Person.id == person_id, looked_after_by(user))
    return db.execute(query).scalar_one_or_none()


def open_request_of(person_id: int) -> RoleRequest | None:
    """Return the role request of a person that nobody has decided yet."""
    query = select(RoleRequest).where(
        RoleRequest.person_id == person_id, RoleRequest.granted.is_(None)
    )
    return db.execute(query).scalar_one_or_none()


def never_had_access(person_id: int) -> bool:
    """Tell whether somebody is new and their first role was not granted, or not yet."""
    first = RoleRequest.person_id == person_id, RoleRequest.opens_access
    granted = func.bool_or(func.coalesce(RoleRequest.granted, literal(False)))
    return db.scalar(select(granted).where(*first)) is False


def list_role_requests(user: User) -> list[RoleRequest]:
    """Return the role requests that somebody may grant or refuse, the oldest first."""
    query = select(RoleRequest).where(grantable_by(user)).order_by(RoleRequest.id)
    people = (
        joinedload(RoleRequest.person).joinedload(Person.dealer),
        joinedload(RoleRequest.requester),
        joinedload(RoleRequest.department),
    )
    return list(db.scalars(query.options(*people)))


def role_request_to_decide(user: User, request_id: int) -> RoleRequest | None:
    """Return an open role request that somebody may decide, locked; all others are not found."""
    query = select(RoleRequest).where(RoleRequest.id == request_id, grantable_by(user))
    return db.execute(query.with_for_update()).scalar_one_or_none()


def count_role_requests(user: User) -> int:
    """Return how many role requests wait for somebody's word."""
    return int(db.scalar(select(func.count(RoleRequest.id)).where(grantable_by(user))) or 0)


def stand_ins(person_ids: Collection[int], at: datetime) -> dict[int, list[int]]:
    """Return who stands in today for those who are away; the day is that of who is away."""
    today = cast(func.timezone(Person.time_zone, literal(at, Moment())), Date)
    deputy = aliased(Person)
    query = (
        select(Absence.person_id, Absence.deputy_id)
        .join(Person, Person.id == Absence.person_id)
        .join(deputy, deputy.id == Absence.deputy_id)
        .where(
            Absence.person_id.in_(person_ids),
            deputy.is_active,
            today.between(Absence.starts_on, Absence.ends_on),
        )
        .order_by(Absence.id)
    )
    found: dict[int, list[int]] = {}
    for person_id, deputy_id in db.execute(query):
        found.setdefault(person_id, []).append(deputy_id)
    return found


def principals_of(deputy_id: int, at: datetime) -> Select[int]:
    """Return the question for whom somebody stands in today, by the day of who is away."""
    today = cast(func.timezone(Person.time_zone, literal(at, Moment())), Date)
    return (
        select(Absence.person_id)
        .join(Person, Person.id == Absence.person_id)
        .where(Absence.deputy_id == deputy_id, today.between(Absence.starts_on, Absence.ends_on))
    )


def list_dealers() -> list[tuple[int, str]]:
    """Return the dealers that people can be added to."""
    query = (
        select(Dealer.id, Dealer.name).where(Dealer.is_active).order_by(alphabetical(Dealer.name))
    )
    return [(id_, name) for id_, name in db.execute(query)]


def list_departments() -> list[tuple[int, dict[str, str]]]:
    """Return the departments that people can work for."""
    query = select(Department.id, Department.names).order_by(Department.id)
    return [(id_, names) for id_, names in db.execute(query)]


def _page_start(after: str) -> ColumnElement[Any] | None:
    """Return where a page begins; a key that is not one of ours begins at the beginning."""
    key = read_key(after, 2)
    if not key or not key[1].isdecimal():
        return None
    return tuple_(alphabetical(literal(key[0])), literal(int(key[1])))
