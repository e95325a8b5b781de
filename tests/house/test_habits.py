"""Habits of this house that a linter cannot hold."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "acts", "config", "connectors")
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
MOST_LINES = 400
# Where a unit of work ends: the edges, and those who work without a request.
EDGES = {"views", "api", "tasks", "cli"}
MAY_COMMIT = {
    "app/__init__.py",
    "app/portal.py",
    "app/core/web.py",
    "app/erp/intake.py",
    "app/erp/job_runner.py",
    "app/outbox/delivery.py",
    "app/outbox/endings.py",
    "app/outbox/sharing.py",
    "app/seed/__init__.py",
    "app/seed/claims.py",
    "app/worker.py",
}
CLOCKS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today")}
# Who starts other programs decides what these see of our environment.
READS_ENVIRONMENT = (
    "app/supervisor.py",
    "app/processes.py",
    "app/demo_data.py",
    "app/files/child.py",
    "connectors/postgres/",
    "connectors/erp/simulator/",
)


def modules(*packages: str) -> list[Path]:
    return sorted(path for one in packages for path in (ROOT / one).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Parse a module once for all habits."""
    return ast.parse(path.read_text("utf-8"))


def calls(path: Path) -> Iterator[tuple[str, str, int]]:
    """Give each `owner.method(…)` and `function(…)` of a module with its line."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func.value), node.func.attr, node.lineno
        elif isinstance(node.func, ast.Name):
            yield "", node.func.id, node.lineno


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_edge(path: Path) -> bool:
    place = path.relative_to(ROOT).with_suffix("").parts
    return bool(EDGES & set(place)) or name(path) in MAY_COMMIT


def test_every_form_is_built_of_the_fields_with_the_ranges_of_columns() -> None:
    """A form or field straight from the libraries would take what no column can hold."""
    ours = ("IntegerField", "DecimalField", "DateField", "Form")
    theirs = {"flask_wtf.FlaskForm", *(f"wtforms.{one}" for one in ours)}

    wrong = {
        name(path): found
        for path in modules("app")
        if name(path) != "app/core/fields.py" and (found := theirs & set(imports(path)))
    }

    assert wrong == {}


def test_only_the_edges_commit() -> None:
    wrong = [
        f"{name(path)}:{line} {owner}.{method}()"
        for path in modules("app", "acts")
        if not is_edge(path)
        for owner, method, line in calls(path)
        if method == "commit"
    ]

    assert wrong == []


def test_rules_are_told_the_time() -> None:
    rules = [path for path in modules("app") if path.stem == "rules"]
    asked = [
        f"{name(path)}:{line} {owner}.{method}()"
        for path in rules
        for owner, method, line in calls(path)
        if (owner.split(".")[-1], method) in CLOCKS or owner == "time"
    ]
    imported = [
        f"{name(path)} imports {one}"
        for path in rules
        for one in imports(path)
        if one.split(".")[0] == "time" or one.startswith("app.core.clock.now")
    ]

    assert len(rules) > 5
    assert asked + imported == []


def test_one_module_asks_what_time_it_is() -> None:
    asking = {
        name(path)
        for path in modules("app")
        for owner, method, _ in calls(path)
        if (owner.split(".")[-1], method) in CLOCKS
    }

    assert asking <= {"app/core/clock.py"}


def test_the_environment_is_read_by_the_settings() -> None:
    readers = {
        name(path)
        for path in modules("app", "acts", "connectors")
        if any("os.environ" in one or "getenv" in one for one in _code_words(path))
    }
    others = {one for one in readers if not one.startswith(READS_ENVIRONMENT)}

    assert others == set()


def _code_words(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)
    yield from imports(path)


def test_markup_is_made_by_templates_only() -> None:
    """`Markup` wraps what a template of ours has rendered, in the panels of a claim's page."""
    wrong = []
    for path in modules("app"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and node.name != "panel":
                wrong += [
                    f"{name(path)}:{one.lineno}"
                    for one in ast.walk(node)
                    if isinstance(one, ast.Call)
                    and ast.unparse(one.func).split(".")[-1] in ("Markup", "render_template_string")
                ]

    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_has_a_name_that_says_nothing(package: str) -> None:
    assert [name(path) for path in modules(package) if path.stem in VAGUE] == []


def test_no_module_is_too_long_to_read() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in modules(*PACKAGES)}

    assert {one: length for one, length in lengths.items() if length > MOST_LINES} == {}


def test_every_module_says_what_it_is() -> None:
    silent = [name(path) for path in modules(*PACKAGES) if not ast.get_docstring(tree(path))]

    assert silent == []


def test_forms_are_never_poured_into_rows() -> None:
    """Each column is set by name, so that nobody can add `state=accepted` to a form."""
    source = "\n".join(path.read_text("utf-8") for path in modules("app"))

    assert "populate_obj" not in source
    assert not re.search(r"\*\*\s*request\.(form|args|values|json)", source)


def test_days_of_a_claim_come_from_the_table_of_facts_and_places() -> None:
    """Whoever takes the day of a moment at the plant or the dealer names the fact instead."""
    found = [
        f"{name(path)}:{node.lineno}"
        for package in ("claims", "paperwork", "work", "erp", "notifications")
        for path in modules(f"app/{package}")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "local_day"
        and re.search(r"(plant|dealer)\.time_zone", ast.unparse(node))
    ]
    assert found == []


FORMATS = re.compile(r"isoformat\(|strftime\(|show_\w+\(|\.normalize\(|:f\}")


def test_nobody_formats_the_values_of_a_refusal() -> None:
    """`Refusal.words()` does it, for the one who reads."""
    refusals = _refusals()
    wrong = [
        f"{name(path)}:{node.lineno} {ast.unparse(node)}"
        for path in modules("app")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in refusals | {"Words", "Fault"}
        and any(FORMATS.search(ast.unparse(one.value)) for one in node.keywords)
    ]

    assert len(refusals) > 50
    assert wrong == []


def _refusals() -> set[str]:
    """Return the names of all classes that are refusals, whoever their parents are."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for path in modules("app")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    }
    found = {"Refusal"}
    while more := {one for one, parents in bases.items() if parents & found} - found:
        found |= more
    return found
