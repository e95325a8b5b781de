"""The routing table, asked."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from app.accounts.models import Department
from app.core.db import db
from app.routing import rules
from app.routing.models import Route
from app.routing.rules import DepartmentRef, RouteRow
from app.vocabulary import Remedy


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
