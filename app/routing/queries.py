"""The routing table, asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.accounts.models import Department, Plant
from app.core.db import db
from app.routing import rules
from app.routing.models import Route
from app.routing.rules import DepartmentRef, RouteRow
from app.vocabulary import Remedy


@dataclass(frozen=True)
class ListedRoute:
    """A row of the table as its screen shows it; `plant` is None for every plant."""

    id: int
    remedy: Remedy
    way: str
    plant: str | None
    department: dict[str, str]
    position: int
    waits: bool


def list_routes() -> list[ListedRoute]:
    """Return the whole table, by remedy and way, in the order of the work."""
    order = list(Remedy)
    rows = db.execute(
        select(
            Route.id,
            Route.remedy,
            Route.way,
            Plant.name,
            Department.names,
            Route.position,
            Route.waits,
        )
        .join(Department, Department.id == Route.department_id)
        .outerjoin(Plant, Plant.id == Route.plant_id)
        .order_by(Route.way, Plant.name.nulls_first(), Route.position, Department.code)
    )
    return sorted((ListedRoute(*row) for row in rows), key=lambda row: order.index(row.remedy))


def find_route(route_id: int) -> Route | None:
    """Return a row of the table."""
    return db.get(Route, route_id)


def list_plants() -> list[tuple[int, str]]:
    """Return the plants that a row may be for."""
    query = select(Plant.id, Plant.name).order_by(Plant.code)
    return [(id_, name) for id_, name in db.execute(query)]


def desks_for(remedy: Remedy, plant_id: int, *, way: str = "") -> list[DepartmentRef]:
    """Return the departments that work on this remedy at this plant, in their order.

    `way` is the code of the way that was chosen in place of the usual one, if any.
    """
    return [row.department for row in routes_for(remedy, plant_id, way=way)]


def routes_for(remedy: Remedy, plant_id: int, *, way: str = "") -> Sequence[RouteRow]:
    """Return the rows that hold for this remedy at this plant, in their order."""
    rows = db.execute(
        select(
            Route.plant_id,
            Department.id,
            Department.code,
            Route.position,
            Route.way,
            Route.waits,
        )
        .join(Department, Department.id == Route.department_id)
        .where(Route.remedy == remedy)
        .where(or_(Route.plant_id == plant_id, Route.plant_id.is_(None)))
    )
    routes = [
        RouteRow(remedy, plant, DepartmentRef(department_id, code), position, row_way, waits)
        for plant, department_id, code, position, row_way, waits in rows
    ]
    return rules.routes_for(remedy, plant_id, routes, way=way)
