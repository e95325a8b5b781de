"""While the database is away everybody gets the page that says so, whatever they asked for."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from app.core.db import db
from tests.app.conftest import SignIn
from tests.app.world import World


@pytest.fixture
def clerk(sign_in: SignIn, world: World) -> FlaskClient:
    return sign_in(world.ann)


@pytest.fixture
def database_away(clerk: FlaskClient, tmp_path: Path) -> Iterator[None]:
    """Take the database away from somebody who is signed in."""
    before = dict(db.session_factory.kw)
    db.remove()
    db.configure(bind=create_engine(f"postgresql+psycopg://portal@/portal?host={tmp_path}"))
    yield
    db.remove()
    db.configure(**before)


@pytest.mark.usefixtures("database_away")
@pytest.mark.parametrize("path", ["/home", "/no-such-page", "/worklist"])
def test_a_page_says_so(clerk: FlaskClient, path: str) -> None:
    answer = clerk.get(path)

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "cannot reach its database" in answer.text


@pytest.mark.usefixtures("database_away")
def test_a_step_says_so_too(clerk: FlaskClient) -> None:
    answer = clerk.post("/claims/drafts", data={"command_key": "k" * 32})

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE


@pytest.mark.usefixtures("database_away")
def test_its_stylesheet_needs_no_database(clerk: FlaskClient) -> None:
    with clerk.get("/static/favicon.svg") as answer:
        assert answer.status_code == HTTPStatus.OK
