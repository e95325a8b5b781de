import pytest

from app.routing.rules import DepartmentRef, NoRoute, RouteRow, desks_for
from app.vocabulary import Remedy

CHELYABINSK, LODZ = 1, 2
PRODUCTION = DepartmentRef(1, "production")
LOGISTICS = DepartmentRef(2, "logistics")
SERVICE = DepartmentRef(3, "service")

ROUTES = (
    RouteRow(Remedy.REPAIR, None, LOGISTICS, 2),
    RouteRow(Remedy.REPAIR, None, PRODUCTION, 1),
    RouteRow(Remedy.REPAIR, LODZ, SERVICE, 1),
    RouteRow(Remedy.REPLACEMENT, None, LOGISTICS, 1),
    RouteRow(Remedy.DOCUMENTS, LODZ, SERVICE, 1),
)


def test_a_chosen_way_has_desks_of_its_own_where_there_are_any() -> None:
    on_site = RouteRow(Remedy.REPAIR, None, SERVICE, 1, way="on_site_repair")
    routes = [*ROUTES[:2], on_site]

    assert desks_for(Remedy.REPAIR, CHELYABINSK, routes, way="on_site_repair") == (SERVICE,)
    assert desks_for(Remedy.REPAIR, CHELYABINSK, routes) == (PRODUCTION, LOGISTICS)
    assert desks_for(Remedy.REPAIR, CHELYABINSK, routes, way="other_lane") == (
        PRODUCTION,
        LOGISTICS,
    )


def test_a_remedy_goes_to_its_departments_in_their_order() -> None:
    assert desks_for(Remedy.REPAIR, CHELYABINSK, ROUTES) == (PRODUCTION, LOGISTICS)


def test_a_plants_own_row_replaces_the_rows_for_every_plant() -> None:
    assert desks_for(Remedy.REPAIR, LODZ, ROUTES) == (SERVICE,)


def test_departments_of_one_position_come_in_the_order_of_their_codes() -> None:
    routes = [
        RouteRow(Remedy.REFUND, None, PRODUCTION, 1),
        RouteRow(Remedy.REFUND, None, LOGISTICS, 1),
    ]

    assert desks_for(Remedy.REFUND, LODZ, routes) == (LOGISTICS, PRODUCTION)


@pytest.mark.parametrize("remedy", [Remedy.REFUND, Remedy.DOCUMENTS])
def test_a_remedy_without_a_route_is_refused_by_name(remedy: Remedy) -> None:
    with pytest.raises(NoRoute, match=remedy.value):
        desks_for(remedy, CHELYABINSK, ROUTES)
