"""Between domains only models, rules, queries and services are shared; the edges are private."""

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"
EDGES = {"views", "forms", "api", "tasks", "cli"}
DOORS = {"seed", "worker", "cli", "supervisor", "navigation", "connect", "portal"}


def test_no_domain_reaches_into_the_edges_of_another() -> None:
    assert list(_reaches()) == []


def _reaches() -> Iterator[str]:
    for path in APP.rglob("*.py"):
        place = path.relative_to(APP).with_suffix("").parts
        if place[0] in DOORS:
            continue
        for name in _imported(path):
            parts = name.split(".")
            if parts[0] == "app" and len(parts) > 2 and parts[1] != place[0] and parts[2] in EDGES:
                yield f"{'/'.join(place)} imports {name}"


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
