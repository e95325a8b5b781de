"""How fast and how small the pull is: `python -m tests.benchmarks.erp_pull [--lines 100000]`.

Ours, end to end with all checks, beside the limit (parse and COPY into a bare table) and the usual
ways (zeep's objects, by COPY or by the ORM into a table without checks). Interleaved, each in a
process of its own; only the ratios count. The daily case reads the same rows again, some of them
changed, into tables that have them. With more than 100,000 lines ours is measured with that
many as well: its memory must not grow with them.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import requests
import zeep
from lxml import etree
from sqlalchemy import Column, Table, Text, create_engine, text
from sqlalchemy.orm import Session, registry

from app.accounts.models import Plant
from app.core.clock import now
from app.core.db import connect_database, db
from app.core.outside import KnownErp, Outside, connect_outside
from app.erp.pull import PullReport, pull
from app.shipments.models import ShipmentLine
from app.vocabulary import Language
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.port import COLUMNS, RowKind
from connectors.erp.wsdl import PACKAGED_WSDL
from connectors.mail.memory import RememberingMail
from connectors.postgres import embedded
from connectors.storage.memory import MemoryStorage
from migrations import upgrade
from tests.benchmarks.erp_feed import ENVELOPE, NAMESPACE, serving, write_reply
from tests.connectors.erp.running import reference_erp

DATABASE = "benchmark"
BINDING = f"{{{NAMESPACE}}}DealerClaimsSoapBinding"
NODE = "benchmark"
DAILY = "daily"
LEAST_OF_LIMIT = 0.4
LEAST_OF_ZEEP = 4.0
LEAST_OF_ORM = 10.0
MOST_MEMORY = 64.0
# Known rows are compared instead of written; what was changed is written a second time.
LEAST_OF_FIRST = 0.6
CHANGED = 20  # every so-manieth line is another in the daily case
USUAL_LINES = 100_000
MOST_GROWTH = 1.1
# Over a choice of rows zeep's time grows with the square; a part of the lines flatters it.
ZEEP_SHARE = 20
FEWER = f"ours of {USUAL_LINES:,}"


@dataclass(frozen=True)
class Place:
    """Where the ERP, perhaps its next message, and the database of this run are."""

    erp_url: str
    database_url: str
    next_url: str = ""


@dataclass(frozen=True)
class Result:
    """One run: rows a second, and MiB above what the imports took."""

    rate: float
    memory: float


def main() -> int:
    """Compare the ways, print a table, return 0 when the goals are met."""
    options = _read_options()
    if options.way:
        print(json.dumps(vars(_measure(options))))
        return 0
    return _compare(options.lines, options.rounds)


def _compare(lines: int, rounds: int) -> int:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run under an account of its own
        with embedded.running(folder / "postgres", durable=True) as postgres:
            postgres.address.ensure_database(DATABASE)
            url = postgres.address.url(DATABASE)
            upgrade(url)
            whole, part = folder / "whole.xml", folder / "part.xml"
            write_reply(whole, lines)
            write_reply(part, lines // ZEEP_SHARE)
            print(
                f"{lines} lines, {whole.stat().st_size / 1e6:.0f} MB of XML, {rounds} rounds;"
                f" {lines // ZEEP_SHARE} lines for zeep, which more would only slow down"
            )
            with ExitStack() as served:
                erp, small_erp = (
                    Place(served.enter_context(serving(reply)), url) for reply in (whole, part)
                )
                write_reply(folder / "daily.xml", lines, message_no=2, changed=CHANGED)
                next_url = served.enter_context(serving(folder / "daily.xml"))
                daily = replace(erp, next_url=next_url)
                runs = {"limit": ("limit", erp), "ours": ("ours", erp), DAILY: (DAILY, daily)}
                runs |= {way: (way, small_erp) for way in ("zeep", "orm")}
                if lines > USUAL_LINES:
                    write_reply(folder / "usual.xml", USUAL_LINES)
                    usual = served.enter_context(serving(folder / "usual.xml"))
                    runs[FEWER] = ("ours", Place(usual, url))
                results = _interleave(runs, rounds)
    return _judge(results)


def _interleave(runs: dict[str, tuple[str, Place]], rounds: int) -> dict[str, list[Result]]:
    results: dict[str, list[Result]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, found in results.items():
            way, place = runs[name]
            words = ["--way", way, "--erp", place.erp_url, "--database", place.database_url]
            words += ["--next", place.next_url] if place.next_url else []
            done = _run(words)
            found.append(Result(**json.loads(done)))
    return results


def _judge(results: dict[str, list[Result]]) -> int:
    rates = {way: statistics.median(one.rate for one in found) for way, found in results.items()}
    sizes = {way: max(one.memory for one in found) for way, found in results.items()}
    for way in results:
        print(f"{way:16} {rates[way]:10,.0f} rows/s {sizes[way]:8.0f} MiB over the imports")
    of_limit, of_zeep, of_orm = (rates["ours"] / rates[way] for way in ("limit", "zeep", "orm"))
    of_first = rates[DAILY] / rates["ours"]
    goals = [
        (f"of the limit: {of_limit:.2f} (goal {LEAST_OF_LIMIT})", of_limit >= LEAST_OF_LIMIT),
        (f"of zeep and COPY: {of_zeep:.1f} (goal {LEAST_OF_ZEEP})", of_zeep >= LEAST_OF_ZEEP),
        (f"of zeep and the ORM: {of_orm:.1f} (goal {LEAST_OF_ORM})", of_orm >= LEAST_OF_ORM),
        (
            f"daily of the first time: {of_first:.2f} (goal {LEAST_OF_FIRST})",
            of_first >= LEAST_OF_FIRST,
        ),
        (f"memory: {sizes['ours']:.0f} MiB (goal {MOST_MEMORY:.0f})", sizes["ours"] <= MOST_MEMORY),
    ]
    if FEWER in sizes:
        growth = sizes["ours"] / sizes[FEWER]
        words = f"memory beside {USUAL_LINES:,} lines: {growth:.2f} times (goal {MOST_GROWTH})"
        goals.append((words, growth <= MOST_GROWTH))
    for sentence, is_met in goals:
        print(f"{'met' if is_met else 'MISSED':7} {sentence}")
    return 0 if all(is_met for _, is_met in goals) else 1


def _measure(options: argparse.Namespace) -> Result:
    place = Place(options.erp, options.database, options.next)
    _empty(place)
    if options.way == DAILY:
        _ours(place)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again at the present size
    before = _peak_memory()
    started = time.perf_counter()
    rows = WAYS[options.way](place)
    seconds = time.perf_counter() - started
    return Result(rows / seconds, _peak_memory() - before)


def _ours(place: Place) -> int:
    report = _pull_from(place.erp_url)
    assert (report.published, report.rejected) == (report.read, 0)
    return db.query(ShipmentLine).count()


def _pull_from(url: str) -> PullReport:
    erp = reference_erp(url=url, node=NODE)
    connect_outside(
        Outside({NODE: KnownErp(erp)}, MemoryStorage(), RememberingMail(), SilentDoorbell())
    )
    report = pull(NODE, at=now())
    db.commit()
    return report


def _daily(place: Place) -> int:
    """Pull what is known already, some of it changed, as on any day after the first."""
    db.remove()
    report = _pull_from(place.next_url)
    lines = db.query(ShipmentLine).count()
    assert (report.published, report.rejected) == (-(-lines // CHANGED), 0)
    return lines


def _limit(place: Place) -> int:
    """Parse with what lxml has in C and copy the lines' text into a table without anything."""
    tag = f"{{{NAMESPACE}}}{RowKind.LINE}"
    names = COLUMNS[RowKind.LINE]
    rows = 0
    with _post(place) as reply, _bare_table(place, names) as (connection, command):
        with connection.cursor().copy(command) as copy:
            for _, element in etree.iterparse(reply.raw, tag=tag, no_network=True):
                copy.write("\t".join([child.text or "" for child in element]) + "\n")
                rows += 1
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        connection.commit()
    return rows


