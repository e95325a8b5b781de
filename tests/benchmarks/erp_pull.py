"""How fast and how small the pull is: `python -m tests.benchmarks.erp_pull [--lines 100000]`.

Ours, end to end with all checks, beside the limit (parse and COPY into a bare table) and the usual
way (zeep's objects, COPY). Interleaved, each in a process of its own; only the ratios count.
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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests
import zeep
from lxml import etree
from sqlalchemy import text

from app.accounts.models import Plant
from app.core.clock import now
from app.core.db import connect_database, db
from app.core.outside import KnownErp, Outside, connect_outside
from app.erp.pull import pull
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
LEAST_OF_LIMIT = 0.4
LEAST_OF_ZEEP = 4.0
MOST_MEMORY = 64.0
# Over a choice of rows zeep's time grows with the square; a part of the lines flatters it.
ZEEP_SHARE = 20


@dataclass(frozen=True)
class Place:
    """Where the ERP and the database of this run are."""

    erp_url: str
    database_url: str


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
            print(f"{lines} lines, {whole.stat().st_size / 1e6:.0f} MB of XML, {rounds} rounds")
            with serving(whole) as erp, serving(part) as small_erp:
                places = {"zeep": Place(small_erp, url)}
                results = _interleave(places, Place(erp, url), rounds)
    return _judge(results)


def _interleave(places: dict[str, Place], usual: Place, rounds: int) -> dict[str, list[Result]]:
    results: dict[str, list[Result]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, found in results.items():
            place = places.get(way, usual)
            words = ["--way", way, "--erp", place.erp_url, "--database", place.database_url]
            done = _run(words)
            found.append(Result(**json.loads(done)))
    return results


def _judge(results: dict[str, list[Result]]) -> int:
    rates = {way: statistics.median(one.rate for one in found) for way, found in results.items()}
    sizes = {way: max(one.memory for one in found) for way, found in results.items()}
    for way in WAYS:
        print(f"{way:8} {rates[way]:10,.0f} rows/s {sizes[way]:8.0f} MiB over the imports")
    of_limit, of_zeep = rates["ours"] / rates["limit"], rates["ours"] / rates["zeep"]
    goals = (
        (f"of the limit: {of_limit:.2f} (goal {LEAST_OF_LIMIT})", of_limit >= LEAST_OF_LIMIT),
        (f"of zeep and COPY: {of_zeep:.1f} (goal {LEAST_OF_ZEEP})", of_zeep >= LEAST_OF_ZEEP),
        (f"memory: {sizes['ours']:.0f} MiB (goal {MOST_MEMORY:.0f})", sizes["ours"] <= MOST_MEMORY),
    )
    for sentence, is_met in goals:
        print(f"{'met' if is_met else 'MISSED':7} {sentence}")
    return 0 if all(is_met for _, is_met in goals) else 1


def _measure(options: argparse.Namespace) -> Result:
    place = Place(options.erp, options.database)
    _empty(place)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again at the present size
    before = _peak_memory()
    started = time.perf_counter()
    rows = WAYS[options.way](place)
    seconds = time.perf_counter() - started
    return Result(rows / seconds, _peak_memory() - before)


def _ours(place: Place) -> int:
    erp = reference_erp(url=place.erp_url, node=NODE)
    connect_outside(
        Outside({NODE: KnownErp(erp)}, MemoryStorage(), RememberingMail(), SilentDoorbell())
    )
    report = pull(NODE, at=now())
    db.commit()
    assert (report.published, report.rejected) == (report.read, 0)
    return db.query(ShipmentLine).count()


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
    client: Any = zeep.Client(  # type: ignore[no-untyped-call]
        str(PACKAGED_WSDL), settings=zeep.Settings(xml_huge_tree=True)
    )
    service = client.create_service(BINDING, place.erp_url)
    changes = service.GetChanges(Node=NODE, MessageNo=0, MaxItems=0)
    names = COLUMNS[RowKind.LINE]
    rows = 0
    with _bare_table(place, names) as (connection, command):
        with connection.cursor().copy(command) as copy:
            for choice in changes.Items._value_1:
                found = choice.get(str(RowKind.LINE))
                if found is not None:
                    copy.write_row([str(found[name]) for name in names])
                    rows += 1
        connection.commit()
    return rows


WAYS: dict[str, Callable[[Place], int]] = {"limit": _limit, "ours": _ours, "zeep": _zeep}


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
    db.execute(text("TRUNCATE plant, erp_feed, erp_rejected_row CASCADE"))
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
    parser.add_argument("--database", help="internal: where the tables are")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
