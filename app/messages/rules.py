"""Who may write what in the thread of a claim, as a table."""

from collections.abc import Mapping

from app.vocabulary import DEALERS, MANAGERS, Role, Visibility

LONGEST_MESSAGE = 4000

WRITERS: Mapping[Visibility, tuple[Role, ...]] = {
    Visibility.PUBLIC: (*DEALERS, *MANAGERS),
    Visibility.INTERNAL: (*MANAGERS, Role.DEPARTMENT_WORKER),
}


def may_write(role: Role, visibility: Visibility) -> bool:
    """Tell whether somebody in this role writes such messages."""
    return role in WRITERS[visibility]


def kinds_for(role: Role) -> tuple[Visibility, ...]:
    """Return what somebody in this role writes, in the order of the table."""
    return tuple(visibility for visibility in WRITERS if may_write(role, visibility))
