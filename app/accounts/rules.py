"""What may be said of a person: roles by company, and what a password must be."""

from app.vocabulary import DEALERS, MANAGERS, Role

FACTORY = (*MANAGERS, Role.DEPARTMENT_WORKER, Role.ADMINISTRATOR)
PEOPLE = (*DEALERS, *FACTORY)

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


def roles_beside(role: Role) -> tuple[Role, ...]:
    """Return the roles that somebody with this one may get: nobody changes companies."""
    return DEALERS if role in DEALERS else FACTORY


def needs_dealer(role: Role) -> bool:
    """Tell whether people of this role belong to a dealer."""
    return role in DEALERS


def needs_department(role: Role) -> bool:
    """Tell whether people of this role belong to a department."""
    return role is Role.DEPARTMENT_WORKER
