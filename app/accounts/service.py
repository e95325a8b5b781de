"""Signing in and out, and one's own password."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Dealer, FailedSignIn, Person, SignIn
from app.accounts.policy import User
from app.accounts.queries import failures_since, hash_token
from app.accounts.rules import PEOPLE, TRY_WINDOW, is_throttled
from app.core.db import db
from app.core.errors import N_, Refusal
from app.vocabulary import Language, Role

SEEN_STEP = timedelta(minutes=5)
# Each check of a password takes a core and 64 MB: a flood of them waits, and the portal goes on.
CHECKS_AT_ONCE = 2
LONGEST_WAIT = 3.0  # seconds
_checks = BoundedSemaphore(CHECKS_AT_ONCE)
_hasher = PasswordHasher()
# Verified for unknown names too, so that their answer takes as long as a wrong password's.
_NOBODYS_HASH = _hasher.hash(secrets.token_hex())


class TooManyTries(Refusal):
    """Guessing is slowed down by account and by address; see `rules.is_throttled`."""

    message = N_("Too many wrong passwords. Try again in %(minutes)s minutes.")
    status = HTTPStatus.TOO_MANY_REQUESTS


class SignInIsBusy(Refusal):
    message = N_("Too many people are signing in at this moment. Try again in a minute.")
    status = HTTPStatus.TOO_MANY_REQUESTS


def hash_password(password: str) -> str:
    """Return the argon2 hash of a password."""
    return _hasher.hash(password)


def check_password(
    email: str, password: str, *, address: str, at: datetime, device: str = ""
) -> Person | None:
    """Return the person if the password is theirs; remember a failure otherwise.

    `device` is the mark of the browser if the account has signed in with it before.
    """
    return _check(email, password, PEOPLE, address=address, at=at, device=device)


def check_service_password(
    email: str, password: str, *, address: str, at: datetime
) -> Person | None:
    """Return the ERP's account if the password is its; it signs in with each call."""
    return _check(email, password, (Role.ERP_SERVICE,), address=address, at=at)


def sign_in(person: Person, *, at: datetime) -> str:
    """Open a session on our side and return its secret."""
    token = secrets.token_urlsafe(32)
    db.add(SignIn(token_hash=hash_token(token), person_id=person.id, started_at=at, seen_at=at))
    return token


def sign_out(user: User, *, at: datetime) -> None:
    """End the session here: the cookie is worth nothing from now on."""
    query = update(SignIn).where(SignIn.token_hash == hash_token(user.token))
    db.execute(query.values(ended_at=at))


def end_sign_ins(person_id: int, *, at: datetime, but: str = "") -> None:
    """End every open sign-in of a person, `but` the one with this secret."""
    query = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    db.execute(query.where(SignIn.token_hash != hash_token(but)).values(ended_at=at))


def set_password(person: Person, password: str, *, at: datetime, but: str = "") -> None:
    """Give a person another password; whoever is signed in with the old one is out, `but` one.

    Links and calendar feeds that were made before are dead.
    """
    person.password_hash = hash_password(password)
    person.password_set_at = at
    end_sign_ins(person.id, at=at, but=but)


def is_worth_noting(user: User, *, at: datetime) -> bool:
    """Tell whether the last note is old enough for another."""
    return user.seen_at is not None and user.seen_at < at - SEEN_STEP


def note_seen(session: Session, token: str, *, at: datetime) -> None:
    """Note, beside the request's own transaction, that a sign-in is alive."""
    query = update(SignIn).where(
        SignIn.token_hash == hash_token(token), SignIn.seen_at < at - SEEN_STEP
    )
    session.execute(query.values(seen_at=at))


def choose_language(user: User, language: Language) -> None:
    """Change the language in which a person reads the portal."""
    db.execute(update(Person).where(Person.id == user.id).values(language=language))


def _check(
    email: str,
    password: str,
    roles: Collection[Role],
    *,
    address: str,
    at: datetime,
    device: str = "",
) -> Person | None:
    if not _checks.acquire(timeout=LONGEST_WAIT):
        raise SignInIsBusy
    try:
        person = _find(email, roles)
        failures = failures_since(email, address, device, at - TRY_WINDOW)
        is_machine = Role.ERP_SERVICE in roles
        if is_throttled(failures, is_known_browser=bool(device), is_machine=is_machine):
            raise TooManyTries(minutes=int(TRY_WINDOW.total_seconds() // 60))
        if _matches(person.password_hash if person else _NOBODYS_HASH, password) and person:
            return person
    finally:
        _checks.release()
    db.add(FailedSignIn(email=email, address=address, device=device, at=at))
    return None


def _find(email: str, roles: Collection[Role]) -> Person | None:
    query = (
        select(Person)
        .outerjoin(Dealer, Dealer.id == Person.dealer_id)
        .where(Person.email == email, Person.role.in_(roles))
        .where(Person.is_active, or_(Dealer.id.is_(None), Dealer.is_active))
    )
    return db.execute(query).scalar_one_or_none()


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False