def _zeep(place: Place) -> int:
    """Let zeep make objects and copy those; nothing is checked or merged."""
    names = COLUMNS[RowKind.LINE]
    rows = 0
    with _bare_table(place, names) as (connection, command):
        with connection.cursor().copy(command) as copy:
            for values in _objects(place):
                copy.write_row(values)
                rows += 1
        connection.commit()
    return rows


def _orm(place: Place) -> int:
    """Let zeep make objects and give them to the ORM; nothing is checked or merged."""

    class Line:
        """A line as it came."""

        def __init__(self, **values: str) -> None:
            for name, value in values.items():
                setattr(self, name, value)

    names = COLUMNS[RowKind.LINE]
    mapped = registry()
    columns = [Column(name, Text, primary_key=name == "Ref") for name in names]
    table = Table("bare", mapped.metadata, *columns, prefixes=["TEMPORARY"])
    mapped.map_imperatively(Line, table)
    with create_engine(place.database_url).connect() as connection, Session(connection) as session:
        table.create(connection)
        lines = [Line(**dict(zip(names, values, strict=True))) for values in _objects(place)]
        session.add_all(lines)
        session.commit()
    return len(lines)


def _objects(place: Place) -> Iterator[list[str]]:
    """Yield the values of zeep's objects."""
    client: Any = zeep.Client(  # type: ignore[no-untyped-call]
        str(PACKAGED_WSDL), settings=zeep.Settings(xml_huge_tree=True)
    )
    service = client.create_service(BINDING, place.erp_url)
    changes = service.GetChanges(Node=NODE, MessageNo=0, MaxItems=0)
    for choice in changes.Items._value_1:
        found = choice.get(str(RowKind.LINE))
        if found is not None:
            yield [str(found[name]) for name in COLUMNS[RowKind.LINE]]


