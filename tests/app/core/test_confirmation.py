"""What is deleted is asked about first, by its name and without scripts, or can be undone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import Absence, Person
from app.accounts.policy import User
from app.claims import attachments
from app.claims.attachment_rules import AttachmentRule
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.claims.rules import ClaimState
from app.core.db import db
from app.deadlines.models import PromiseBuffer
from app.routing.models import Route
from app.schedule.models import CalendarFeed, ReminderRung
from app.vocabulary import Role
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World
from tests.house.losses import Guard, guarded_by

HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
QUESTION = re.compile(r'<form method="post" action="([^"]*)">(?:(?!</form>).)*name="sure"', re.S)
UNDO = re.compile(r'<form method="post" action="([^"]*)" class="mt-2">(.*?)</form>', re.S)


@dataclass(frozen=True)
class Case:
    """Something that can be removed: by whom, where, by which name, and whether it is there."""

    user: User
    url: str
    name: str
    is_there: Callable[[], bool]


def saved_draft(world: World) -> Claim:
    claim = world.draft(world.shipped(), world.shipped())
    db.commit()
    return claim


def deactivating(world: World, _client: FlaskClient) -> Case:
    return Case(
        world.admin, f"/people/{world.ann.id}/deactivate", "Ann",
        lambda: db.get_one(Person, world.ann.id).is_active,
    )  # fmt: skip


def withdrawing(world: World, _client: FlaskClient) -> Case:
    claim = world.filed()
    return Case(
        world.ann, f"/claims/{claim.id}/cancel", str(claim.number),
        lambda: db.get_one(Claim, claim.id).state is ClaimState.SUBMITTED,
    )  # fmt: skip


def deleting_a_draft(world: World, _client: FlaskClient) -> Case:
    claim = saved_draft(world)
    return Case(
        world.ann, f"/claims/{claim.id}/delete", "draft of 16 Nov 2026",
        lambda: db.get(Claim, claim.id) is not None,
    )  # fmt: skip


def removing_a_line(world: World, _client: FlaskClient) -> Case:
    claim = saved_draft(world)
    line = claim.lines[0]
    return Case(
        world.ann, f"/claims/{claim.id}/lines/{line.id}/remove", line.item_name,
        lambda: db.get(ClaimLine, line.id) is not None,
    )  # fmt: skip


def removing_a_file(world: World, _client: FlaskClient) -> Case:
    claim = saved_draft(world)
    kept = attachments.attach(
        claim, None, "invoice.txt", BytesIO(b"Invoice"), by=world.ann, at=MONDAY
    )
    db.commit()
    kept_id = kept.id
    return Case(
        world.ann, f"/claims/{claim.id}/files/{kept_id}/remove", "invoice.txt",
        lambda: db.get(ClaimFile, kept_id) is not None,
    )  # fmt: skip


def present_feed(world: World) -> Callable[[], bool]:
    query = select(CalendarFeed.token_hash).where(CalendarFeed.person_id == world.ann.id)
    token = db.scalar(query)
    return lambda: db.scalar(query) == token


def switching_a_feed_off(world: World, client: FlaskClient) -> Case:
    client.post("/calendar/feed")
    return Case(world.ann, "/calendar/feed/off", "your calendar", present_feed(world))


def making_another_feed(world: World, client: FlaskClient) -> Case:
    client.post("/calendar/feed")
    return Case(world.ann, "/calendar/feed", "your calendar", present_feed(world))


ASKED = {
    "accounts.deactivate": deactivating,
    "claims.cancel": withdrawing,
    "claims.delete": deleting_a_draft,
    "claims.remove_line": removing_a_line,
    "claims.remove_file": removing_a_file,
    "schedule.drop_feed": switching_a_feed_off,
    "schedule.make_feed": making_another_feed,
}


def test_every_question_of_the_table_is_tried() -> None:
    assert set(ASKED) == guarded_by(Guard.QUESTION)


@pytest.mark.parametrize("endpoint", ASKED)
def test_a_question_names_what_is_lost_and_only_its_answer_loses_it(
    world: World, sign_in: SignIn, endpoint: str
) -> None:
    case = ASKED[endpoint](world, sign_in(world.ann))
    client = sign_in(case.user)

    asked = client.post(case.url, data={"version": "2", "command_key": "k1"})

    assert asked.status_code == HTTPStatus.OK
    title = re.search(r"<h1[^>]*>(.*?)</h1>", asked.text, re.S)
    assert title
    assert case.name in unescape(title[1])
    db.expire_all()
    assert case.is_there()

    url, fields = answered(asked.text)
    answer = client.post(url, data=fields)

    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    db.expire_all()
    assert not case.is_there()


def answered(page: str) -> tuple[str, dict[str, Any]]:
    """Return where the button of a question sends what."""
    found = QUESTION.search(page)
    assert found, page
    return unescape(found[1]), {**fields_of(found[0]), "sure": "yes"}


def fields_of(form: str) -> dict[str, Any]:
    return {name: unescape(value) for name, value in HIDDEN.findall(form)}


@pytest.mark.parametrize(
    ("page", "is_asked"),
    [
        ("draft", "Delete the draft of"),
        ("claim", "Withdraw claim"),
        ("person", "End the access of"),
    ],
)
def test_a_question_that_stands_in_the_page_is_not_asked_again(
    world: World, sign_in: SignIn, page: str, is_asked: str
) -> None:
    claim = saved_draft(world) if page == "draft" else world.filed()
    url = {
        "draft": f"/claims/{claim.id}/edit",
        "claim": f"/claims/{claim.id}",
        "person": f"/people/{world.ben.id}",
    }[page]
    client = sign_in(world.admin if page == "person" else world.ann)

    shown = client.get(url).text
    dialog = shown[shown.index(is_asked) :].partition("</dialog>")[0]

    assert 'name="sure" value="yes"' in dialog


@dataclass(frozen=True)
class Row:
    """A row of a table with the form that adds it, and what the table holds."""

    user: User
    page: str
    form: dict[str, str]
    facts: Callable[[], list[tuple[Any, ...]]]
    newest: Callable[[], int]


def rows_of(model: Any, *columns: Any) -> Callable[[], list[tuple[Any, ...]]]:
    return lambda: sorted((tuple(row) for row in db.execute(select(*columns))), key=repr)


def newest(model: Any) -> Callable[[], int]:
    return lambda: db.scalars(select(func.max(model.id))).one()


def a_route(world: World) -> Row:
    form = {
        "remedy": "repair", "way": "", "plant": str(world.plant.id),
        "department": str(world.fay.department_id), "position": "2", "waits": "y",
    }  # fmt: skip
    columns = (Route.remedy, Route.plant_id, Route.department_id, Route.position, Route.waits)
    return Row(world.admin, "/routing", form, rows_of(Route, *columns), newest(Route))


def a_rule(world: World) -> Row:
    form = {
        "defect": "GLS", "demand": "refund", "level": "mandatory", "kind": "photo", "count": "2",
        "en": "The damage", "ru": "Повреждение", "pl": "", "cs": "",
    }  # fmt: skip
    rule = AttachmentRule
    columns = (rule.demand, rule.defect_code, rule.kind, rule.count, rule.level, rule.names)
    return Row(world.admin, "/attachment-rules", form, rows_of(rule, *columns), newest(rule))


def a_rung(world: World) -> Row:
    form = {"topic": "answer_due", "days": "4", "side": "after", "audience": "head"}
    columns = (ReminderRung.topic, ReminderRung.working_days, ReminderRung.audience)
    rows = rows_of(ReminderRung, *columns)
    return Row(world.admin, "/deadlines/reminders", form, rows, newest(ReminderRung))


def a_buffer(world: World) -> Row:
    form = {
        "working_days": "6", "plant_id": str(world.plant.id), "starts_on": "2026-12-01",
        "ends_on": "2026-12-31", "reason": "Season",
    }  # fmt: skip
    one = PromiseBuffer
    columns = (one.working_days, one.plant_id, one.starts_on, one.ends_on, one.reason)
    return Row(world.admin, "/deadlines/reserves", form, rows_of(one, *columns), newest(one))


def an_absence(world: World) -> Row:
    head = hire(Role.HEAD_OF_CLAIMS)
    form = {
        "person": str(world.cleo.id), "deputy": str(head.id), "starts_on": "2026-12-01",
        "ends_on": "2026-12-08",
    }  # fmt: skip
    columns = (Absence.person_id, Absence.deputy_id, Absence.starts_on, Absence.ends_on)
    return Row(head, "/absences", form, rows_of(Absence, *columns), newest(Absence))


UNDONE = {
    "routing.remove": (a_route, "remove"),
    "claims.remove_attachment_rule": (a_rule, "remove"),
    "schedule.remove_rung": (a_rung, "remove"),
    "schedule.remove_buffer": (a_buffer, "remove"),
    "accounts.drop_absence": (an_absence, "drop"),
}


def test_every_undo_of_the_table_is_tried() -> None:
    assert set(UNDONE) == guarded_by(Guard.UNDO)


@pytest.mark.parametrize("endpoint", UNDONE)
def test_a_removed_row_comes_back_by_the_button_beside_the_message(
    world: World, sign_in: SignIn, endpoint: str
) -> None:
    make, verb = UNDONE[endpoint]
    row = make(world)
    client = sign_in(row.user)
    before = row.facts()
    added = client.post(row.page, data=row.form)
    assert added.status_code == HTTPStatus.SEE_OTHER, added.text
    db.expire_all()
    with_it, number = row.facts(), row.newest()
    assert with_it != before

    page = client.post(f"{row.page}/{number}/{verb}", follow_redirects=True).text
    db.expire_all()
    assert row.facts() == before

    found = UNDO.search(page)
    assert found, page
    again = client.post(unescape(found[1]), data=fields_of(found[2]))

    assert again.status_code == HTTPStatus.SEE_OTHER, again.text
    db.expire_all()
    assert row.facts() == with_it
    assert not UNDO.search(client.get(row.page).text)
