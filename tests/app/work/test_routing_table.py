"""The routing table on screen: it is kept without losing the last department of a remedy."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from app.core.db import db
from app.routing import service
from app.routing.models import Route
from app.routing.queries import routes_for
from app.routing.service import RouteFacts
from app.vocabulary import Remedy, Role
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.world import World


def form_of(world: World, **changes: str) -> dict[str, str]:
    """Return what the form sends for a second department of repairs that waits."""
    return {
        "remedy": "repair",
        "way": "",
        "plant": "",
        "department": str(world.fay.department_id),
        "position": "2",
        "waits": "y",
    } | changes


def row_of(remedy: Remedy) -> Route:
    return db.scalars(select(Route).where(Route.remedy == remedy)).one()


def test_a_row_is_added_changed_and_removed_on_screen(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin)

    answer = client.post("/routing", data=form_of(world))
    assert answer.status_code == HTTPStatus.SEE_OTHER
    routes = routes_for(Remedy.REPAIR, world.plant.id)
    assert [(row.department.code, row.position, row.waits) for row in routes] == [
        ("production", 1, False),
        ("finance", 2, True),
    ]
    added = db.scalars(select(Route.id).where(Route.waits)).one()
    assert 'name="waits"' in client.get(f"/routing/{added}").text

    changed = form_of(world, plant=str(world.plant.id), position="1")
    changed.pop("waits")
    answer = client.post(f"/routing/{added}", data=changed)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    # A plant's own row replaces those for every plant.
    (own,) = routes_for(Remedy.REPAIR, world.plant.id)
    assert (own.department.code, own.position, own.waits) == ("finance", 1, False)

    assert client.post(f"/routing/{added}/remove").status_code == HTTPStatus.SEE_OTHER
    (general,) = routes_for(Remedy.REPAIR, world.plant.id)
    assert general.department.code == "production"


def test_the_last_row_of_a_remedy_stays(world: World, sign_in: SignIn) -> None:
    route_id = row_of(Remedy.REPAIR).id
    client = sign_in(world.admin)

    answers = [
        client.post(f"/routing/{route_id}/remove"),
        client.post(f"/routing/{route_id}", data=form_of(world, plant=str(world.plant.id))),
    ]

    assert [answer.status_code for answer in answers] == [HTTPStatus.CONFLICT] * 2
    assert all("the last row of the remedy" in answer.text for answer in answers)
    assert routes_for(Remedy.REPAIR, world.plant.id)


def test_the_same_row_is_not_added_twice(world: World) -> None:
    facts = RouteFacts(Remedy.REPAIR, None, "", world.dora.department_id or 0, 3, waits=False)

    with pytest.raises(service.RouteIsThere):
        service.add_route(facts)


@pytest.mark.parametrize(
    "changes",
    [
        {"remedy": "magic"},
        {"position": "0"},
        {"position": "21"},
        {"department": "999999"},
        {"department": "x"},
        {"plant": "x"},
        {"remedy": "refund", "way": "on_site_repair"},  # nobody repairs a refund
    ],
)
def test_what_makes_no_sense_is_refused_with_words(
    world: World, sign_in: SignIn, changes: dict[str, str]
) -> None:
    answer = sign_in(world.admin).post("/routing", data=form_of(world, **changes))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "field-errors" in answer.text


def test_administrator_and_head_of_claims_keep_the_table(world: World, sign_in: SignIn) -> None:
    head = hire(Role.HEAD_OF_CLAIMS)

    statuses = [
        sign_in(person).get("/routing").status_code for person in (world.admin, head, world.cleo)
    ]

    assert statuses == [HTTPStatus.OK, HTTPStatus.OK, HTTPStatus.FORBIDDEN]
