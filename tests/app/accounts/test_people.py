"""Who may look after whom, and what becomes of the person."""

import re
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Department, Person
from app.accounts.policy import User
from app.accounts.service import check_password
from app.core.clock import now
from app.core.db import db
from app.core.outside import outside
from app.notifications.account_mails import account_keepers
from app.outbox.delivery import drain
from app.vocabulary import Language, Role
from connectors.mail.memory import RememberingMail
from tests.app.accounts.hiring import PASSWORD, hire, person_of
from tests.app.conftest import SignIn
from tests.app.world import World

NEW = {
    "name": "Nora New",
    "email": " Nora@North.Example ",
    "role": "dealer_user",
    "language": "pl",
    "time_zone": "Europe/Warsaw",
}
LINK = re.compile(r"http://127\.0\.0\.1:8000(/password/\S+)")


def found(email: str) -> Person | None:
    return db.execute(select(Person).where(Person.email == email)).scalar_one_or_none()


def facts_of(user: User, **changes: str) -> dict[str, str]:
    """Return the form of a person as it stands."""
    facts = {
        "name": user.name,
        "role": user.role.value,
        "language": user.language.value,
        "time_zone": "Europe/Warsaw",
    }
    return facts | changes


def links_sent(portal: Flask) -> list[tuple[str, str]]:
    """Let the mails leave; return the address of each letter and the link in it."""
    secret = str(portal.secret_key)
    drain(account_keepers("http://127.0.0.1:8000", secret), at=now())
    mail = outside().mail
    assert isinstance(mail, RememberingMail)
    found = [(letter.to, LINK.search(letter.text)) for letter in mail.letters]
    return [(to, match[1]) for to, match in found if match]


def asked_roles(client: FlaskClient) -> list[str]:
    """Return where each role request on the page of a second person is granted."""
    return re.findall(r'action="(/people/roles/\d+/grant)"', client.get("/people/roles").text)


def test_a_dealers_administrator_sees_the_own_company_only(
    sign_in: SignIn, world: World, alma: User
) -> None:
    page = sign_in(alma).get("/people").text

    assert "ann@example.test" in page
    assert "ben@example.test" not in page
    assert "cleo@example.test" not in page


def test_the_portals_administrator_sees_everybody_but_machines(
    sign_in: SignIn, world: World
) -> None:
    machine = hire(Role.ERP_SERVICE, name="Machine")

    page = sign_in(world.admin).get("/people").text

    for person in (world.ann, world.ben, world.cleo, world.dora):
        assert person.email in page
    assert machine.email not in page


@pytest.mark.parametrize(
    ("query", "is_there", "is_not"),
    [
        ("filter=factory", "cleo@", "ann@"),
        ("filter=dealers", "ann@", "cleo@"),
        ("q=south+stoves", "ben@", "ann@"),
        ("q=CLEO", "cleo@", "ann@"),
        ("q=%25", "Nobody was found", "ann@"),
        ("filter=nonsense&after=nonsense", "ann@", "nobody@"),
    ],
)
def test_people_are_found_by_filter_and_search(
    sign_in: SignIn, world: World, query: str, is_there: str, is_not: str
) -> None:
    page = sign_in(world.admin).get(f"/people?{query}").text

    assert is_there in page
    assert is_not not in page


