"""Every route, for everybody: exactly what it declares, and never a fault of ours."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import Engine

from app.accounts.models import Dealer
from app.core.access import UndeclaredRoute, take_census
from app.core.db import db
from app.vocabulary import Role
from tests.app.conftest import SignIn
from tests.app.core.conftest import SomebodyWho
from tests.app.core.routes import Route, routes
from tests.app.statements import statements
from tests.app.world import World

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
# What else nobody's id, or an empty form, is answered with.
OTHER_ANSWERS = {
    ("GET", "claims.come_back"): {HTTPStatus.FOUND},  # a reloaded answer leads back to the claim
    ("POST", "accounts.change_password"): {REFUSED},
    ("POST", "accounts.add_person"): {REFUSED},
    ("POST", "accounts.absences"): {REFUSED},
    ("POST", "claims.add_attachment_rule"): {REFUSED},
    ("POST", "routing.add"): {REFUSED},
    **{
        ("POST", f"schedule.{endpoint}"): {REFUSED}
        for endpoint in (
            *("import_days", "add_lane", "set_norm", "drop_norm"),
            *("save_policy", "remove_policy", "add_rung", "add_buffer"),
        )
    },
    ("POST", "erp.retry"): {HTTPStatus.SEE_OTHER, HTTPStatus.NOT_FOUND},
    ("POST", "erp.done_by_hand"): {REFUSED, HTTPStatus.NOT_FOUND},
    # The last comparison may have removed what an older page still shows: said in words there.
    ("POST", "erp.health.mend"): {HTTPStatus.SEE_OTHER},
    ("POST", "schedule.drop_feed"): {HTTPStatus.OK},  # asks first
}
# Doors of machines, which have a password of their own and no cookie.
WITHOUT_TOKEN = {"erp_api.read_changes"}
INLINE = re.compile(
    r"""<script(?![^>]*\b(?:src|nonce|type="application/json"))|<style|\sstyle=|\son\w+=["']"""
)
WRITES = re.compile(r"^\s*(insert|update|delete|truncate)\b", re.IGNORECASE)


def expected(route: Route, role: Role | None) -> set[int]:
    """Return what the declaration of a route promises to somebody of this role."""
    if role is None:
        return {HTTPStatus.FOUND}
    if role not in (route.roles or ()):
        return {HTTPStatus.FORBIDDEN}
    if (route.method, route.endpoint) in OTHER_ANSWERS:
        return set(OTHER_ANSWERS[route.method, route.endpoint])
    if route.has_ids:
        return {HTTPStatus.NOT_FOUND}
    if route.method == "POST":
        return {HTTPStatus.SEE_OTHER}
    return {HTTPStatus.FOUND if route.endpoint == "accounts.home" else HTTPStatus.OK}


def guarded(app: Flask) -> list[Route]:
    """Return the routes that are not open to all; signing out comes last."""
    found = [route for route in routes(app) if route.roles is not None]
    assert len(found) > 40
    return sorted(found, key=lambda route: route.endpoint == "accounts.sign_out")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_a_role_is_let_in_exactly_where_the_routes_declare_it(
    portal: Flask, sign_in: SignIn, somebody: SomebodyWho, role: Role
) -> None:
    client = sign_in(somebody(role))

    wrong = [
        (route.method, route.url, answer.status_code)
        for route in guarded(portal)
        if (answer := client.open(route.url, method=route.method)).status_code
        not in expected(route, role)
    ]

    assert wrong == []


def test_the_signed_out_are_sent_to_sign_in_wherever_they_knock(portal: Flask) -> None:
    client = portal.test_client()

    for route in guarded(portal):
        answer = client.open(route.url, method=route.method)

        assert answer.status_code in expected(route, None), route
        assert answer.location.startswith("/sign-in?next="), route


def test_what_is_open_to_all_fails_nobody(portal: Flask) -> None:
    client = portal.test_client()

    for route in routes(portal):
        if route.roles is None:
            status = client.open(route.url, method=route.method).status_code

            assert status < HTTPStatus.INTERNAL_SERVER_ERROR, route


def test_odd_methods_are_refused_everywhere(portal: Flask, sign_in: SignIn, world: World) -> None:
    client = sign_in(world.cleo)

    for route in guarded(portal):
        for method in ("PUT", "PATCH", "DELETE", "TRACE"):
            answer = client.open(route.url, method=method)

            assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED, (method, route)


