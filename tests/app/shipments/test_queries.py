from datetime import date
from decimal import Decimal

import pytest

from app.core.clock import now
from app.core.db import db
from app.core.lists import PAGE_SIZE
from app.shipments.models import Package, Shipment
from app.shipments.pieces import shipments_of_serials
from app.shipments.queries import (
    find_by_code,
    get_line,
    has_moved_on,
    latest_lines,
    list_lines,
)
from app.shipments.rules import parse_code
from tests.app.world import World


def test_a_serial_number_finds_the_line_it_was_shipped_with(world: World) -> None:
    shipped = world.shipped(serial="OG26-1")
    world.shipped(serial="OG26-2")

    found = find_by_code(world.ann, parse_code("og26-1"))

    assert [(line.line_id, line.serial) for line in found] == [(shipped.line_id, "OG26-1")]


def test_a_package_with_two_items_gives_both_lines_newest_first(world: World) -> None:
    older = world.shipped(shipped_on=date(2026, 5, 1))
    newer = world.shipped(shipped_on=date(2026, 6, 1))
    for line in (older, newer):
        world.packed(line, "BOX-7")
    world.packed(world.shipped(), "BOX-8")

    found = find_by_code(world.ann, parse_code("BOX-7"))

    assert [line.line_id for line in found] == [newer.line_id, older.line_id]


def test_another_dealers_code_finds_nothing(world: World) -> None:
    world.packed(world.shipped(serial="OG26-1", to=world.other_dealer), "BOX-7")

    assert find_by_code(world.ann, parse_code("OG26-1")) == []
    assert find_by_code(world.ann, parse_code("BOX-7")) == []
    assert len(find_by_code(world.ben, parse_code("BOX-7"))) == 1


def test_a_manager_finds_every_dealers_code(world: World) -> None:
    world.shipped(serial="OG26-1", to=world.other_dealer)

    assert len(find_by_code(world.cleo, parse_code("OG26-1"))) == 1


def test_what_the_erp_has_withdrawn_is_not_found(world: World) -> None:
    line = world.shipped(serial="OG26-1")
    shipment = db.query(Shipment).filter_by(number=line.shipment_number).one()
    shipment.withdrawn_at = now()
    db.flush()

    assert find_by_code(world.ann, parse_code("OG26-1")) == []
    assert get_line(world.ann, line.ref) is None


def test_a_line_is_not_given_with_a_serial_of_another_line(world: World) -> None:
    line = world.shipped(serial="OG26-1")
    world.shipped(serial="OG26-2")

    assert get_line(world.ann, line.ref, "OG26-2") is None


def test_what_claims_hold_is_not_left(world: World) -> None:
    line = world.shipped(quantity=3)
    world.filed(line)

    found = get_line(world.ann, line.ref)

    assert found is not None
    assert (found.quantity, found.left) == (Decimal(3), Decimal(2))


@pytest.mark.parametrize("search", ["og26-1", "OG-B18", "water circuit", "7777-A"])
def test_the_list_is_searched_by_serial_item_and_lot(world: World, search: str) -> None:
    wanted = world.shipped(serial="OG26-1", lot="7777-A-1")
    if search not in ("OG-B18", "water circuit"):
        world.shipped(serial="OG26-2")

    page = list_lines(world.ann, search=search)

    assert [line.line_id for line in page.rows] == [wanted.line_id]


@pytest.mark.parametrize("search", ["%", "_", "/", "\\"])
def test_signs_that_mean_something_to_sql_mean_only_themselves(world: World, search: str) -> None:
    world.shipped()

    assert not list_lines(world.ann, search=search).rows


def test_pages_follow_each_other_without_gap_or_overlap(world: World) -> None:
    shipped = {world.shipped().line_id for _ in range(PAGE_SIZE + 3)}

    first = list_lines(world.ann)
    second = list_lines(world.ann, after=first.after)

    assert len(first.rows) == PAGE_SIZE
    assert {line.line_id for line in (*first.rows, *second.rows)} == shipped
    assert second.after == ""


@pytest.mark.parametrize("after", ["rubbish", "WyJhIiwgImIiXQ=="])
def test_a_page_key_that_is_not_ours_begins_at_the_beginning(world: World, after: str) -> None:
    line = world.shipped()

    assert [row.line_id for row in list_lines(world.ann, after=after).rows] == [line.line_id]


def test_the_latest_lines_are_the_newest_of_ones_own(world: World) -> None:
    world.shipped(shipped_on=date(2026, 5, 1))
    newest = world.shipped(shipped_on=date(2026, 8, 1))
    world.shipped(shipped_on=date(2026, 9, 1), to=world.other_dealer)

    assert [line.line_id for line in latest_lines(world.ann, 1)] == [newest.line_id]


@pytest.mark.parametrize("typed", ["sn-low-0001", "SN-LOW-0001", "sn - Low-0001", "ＳＮ-LOW-0001"])
def test_a_code_is_found_however_the_erp_and_the_reader_write_it(world: World, typed: str) -> None:
    piece = world.shipped(serial="sn-low-0001")
    box = world.shipped()
    world.packed(box, "box-ё 7")

    assert [line.serial for line in find_by_code(world.ann, parse_code(typed))] == ["sn-low-0001"]
    assert get_line(world.ann, piece.ref, typed) is not None
    found = find_by_code(world.ann, parse_code("BOX-Ё7"))
    assert [line.line_id for line in found] == [box.line_id]


def test_boxes_on_a_pallet_are_found_however_their_codes_are_written(world: World) -> None:
    line = world.shipped()
    world.packed(line, "BOX-7")
    db.query(Package).update({Package.parent_code: "pallet-3"})
    db.add(Package(code="PALLET-3", quantity=0))
    db.flush()

    assert [one.line_id for one in find_by_code(world.ann, parse_code("Pallet-3"))] == [
        line.line_id
    ]


@pytest.mark.parametrize("code", ["SN:77*12", "OG/26=1", "№ 17 <b>", "S" * 90])
def test_a_strange_code_is_looked_up_before_it_is_judged(world: World, code: str) -> None:
    world.shipped(serial=code)

    assert len(find_by_code(world.ann, parse_code(code))) == 1


def test_a_scan_that_means_nothing_here_is_looked_up_as_it_is(world: World) -> None:
    world.shipped(serial="21-0045")
    world.packed(world.shipped(), "00046012345000000017")

    assert len(find_by_code(world.ann, parse_code("21-0045"))) == 1
    assert len(find_by_code(world.ann, parse_code("(00)046012345000000017"))) == 0
    assert len(find_by_code(world.ann, parse_code("00046012345000000017"))) == 1


def test_a_serial_written_otherwise_is_the_same_piece_shipped_again(world: World) -> None:
    older = world.shipped(serial="og26-1", shipped_on=date(2026, 5, 1))
    world.shipped(serial="OG26-1", shipped_on=date(2026, 6, 1))

    found = find_by_code(world.ann, parse_code("OG26-1"))

    assert [line.shipped_again for line in found if line.line_id == older.line_id] == [True]
    assert has_moved_on(older.line_id, "OG26-1") == (True, False)
    assert len(shipments_of_serials(["Og26-1"])["Og26-1"]) == 2
