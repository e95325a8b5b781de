"""Which desks work on a remedy: by the way that was chosen for it, and by the plant."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.errors import N_, Refusal
from app.vocabulary import Remedy


class NoRoute(Refusal):
    """The routing table has no row for a remedy."""

    message = N_("The routing table names no department for “%(remedy)s”")


@dataclass(frozen=True)
class DepartmentRef:
    """A department by its key and its code."""

    id: int
    code: str


@dataclass(frozen=True)
class RouteRow:
    """A row of the routing table; without a plant it holds for every plant."""

    remedy: Remedy
    plant_id: int | None
    department: DepartmentRef
    position: int
    way: str = ""
    waits: bool = False


def desks_for(
    remedy: Remedy, plant_id: int, routes: Iterable[RouteRow], *, way: str = ""
) -> tuple[DepartmentRef, ...]:
    """Return the departments that get a work order, in the order of their positions."""
    return tuple(row.department for row in routes_for(remedy, plant_id, routes, way=way))


def routes_for(
    remedy: Remedy, plant_id: int, routes: Iterable[RouteRow], *, way: str = ""
) -> tuple[RouteRow, ...]:
    """Return the rows that make work orders, in the order of their positions.

    One row for the chosen way replaces all rows of the usual one, and then one row of the plant's
    own all rows for every plant.
    """
    known = [row for row in routes if row.remedy is remedy and row.plant_id in (plant_id, None)]
    special = [row for row in known if row.way and row.way == way]
    fitting = special or [row for row in known if not row.way]
    own = [row for row in fitting if row.plant_id is not None]
    chosen = tuple(sorted(own or fitting, key=lambda row: (row.position, row.department.code)))
    if not chosen:
        raise NoRoute(remedy=remedy)
    return chosen