def test_nothing_is_posted_without_the_token_of_our_own_page(
    portal: Flask, sign_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(world.ann)
    monkeypatch.setitem(portal.config, "WTF_CSRF_ENABLED", True)

    for route in routes(portal):
        if route.method == "POST" and route.endpoint not in WITHOUT_TOKEN:
            answer = client.post(route.url)

            assert answer.status_code == HTTPStatus.BAD_REQUEST, route


@pytest.mark.parametrize("role", [Role.DEALER_ADMIN, Role.HEAD_OF_CLAIMS, Role.DEPARTMENT_WORKER])
def test_looking_at_pages_writes_nothing(
    portal: Flask, sign_in: SignIn, somebody: SomebodyWho, world: World, engine: Engine, role: Role
) -> None:
    claim, draft = world.filed(), world.draft()
    client = sign_in(somebody(role))
    own = [f"/claims/{claim.id}", f"/claims/{draft.id}/edit", f"/claims/{claim.id}/decide"]

    with statements(engine) as seen:
        for url in [*(route.url for route in guarded(portal) if route.method == "GET"), *own]:
            client.get(url)

    # That somebody is still there is noted beside the request, and nothing else.
    written = [one for one in seen if WRITES.match(one) and "UPDATE sign_in SET seen_at" not in one]
    assert seen
    assert written == []


def test_a_page_that_wants_to_write_is_stopped(
    portal: Flask, world: World, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    def meddle(*_: Any, **__: Any) -> str:
        db.get_one(Dealer, world.dealer.id).name = "Changed by looking"
        db.flush()
        return ""

    view = portal.view_functions["claims.home"]
    vars(meddle).update(vars(view))
    monkeypatch.setitem(portal.view_functions, "claims.home", meddle)

    answer = sign_in(world.ann).get("/home")

    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert db.get_one(Dealer, world.dealer.id).name == "North Stoves"


def test_every_page_carries_the_headers_that_protect_it(
    portal: Flask, sign_in: SignIn, somebody: SomebodyWho
) -> None:
    for role in (Role.DEALER_ADMIN, Role.CLAIM_MANAGER, Role.ADMINISTRATOR):
        client = sign_in(somebody(role))
        for route in guarded(portal):
            if route.method == "GET":
                headers = client.get(route.url).headers

                policy = headers["Content-Security-Policy"]
                assert "default-src 'self'" in policy
                assert "unsafe-inline" not in policy
                assert "'unsafe-eval'" not in policy
                assert headers["X-Content-Type-Options"] == "nosniff"
                assert headers["X-Frame-Options"] == "DENY"
                assert headers["Referrer-Policy"] == "same-origin"
                assert headers["Cache-Control"] == "private, no-store"
                assert "Cookie" in headers["Vary"]


def test_a_nonce_is_used_for_one_page_only(sign_in: SignIn, world: World) -> None:
    client = sign_in(world.ann)

    policies = {client.get("/home").headers["Content-Security-Policy"] for _ in range(3)}

    assert len(policies) == 3


def test_pages_have_no_script_or_style_that_the_policy_would_stop(
    portal: Flask, sign_in: SignIn, somebody: SomebodyWho, world: World
) -> None:
    claim = world.filed()
    for role in (Role.DEALER_ADMIN, Role.CLAIM_MANAGER, Role.ADMINISTRATOR):
        client = sign_in(somebody(role))
        for url in ("/", "/shipments", "/people", "/worklist", "/exchange", f"/claims/{claim.id}"):
            page = client.get(url, follow_redirects=True).text

            assert not INLINE.search(page), (url, INLINE.search(page))


def test_a_foreign_host_is_refused_where_hosts_are_named(
    portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(portal.config, "TRUSTED_HOSTS", ["claims.example"])
    client = portal.test_client()

    ours = client.get("/sign-in", headers={"Host": "claims.example"})
    foreign = client.get("/sign-in", headers={"Host": "evil.example"})

    assert ours.status_code == HTTPStatus.OK
    assert foreign.status_code == HTTPStatus.BAD_REQUEST
    assert "evil.example" not in foreign.text


def test_an_undeclared_route_stops_the_start() -> None:
    app = Flask("careless")
    app.add_url_rule("/open", view_func=lambda: "")

    with pytest.raises(UndeclaredRoute, match="/open"):
        take_census(app)


def test_an_unknown_address_is_a_page_of_ours(portal: Flask) -> None:
    answer = portal.test_client().get("/.git/config")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "Dealer Claims" in answer.text
