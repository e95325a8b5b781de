"""Text that breaks documents, databases and mails is cleaned at the door and never breaks us."""

from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.claims import drafts
from app.claims.models import Claim, ClaimLine
from app.claims.service import file_claim
from app.core.db import db
from app.core.text import clean_line, clean_text
from app.paperwork.service import issue_filed
from app.vocabulary import Role
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.core.conftest import SomebodyWho
from tests.app.core.routes import routes
from tests.app.world import MONDAY, World

POISON = "a\x00b\x0bc\u202ed\u2028e\ufefff\ud800"
SENT = POISON.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
FIELDS = (
    *("command_key", "next", "language", "email", "password", "name", "role", "time_zone"),
    *("code", "ref", "serial", "unlisted", "item_name", "dealer_reference", "end_customer"),
    *("sold_on", "text", "version", "questions", "promise_on", "words", "reason", "again", "old"),
)
QUERIES = ("q", "search", "code", "after", "filter", "states", "claim", "state", "unlisted", "next")
WORST = (SENT, "\x00", "%00", "-1", "9" * 30, "WyJhIiwgImIiXQ==", "WyIyMDI2LTAxLTAxIiwgIjEiXQ==")
HUGE = 10**30
NOBODYS = UUID(int=7)


@pytest.mark.parametrize("role", [Role.DEALER_ADMIN, Role.CLAIM_MANAGER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("worst", WORST)
def test_no_question_in_an_address_fails(
    portal: Flask, sign_in: SignIn, somebody: SomebodyWho, role: Role, worst: str
) -> None:
    client = sign_in(somebody(role))
    failed = [
        route.url
        for route in routes(portal)
        if route.method == "GET"
        and client.get(route.url, query_string=dict.fromkeys(QUERIES, worst)).status_code
        >= HTTPStatus.INTERNAL_SERVER_ERROR
    ]

    assert failed == []


@pytest.mark.parametrize(
    "role", [Role.DEALER_ADMIN, Role.CLAIM_MANAGER, Role.ADMINISTRATOR, Role.DEPARTMENT_WORKER]
)
def test_no_form_fails_on_poison(
    portal: Flask, sign_in: SignIn, somebody: SomebodyWho, role: Role
) -> None:
    client = sign_in(somebody(role))
    form = dict.fromkeys([name for name in FIELDS if name != "command_key"], SENT)
    failed = [
        route.url
        for route in routes(portal)
        if route.method == "POST"
        and route.endpoint != "accounts.sign_out"
        and client.post(route.url, data=form).status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    ]

    assert failed == []


def test_a_poisoned_command_key_fails_nobody(sign_in: SignIn, world: World) -> None:
    answer = sign_in(world.ann).post("/claims/drafts", data={"command_key": SENT})

    assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR


@pytest.mark.parametrize(
    ("role", "method", "url"),
    [
        (Role.DEALER_ADMIN, "GET", f"/claims/{NOBODYS}/files/{HUGE}/served"),
        (Role.DEPARTMENT_WORKER, "GET", f"/work/{NOBODYS}/files/{HUGE}/served"),
        (Role.ADMINISTRATOR, "GET", f"/people/{HUGE}"),
        (Role.ADMINISTRATOR, "POST", f"/exchange/{HUGE}/retry"),
    ],
)
def test_a_number_that_no_row_can_have_fails_nobody(
    sign_in: SignIn, somebody: SomebodyWho, role: Role, method: str, url: str
) -> None:
    answer = sign_in(somebody(role)).open(url, method=method)

    assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR


def test_a_draft_keeps_the_clean_text(sign_in: SignIn, world: World) -> None:
    draft = world.draft()
    db.commit()
    line = f"line-{draft.lines[0].id}-"
    form = {
        "dealer_reference": SENT,
        "text": SENT,
        f"{line}quantity": "1",
        f"{line}defect_code": "GLS",
        f"{line}description": SENT,
        f"{line}demand": "repair",
    }

    answer = sign_in(world.ann).post(f"/claims/{draft.id}/edit", data=form)

    assert answer.status_code == HTTPStatus.SEE_OTHER
    kept = db.get_one(Claim, draft.id, populate_existing=True)
    assert "\x00" not in kept.text
    assert kept.text.startswith("abcdef")
    description = db.execute(select(ClaimLine.description)).scalar_one()
    assert description.startswith("abcdef")


def test_an_act_is_made_of_poisoned_words(world: World) -> None:
    draft = world.draft()
    draft.text = draft.lines[0].description = SENT
    draft.lines[0].item_name = SENT
    file_claim(draft, by=world.ann, at=MONDAY)
    db.commit()

    issue_filed(draft.id, at=MONDAY)


def test_a_poisoned_name_of_a_person_is_clean_on_the_page(sign_in: SignIn, world: World) -> None:
    eve = hire(Role.CLAIM_MANAGER, name=SENT)

    page = sign_in(eve).get("/worklist")

    assert page.status_code == HTTPStatus.OK
    assert "\u202e" not in page.text


def test_markup_in_words_stays_words(sign_in: SignIn, world: World) -> None:
    draft = drafts.start_draft(by=world.ann, at=MONDAY)
    drafts.add_unlisted_line(draft, "<script>alert(1)</script>", by=world.ann, at=MONDAY)
    db.commit()

    page = sign_in(world.ann).get(f"/claims/{draft.id}/edit").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\x00b", "ab"),
        ("a\x0bb", "ab"),
        ("gpj.exe\u202e", "gpj.exe"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("e\u0301", "é"),
        ("  a\t b  ", "a\t b"),
        ("\ud800a", "a"),
        ("Ёлка 🔥", "Ёлка 🔥"),
    ],
)
def test_text_is_cleaned_and_nothing_else(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


def test_a_line_has_no_line_breaks() -> None:
    assert clean_line(" a\n\n b\t c ") == "a b c"
