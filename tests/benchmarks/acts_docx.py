"""Acts as DOCX, measured beside python-docx filling the same rows and beside the bare deflating.

`python3 run.py bench acts-docx`: rounds are interleaved, medians printed, only ratios are goals.
"""

import io
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from typing import Any

from docx import Document

from acts.facts import ActFacts, ActKind, ActLanguage
from acts.render import TEMPLATES, render, template_for
from acts.template import fill_part
from acts.values import values_of
from tests.acts.examples import decided_facts

ROUNDS = 7
PEER_TIMES, LIMIT_TIMES = 15, 6
KIND, LANGUAGE = ActKind.RECLAMATION, ActLanguage.RU


def main() -> int:
    """Print a row for each size; return 1 when a goal is missed."""
    print(f"{'lines':>6} {'ours ms':>9} {'limit ms':>9} {'python-docx ms':>15} "
          f"{'of limit':>9} {'of peer':>8}")  # fmt: skip
    return max(int(not _measure(lines)) for lines in (20, 200))


def _measure(lines: int) -> bool:
    facts = decided_facts(LANGUAGE, lines=lines)
    content = _changed_parts(facts)
    variants: dict[str, Callable[[], object]] = {
        "ours": lambda: render(KIND, LANGUAGE, facts),
        "limit": lambda: [zlib.compress(part) for part in content],
        "peer": lambda: _with_python_docx(facts),
    }
    times = _interleaved(variants)
    of_limit, of_peer = times["ours"] / times["limit"], times["peer"] / times["ours"]
    print(f"{lines:>6} {times['ours']:>9.2f} {times['limit']:>9.2f} {times['peer']:>15.2f} "
          f"{of_limit:>8.1f}x {of_peer:>7.0f}x")  # fmt: skip
    return of_limit <= LIMIT_TIMES and of_peer >= PEER_TIMES


def _interleaved(variants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median milliseconds of each variant, taken in turns."""
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, work in variants.items():
            start = time.perf_counter()
            work()
            taken[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(times) for name, times in taken.items()}


def _changed_parts(facts: ActFacts) -> list[bytes]:
    values = values_of(facts, LANGUAGE)
    parts = template_for(KIND, LANGUAGE).parts
    return [fill_part(part[1], values) for part in parts if isinstance(part, tuple)]


def _with_python_docx(facts: ActFacts) -> bytes:
    """Fill as many rows as the act has, the way python-docx is used."""
    document = Document(str(TEMPLATES / LANGUAGE / f"{KIND}.docx"))
    table: Any = document.tables[1]
    for line in facts.lines:
        cells = table.add_row().cells
        for cell, text in zip(cells, (line.sku, line.name, line.serial, line.lot), strict=False):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
