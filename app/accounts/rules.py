"""What may be said of a person, what a password must be, and how often it may be guessed at."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.vocabulary import DEALERS, MANAGERS, Role


class AccountAction(StrEnum):
    """What is done to an account and kept in its history."""

    ADDED = "added"
    CHANGED = "changed"
    ROLE_REQUESTED = "role_requested"
    ROLE_GRANTED = "role_granted"
    ROLE_REFUSED = "role_refused"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    LINK_SENT = "link_sent"
    PASSWORD_SET = "password_set"  # noqa: S105  (an event)


FACTORY = (*MANAGERS, Role.DEPARTMENT_WORKER, Role.ADMINISTRATOR)
PEOPLE = (*DEALERS, *FACTORY)

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

TRY_WINDOW = timedelta(minutes=15)
TRIES = 10  # wrong passwords for an account: in a known browser, or from one address
TRIES_OF_STRANGERS = 30  # for an account, in unknown browsers at all addresses together
TRIES_OF_AN_ADDRESS = 60  # for all accounts: the people of a company may share an address


@dataclass(frozen=True)
class Failures:
    """The wrong passwords within `TRY_WINDOW` that concern an attempt to sign in.

    All but the first are of browsers in which the account has never signed in.
    """

    in_this_browser: int = 0
    from_this_address: int = 0
    for_this_account: int = 0
    from_address_for_all: int = 0


def is_throttled(failures: Failures, *, is_known_browser: bool, is_machine: bool = False) -> bool:
    """Tell whether an attempt is refused unheard.

    A browser in which the account has signed in before answers for its own mistakes only, so
    whoever guesses elsewhere locks nobody out. A machine has no browser: it is known by its
    address, and guesses from other addresses do not count against it.
    """
    if is_known_browser:
        return failures.in_this_browser >= TRIES
    return (
        failures.from_this_address >= TRIES
        or failures.from_address_for_all >= TRIES_OF_AN_ADDRESS
        or (failures.for_this_account >= TRIES_OF_STRANGERS and not is_machine)
    )


def roles_beside(role: Role) -> tuple[Role, ...]:
    """Return the roles that somebody with this one may get: nobody changes companies."""
    return DEALERS if role in DEALERS else FACTORY


def role_before_a_grant(role: Role) -> Role | None:
    """Return the role with which somebody new begins until a second person grants this one.

    None when nobody begins with less: then they cannot sign in before it is granted.
    """
    return Role.DEALER_USER if role in DEALERS else None


def may_grant(granter: Role, role: Role) -> bool:
    """Tell whether people with a role may grant another one, which somebody else asked for."""
    if role in DEALERS:
        return granter in (Role.DEALER_ADMIN, Role.ADMINISTRATOR)
    return granter in (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS)


def needs_dealer(role: Role) -> bool:
    """Tell whether people of this role belong to a dealer."""
    return role in DEALERS


def needs_department(role: Role) -> bool:
    """Tell whether people of this role belong to a department."""
    return role is Role.DEPARTMENT_WORKER
