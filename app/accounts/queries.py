"""Questions about people and their sign-ins."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.accounts.models import Dealer, Department, FailedSignIn, Person, SignIn
from app.accounts.policy import User
from app.core.db import db

IDLE_LIMIT = timedelta(hours=12)
WHOLE_LIMIT = timedelta(days=7)


def hash_token(token: str) -> str:
    """Return what is stored of a sign-in's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_user(token: str, *, at: datetime) -> User | None:
    """Return whom an open sign-in belongs to; None once it ended, idled or the person left."""
    query = (
        select(Person, Dealer.name, Department.code)
        .join(SignIn, SignIn.person_id == Person.id)
        .outerjoin(Dealer, Dealer.id == Person.dealer_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(SignIn.token_hash == hash_token(token))
        .where(SignIn.ended_at.is_(None))
        .where(SignIn.seen_at > at - IDLE_LIMIT, SignIn.started_at > at - WHOLE_LIMIT)
        .where(Person.is_active, or_(Dealer.id.is_(None), Dealer.is_active))
    )
    row = db.execute(query).first()
    return as_user(row[0], belongs_to=row[1] or row[2] or "", token=token) if row else None


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


def failures_since(email: str, address: str, since: datetime) -> int:
    """Count the wrong passwords for an account from an address."""
    query = select(func.count()).where(
        FailedSignIn.email == email, FailedSignIn.address == address, FailedSignIn.at > since
    )
    return db.execute(query).scalar_one()
