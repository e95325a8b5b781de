"""The demo looks like a year and a half of a real trade, and is the same on every machine."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from connectors.erp.port import COLUMNS, RowKind
from connectors.erp.simulator import demo_codes
from connectors.erp.simulator.demo_data import generate, one_shipment
from connectors.erp.simulator.feed import row_xml
from connectors.erp.wsdl import PACKAGED_WSDL, message_schema, safe_parser

TODAY = date(2026, 11, 16)
Rows = dict[RowKind, list[dict[str, str | None]]]


def by_kind(rows: list[tuple[RowKind, tuple[str | None, ...]]]) -> Rows:
    sorted_out: Rows = {kind: [] for kind in RowKind}
    for kind, row in rows:
        sorted_out[kind].append(dict(zip(COLUMNS[kind], row, strict=True)))
    return sorted_out


@pytest.fixture(scope="module")
def demo() -> Rows:
    return by_kind(list(generate(1, TODAY)))


def test_the_demo_has_its_promised_size(demo: Rows) -> None:
    counts = {kind: len(rows) for kind, rows in demo.items()}

    assert counts[RowKind.DEALER] == 12
    assert counts[RowKind.ITEM] == 41  # one of which is a group
    assert counts[RowKind.SHIPMENT] == 620
    assert counts[RowKind.LINE] == 6500


def test_the_same_seed_and_day_give_the_same_demo() -> None:
    few = {"shipments": 30, "lines": 90}

    assert list(generate(7, TODAY, **few)) == list(generate(7, TODAY, **few))
    assert list(generate(7, TODAY, **few)) != list(generate(8, TODAY, **few))


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (RowKind.DEALER, ("Ref",)),
        (RowKind.ITEM, ("Gtin",)),
        (RowKind.SHIPMENT, ("Number",)),
        (RowKind.LINE, ("Ref",)),
        (RowKind.UNIT, ("LineRef", "Serial")),
        (RowKind.PACKAGE, ("Code",)),
    ],
)
def test_nothing_is_there_twice(demo: Rows, kind: RowKind, key: tuple[str, ...]) -> None:
    seen = Counter(tuple(row[name] for name in key) for row in demo[kind])

    assert seen.most_common(1)[0][1] == 1


def test_every_reference_leads_somewhere(demo: Rows) -> None:
    known = {row["Ref"] for kind in ("Dealer", "Item", "Shipment") for row in demo[RowKind(kind)]}
    lines = {row["Ref"] for row in demo[RowKind.LINE]}

    for row in demo[RowKind.SHIPMENT]:
        assert row["DealerRef"] in known
    for row in demo[RowKind.LINE]:
        assert {row["ShipmentRef"], row["ItemRef"]} <= known
    for row in demo[RowKind.UNIT] + demo[RowKind.LOT]:
        assert row["LineRef"] in lines
    lines_or_none = {*lines, None}
    boxes_or_none = {None, *(row["Code"] for row in demo[RowKind.PACKAGE])}
    for row in demo[RowKind.PACKAGE]:
        assert row["LineRef"] in lines_or_none
        assert row["ParentCode"] in boxes_or_none
    groups = {row["Ref"] for row in demo[RowKind.GROUP]}
    folders = {row["Ref"] for row in demo[RowKind.ITEM] if row["IsFolder"] == "true"}
    groups |= folders
    for row in demo[RowKind.ITEM]:
        assert row["GroupRef"] in groups
    for row in demo[RowKind.COMPONENT]:
        assert {row["ItemRef"], row["ComponentRef"]} - {None} <= known


def test_a_serial_item_has_a_plate_and_a_box_for_each_piece(demo: Rows) -> None:
    tracking = {row["Ref"]: row["Tracking"] for row in demo[RowKind.ITEM]}
    plates = Counter(row["LineRef"] for row in demo[RowKind.UNIT])
    boxes: Counter[str | None] = Counter()
    for box in demo[RowKind.PACKAGE]:
        boxes[box["LineRef"]] += Decimal(box["Quantity"] or 0)  # type: ignore[assignment]

    for line in demo[RowKind.LINE]:
        quantity = Decimal(line["Quantity"] or 0)
        assert boxes[line["Ref"]] == quantity
        is_serial = tracking[line["ItemRef"]] == "serial"
        assert plates[line["Ref"]] == (quantity if is_serial else 0)
        assert (line["Lot"] is None) == is_serial


def test_goods_do_not_cross_the_border_of_the_plants(demo: Rows) -> None:
    plant = {row["Ref"]: row["PlantCode"] for row in demo[RowKind.ITEM] + demo[RowKind.DEALER]}
    shipments = {row["Ref"]: row for row in demo[RowKind.SHIPMENT]}

    for line in demo[RowKind.LINE]:
        shipment = shipments[line["ShipmentRef"]]
        assert plant[line["ItemRef"]] == plant[shipment["DealerRef"]] == shipment["PlantCode"]
        currency = {"RU-CHE": "RUB", "PL-LDZ": "PLN"}[shipment["PlantCode"] or ""]
        assert shipment["Currency"] == currency


def test_the_vat_is_that_of_the_day(demo: Rows) -> None:
    shipments = {row["Ref"]: row for row in demo[RowKind.SHIPMENT]}
    rates = {
        (
            shipments[line["ShipmentRef"]]["PlantCode"],
            _day(line, shipments) >= "2026",
            line["VatRate"],
        )
        for line in demo[RowKind.LINE]
    }

    assert rates == {
        ("RU-CHE", False, "20"), ("RU-CHE", True, "22"),
        ("PL-LDZ", False, "23"), ("PL-LDZ", True, "23"),
    }  # fmt: skip


def test_winter_months_are_the_busiest(demo: Rows) -> None:
    months = Counter((row["Date"] or "")[:7] for row in demo[RowKind.SHIPMENT])

    winter = [months[month] for month in ("2025-10", "2025-11", "2025-12", "2026-01")]
    summer = [months[month] for month in ("2026-05", "2026-06", "2026-07", "2026-08")]
    assert min(winter) > max(summer)


def test_nothing_was_shipped_in_the_future(demo: Rows) -> None:
    days = [(row["Date"] or "")[:10] for row in demo[RowKind.SHIPMENT]]

    assert max(days) < str(TODAY)
    assert sum(day >= str(TODAY - timedelta(days=550)) for day in days) >= 619


def test_check_digits_are_right(demo: Rows) -> None:
    assert demo[RowKind.ITEM][1]["Gtin"] == "2900000000018"  # after the folder
    for box in demo[RowKind.PACKAGE]:
        code = box["Code"] or ""
        assert len(code) == 18
        assert demo_codes.gs1_check(code[:-1]) == code[-1]
    for unit in demo[RowKind.UNIT]:
        serial = unit["Serial"] or ""
        assert demo_codes.luhn(serial[-10:-1]) == serial[-1]


def test_one_bad_lot_of_controllers_sits_in_25_boilers_of_six_dealers(demo: Rows) -> None:
    shipment_of = {row["Ref"]: row["ShipmentRef"] for row in demo[RowKind.LINE]}
    dealer_of = {row["Ref"]: row["DealerRef"] for row in demo[RowKind.SHIPMENT]}
    bad = [unit for unit in demo[RowKind.UNIT] if unit["Lot"] == "2609-C-014"]

    boilers = [unit for unit in bad if (unit["Serial"] or "").startswith("OGP20")]
    dealers = {dealer_of[shipment_of[unit["LineRef"]]] for unit in boilers}
    assert len(boilers) >= 25
    assert len(dealers) >= 6


def test_the_registry_example_of_the_plant_is_valid() -> None:
    assert demo_codes.registry_number("126000000011") == "1260000000116"


def test_every_row_fits_the_contract() -> None:
    wsdl = etree.fromstring(PACKAGED_WSDL.read_bytes(), safe_parser())
    schema = message_schema(wsdl)
    rows = list(generate(1, TODAY, shipments=60, lines=300))
    items = "".join(row_xml(kind, row) for kind, row in rows)
    page = (
        f'<GetFullPageResponse xmlns="{wsdl.get("targetNamespace")}"><return><More>false</More>'
        f"<Count>{len(rows)}</Count><Items>{items}</Items></return></GetFullPageResponse>"
    )

    schema.assertValid(etree.ElementTree(etree.fromstring(page)))


def test_later_shipments_do_not_meet_the_demos_numbers(demo: Rows) -> None:
    later = by_kind([row for number in range(1, 30) for row in one_shipment(number, TODAY)])

    came_back = {
        serial
        for serial, times in Counter(row["Serial"] for row in demo[RowKind.UNIT]).items()
        if times > 1
    }
    assert len(came_back) > 5
    once = [row for row in demo[RowKind.UNIT] if row["Serial"] not in came_back]
    demo = {**demo, RowKind.UNIT: once}  # other tests have the same rows
    for kind, key in ((RowKind.UNIT, "Serial"), (RowKind.PACKAGE, "Code"), (RowKind.LINE, "Ref")):
        both = [row[key] for row in demo[kind] + later[kind]]
        assert len(set(both)) == len(both)


def _day(line: dict[str, str | None], shipments: dict[str | None, dict[str, str | None]]) -> str:
    return shipments[line["ShipmentRef"]]["Date"] or ""
