"""The portal with neighbours that remember, and a small world in its database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.accounts import service as accounts
from app.accounts.models import Person
from app.accounts.policy import User
from app.core.clock import now
from app.core.db import connect_database, db
from app.core.outside import Outside, connect_outside
from app.portal import create_app
from app.vocabulary import Language
from config.settings import Settings
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.memory import RememberingErp
from connectors.mail.memory import RememberingMail
from connectors.postgres.embedded import Address
from connectors.storage.memory import MemoryStorage
from tests.app.neighbours import one_erp
from tests.app.world import TODAY, World, find_world, make_world
from tests.databases import cloned

SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def fixed_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """Begin each test on the same day, whatever day it is; the clock goes on from there.

    Processes that a test starts know nothing of it: who compares times with theirs is marked
    `real_clock`.
    """
    if request.node.get_closest_marker("real_clock"):
        yield
        return
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords with as little work as argon2 allows: each try takes a tenth of a second."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", quick)
        patch.setattr(accounts, "_NOBODYS_HASH", quick.hash("nobody's"))
        yield


@pytest.fixture
def neighbours() -> Outside:
    """Neighbours that remember what they were told."""
    fakes = Outside(
        erps=one_erp(RememberingErp()),
        storage=MemoryStorage(),
        mail=RememberingMail(),
        doorbell=SilentDoorbell(),
    )
    connect_outside(fakes)
    return fakes


@pytest.fixture(scope="session")
def world_engine(
    postgres: Address, template_database: str, worker_name: str, empty_engine: Engine
) -> Iterator[Engine]:
    """The engine of a database in which the world is: making it takes longer than most tests."""
    with cloned(postgres, template_database, f"world_{worker_name}") as url:
        engine = connect_database(url)
        make_world()
        db.remove()
        db.configure(bind=empty_engine)
        yield engine
        engine.dispose()


@pytest.fixture
def engine(request: pytest.FixtureRequest, empty_engine: Engine) -> Engine:
    """The engine of the test's database: empty, or with the world if the test asks for it."""
    if "world" not in request.fixturenames:
        return empty_engine
    engine: Engine = request.getfixturevalue("world_engine")
    return engine


@pytest.fixture
def world(session: object, neighbours: Outside) -> World:
    """One plant, two dealers and their people."""
    return find_world()


@pytest.fixture(scope="session")
def portal(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app, made once; its neighbours are those of the test."""
    bind = db.session_factory.kw.get("bind")
    settings = Settings(
        environment="test", database_url=database_url, data_dir=tmp_path_factory.mktemp("data")
    )
    fakes = Outside(one_erp(RememberingErp()), MemoryStorage(), RememberingMail(), SilentDoorbell())
    app = create_app(settings, fakes)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    if bind is not None:
        db.remove()
        db.configure(bind=bind)
    return app


@pytest.fixture
def app(portal: Flask, world: World, neighbours: Outside) -> Iterator[Flask]:
    """The portal on the test's own world."""
    connect_outside(neighbours)
    with portal.app_context():
        yield portal


@pytest.fixture
def sign_in(portal: Flask, world: World, neighbours: Outside) -> SignIn:
    """Give a browser in which somebody has signed in."""

    def signed_in(user: User, language: Language = Language.EN) -> FlaskClient:
        connect_outside(neighbours)
        person = db.get_one(Person, user.id)
        person.language = language
        token = accounts.sign_in(person, at=now())
        db.commit()
        client = portal.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return signed_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place for files of the test."""
    return tmp_path