def test_a_long_list_goes_on_where_the_page_ended(sign_in: SignIn, world: World) -> None:
    for _ in range(60):
        hire(Role.DEALER_USER, dealer=world.dealer)
    client = sign_in(world.admin)

    pages, url = [], "/people"
    while url:
        page = client.get(url).text
        pages += re.findall(r"[\w.]+@example\.test", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following.group(1).replace("&amp;", "&") if following else ""

    assert len(pages) == len(set(pages)) == 66


def test_another_companys_person_is_not_found(sign_in: SignIn, world: World, alma: User) -> None:
    client = sign_in(alma)

    for stranger in (world.ben, world.cleo):
        for path, send in (
            ("", client.get),
            ("", client.post),
            ("/deactivate", client.post),
            ("/reactivate", client.post),
            ("/password-link", client.post),
        ):
            assert send(f"/people/{stranger.id}{path}").status_code == HTTPStatus.NOT_FOUND
    assert person_of(world.ben).is_active


def test_a_new_person_belongs_to_the_company_of_the_dealers_administrator(
    sign_in: SignIn, world: World, alma: User
) -> None:
    foreign = NEW | {"dealer_id": str(world.other_dealer.id)}

    answer = sign_in(alma).post("/people/new", data=foreign)

    nora = found("nora@north.example")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert nora is not None
    assert (nora.dealer_id, nora.role) == (world.dealer.id, Role.DEALER_USER)
    assert (nora.language, nora.time_zone) == (Language.PL, "Europe/Warsaw")


@pytest.mark.parametrize("role", ["administrator", "claim_manager", "erp_service", "system", ""])
def test_a_dealers_administrator_gives_no_role_of_the_factory(
    sign_in: SignIn, world: World, alma: User, role: str
) -> None:
    client = sign_in(alma)

    new = client.post("/people/new", data=NEW | {"role": role})
    changed = client.post(f"/people/{world.ann.id}", data=facts_of(world.ann, role=role))

    assert new.status_code == changed.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert found("nora@north.example") is None
    assert person_of(world.ann).role is Role.DEALER_USER


@pytest.mark.parametrize(
    ("role", "missing"),
    [("dealer_admin", "Choose the dealer"), ("department_worker", "Choose the department")],
)
def test_the_portals_administrator_is_asked_where_the_new_person_works(
    sign_in: SignIn, world: World, role: str, missing: str
) -> None:
    answer = sign_in(world.admin).post("/people/new", data=NEW | {"role": role})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert missing in answer.text


def test_the_portals_administrator_adds_people_of_every_kind(sign_in: SignIn, world: World) -> None:
    client = sign_in(world.admin)
    both = {"dealer_id": str(world.other_dealer.id), "department_id": str(world.fay.department_id)}

    for role in ("dealer_admin", "department_worker", "claim_manager"):
        client.post("/people/new", data=NEW | both | {"role": role, "email": f"{role}@x.example"})
    second = sign_in(hire(Role.ADMINISTRATOR))
    for url in asked_roles(second):
        second.post(url)

    places = {
        person.role: (person.dealer_id, person.department_id)
        for person in db.scalars(select(Person).where(Person.email.endswith("@x.example")))
    }
    assert places == {
        Role.DEALER_ADMIN: (world.other_dealer.id, None),
        Role.DEPARTMENT_WORKER: (None, world.fay.department_id),
        Role.CLAIM_MANAGER: (None, None),
    }


def test_an_address_is_given_once_whoever_has_it(sign_in: SignIn, world: World, alma: User) -> None:
    taken = NEW | {"email": "BEN@example.test"}

    answer = sign_in(alma).post("/people/new", data=taken)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "cannot be used here" in answer.text
    assert "Nora New" in answer.text, "what was typed is still there"


@pytest.mark.parametrize("email", ["nora", "no ra@x.example", "nora@x", "@x.example", "a@b@c.d"])
def test_what_is_no_address_is_refused(
    sign_in: SignIn, world: World, alma: User, email: str
) -> None:
    answer = sign_in(alma).post("/people/new", data=NEW | {"email": email})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_new_person_signs_in_after_using_the_link_that_was_mailed(
    sign_in: SignIn, world: World, alma: User
) -> None:
    client = sign_in(alma)
    answer = client.post("/people/new", data=NEW)

    page = client.get(answer.location).text
    assert "/password/" not in page
    assert "goes to nora@north.example" in page
    [(to, link)] = links_sent(client.application)
    assert to == "nora@north.example"
    stranger = client.application.test_client()
    assert "Nora New" in stranger.get(link).text
    set_ = stranger.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert set_.location == "/sign-in"
    assert check_password("nora@north.example", PASSWORD, address="", at=now())


def test_a_change_is_known_on_the_next_page_the_person_opens(
    sign_in: SignIn, world: World, alma: User
) -> None:
    anns, almas = sign_in(world.ann), sign_in(alma)
    assert anns.get("/people").status_code == HTTPStatus.FORBIDDEN

    promotion = facts_of(world.ann, role="dealer_admin", name="Anna")
    almas.post(f"/people/{world.ann.id}", data=promotion)
    assert anns.get("/people").status_code == HTTPStatus.FORBIDDEN
    second = sign_in(world.admin)
    second.post(asked_roles(second)[0])

    assert anns.get("/people").status_code == HTTPStatus.OK
    assert person_of(world.ann).name == "Anna"


def test_people_change_roles_within_their_side_only(sign_in: SignIn, world: World) -> None:
    client = sign_in(world.admin)

    across = client.post(f"/people/{world.ann.id}", data=facts_of(world.ann, role="administrator"))
    moved = client.post(
        f"/people/{world.cleo.id}",
        data=facts_of(
            world.cleo, role="department_worker", department_id=str(world.dora.department_id)
        ),
    )

    second = sign_in(hire(Role.HEAD_OF_CLAIMS))
    second.post(asked_roles(second)[0])
    assert across.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert moved.status_code == HTTPStatus.SEE_OTHER
    cleo = person_of(world.cleo)
    assert (cleo.role, cleo.department_id) == (Role.DEPARTMENT_WORKER, world.dora.department_id)


def test_a_worker_who_becomes_a_manager_leaves_the_department(
    sign_in: SignIn, world: World
) -> None:
    department = db.execute(select(Department).where(Department.code == "finance")).scalar_one()
    change = facts_of(world.dora, role="claim_manager", department_id=str(department.id))

    sign_in(world.admin).post(f"/people/{world.dora.id}", data=change)
    second = sign_in(hire(Role.ADMINISTRATOR))
    second.post(asked_roles(second)[0])

    dora = person_of(world.dora)
    assert (dora.role, dora.department_id) == (Role.CLAIM_MANAGER, None)


def test_deactivated_people_are_out_at_once_and_come_back_only_by_signing_in(
    sign_in: SignIn, world: World, alma: User
) -> None:
    anns, almas = sign_in(world.ann), sign_in(alma)
    assert anns.get("/home").status_code == HTTPStatus.OK

    almas.post(f"/people/{world.ann.id}/deactivate", data={"sure": "yes"})
    shut_out = anns.get("/home")
    almas.post(f"/people/{world.ann.id}/reactivate")
    still_out = anns.get("/home")

    assert shut_out.location.startswith("/sign-in")
    assert still_out.location.startswith("/sign-in")
    assert sign_in(world.ann).get("/home").status_code == HTTPStatus.OK


def test_deactivated_people_cannot_sign_in(sign_in: SignIn, world: World, alma: User) -> None:
    eve = hire(Role.DEALER_USER, dealer=world.dealer)
    assert check_password(eve.email, PASSWORD, address="", at=now())

    sign_in(alma).post(f"/people/{eve.id}/deactivate", data={"sure": "yes"})

    assert check_password(eve.email, PASSWORD, address="", at=now()) is None


def test_the_people_of_a_dealer_who_left_cannot_sign_in(world: World) -> None:
    eve = hire(Role.DEALER_USER, dealer=world.dealer)
    world.dealer.is_active = False
    db.commit()

    assert check_password(eve.email, PASSWORD, address="", at=now()) is None


@pytest.mark.parametrize("who", ["alma", "admin"])
def test_nobody_shuts_out_or_demotes_themselves_nor_makes_a_link_for_themselves(
    sign_in: SignIn, world: World, alma: User, who: str
) -> None:
    user = alma if who == "alma" else world.admin
    client = sign_in(user)
    lower = "dealer_user" if who == "alma" else "claim_manager"

    answers = [
        client.post(f"/people/{user.id}/deactivate", data={"sure": "yes"}),
        client.post(f"/people/{user.id}/password-link"),
        client.post(f"/people/{user.id}", data=facts_of(user, role=lower)),
    ]

    assert {answer.status_code for answer in answers} == {HTTPStatus.UNPROCESSABLE_ENTITY}
    assert person_of(user).is_active
    assert person_of(user).role is user.role


def test_an_administrators_own_name_can_be_changed(sign_in: SignIn, alma: User) -> None:
    sign_in(alma).post(f"/people/{alma.id}", data=facts_of(alma, name="Alma Mater"))

    assert person_of(alma).name == "Alma Mater"


def test_the_same_form_sent_twice_adds_one_person(
    sign_in: SignIn, world: World, alma: User
) -> None:
    client = sign_in(alma)
    once = NEW | {"command_key": "k1"}

    first, second = client.post("/people/new", data=once), client.post("/people/new", data=once)

    assert first.location == second.location
    assert found("nora@north.example") is not None


@pytest.mark.parametrize("path", ["/people", "/people/new", "/people/1"])
@pytest.mark.parametrize("who", ["ann", "cleo", "dora"])
def test_others_have_no_business_with_people(
    sign_in: SignIn, world: World, path: str, who: str
) -> None:
    client: FlaskClient = sign_in(getattr(world, who))

    assert client.get(path).status_code == HTTPStatus.FORBIDDEN
