"""Acts as DOCX beside docxtpl and python-docx filling the same rows, and the bare deflating.

`python3 run.py bench acts-docx`: rounds are interleaved, in processor time, medians printed, only
ratios are goals. docxtpl makes the very same document, every text of it, from our own template in
its language; that is proved before it is measured. python-docx fills less: the table of lines only.
Photos are no part of an act: they are listed as annexes and reach the ERP as files.
"""

import io
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from docxtpl import DocxTemplate

from acts.facts import ActFacts, ActKind, ActLanguage
from acts.markup import INSTRUCTION, has_tags, mark_tags
from acts.package import read_parts
from acts.render import TEMPLATES, render, template_for
from acts.template import XML_HEAD, fill_part
from acts.values import VOCABULARY, values_of
from tests.acts.examples import decided_facts

ROUNDS = 7
PEER_TIMES, LIMIT_TIMES = 15, 6
PEERS = ("python-docx", "docxtpl")
JINJA = {
    "=": "{{{{ {} }}}}",
    "#each": "{{% for row in {} %}}",
    "/each": "{{% endfor %}}",
    "#if": "{{% if {} %}}",
    "#unless": "{{% if not {} %}}",
    "/if": "{{% endif %}}",
    "/unless": "{{% endif %}}",
}
KIND, LANGUAGE = ActKind.RECLAMATION, ActLanguage.RU


def main() -> int:
    """Print a row for each size; return 1 when a goal is missed."""
    print(f"{'lines':>6} {'ours ms':>9} {'limit ms':>9} {'of limit':>9}", end="")
    print("".join(f" {f'{peer} ms':>15} {'times ours':>10}" for peer in PEERS))
    return max(int(not _measure(lines)) for lines in (20, 200))


def _measure(lines: int) -> bool:
    facts = decided_facts(LANGUAGE, lines=lines)
    content = _changed_parts(facts)
    template = _docxtpl_template()
    if _texts(_with_docxtpl(facts, template)) != _texts(render(KIND, LANGUAGE, facts)):
        raise AssertionError("docxtpl has made another act")
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
    goals = (
        (f"times as long as the limit: {of_limit:.1f} (goal {LIMIT_TIMES})",
         of_limit <= LIMIT_TIMES),
        (f"times as fast as docxtpl: {of_peers['docxtpl']:.1f} (goal {PEER_TIMES})",
         of_peers["docxtpl"] >= PEER_TIMES),
    )  # fmt: skip
    for sentence, is_met in goals:
        print(f"{'met' if is_met else 'MISSED':7} {lines} lines, {sentence}")
    return all(is_met for _, is_met in goals)


def _interleaved(variants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median milliseconds of each variant, taken in turns."""
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, work in variants.items():
            start = time.process_time()
            work()
            taken[name].append(1000 * (time.process_time() - start))
    return {name: statistics.median(times) for name, times in taken.items()}


def _changed_parts(facts: ActFacts) -> list[bytes]:
    values = values_of(facts, LANGUAGE)
    parts = template_for(KIND, LANGUAGE).parts
    return [fill_part(part[1], values) for part in parts if isinstance(part, tuple)]


def _with_python_docx(facts: ActFacts) -> bytes:
    """Fill every column of the table of lines, the way python-docx is used; nothing else."""
    document = Document(str(TEMPLATES / LANGUAGE / f"{KIND}.docx"))
    table: Any = document.tables[1]
    rows: Any = values_of(facts, LANGUAGE)["lines"]
    for row in rows:
        for cell, text in zip(table.add_row().cells, row.values(), strict=False):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docxtpl_template() -> bytes:
    """Return our own template with its tags in docxtpl's language, at the same places."""
    package = (TEMPLATES / LANGUAGE / f"{KIND}.docx").read_bytes()
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in read_parts(package).items():
            archive.writestr(name, _in_jinja(content, name) if has_tags(content) else content)
    return out.getvalue()


def _in_jinja(content: bytes, name: str) -> str:
    pieces = [XML_HEAD]
    row_names: frozenset[str] = frozenset()
    for number, piece in enumerate(INSTRUCTION.split(mark_tags(content, name))):
        kind, _, about = piece.partition(" ")
        if kind in {"#each", "/each"}:
            row_names = VOCABULARY.lists.get(about, frozenset())
        value = f"row.{about}" if about in row_names else about
        pieces.append(JINJA[kind].format(value) if number % 2 else piece)
    return "".join(pieces)


def _with_docxtpl(facts: ActFacts, template: bytes) -> bytes:
    """Fill the same values, as its documentation says: a template is used once and read anew."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(dict(values_of(facts, LANGUAGE)), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _texts(act: bytes) -> list[str]:
    document = Document(io.BytesIO(act))
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    return [one.text for one in (*document.paragraphs, *cells)]


if __name__ == "__main__":
    sys.exit(main())
