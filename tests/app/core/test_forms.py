"""Forms take what can be stored and reckoned with; what was not validated is not read."""

from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from app.claims.models import Claim
from app.core.db import db
from app.core.fields import BaseForm, DateField, DecimalField, IntegerField
from app.deadlines.models import Lane, Site
from app.vocabulary import Remedy
from app.work.models import WorkOrder
from app.work.service import open_orders
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

TOO_LARGE = "2147483648"
DEALERS_STEPS = ("answers", "confirm", "dispute", "close", "cancel")


class _Form(BaseForm):
    class Meta:
        csrf = False

    count = IntegerField()
    weight = DecimalField(use_locale=False)
    cost = DecimalField(use_locale=False, scale=2)
    day = DateField()
    choice = SelectField(choices=["a", "b"])
    optional = SelectField(validators=[Optional()], choices=["a", "b"])
    words = StringField()


def filled(app: Flask, **values: str) -> _Form:
    usual = {"count": "1", "weight": "1", "cost": "1", "day": "2026-11-16", "choice": "a"}
    with app.test_request_context():
        form = _Form(MultiDict(usual | values))
        form.validate()
    return form


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", TOO_LARGE),
        ("count", "-2147483649"),
        ("count", "9" * 5000),
        ("count", "1.5"),
        ("weight", "NaN"),
        ("weight", "sNaN"),
        ("weight", "-Infinity"),
        ("weight", "1e400"),
        ("weight", "1000000000000"),
        ("weight", "0.0001"),
        ("cost", "10000000000000"),
        ("cost", "0.001"),
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("day", "2026-02-30"),
        ("choice", "c"),
        ("choice", ""),
    ],
)
def test_what_no_column_can_hold_is_refused_and_not_kept(app: Flask, name: str, value: str) -> None:
    form = filled(app, **{name: value})

    assert set(form.errors) == {name}
    assert form[name].data is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "2147483647"),
        ("weight", "999999999999.999"),
        ("cost", "9999999999999.99"),
        ("day", "1900-01-01"),
        ("day", "2199-12-31"),
        ("words", "a" * 10_000),
    ],
)
def test_the_limits_themselves_are_taken(app: Flask, name: str, value: str) -> None:
    assert filled(app, **{name: value}).errors == {}


@pytest.mark.parametrize("blank", ["", " ", "\x0b", "\t"])
def test_white_space_is_no_choice(app: Flask, blank: str) -> None:
    form = filled(app, optional=blank)

    assert form.errors == {}
    assert form.optional.data is None


def test_a_form_under_way_keeps_what_makes_sense_without_a_word(app: Flask) -> None:
    with app.test_request_context():
        form = _Form(MultiDict({"count": "x", "weight": "2", "choice": "c"}))
        form.sift()

    assert (form.count.data, form.weight.data, form.choice.data) == (None, 2, None)
    assert form.errors == {}


@pytest.mark.parametrize("version", [TOO_LARGE, "-2147483649", "9" * 40, "x", "", "\x00"])
def test_a_step_with_a_senseless_version_is_no_step(
    sign_in: SignIn, world: World, version: str
) -> None:
    claim = world.filed()
    client = sign_in(world.ann)

    answers = {
        step: client.post(f"/claims/{claim.id}/{step}", data={"version": version})
        for step in DEALERS_STEPS
    }
    taken = sign_in(world.cleo).post(f"/claims/{claim.id}/take", data={"version": version})

    assert {answer.status_code for answer in answers.values()} == {HTTPStatus.BAD_REQUEST}
    assert taken.status_code == HTTPStatus.BAD_REQUEST


def test_a_department_cannot_send_a_senseless_version_either(sign_in: SignIn, world: World) -> None:
    claim = world.filed()
    world.accepted(claim)
    open_orders(claim.id, at=MONDAY)
    db.commit()
    order = db.scalars(select(WorkOrder)).one()

    answer = sign_in(world.dora).post(f"/work/{order.id}/start", data={"version": TOO_LARGE})

    assert answer.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("step", DEALERS_STEPS)
def test_a_hand_made_step_on_a_draft_is_refused(sign_in: SignIn, world: World, step: str) -> None:
    draft = world.draft()
    db.commit()

    answer = sign_in(world.ann).post(f"/claims/{draft.id}/{step}", data={"version": "1"})

    assert answer.status_code == HTTPStatus.CONFLICT


