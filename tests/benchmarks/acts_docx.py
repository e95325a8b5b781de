"""Acts as DOCX beside docxtpl and python-docx filling the same rows, and the bare deflating.

`python3 run.py bench acts-docx`: rounds are interleaved, medians printed, only ratios are goals.
docxtpl fills the same texts and table columns in a template of its own language, with escaping.
Photos are no part of an act: they are listed as annexes and reach the ERP as files.
"""

import io
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from typing import Any

from docx import Document
from docxtpl import DocxTemplate

from acts.facts import ActFacts, ActKind, ActLanguage
from acts.render import TEMPLATES, render, template_for
from acts.template import fill_part
from acts.values import values_of
from tests.acts.examples import decided_facts

ROUNDS = 7
PEER_TIMES, LIMIT_TIMES = 15, 6
PEERS = ("python-docx", "docxtpl")
KIND, LANGUAGE = ActKind.RECLAMATION, ActLanguage.RU


def main() -> int:
    """Print a row for each size; return 1 when a goal is missed."""
    print(f"{'lines':>6} {'ours ms':>9} {'limit ms':>9} {'of limit':>9}", end="")
    print("".join(f" {f'{peer} ms':>15} {'times ours':>10}" for peer in PEERS))
    return max(int(not _measure(lines)) for lines in (20, 200))


def _measure(lines: int) -> bool:
    facts = decided_facts(LANGUAGE, lines=lines)
    content = _changed_parts(facts)
    template = _docxtpl_template(facts)
    variants: dict[str, Callable[[], object]] = {
        "ours": lambda: render(KIND, LANGUAGE, facts),
        "limit": lambda: [zlib.compress(part) for part in content],
        "python-docx": lambda: _with_python_docx(facts),
        "docxtpl": lambda: _with_docxtpl(facts, template),
    }
    times = _interleaved(variants)
    of_limit = times["ours"] / times["limit"]
    of_peers = {peer: times[peer] / times["ours"] for peer in PEERS}
    print(f"{lines:>6} {times['ours']:>9.2f} {times['limit']:>9.2f} {of_limit:>8.1f}x", end="")
    print("".join(f" {times[peer]:>15.2f} {of_peers[peer]:>9.0f}x" for peer in PEERS))
    return of_limit <= LIMIT_TIMES and min(of_peers.values()) >= PEER_TIMES


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


def _docxtpl_template(facts: ActFacts) -> bytes:
    """Return a template with every text and every column of the lines, in docxtpl's language."""
    values = values_of(facts, LANGUAGE)
    rows: Any = values["lines"]
    document = Document()
    for name, value in values.items():
        if isinstance(value, str):
            document.add_paragraph(f"{name}: {{{{ {name} }}}}")
    table = document.add_table(rows=3, cols=len(rows[0]))
    table.rows[0].cells[0].text = "{%tr for line in lines %}"
    for cell, name in zip(table.rows[1].cells, rows[0], strict=True):
        cell.text = f"{{{{ line.{name} }}}}"
    table.rows[2].cells[0].text = "{%tr endfor %}"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _with_docxtpl(facts: ActFacts, template: bytes) -> bytes:
    """Fill the same values, as its documentation says: a template is used once and read anew."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(dict(values_of(facts, LANGUAGE)), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
