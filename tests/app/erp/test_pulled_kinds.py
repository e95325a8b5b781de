"""Contracts, groups, lots, pallets, pieces that come again, and our own documents coming back."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Dealer, Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.catalog.models import Item, ItemGroup
from app.catalog.queries import group_paths
from app.erp.models import RejectedRow
from app.erp.pull import PullReport
from app.shipments.models import Contract, Package, Shipment, ShipmentLine, ShippedLot
from app.shipments.pieces import lots_of, shipments_of_serials
from app.shipments.queries import find_by_code, get_line
from app.shipments.rules import parse_code
from app.vocabulary import Language, Role
from connectors.erp.port import RowKind
from tests.app.erp.rows import (
    WHOLE_DELIVERY,
    Change,
    contract,
    dealer,
    deleted,
    group,
    item,
    line,
    lot,
    package,
    ref,
    shipment,
    told,
    unit,
)

Pulled = Callable[[Iterable[Change]], PullReport]
Db = scoped_session[Session]


def clerk(session: Db, code: str = "D01") -> User:
    """Somebody who works for this dealer."""
    person = Person(
        email=f"{code}@dealer.example",
        name="Анна",
        password_hash="",
        role=Role.DEALER_USER,
        dealer_id=session.scalars(select(Dealer.id).where(Dealer.code == code)).one(),
        language=Language.RU,
        time_zone="Asia/Yekaterinburg",
    )
    session.add(person)
    session.commit()
    return as_user(person)


def test_a_shipment_knows_the_contract_that_it_was_made_under(session: Db, pulled: Pulled) -> None:
    pulled([*WHOLE_DELIVERY[:2], shipment(ContractRef=ref("contract")), line()])

    found = get_line(clerk(session), UUID(ref("line")))
    assert found is not None
    assert found.contract == ""

    pulled([contract()])  # it may come later than what refers to it

    known = session.scalars(select(Contract)).one()
    assert (known.number, known.signed_on, known.payment_days) == (
        "D01-2024/01", date(2024, 1, 15), 30,
    )  # fmt: skip
    found = get_line(as_user(session.scalars(select(Person)).one()), UUID(ref("line")))
    assert found is not None
    assert found.contract == "D01-2024/01"


def test_groups_are_a_tree_whatever_the_order_in_which_they_come(
    session: Db, pulled: Pulled
) -> None:
    pulled([group("bath", ParentRef=ref("stoves")), group("goods")])
    pulled([group("stoves", ParentRef=ref("goods")), dealer(), item(GroupRef=ref("bath"))])

    item_id = session.scalars(select(Item.id)).one()
    assert group_paths([item_id]) == {item_id: "goods › stoves › bath"}


def test_a_group_that_is_above_itself_does_not_lead_round_for_ever(
    session: Db, pulled: Pulled
) -> None:
    circle = [group("a", ParentRef=ref("b")), group("b", ParentRef=ref("a"))]
    pulled([dealer(), *circle, item(GroupRef=ref("a"))])

    item_id = session.scalars(select(Item.id)).one()
    assert group_paths([item_id])[item_id].endswith("b › a › b › a")


def test_a_group_delivered_as_an_item_is_taken_as_a_group(session: Db, pulled: Pulled) -> None:
    folder = dict.fromkeys(("Unit", "Price", "Currency", "VatRate", "Tracking"))
    report = pulled(
        [
            group("goods"),
            item(
                "parts",
                Sku="00-017",
                Name="Запчасти",
                IsFolder="true",
                GroupRef=ref("goods"),
                **folder,
            ),
            item(GroupRef=ref("parts"), IsFolder="false"),
        ]
    )

    assert report.rejected == 0
    assert session.scalars(select(Item.sku)).all() == ["ST-90"]
    assert set(session.scalars(select(ItemGroup.name))) == {"goods", "Запчасти"}


def test_one_line_has_many_serial_numbers_and_many_lots(session: Db, pulled: Pulled) -> None:
    serials = [unit(f"SN-{number:03}", Lot=f"L{number % 3}") for number in range(40)]
    pulled([*WHOLE_DELIVERY, *serials, lot("L1", Quantity="6"), lot("L2", Quantity="4")])

    ann = clerk(session)
    (piece,) = find_by_code(ann, parse_code("SN-007"))
    assert (piece.serial, piece.lot) == ("SN-007", "L1")
    parts = lots_of([piece.line_id])[piece.line_id]
    assert [(part.lot, part.quantity) for part in parts] == [
        ("L1", Decimal(6)),
        ("L2", Decimal(4)),
    ]
    chosen = get_line(ann, UUID(ref("line")), lot="L2")
    assert chosen is not None
    assert chosen.lot == "L2"
    assert get_line(ann, UUID(ref("line")), lot="L9") is None


def test_a_pallet_has_the_lines_of_all_boxes_on_it(session: Db, pulled: Pulled) -> None:
    lines = [line(f"line {number}", Position=str(number)) for number in range(4)]
    boxes = [
        package(
            f"BOX-{number}", LineRef=ref(f"line {number}"), ParentCode="CRATE" if number else ""
        )
        for number in range(4)
    ]
    crate = package("CRATE", LineRef=None, Quantity=None, ParentCode="PALLET")
    pallet = package("PALLET", LineRef=None, Quantity=None)

    report = pulled([*WHOLE_DELIVERY[:3], *lines, *boxes, crate, pallet])

    assert report.rejected == 0
    ann = clerk(session)
    # Lines of one shipment come in no order of their own.
    for code in ("PALLET", "CRATE"):
        assert {one.position for one in find_by_code(ann, parse_code(code))} == {1, 2, 3}
    assert [one.position for one in find_by_code(ann, parse_code("BOX-2"))] == [2]
    assert pulled([*boxes, crate, pallet]).published == 0


def test_packages_that_are_in_one_another_do_not_lead_round_for_ever(
    session: Db, pulled: Pulled
) -> None:
    report = pulled(
        [
            *WHOLE_DELIVERY,
            package("A", LineRef=None, ParentCode="B"),
            package("B", ParentCode="A"),
            package("C", ParentCode="C"),
        ]
    )

    assert report.rejected == 1
    reasons = session.scalars(select(RejectedRow.reasons)).one()
    assert told(reasons) == "row_in_itself"
    assert len(find_by_code(clerk(session), parse_code("A"))) == 1


def test_a_piece_shipped_again_belongs_to_the_newest_shipment(session: Db, pulled: Pulled) -> None:
    pulled(
        [
            *WHOLE_DELIVERY,
            dealer("heir", Code="D02", Name="ООО «Наследник»"),
            shipment("second", DealerRef=ref("heir"), Date="2026-04-02T00:00:00", Number="УТ-2"),
            line("again", ShipmentRef=ref("second")),
            unit("SN-1"),
            unit("SN-1", LineRef=ref("again")),
            unit("SN-2"),
        ]
    )

    (old,) = find_by_code(clerk(session), parse_code("SN-1"))
    (new,) = find_by_code(clerk(session, "D02"), parse_code("SN-1"))
    assert (old.shipped_again, old.can_be_claimed) == (True, False)
    assert (new.shipped_again, new.can_be_claimed) == (False, True)
    history = shipments_of_serials(["SN-1"])["SN-1"]
    assert [sent.shipment_number for sent in history] == ["УТ-2", "УТ-000117"]

    pulled([deleted(RowKind.SHIPMENT, ref("second"))])  # the second sale was cancelled

    (old,) = find_by_code(
        as_user(session.scalars(select(Person).limit(1)).one()), parse_code("SN-1")
    )
    assert old.can_be_claimed


def test_a_line_moves_with_its_pieces_to_another_shipment(session: Db, pulled: Pulled) -> None:
    pulled([*WHOLE_DELIVERY, unit("SN-1"), shipment("second", Number="УТ-000118")])

    pulled([line(ShipmentRef=ref("second"), Position="3")])

    (found,) = find_by_code(clerk(session), parse_code("SN-1"))
    assert (found.shipment_number, found.position) == ("УТ-000118", 3)


def test_a_line_taken_out_of_its_shipment_is_not_offered_until_it_comes_back(
    session: Db, pulled: Pulled
) -> None:
    pulled([*WHOLE_DELIVERY, line("other", Position="2")])

    pulled([deleted(RowKind.LINE, ref("line"))])
    ann = clerk(session)
    assert get_line(ann, UUID(ref("line"))) is None
    assert get_line(ann, UUID(ref("other"))) is not None

    pulled([line()])
    assert get_line(ann, UUID(ref("line"))) is not None


def test_a_number_used_again_next_year_is_another_shipment(session: Db, pulled: Pulled) -> None:
    pulled([*WHOLE_DELIVERY, shipment("next year", Date="2027-01-11T00:00:00")])

    numbers = session.execute(select(Shipment.number, Shipment.shipped_on)).all()
    assert sorted(numbers) == [
        ("УТ-000117", date(2026, 3, 2)),
        ("УТ-000117", date(2027, 1, 11)),
    ]


def test_several_legal_entities_belong_to_one_partner(session: Db, pulled: Pulled) -> None:
    partner = ref("partner")
    pulled(
        [
            dealer(PartnerRef=partner),
            dealer("second", Code="D02", PartnerRef=partner, TaxId="7707083894"),
            dealer("third", Code="D03", PartnerRef=partner, TaxId="7707083895"),
        ]
    )
    pulled(
        [dealer("second", Code="D02", PartnerRef=partner, TaxId="7707083000", TaxCode="770701001")]
    )

    assert session.scalars(select(Dealer.partner_ref).distinct()).all() == [UUID(partner)]
    changed = session.scalars(select(Dealer).where(Dealer.code == "D02")).one()
    assert (changed.tax_id, changed.tax_code) == ("7707083000", "770701001")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (package("P", LineRef=ref("nowhere")), "LineRef row_unknown"),
        (lot("", Quantity="1"), "Lot row_empty"),
        (lot("L1", Quantity="many"), "Quantity row_not_quantity"),
        (contract(DealerRef=ref("nobody")), "DealerRef row_unknown"),
        (contract(PaymentDays="soon"), "PaymentDays row_not_whole"),
        (group("bad", Name=""), "Name row_empty"),
        (group("bad", ParentRef="above"), "ParentRef row_not_reference"),
    ],
)
def test_a_bad_row_of_the_new_kinds_is_put_aside(
    session: Db, pulled: Pulled, bad: Change, reason: str
) -> None:
    report = pulled([*WHOLE_DELIVERY, bad])

    assert (report.published, report.rejected) == (4, 1)
    assert told(session.scalars(select(RejectedRow.reasons)).one()) == reason
    assert session.scalars(select(Package)).all() == []
    assert session.scalars(select(ShippedLot)).all() == []
    assert session.scalars(select(ShipmentLine.quantity)).one() == Decimal(10)
