"""Change feeds of other shapes than ours: nested records, headers beside the result, no schema."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.erp.drift import judge_contract
from app.erp.verdicts import Verdict
from connectors.erp.build import at_place, build_erp
from connectors.erp.mapping import parse
from connectors.erp.port import COLUMNS, Erp, RowKind
from connectors.erp.wsdl import PACKAGED_WSDL, Contract, SoapVersion
from connectors.errors import Rejected, Unavailable
from tests.connectors.erp.foreign.publishing import (
    CORE,
    CORE_SCHEMA,
    XS,
    Operation,
    Parameter,
    Service,
    publish,
)
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import PASSWORD, REFERENCE, USER, RunningSimulator, running
from tests.connectors.erp.trap import Trap

NS = "http://dealer-claims.example/dealer-claims/1_0"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WAYBILL = '<xs:element name="Waybill" type="xs:string" minOccurs="0"/>'
LINES = """
  <xs:element name="Lines" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="Line" type="tns:ShipmentLine" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
"""
TABLE_FEED = """
name: table
service: {wsdl: table.wsdl}
operations:
  ping: {call: Пинг}
  confirm: {call: Пинг}
  changes:
    call: Изменения
    request: {После: after}
    reply:
      fields: {message_no: НомерСообщения, more: ЕстьЕще, count: Всего}
      rows:
        within: return
        kinds: {Package: {each: ., fields: {Code: Код, Quantity: Количество}}}