def test_hand_made_answers_to_no_question_are_refused(sign_in: SignIn, world: World) -> None:
    claim = world.filed()

    answer = sign_in(world.ann).post(
        f"/claims/{claim.id}/answers", data={"version": str(claim.version)}
    )

    assert answer.status_code == HTTPStatus.CONFLICT


@pytest.mark.parametrize("button", ["recalculate", "usual", "option"])
@pytest.mark.parametrize(
    "typed",
    [
        {"agreement": "x"},
        {"agreement": "\x0b"},
        {"agreement": TOO_LARGE},
        {"promise_on": "9999-12-31"},
    ],
)
def test_dates_are_computed_anew_from_what_makes_sense(
    sign_in: SignIn, world: World, button: str, typed: dict[str, str]
) -> None:
    claim = world.filed()
    line = {f"line-{claim.lines[0].id}-accepted": "1", f"line-{claim.lines[0].id}-remedy": "repair"}

    answer = sign_in(world.cleo).post(
        f"/claims/{claim.id}/decide", data={button: "1", "version": "x", **line, **typed}
    )

    assert answer.status_code == HTTPStatus.OK


@pytest.mark.parametrize("accepted", ["NaN", "sNaN", "Infinity", "1e400", "x"])
def test_a_senseless_quantity_is_marked_on_the_decision(
    sign_in: SignIn, world: World, accepted: str
) -> None:
    claim = world.filed()
    line = f"line-{claim.lines[0].id}-"
    form = {"version": str(claim.version), f"{line}accepted": accepted, f"{line}remedy": "x"}
    client = sign_in(world.cleo)

    answer = client.post(f"/claims/{claim.id}/decide", data=form)
    plan = client.get(f"/claims/{claim.id}/plan", query_string=form | {"agreement": "x"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert plan.status_code == HTTPStatus.OK
    assert db.get_one(Claim, claim.id).decided_at is None


@pytest.mark.parametrize("url", ["/deadlines/service", "/deadlines/service/remove"])
@pytest.mark.parametrize("step", ["", "save", "edit"])
@pytest.mark.parametrize(
    "odd",
    [
        {"unit": ""},
        {"unit": "x"},
        {"clock": ""},
        {"clock": "x"},
        {"demand": "x"},
        {"product_group": "x"},
        {"amount": TOO_LARGE},
    ],
)
def test_a_senseless_service_policy_is_marked(
    sign_in: SignIn, world: World, url: str, step: str, odd: dict[str, str]
) -> None:
    good = {"clock": "decision", "unit": "WD", "amount": "5", "demand": "", "product_group": ""}

    answer = sign_in(world.admin).post(url, data=good | odd | {"step": step})

    expected = HTTPStatus.OK if step == "edit" else HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.status_code == expected


def test_a_lane_from_a_place_to_itself_is_refused_in_words(sign_in: SignIn, world: World) -> None:
    site = db.scalars(select(Site).where(Site.plant_id == world.plant.id)).one()
    lane = {
        "origin_id": site.id, "destination_id": site.id, "load": "goods", "mode": "van",
        "departures": 0, "transit_days": 3, "transit_unit": "calendar_days",
        "carrier_id": 0, "customs_id": 0, "lead_days": 0, "border_days": 0,
    }  # fmt: skip
    before = len(db.scalars(select(Lane)).all())

    answer = sign_in(world.admin).post("/deadlines/lanes/new", data=lane)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "leads to another site" in answer.text
    assert len(db.scalars(select(Lane)).all()) == before


def test_a_norm_that_is_gone_is_refused_in_words(sign_in: SignIn, world: World) -> None:
    norm = {"stage": "repair", "product_group": "", "remedy": Remedy.REPAIR, "working_days": "3"}

    answer = sign_in(world.admin).post("/deadlines/norms/remove", data=norm | {"step": "save"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This norm no longer exists" in answer.text


@pytest.mark.parametrize("department", ["x", "-1", TOO_LARGE, "9" * 40])
def test_a_chart_of_no_department_is_that_of_all(
    sign_in: SignIn, world: World, department: str
) -> None:
    answer = sign_in(world.cleo).get(f"/work/chart?department={department}")

    assert answer.status_code == HTTPStatus.OK


def test_what_was_refused_once_is_refused_again(app: Flask) -> None:
    form = filled(app, day="2026-02-30")

    with app.test_request_context():
        assert not form.validate()
    assert set(form.errors) == {"day"}
