"""Keeping the routing table: it holds for the claims that are accepted from then on."""

from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import N_, Refusal
from app.routing.models import Route
from app.vocabulary import Remedy

MOST_ROUTES = 500


class RouteIsThere(Refusal):
    message = N_("This row exists already.")
    status = HTTPStatus.CONFLICT


class LastRoute(Refusal):
    message = N_(
        "This is the last row of the remedy for all plants. Add another one before you remove it."
    )
    status = HTTPStatus.CONFLICT


class TooManyRoutes(Refusal):
    message = N_("At most %(most)s rows are possible. Remove one first.")


@dataclass(frozen=True)
class RouteFacts:
    """A row of the table as it is filled in: who works when on a remedy; "" is the usual way."""

    remedy: Remedy
    plant_id: int | None
    way: str
    department_id: int
    position: int
    waits: bool


def add_route(facts: RouteFacts) -> Route:
    """Let a department work on a remedy."""
    _lock()
    if int(db.scalar(select(func.count(Route.id))) or 0) >= MOST_ROUTES:
        raise TooManyRoutes(most=MOST_ROUTES)
    _refuse_known(facts)
    route = Route(**vars(facts))
    db.add(route)
    return route


def change_route(route_id: int, facts: RouteFacts) -> Route | None:
    """Change a row and return it, None when it is gone already."""
    _lock()
    route = db.get(Route, route_id, populate_existing=True)
    if route is None:
        return None
    _refuse_known(facts, but=route_id)
    if _is_general(route) and not (_is_general(facts) and facts.remedy is route.remedy):
        _refuse_last(route)
    for name, value in vars(facts).items():
        setattr(route, name, value)
    return route


def remove_route(route_id: int) -> Route | None:
    """Take a row away and return what it was, None when it is gone already."""
    _lock()
    route = db.get(Route, route_id, populate_existing=True)
    if route is None:
        return None
    if _is_general(route):
        _refuse_last(route)
    db.delete(route)
    return route


def _lock() -> None:
    """Keep the table: what is checked of it is true until the commit."""
    db.execute(select(func.pg_advisory_xact_lock(func.hashtext(Route.__tablename__))))


def _is_general(row: Route | RouteFacts) -> bool:
    """Whether a row holds for every plant and the usual way: without one a claim has no desk."""
    return row.plant_id is None and not row.way


def _refuse_known(facts: RouteFacts, *, but: int | None = None) -> None:
    query = select(Route.id).where(
        Route.remedy == facts.remedy,
        Route.plant_id.is_not_distinct_from(facts.plant_id),
        Route.way == facts.way,
        Route.department_id == facts.department_id,
        Route.id.is_distinct_from(but),
    )
    if db.scalar(query) is not None:
        raise RouteIsThere


def _refuse_last(route: Route) -> None:
    query = select(Route.id).where(
        Route.remedy == route.remedy,
        Route.plant_id.is_(None),
        Route.way == "",
        Route.id != route.id,
    )
    if db.scalar(query.limit(1)) is None:
        raise LastRoute
