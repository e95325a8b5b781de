"""The front door: who comes in, who stays out, and where one is led."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts import service
from app.accounts.models import FailedSignIn
from app.accounts.models import SignIn as SignInRow
from app.accounts.policy import User
from app.accounts.queries import IDLE_LIMIT, WHOLE_LIMIT, find_user, hash_token
from app.accounts.rules import TRIES, TRIES_OF_AN_ADDRESS, TRIES_OF_STRANGERS, TRY_WINDOW
from app.accounts.service import (
    TooManyTries,
    check_password,
    check_service_password,
    note_seen,
    sign_in,
)
from app.core.clock import now
from app.core.db import db
from app.portal import trust_proxies
from app.vocabulary import Language, Role
from config.settings import Settings
from tests.app.accounts.hiring import PASSWORD, hire, person_of
from tests.app.world import World

HOMES = {
    Role.DEALER_USER: "/home",
    Role.DEALER_ADMIN: "/home",
    Role.CLAIM_MANAGER: "/worklist",
    Role.HEAD_OF_CLAIMS: "/worklist",
    Role.ADMINISTRATOR: "/exchange",
}
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "http:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/%09/evil.example",
    "/..//evil.example",
    "http://127.0.0.1@evil.example",
    "http://[::1",
    "//[",
    "\x00//evil.example",
    "\u2028//evil.example",
    "",
]


@pytest.fixture
def eve(world: World) -> User:
    return hire(Role.DEALER_USER, dealer=world.dealer)


def knock(client: FlaskClient, user: User, **form: str) -> TestResponse:
    return client.post("/sign-in", data={"email": user.email, "password": PASSWORD} | form)


def fail(*tries: tuple[str, str]) -> None:
    """Note wrong passwords for accounts from addresses; to compute each would take long."""
    db.add_all(FailedSignIn(email=email, address=address, at=now()) for email, address in tries)
    db.commit()


def leads_away(location: str) -> bool:
    """Tell whether a browser would leave us: it reads backslashes as slashes, drops white space."""
    plain = "".join(location.replace("\\", "/").split())
    return not plain.startswith("/") or plain.startswith("//")


@pytest.mark.parametrize(("role", "home"), HOMES.items())
def test_everybody_is_led_to_their_own_first_page(
    portal: Flask, world: World, role: Role, home: str
) -> None:
    dealer = world.dealer if role in (Role.DEALER_USER, Role.DEALER_ADMIN) else None
    client = portal.test_client()

    answer = knock(client, hire(role, dealer=dealer))

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert client.get(answer.location).location == home
    assert client.get(home).status_code == HTTPStatus.OK


def test_who_came_for_a_page_is_led_to_it(portal: Flask, eve: User) -> None:
    client = portal.test_client()
    door = client.get("/shipments?q=stove").location

    assert 'value="/shipments?q=stove"' in client.get(door).text
    assert knock(client, eve, next="/shipments?q=stove").location == "/shipments?q=stove"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_out_of_the_portal(portal: Flask, eve: User, target: str) -> None:
    signed_in = knock(portal.test_client(), eve, next=target)
    switched = portal.test_client().post("/language", data={"language": "pl", "next": target})

    for answer in (signed_in, switched):
        assert answer.status_code == HTTPStatus.SEE_OTHER
        assert not leads_away(answer.location), answer.location


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"email": "nobody@example.test"}])
def test_a_wrong_name_reads_like_a_wrong_password(
    portal: Flask, eve: User, change: dict[str, str]
) -> None:
    answer = knock(portal.test_client(), eve, **change)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "The e-mail or the password is wrong." in answer.text


def test_guessing_is_slowed_down_with_words_and_forgiven_after_a_while(
    portal: Flask, eve: User
) -> None:
    client = portal.test_client()
    for _ in range(TRIES):
        knock(client, eve, password="wrong")

    blocked = knock(client, eve)

    assert blocked.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "Try again in 15 minutes" in blocked.text
    with time_machine.travel(now() + TRY_WINDOW + timedelta(seconds=1), tick=False):
        assert knock(client, eve).status_code == HTTPStatus.SEE_OTHER


def test_guessing_from_one_address_does_not_lock_the_account_for_others(eve: User) -> None:
    for _ in range(TRIES):
        check_password(eve.email, "wrong", address="192.0.2.1", at=now())

    with pytest.raises(TooManyTries):
        check_password(eve.email, PASSWORD, address="192.0.2.1", at=now())
    assert check_password(eve.email, PASSWORD, address="192.0.2.2", at=now())


def test_guessing_from_many_addresses_is_stopped_and_locks_nobody_out(
    portal: Flask, eve: User
) -> None:
    at_home = portal.test_client()
    knock(at_home, eve)  # from now on this browser is known
    at_home.post("/sign-out")
    fail(*((eve.email, f"192.0.2.{number}") for number in range(TRIES_OF_STRANGERS)))

    with pytest.raises(TooManyTries):
        check_password(eve.email, PASSWORD, address="198.51.100.1", at=now())
    assert knock(at_home, eve).status_code == HTTPStatus.SEE_OTHER


def test_one_address_cannot_try_a_password_on_everybody(eve: User) -> None:
    fail(*((f"nobody{number}@example.test", "192.0.2.1") for number in range(TRIES_OF_AN_ADDRESS)))

    with pytest.raises(TooManyTries):
        check_password(eve.email, PASSWORD, address="192.0.2.1", at=now())
    assert check_password(eve.email, PASSWORD, address="192.0.2.2", at=now())


def test_a_known_browser_answers_for_its_own_mistakes(portal: Flask, eve: User) -> None:
    client = portal.test_client()
    knock(client, eve)
    for _ in range(TRIES):
        knock(client, eve, password="wrong")

    assert knock(client, eve).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_the_mark_of_a_browser_is_of_one_account_and_signed(portal: Flask, eve: User) -> None:
    client, stranger = portal.test_client(), portal.test_client()
    other = hire(Role.CLAIM_MANAGER)
    knock(client, other)
    mark = client.get_cookie("device")
    assert mark is not None
    fail(*((eve.email, f"192.0.2.{number}") for number in range(TRIES_OF_STRANGERS)))

    for value in (mark.value, mark.value + "x", "rubbish", ""):
        stranger.set_cookie("device", value)
        assert knock(stranger, eve).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_guesses_elsewhere_do_not_keep_the_erp_out(world: World) -> None:
    machine = hire(Role.ERP_SERVICE)
    fail(*((machine.email, f"192.0.2.{number}") for number in range(TRIES_OF_STRANGERS)))

    assert check_service_password(machine.email, PASSWORD, address="198.51.100.1", at=now())


def test_a_flood_of_sign_ins_takes_no_more_than_a_few_cores(
    eve: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LONGEST_WAIT", 0.01)
    taken = [service._checks.acquire(timeout=0) for _ in range(service.CHECKS_AT_ONCE)]
    try:
        with pytest.raises(service.SignInIsBusy):
            check_password(eve.email, PASSWORD, address="192.0.2.1", at=now())
    finally:
        for _ in taken:
            service._checks.release()
    assert check_password(eve.email, PASSWORD, address="192.0.2.1", at=now())


@pytest.mark.parametrize(
    ("proxies", "heard"), [(None, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")]
)
def test_the_address_of_a_visitor_is_what_our_own_proxies_say(
    portal: Flask, database_url: str, proxies: int | None, heard: str
) -> None:
    settings = Settings(environment="test", database_url=database_url, trusted_proxies=proxies)
    told = {"X-Forwarded-For": "192.0.2.66, 203.0.113.9, 198.51.100.7"}
    app = Flask(__name__)
    app.add_url_rule("/", "look", lambda: str(request.remote_addr))
    trust_proxies(app, settings.trusted_proxies)

    assert app.test_client().get("/", headers=told).text == heard


def test_machines_do_not_come_in_by_the_front_door(portal: Flask, world: World) -> None:
    answer = knock(portal.test_client(), hire(Role.ERP_SERVICE))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_cookie_is_worth_nothing_after_signing_out(portal: Flask, eve: User) -> None:
    client, thief = portal.test_client(), portal.test_client()
    knock(client, eve)
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert thief.get("/home").status_code == HTTPStatus.OK

    client.post("/sign-out")

    assert thief.get("/home").location.startswith("/sign-in")
    assert client.get("/home").location.startswith("/sign-in")


def test_each_sign_in_has_a_secret_of_its_own(portal: Flask, eve: User) -> None:
    client = portal.test_client()
    tokens = set()
    for _ in range(2):
        knock(client, eve)
        with client.session_transaction() as cookie:
            tokens.add(cookie["_user_id"])

    stored = set(db.scalars(select(SignInRow.token_hash)))
    assert len(tokens) == 2
    assert stored >= {hash_token(token) for token in tokens}
    assert not stored & tokens


@pytest.mark.parametrize(
    "forged", ["", "x", "'; drop table person; --", "\x00", "a" * 5000, "1", None]
)
def test_a_made_up_secret_opens_nothing(portal: Flask, world: World, forged: object) -> None:
    client = portal.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = forged

    assert client.get("/home").location.startswith("/sign-in")


def test_a_sign_in_ends_when_nobody_is_there(eve: User) -> None:
    token = sign_in(person_of(eve), at=now())

    assert find_user(token, at=now() + IDLE_LIMIT - timedelta(minutes=1))
    assert find_user(token, at=now() + IDLE_LIMIT + timedelta(minutes=1)) is None


def test_a_sign_in_goes_on_while_somebody_is_there_but_not_for_ever(eve: User) -> None:
    begin = now()
    token = sign_in(person_of(eve), at=begin)
    step = IDLE_LIMIT - timedelta(hours=1)

    at = begin
    while at < begin + WHOLE_LIMIT:
        assert find_user(token, at=at)
        note_seen(db(), token, at=at)
        at += step

    assert find_user(token, at=begin + WHOLE_LIMIT) is None


def test_the_cookie_is_kept_from_scripts_and_other_sites(portal: Flask, eve: User) -> None:
    cookie = knock(portal.test_client(), eve).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("language", list(Language))
def test_a_stranger_reads_the_front_door_in_the_language_they_choose(
    portal: Flask, world: World, language: Language
) -> None:
    client = portal.test_client()

    client.post("/language", data={"language": language.value, "next": "/sign-in"})

    assert f'<html lang="{language}">' in client.get("/sign-in").text


def test_a_chosen_language_stays_with_the_person(portal: Flask, eve: User) -> None:
    person = person_of(eve)
    assert person.language is Language.EN
    client = portal.test_client()
    knock(client, eve)

    client.post("/language", data={"language": "cs", "next": "/home"})

    assert person_of(eve).language is Language.CS
    assert '<html lang="cs">' in client.get("/home").text


def test_an_unknown_language_changes_nothing(portal: Flask, world: World) -> None:
    client = portal.test_client()

    client.post("/language", data={"language": "tlh"})

    assert '<html lang="en">' in client.get("/sign-in").text
