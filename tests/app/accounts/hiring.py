"""More people for the small world."""

from itertools import count

from app.accounts.models import Dealer, Department, Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.accounts.service import hash_password
from app.core.db import db
from app.vocabulary import Language, Role

PASSWORD = "correct horse battery staple"
_HASH = hash_password(PASSWORD)
_numbers = count(1)


def hire(
    role: Role,
    *,
    dealer: Dealer | None = None,
    department: Department | None = None,
    name: str = "",
) -> User:
    """Add somebody who signs in with `PASSWORD`."""
    number = next(_numbers)
    person = Person(
        email=f"hired{number}@example.test",
        name=name or f"Hired {number}",
        password_hash=_HASH,
        role=role,
        dealer_id=dealer.id if dealer else None,
        department_id=department.id if department else None,
        language=Language.EN,
        time_zone="UTC",
    )
    db.add(person)
    db.commit()
    return as_user(person)


def person_of(user: User) -> Person:
    """Return the row of a person as it is now."""
    return db.get_one(Person, user.id, populate_existing=True)
