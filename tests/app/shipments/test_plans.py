"""Looking things up reads no large table whole."""

from sqlalchemy.engine import Engine

from app.shipments.queries import find_by_code, list_lines
from app.shipments.rules import parse_code
from tests.app.plans import plans, scanned
from tests.app.world import World

LARGE = {"package", "shipment_line", "shipped_unit", "shipped_lot"}


def test_a_scanned_package_reads_no_table_whole(world: World, engine: Engine) -> None:
    world.packed(world.shipped(), "BOX-7")

    with plans(engine) as seen:
        assert len(find_by_code(world.ann, parse_code("BOX-7"))) == 1

    assert [scanned(plan) & LARGE for plan in seen] == [set() for _ in seen]


def test_a_search_asks_the_index_of_each_table(world: World, engine: Engine) -> None:
    line = world.shipped(serial="OG26-104", lot="2636-B-777")

    with plans(engine) as seen:
        for text in ("26-10", "b-77", line.shipment_number, "og-b18", "WATER"):
            found = list_lines(world.cleo, search=text).rows
            assert line.line_id in [row.line_id for row in found], text

    assert not any(scanned(plan) & LARGE for plan in seen)
    for table in ("shipped_unit", "shipment_line", "shipped_lot", "shipment", "item"):
        assert len([plan for plan in seen if f"ix_{table}_search" in plan]) >= 5
