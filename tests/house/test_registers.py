"""What is named in one place and kept in another: promises, words, columns, routes."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import Enum, String, Text
from sqlalchemy.orm import DeclarativeBase

import migrations
from app.core.db import Base, CleanText, db
from app.core.words import label
from app.erp.words import SENTENCES
from config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PROMISES = {"promise", "_promise", "owe", "tell_departments"}


def kinds_promised() -> set[str]:
    """Return the kind in every call of `promise` in the code."""
    return {
        str(argument.value)
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in PROMISES
        for argument in node.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


@pytest.fixture
def worker(database_url: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The worker's module, which reads the settings when it is imported."""
    bind = db.session_factory.kw.get("bind")
    monkeypatch.setenv("DATABASE_URL", database_url)
    module = import_module("app.worker")
    db.remove()
    db.configure(bind=bind)
    return module


def test_every_promise_has_a_keeper_and_every_keeper_is_promised(worker: ModuleType) -> None:
    promised = kinds_promised()

    assert len(promised) > 8
    assert promised == set(worker.KEEPERS)


def test_the_exchange_screen_has_a_sentence_for_every_promise(worker: ModuleType) -> None:
    assert set(SENTENCES) == set(worker.KEEPERS)


def test_every_route_declares_who_is_let_in(portal: Flask) -> None:
    policies = {
        rule.endpoint: getattr(portal.view_functions[rule.endpoint], "__policy__", None)
        for rule in portal.url_map.iter_rules()
    }

    assert len(policies) > 40
    assert [endpoint for endpoint, policy in policies.items() if not policy] == []


def test_what_is_open_to_all_is_known_and_short(portal: Flask) -> None:
    open_to_all = {
        rule.endpoint
        for rule in portal.url_map.iter_rules()
        if isinstance(getattr(portal.view_functions[rule.endpoint], "__policy__", None), str)
    }

    assert open_to_all <= {
        "static",
        "accounts.sign_in",
        "accounts.choose_language",
        "accounts.set_password",
        "erp_api.read_changes",
        "schedule.read_feed",
        "health.live",
        "health.ready",
    }


def columns(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    metadata = migrations.all_models()
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, kind):
                yield f"{table.name}.{column.name}", column.type


def test_every_text_column_is_normalised() -> None:
    texts = dict(columns(CleanText))
    plain = [name for name, type_ in columns(Text) if not isinstance(type_, CleanText)]

    assert len(texts) > 40
    assert plain == []


def test_every_code_column_is_normalised_too() -> None:
    plain = [name for name, type_ in columns(String) if not isinstance(type_, Enum)]

    assert plain == []


def enums() -> dict[str, type[StrEnum]]:
    """Return the enums that are columns, by their names."""
    kinds = [type_.enum_class for _, type_ in columns(Enum)]
    return {kind.__name__: kind for kind in kinds if kind is not None}


SHOWN = ("Role", "Remedy", "ClaimState", "Action", "ActKind", "WorkState", "MessageState", "Whose")


def test_every_enum_that_pages_show_has_its_words(portal: Flask) -> None:
    known = enums()
    assert set(SHOWN) <= set(known)

    with portal.test_request_context():
        for enum in (known[one] for one in SHOWN):
            for member in enum:
                assert label(member), member


def test_all_tables_are_of_one_base() -> None:
    assert issubclass(Base, DeclarativeBase)
    assert len(migrations.all_models().tables) > 20


def test_a_secret_of_the_settings_is_not_printed() -> None:
    secret = SecretStr("hidden-hidden")
    settings = Settings(environment="test", database_url="postgresql://x", secret_key=secret)

    assert "hidden-hidden" not in repr(settings)
