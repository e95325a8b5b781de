"""The ERP rings at its own door."""

import pytest
from flask import Flask

from app.accounts.models import Person
from app.accounts.service import hash_password
from app.core.db import db
from app.core.outside import Outside
from app.erp.job_models import ErpJob, JobState
from app.vocabulary import Language, Role
from tests.app.erp.working import do_jobs
from tests.app.world import World

DOOR = "/api/erp/changes"


@pytest.fixture
def account(app: Flask, world: World) -> tuple[str, str]:
    db.add(
        Person(
            email="erp@plant.test",
            name="ERP",
            password_hash=hash_password("пароль-1С"),
            role=Role.ERP_SERVICE,
            language=Language.EN,
            time_zone="UTC",
        )
    )
    db.commit()
    return "erp@plant.test", "пароль-1С"


def test_the_erp_has_its_changes_read_by_a_worker(
    app: Flask, neighbours: Outside, account: tuple[str, str]
) -> None:
    answer = app.test_client().post(DOOR, auth=account)

    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["state"] == "asked"
    do_jobs()
    assert db.query(ErpJob).one().state is JobState.DONE


@pytest.mark.parametrize("given", [None, ("erp@plant.test", "wrong"), ("nobody", "пароль-1С")])
def test_strangers_stay_outside(
    app: Flask, account: tuple[str, str], given: tuple[str, str] | None
) -> None:
    answer = app.test_client().post(DOOR, auth=given)

    assert answer.status_code == 401
    assert "Basic" in answer.headers["WWW-Authenticate"]


def test_the_erps_account_cannot_sign_in_with_a_browser(
    app: Flask, account: tuple[str, str]
) -> None:
    email, password = account

    answer = app.test_client().post("/sign-in", data={"email": email, "password": password})

    assert answer.status_code == 422