"""
OPTIONAL_COLUMN = 'Quantity: Количество, LineRef: {$path: Строка, $absent: "-"}'


def envelope(body: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xmlns:xs="{XS}"><s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


@pytest.fixture
def nested(trap: Trap, tmp_path: Path) -> Erp:
    """The reference contract, only that a shipment holds its lines."""
    wsdl = PACKAGED_WSDL.read_text(encoding="utf-8").replace(WAYBILL, WAYBILL + LINES)
    (tmp_path / "nested.wsdl").write_text(wsdl, encoding="utf-8")
    text = REFERENCE.read_text(encoding="utf-8").replace("wsdl: packaged", "wsdl: nested.wsdl")
    text = text.replace("each: ShipmentLine", "each: Shipment/Lines/Line")
    text = text.replace("              Ref, ShipmentRef, Position", "              Ref, Position")
    start, rest = text.split("each: Shipment/Lines/Line", 1)
    fields, end = rest.split("]", 1)
    names = [name.strip() for name in fields.split("[")[1].split(",") if name.strip()]
    pairs = ", ".join(f"{name}: {name}" for name in names)
    fields = f"{{{pairs}, ShipmentRef: ../../Ref}}"
    text = f"{start}each: Shipment/Lines/Line\n            fields: {fields}{end}"
    return build_erp(at_place(parse(text, folder=tmp_path), url=trap.url))


def shipment(number: int, *, lines: int) -> str:
    inner = "".join(f"<Line><Ref>{number}-{n}</Ref></Line>" for n in range(lines))
    return f"<Shipment><Ref>{number}</Ref><Lines>{inner}</Lines></Shipment>"


def changes(rows: str, *, count: int) -> bytes:
    return envelope(
        f'<GetChangesResponse xmlns="{NS}"><return><MessageNo>7</MessageNo><More>true</More>'
        f"<Count>{count}</Count><Items>{rows}</Items></return></GetChangesResponse>"
    )


def test_lines_inside_a_shipment_become_rows_that_name_it(trap: Trap, nested: Erp) -> None:
    trap.body = changes(shipment(1, lines=2) + shipment(2, lines=0), count=2)

    with nested.changes(after=6) as message:
        rows = [(kind, row[0], row[1]) for kind, row in message]

    assert (message.message_no, message.more, message.count) == (7, True, 4)
    assert rows == [
        (RowKind.SHIPMENT, "1", None),
        (RowKind.LINE, "1-0", "1"),
        (RowKind.LINE, "1-1", "1"),
        (RowKind.SHIPMENT, "2", None),
    ]


def test_a_feed_of_nested_records_that_lacks_one_is_refused(trap: Trap, nested: Erp) -> None:
    trap.body = changes(shipment(1, lines=2), count=2)

    with (
        pytest.raises(Rejected, match="declared 2 rows and sent 1"),
        nested.changes(after=6) as message,
    ):
        list(message)


def test_a_field_that_the_mapping_leaves_out_is_no_stranger(trap: Trap, tmp_path: Path) -> None:
    text = REFERENCE.read_text(encoding="utf-8").replace("[LineRef, Serial, Lot]", "[Lot, LineRef]")
    erp = build_erp(at_place(parse(text, folder=tmp_path), url=trap.url))
    unit = "<Unit><LineRef>l</LineRef><Serial>s</Serial><Lot>p</Lot></Unit>"
    trap.body = changes(unit * 2, count=2)

    with erp.changes(after=6) as message:
        assert list(message) == [(RowKind.UNIT, ("l", None, "p"))] * 2


def table_service() -> Service:
    text, whole, flag = f"{{{XS}}}string", f"{{{XS}}}int", f"{{{XS}}}boolean"
    beside = (
        Parameter("После", whole, False, "In"),
        Parameter("НомерСообщения", whole, False, "Out"),
        Parameter("ЕстьЕще", flag, False, "Out"),
        Parameter("Всего", whole, False, "Out"),
    )
    table = Operation("Изменения", f"{{{CORE}}}ValueTable", False, beside)
    return Service("Упаковки", "neo-fly", (Operation("Пинг", text, True, ()), table))


def table_reply(*, count: int) -> bytes:
    columns = "".join(f"<column><Name>{name}</Name></column>" for name in ("Код", "Количество"))
    rows = "".join(
        f'<row><Value xsi:type="xs:string">p{n}</Value><Value xsi:type="d:Число">{n}</Value></row>'
        for n in range(3)
    )
    return envelope(
        f'<ИзмененияResponse xmlns="neo-fly"><return xmlns:v="{CORE}">'
        + f"{columns}{rows}".replace("<", "<v:").replace("<v:/", "</v:")
        + "</return><НомерСообщения>9</НомерСообщения><ЕстьЕще>false</ЕстьЕще>"
        f"<Всего>{count}</Всего></ИзмененияResponse>"
    )


@pytest.fixture
def table(trap: Trap, tmp_path: Path) -> Erp:
    (tmp_path / "table.wsdl").write_bytes(publish(table_service()))
    return build_erp(at_place(parse(TABLE_FEED, folder=tmp_path), url=trap.url))


def test_a_change_feed_may_be_a_table_with_its_number_beside_it(trap: Trap, table: Erp) -> None:
    trap.body = table_reply(count=3)

    with table.changes(after=8) as message:
        rows = list(message)

    assert (message.message_no, message.more, message.count) == (9, False, 3)
    found = [(kind, row[:3]) for kind, row in rows]
    assert found == [(RowKind.PACKAGE, (f"p{n}", None, str(n))) for n in range(3)]
    assert {len(row) for _, row in rows} == {len(COLUMNS[RowKind.PACKAGE])}


def test_a_promised_column_that_is_not_there_is_an_error(trap: Trap, tmp_path: Path) -> None:
    (tmp_path / "table.wsdl").write_bytes(publish(table_service()))
    text = TABLE_FEED.replace("Quantity: Количество", "Quantity: Колличество")
    erp = build_erp(at_place(parse(text, folder=tmp_path), url=trap.url))
    trap.body = table_reply(count=3)

    with (
        pytest.raises(Rejected, match="no column Колличество; it has Код, Количество"),
        erp.changes(after=8),
    ):
        pass


def test_a_column_that_may_be_missing_says_so_in_the_mapping(trap: Trap, tmp_path: Path) -> None:
    (tmp_path / "table.wsdl").write_bytes(publish(table_service()))
    text = TABLE_FEED.replace("Quantity: Количество", OPTIONAL_COLUMN)
    erp = build_erp(at_place(parse(text, folder=tmp_path), url=trap.url))
    trap.body = table_reply(count=3)

    with erp.changes(after=8) as message:
        assert [row[1] for _, row in message] == ["-"] * 3


def test_a_table_shorter_than_it_declares_is_refused(trap: Trap, table: Erp) -> None:
    trap.body = table_reply(count=4)

    with pytest.raises(Rejected, match="declared 4 rows and sent 3"), table.changes(after=8):
        pass


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("pages"), shipments=60, lines=300) as started:
        yield started


def paged(url: str, folder: Path, *, feed_seconds: float = 900.0) -> Erp:
    """The reference contract as if it had no change feed."""
    start, rest = REFERENCE.read_text(encoding="utf-8").split("  changes:\n", 1)
    feed, pages = rest.split("  pages:\n", 1)
    rows = feed.split("rows: &rows\n")[1].split("\n\n  confirm:")[0]
    pages = pages.replace("rows: *rows", f"rows:\n{rows}")
    mapping = parse(f"{start}  changes: pages\n\n  pages:\n{pages}", folder=folder)
    limits = replace(mapping.patience, page_items=7, feed_seconds=feed_seconds)
    placed = at_place(replace(mapping, patience=limits), url=url, user=USER)
    return build_erp(placed, password=PASSWORD)


def test_a_service_without_a_feed_is_read_page_by_page_to_the_same_rows(
    traded: RunningSimulator, tmp_path: Path
) -> None:
    traded.erp().put_claim(a_claim())
    with traded.erp(node="compared").changes(after=0) as message:
        by_feed = set(message)

    with paged(traded.url, tmp_path).changes(after=4) as message:
        by_pages = list(message)

    assert set(by_pages) == by_feed
    assert len(by_pages) == len(by_feed) == message.count
    assert (message.message_no, message.more) == (5, False)
    assert {RowKind.LOT, RowKind.DOCUMENT} <= {kind for kind, _ in by_pages}


def test_lists_that_take_too_long_say_which_limit_it_was(
    traded: RunningSimulator, tmp_path: Path
) -> None:
    erp = paged(traded.url, tmp_path, feed_seconds=0.05)

    with (
        traded.weather("slow:by=0.03:on=GetFullPage"),
        pytest.raises(Unavailable, match=r"within the 0\.05 seconds of feed_seconds"),
        erp.changes(after=0) as message,
    ):
        list(message)


def test_types_that_are_no_schema_are_the_doctor_s_news_and_nothing_stops(
    trap: Trap, tmp_path: Path
) -> None:
    ambiguous = '<xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded"/>'
    column = '<xs:element name="ValueType"'
    assert column in CORE_SCHEMA
    wsdl = publish(table_service()).decode().replace(column, ambiguous + column)
    (tmp_path / "table.wsdl").write_text(wsdl, encoding="utf-8")
    erp = build_erp(at_place(parse(TABLE_FEED, folder=tmp_path), url=trap.url))
    trap.body = table_reply(count=3)

    with erp.changes(after=8) as message:
        assert len(list(message)) == 3
    found = erp.approach()

    assert "determinist" in found.schema_fault
    assert judge_contract(replace(found, live=None)).verdict is Verdict.LOOK


def test_a_port_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "table.wsdl"
    path.write_bytes(publish(table_service()))

    assert Contract(path, SoapVersion.V1_1, port="УпаковкиSoap12").version is SoapVersion.V1_2
    with pytest.raises(Rejected, match="no SOAP port Факс"):
        Contract(path, SoapVersion.V1_1, port="Факс")
