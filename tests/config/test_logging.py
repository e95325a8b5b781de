"""Every event is one line that a machine can read, with what it belongs to."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from config.logging import StderrHandler, configure_logging


@pytest.fixture(autouse=True)
def _undone() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.captureWarnings(capture=False)
    root.setLevel(level)
    for handler in [known for known in root.handlers if isinstance(known, StderrHandler)]:
        root.removeHandler(handler)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_carries_the_request_it_belongs_to(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True, level="INFO")
    structlog.contextvars.bind_contextvars(request_id="r-1")

    structlog.get_logger("app.claims").info("claim filed", claim="РК-7")

    (event,) = lines(capsys)
    assert event["message"] == "claim filed"
    assert (event["request_id"], event["claim"]) == ("r-1", "РК-7")
    assert (event["level"], event["logger"]) == ("info", "app.claims")


@pytest.mark.parametrize("name", ["gunicorn.error", "celery", "sqlalchemy"])
def test_libraries_speak_the_same_way(capsys: pytest.CaptureFixture[str], name: str) -> None:
    configure_logging(json=True, level="INFO")
    structlog.contextvars.bind_contextvars(request_id="r-1")

    logging.getLogger(name).warning("lost %s of %s", 1, 3)

    (event,) = lines(capsys)
    assert (event["message"], event["request_id"]) == ("lost 1 of 3", "r-1")


def test_an_exception_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True, level="INFO")

    try:
        raise ValueError("first\nsecond")
    except ValueError:
        structlog.get_logger("app").exception("failed")

    (event,) = lines(capsys)
    assert event["exception"][0]["exc_value"] == "first\nsecond"


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True, level="WARNING")

    structlog.get_logger("app").info("idle")
    logging.getLogger("app").info("idle")

    assert lines(capsys) == []


def test_a_second_configuration_replaces_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True, level="INFO")
    configure_logging(json=False, level="INFO")

    structlog.get_logger("app").info("claim filed", claim="РК-7")

    (line,) = capsys.readouterr().err.splitlines()
    assert "claim filed" in line
    assert "claim=РК-7" in line
