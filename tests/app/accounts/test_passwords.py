"""One's own password, and the link that sets it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus

import pytest
import structlog
import time_machine
from flask import Flask

from app.accounts import links, people
from app.accounts.policy import User
from app.accounts.rules import TRIES
from app.accounts.service import check_password
from app.core.clock import now
from app.core.db import db
from app.vocabulary import Role
from tests.app.accounts.hiring import PASSWORD, hire, person_of
from tests.app.conftest import SignIn
from tests.app.world import World, make_world

OTHER = "another long enough sentence"
SECRET = "s" * 40


@pytest.fixture
def eve(world: World) -> User:
    return hire(Role.DEALER_USER, dealer=world.dealer)


def link_of(app: Flask, user: User) -> str:
    link = links.make_link(person_of(user), by=None, at=now())
    db.commit()
    return f"/password/{links.token_of(link.id, secret=str(app.secret_key))}"


def is_password(user: User, password: str) -> bool:
    return check_password(user.email, password, address="elsewhere", at=now()) is not None


def test_a_new_password_signs_the_person_out_everywhere_else(sign_in: SignIn, eve: User) -> None:
    here, elsewhere = sign_in(eve), sign_in(eve)
    change = {"old": PASSWORD, "password": OTHER, "again": OTHER}

    answer = here.post("/password", data=change)

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert here.get("/home").status_code == HTTPStatus.OK
    assert elsewhere.get("/home").location.startswith("/sign-in")
    assert is_password(eve, OTHER)
    assert not is_password(eve, PASSWORD)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"old": "wrong"}, "not your current password"),
        ({"again": OTHER + "!"}, "two passwords differ"),
        ({"password": "short", "again": "short"}, "between 12 and 200 characters"),
        ({"old": ""}, "required"),
    ],
)
def test_a_password_is_not_changed_by_mistake(
    sign_in: SignIn, eve: User, change: dict[str, str], words: str
) -> None:
    form = {"old": PASSWORD, "password": OTHER, "again": OTHER} | change

    answer = sign_in(eve).post("/password", data=form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.text
    assert is_password(eve, PASSWORD)


def test_the_present_password_cannot_be_guessed_on_a_forgotten_screen(
    sign_in: SignIn, eve: User
) -> None:
    client = sign_in(eve)
    form = {"old": "wrong", "password": OTHER, "again": OTHER}

    for _ in range(TRIES):
        client.post("/password", data=form)
    answer = client.post("/password", data=form | {"old": PASSWORD})

    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert is_password(eve, PASSWORD)


def test_a_link_works_once(app: Flask, sign_in: SignIn, eve: User) -> None:
    signed_in, stranger = sign_in(eve), app.test_client()
    link = link_of(app, eve)
    form = {"password": OTHER, "again": OTHER}

    first = stranger.post(link, data=form)
    second = stranger.post(link, data={"password": PASSWORD, "again": PASSWORD})

    assert first.status_code == HTTPStatus.SEE_OTHER
    assert second.status_code == HTTPStatus.GONE
    assert is_password(eve, OTHER)
    assert signed_in.get("/home").location.startswith("/sign-in")


def test_an_older_link_dies_with_a_newer_one(app: Flask, eve: User) -> None:
    client, older = app.test_client(), link_of(app, eve)
    newer = link_of(app, eve)

    assert client.get(older).status_code == HTTPStatus.GONE
    assert client.get(newer).status_code == HTTPStatus.OK


def test_a_link_dies_when_its_owner_changes_the_password(
    app: Flask, sign_in: SignIn, eve: User
) -> None:
    link = link_of(app, eve)

    sign_in(eve).post("/password", data={"old": PASSWORD, "password": OTHER, "again": OTHER})

    assert app.test_client().get(link).status_code == HTTPStatus.GONE


def test_a_secret_in_an_address_is_not_logged(
    app: Flask, eve: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of(app, eve)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(people, "holder_of", fail)

    with structlog.testing.capture_logs() as logged:
        assert app.test_client().get(link).status_code == HTTPStatus.INTERNAL_SERVER_ERROR

    assert [line["path"] for line in logged if "path" in line] == ["/password/…"]


def test_looking_at_a_link_does_not_use_it(app: Flask, eve: User) -> None:
    client, link = app.test_client(), link_of(app, eve)

    assert {client.get(link).status_code for _ in range(3)} == {HTTPStatus.OK}


def test_a_link_ends_by_itself(app: Flask, eve: User) -> None:
    link = link_of(app, eve)

    with time_machine.travel(now() + links.LIFE - timedelta(minutes=1), tick=False):
        assert app.test_client().get(link).status_code == HTTPStatus.OK
    with time_machine.travel(now() + links.LIFE + timedelta(minutes=1), tick=False):
        assert app.test_client().get(link).status_code == HTTPStatus.GONE


@pytest.mark.parametrize("change", ["cut", "longer", "another key", "rubbish", "other language"])
def test_a_link_that_we_did_not_sign_is_dead(app: Flask, eve: User, change: str) -> None:
    link = link_of(app, eve)
    forged = links.token_of(links.make_link(person_of(eve), by=None, at=now()).id, secret=SECRET)
    bad = {
        "cut": link[:-1],
        "longer": link + "A",
        "another key": f"/password/{forged}",
        "rubbish": "/password/rubbish",
        "other language": "/password/%D0%B0.%00",
    }[change]

    assert app.test_client().get(bad).status_code == HTTPStatus.GONE


def test_a_link_for_somebody_who_left_is_dead(app: Flask, eve: User) -> None:
    link = link_of(app, eve)
    person_of(eve).is_active = False
    db.commit()

    answer = app.test_client().post(link, data={"password": OTHER, "again": OTHER})

    assert answer.status_code == HTTPStatus.GONE


def test_a_link_for_somebody_without_access_is_not_made(sign_in: SignIn, world: World) -> None:
    person_of(world.ann).is_active = False
    db.commit()

    answer = sign_in(world.admin).post(f"/people/{world.ann.id}/password-link")

    assert answer.status_code == HTTPStatus.CONFLICT


@pytest.mark.usefixtures("committed_database", "neighbours")
def test_of_two_who_use_a_link_at_the_same_moment_one_wins() -> None:
    eve = hire(Role.DEALER_USER, dealer=make_world().dealer)
    token = links.token_of(links.make_link(person_of(eve), by=None, at=now()).id, secret=SECRET)
    db.commit()
    db.remove()

    def use(number: int) -> bool:
        try:
            people.use_link(token, f"{OTHER} {number}", secret=SECRET, at=now())
            db.commit()
        except people.LinkIsDead:
            return False
        finally:
            db.remove()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]
