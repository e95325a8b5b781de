"""A role is asked for by one person and granted by another, and all of it is kept."""

from http import HTTPStatus

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.accounts.audit import history_of
from app.accounts.models import Person, RoleRequest
from app.accounts.policy import User
from app.accounts.rules import AccountAction
from app.core.db import db
from app.vocabulary import Role
from tests.app.accounts.hiring import hire, person_of
from tests.app.accounts.test_people import NEW, asked_roles, facts_of, links_sent
from tests.app.conftest import SignIn
from tests.app.world import World


@pytest.fixture
def head(world: World) -> User:
    return hire(Role.HEAD_OF_CLAIMS, name="Hedda")


def test_an_administrator_cannot_make_another_one_alone(
    sign_in: SignIn, world: World, head: User
) -> None:
    admin = sign_in(world.admin)
    admin.post(
        "/people/new", data=NEW | {"role": "administrator", "department_id": "", "dealer_id": ""}
    )
    person_id, request_id = db.execute(
        select(Person.id, RoleRequest.id).join(RoleRequest, RoleRequest.person_id == Person.id)
    ).one()

    alone = admin.post(f"/people/roles/{request_id}/grant")
    back = admin.post(f"/people/{person_id}/reactivate")
    link = admin.post(f"/people/{person_id}/password-link")

    assert asked_roles(admin) == []
    assert alone.status_code == HTTPStatus.NOT_FOUND
    assert {one.status_code for one in (back, link)} == {HTTPStatus.CONFLICT}
    assert not db.get_one(Person, person_id).is_active
    assert links_sent(admin.application) == []

    second = sign_in(head)
    second.post(asked_roles(second)[0])

    assert db.get_one(Person, person_id, populate_existing=True).is_active
    assert [to for to, _ in links_sent(admin.application)] == ["nora@north.example"]


def test_a_refused_role_changes_nothing(sign_in: SignIn, world: World, head: User) -> None:
    sign_in(world.admin).post(
        f"/people/{world.cleo.id}",
        data=facts_of(world.cleo, role="administrator", department_id=""),
    )

    second = sign_in(head)
    second.post(asked_roles(second)[0].replace("/grant", "/refuse"))

    assert person_of(world.cleo).role is Role.CLAIM_MANAGER
    assert asked_roles(second) == []


def test_nobody_grants_a_role_to_themselves_or_across_companies(
    sign_in: SignIn, world: World, alma: User, head: User
) -> None:
    sign_in(world.admin).post(
        f"/people/{head.id}", data=facts_of(head, role="administrator", department_id="")
    )
    sign_in(world.admin).post(
        f"/people/{world.ben.id}", data=facts_of(world.ben, role="dealer_admin")
    )
    ids = db.scalars(select(RoleRequest.id).order_by(RoleRequest.id)).all()

    answers = [
        sign_in(head).post(f"/people/roles/{ids[0]}/grant"),
        sign_in(alma).post(f"/people/roles/{ids[1]}/grant"),
    ]

    assert {answer.status_code for answer in answers} == {HTTPStatus.NOT_FOUND}
    assert person_of(head).role is Role.HEAD_OF_CLAIMS
    assert person_of(world.ben).role is Role.DEALER_USER


def test_only_one_role_is_asked_for_at_a_time(sign_in: SignIn, world: World) -> None:
    admin = sign_in(world.admin)
    url = f"/people/{world.cleo.id}"

    first = admin.post(url, data=facts_of(world.cleo, role="administrator", department_id=""))
    again = admin.post(url, data=facts_of(world.cleo, role="head_of_claims", department_id=""))

    assert first.status_code == HTTPStatus.SEE_OTHER
    assert again.status_code == HTTPStatus.CONFLICT


def test_the_history_of_an_account_names_who_did_what(
    sign_in: SignIn, world: World, head: User
) -> None:
    admin, second = sign_in(world.admin), sign_in(head)
    url = f"/people/{world.cleo.id}"
    admin.post(url, data=facts_of(world.cleo, role="administrator", department_id=""))
    second.post(asked_roles(second)[0])
    admin.post(f"{url}/password-link")

    events = history_of(person_of(world.cleo))

    assert [(event.action, event.who) for event in events] == [
        (AccountAction.LINK_SENT, "Admin"),
        (AccountAction.ROLE_GRANTED, "Hedda"),
        (AccountAction.ROLE_REQUESTED, "Admin"),
    ]
    assert events[1].facts == {"role": "administrator", "was": "claim_manager"}
    assert "Role granted" in sign_in(world.admin).get(url).text
    with pytest.raises(DBAPIError, match="never changed"):
        db.execute(text("update account_event set actor_name = 'Nobody'"))
