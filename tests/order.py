"""A plugin of pytest: the long tests begin first, and those in a browser share one worker's demo.

With `--dist worksteal` each of two workers begins with half of the list and takes from the end of
the other's when its own is done. The browser's tests lead the first half: the other worker needs
no demo of its own, and what it takes over is short.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
BROWSER, CHECKS = ROOT / "browser", ROOT / "checks"


@pytest.hookimpl(trylast=True)  # after the plugin that shuffles
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests before the first half of the others, the checks before the second."""
    browser, checks = _of(BROWSER, items), _of(CHECKS, items)
    long = {id(item) for item in (*browser, *checks)}
    short = [item for item in items if id(item) not in long]
    middle = max(len(items) // 2 - len(browser), 0)
    items[:] = [*browser, *short[:middle], *checks, *short[middle:]]


def _of(folder: Path, items: Iterable[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if folder in item.path.parents]
