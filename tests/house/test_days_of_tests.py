"""No test mixes the fixed days of `tests/app/world.py` with the clock of the machine."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
WORLD = TESTS / "app" / "world.py"
FIXED = {"MONDAY", "TODAY"}
CLOCKS = {"now()", "datetime.now(UTC)", "date.today()"}
# Whoever runs it sets the clock to its days.
TRAVELS = {TESTS / "checks" / "forms" / "stage.py"}
Function = ast.FunctionDef

FILES = sorted(TESTS.rglob("*.py"))
OF_THE_APP = [path for path in FILES if TESTS / "app" in path.parents and path != WORLD]
OF_OTHERS = [path for path in FILES if TESTS / "app" not in path.parents and path not in TRAVELS]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(module: ast.Module, decorated: str) -> Iterator[Function]:
    """Give the functions of a module with such a decorator."""
    for node in ast.walk(module):
        if isinstance(node, Function) and any(
            decorated in ast.unparse(one) for one in node.decorator_list
        ):
            yield node


def calls(node: ast.AST) -> set[str]:
    return {ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Call)}


def names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def dates_of(module: ast.Module) -> set[str]:
    """Return the names that a module gives to fixed days, those of the world included."""
    named = set(FIXED)
    for node in module.body:
        if isinstance(node, ast.Assign) and (
            names(node.value) & named or any("date" in call and "2" in call for call in calls(node))
        ):
            named |= set().union(*(names(target) for target in node.targets))
    return named


def mixes(module: ast.Module) -> list[str]:
    """Return the tests in real time that name a fixed day, and who asks the time too early.

    A fixture that is made once, or the module itself, is made before the clock is set.
    """
    fixed = dates_of(module)
    marked = [one.name for one in functions(module, "real_clock") if names(one) & fixed]
    early = [one.name for one in functions(module, "scope=") if calls(one) & CLOCKS]
    at_once = [
        ast.unparse(node)
        for node in module.body
        if not isinstance(node, (Function, ast.ClassDef)) and calls(node) & CLOCKS
    ]
    return [*marked, *early, *at_once]


def imported(module: ast.Module) -> set[str]:
    """Return what a module takes from the world of the tests."""
    return {
        alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "tests.app.world"
        for alias in node.names
    }


def test_a_test_of_the_app_lives_on_the_fixed_day_or_names_none() -> None:
    found = {str(path.relative_to(TESTS)): mixes(tree(path)) for path in OF_THE_APP}

    assert {path: mixed for path, mixed in found.items() if mixed} == {}


def test_fixed_days_are_named_only_where_the_clock_is_set_to_them() -> None:
    assert [path for path in OF_OTHERS if imported(tree(path)) & FIXED] == []


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.real_clock\ndef test_one():\n    take(claim, at=MONDAY)",
        "AT = datetime(2026, 11, 16, 9, tzinfo=UTC)\n"
        "@pytest.mark.real_clock\ndef test_one():\n    take(claim, at=AT)",
        "LATER = MONDAY + timedelta(days=1)\n"
        "@pytest.mark.real_clock\ndef test_one():\n    take(claim, at=LATER)",
        "@pytest.fixture(scope='module')\ndef claim():\n    return filed(at=now())",
        "TOMORROW = now() + timedelta(days=1)",
    ],
)
def test_each_way_to_mix_is_found(text: str) -> None:
    assert len(mixes(ast.parse(text))) == 1
