"""The history of accounts: who did what to whom, in the transaction of what it tells."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from app.accounts.models import AccountEvent, Person
from app.accounts.policy import User
from app.accounts.rules import AccountAction
from app.core.db import db

SHOWN = 100


@dataclass(frozen=True)
class AccountEventRow:
    """What happened to an account; `who` is empty for the operator of the server."""

    at: datetime
    action: AccountAction
    who: str
    facts: dict[str, str]


def record(
    action: AccountAction, person: Person, *, by: User | None, at: datetime, **facts: str
) -> None:
    """Add a line to the history of an account."""
    db.flush()  # somebody new has an id only then
    db.execute(
        insert(AccountEvent).values(
            at=at,
            action=action,
            actor_id=by.id if by else None,
            actor_name=by.name if by else "",
            person_id=person.id,
            facts=facts,
        )
    )


def history_of(person: Person) -> list[AccountEventRow]:
    """Return what happened to an account that the reader was found to look after, newest first."""
    columns = (AccountEvent.at, AccountEvent.action, AccountEvent.actor_name, AccountEvent.facts)
    query = select(*columns).where(AccountEvent.person_id == person.id)
    return [
        AccountEventRow(*row)
        for row in db.execute(query.order_by(AccountEvent.id.desc()).limit(SHOWN))
    ]