WAYS: dict[str, Callable[[Place], int]] = {
    "limit": _limit, "ours": _ours, DAILY: _daily, "zeep": _zeep, "orm": _orm,
}  # fmt: skip


def _post(place: Place) -> requests.Response:
    body = (
        f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body><GetChanges xmlns="{NAMESPACE}"><Node>{NODE}'
        "</Node><MessageNo>0</MessageNo><MaxItems>0</MaxItems></GetChanges></e:Body></e:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": ""}
    return requests.post(place.erp_url, body, headers=headers, stream=True, timeout=600)


@contextmanager
def _bare_table(place: Place, names: tuple[str, ...]) -> Iterator[tuple[psycopg.Connection, str]]:
    columns = ", ".join(f'"{name}" text' for name in names)
    with psycopg.connect(place.database_url.replace("+psycopg", "", 1)) as connection:
        connection.execute(f"CREATE TEMP TABLE bare ({columns})")
        yield connection, "COPY bare FROM STDIN"


def _empty(place: Place) -> None:
    """Leave one plant and nothing of the ERP's."""
    connect_database(place.database_url)
    db.execute(text("TRUNCATE plant, shipment_line, erp_feed, erp_rejected_row CASCADE"))
    words = {"city": "", "address": "", "tax_id": "", "signer": "", "signer_basis": ""}
    zone = {"country": "RU", "time_zone": "Europe/Samara", "language": Language.RU}
    db.add(Plant(code="RU1", name="Plant", home=NODE, **words, **zone))
    db.commit()


def _peak_memory() -> float:
    """Return the most memory that this process has had, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


def _run(words: list[str]) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.erp_pull", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.erp_pull", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=sorted(WAYS), help="internal: run one way once")
    parser.add_argument("--erp", help="internal: where the feed is")
    parser.add_argument("--next", default="", help="internal: where the feed's next message is")
    parser.add_argument("--database", help="internal: where the tables are")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
