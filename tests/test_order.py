"""The order of the tests: long ones begin first, and the browser's stay together."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.order import pytest_collection_modifyitems

HERE = Path(__file__).resolve().parent


def made(folder: str, count: int) -> list[Any]:
    return [SimpleNamespace(path=HERE / folder / f"test_{n}.py") for n in range(count)]


def test_the_browsers_tests_lead_the_list_and_the_checks_its_second_half() -> None:
    browser, checks, short = made("browser", 2), made("checks", 1), made("app", 7)
    items = [*short[:3], browser[0], *short[3:], checks[0], browser[1]]

    pytest_collection_modifyitems(items)

    assert items == [*browser, *short[:3], *checks, *short[3:]]


def test_a_run_of_some_tests_loses_none() -> None:
    items = [*made("checks", 2), *made("browser", 3)]

    pytest_collection_modifyitems(items)

    assert sorted(map(str, items)) == sorted(map(str, [*made("checks", 2), *made("browser", 3)]))
