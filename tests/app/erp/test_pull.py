"""What of the change feed gets into our tables, and what does not."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Dealer, Plant
from app.accounts.policy import SYSTEM
from app.catalog.models import Component, Item
from app.core.db import db, own_session
from app.core.outside import ONLY_ERP, KnownErp, outside
from app.erp.intake import pull_now
from app.erp.models import Feed, RejectedRow
from app.erp.pull import PULLING, PullIsRunning, PullReport, pull
from app.erp.queries import freshness
from app.shipments.models import Package, Shipment, ShipmentLine, ShippedUnit
from app.shipments.queries import find_by_code
from app.shipments.rules import parse_code
from connectors.erp.memory import RememberedChanges, RememberingErp
from connectors.erp.port import Row, RowKind
from connectors.errors import OutsideError, Rejected, Restored, Unavailable
from connectors.reasons import ErpReason
from tests.app.erp.conftest import FRIDAY
from tests.app.erp.rows import (
    WHOLE_DELIVERY,
    Change,
    component,
    contract,
    dealer,
    deleted,
    item,
    line,
    package,
    ref,
    shipment,
    told,
    unit,
)

Pulled = Callable[[Iterable[Change]], PullReport]
Db = scoped_session[Session]


def reasons(session: Db) -> list[str]:
    return list(map(told, session.scalars(select(RejectedRow.reasons).order_by(RejectedRow.id))))


def walks(session: Db) -> dict[str, int]:
    """Return how often each table was walked through, in transactions not yet counted together."""
    walked = session.execute(text("SELECT relname, seq_scan FROM pg_stat_xact_user_tables"))
    return dict(walked.all())


def test_a_delivery_arrives_with_all_its_parts(session: Db, pulled: Pulled) -> None:
    report = pulled(
        [*WHOLE_DELIVERY, component("Дверца"), unit("ST90-2602-0001"), package("00346")]
    )

    assert (report.read, report.published, report.rejected) == (7, 7, 0)
    found = session.scalars(select(ShipmentLine)).one()
    assert found.shipment.number == "УТ-000117"
    assert found.shipment.dealer.name == "ООО «Ромашка»"
    assert (found.quantity, found.price) == (Decimal(10), Decimal("45900.00"))
    assert found.warranty_until == date(2029, 3, 2)
    assert found.claimed_quantity == 0
    assert session.scalars(select(ShippedUnit)).one().serial == "ST90-2602-0001"
    assert session.scalars(select(Package)).one().line_id == found.id
    assert session.scalars(select(Component)).one().item_id == found.item_id


def test_the_same_message_again_changes_nothing(session: Db, pulled: Pulled) -> None:
    everything = [*WHOLE_DELIVERY, component("Дверца"), unit("1"), package("00346")]
    pulled(everything)

    assert pulled(everything).published == 0


def test_a_first_pull_does_not_walk_through_all_lines_for_each(session: Db, pulled: Pulled) -> None:
    """What was analyzed while it was empty looks empty until the next time, full as it may be."""
    session.execute(text("ANALYZE shipment_line, shipment, item, shipped_unit"))
    before = walks(session)
    lines = [line(f"line {n}", Position=str(n + 1)) for n in range(200)]

    pulled([dealer(), item(), shipment(), *lines, *(unit(f"S-{n}") for n in range(200))])

    after = walks(session)
    assert session.query(ShipmentLine).count() == len(lines)
    assert after["shipment_line"] - before["shipment_line"] < 10
    assert after["shipped_unit"] - before["shipped_unit"] < 10


def test_a_changed_row_changes_ours(session: Db, pulled: Pulled) -> None:
    pulled(WHOLE_DELIVERY)

    report = pulled([line(Lot="L2603"), item(Name="Печь Гефест 90М")])

    assert report.published == 2
    assert session.scalars(select(ShipmentLine.lot)).one() == "L2603"
    assert session.scalars(select(Item.name)).one() == "Печь Гефест 90М"


def test_the_last_of_two_versions_in_a_message_wins(session: Db, pulled: Pulled) -> None:
    pulled([dealer(Name="Old name"), dealer(Name="New name")])

    assert session.scalars(select(Dealer.name)).all() == ["New name"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (line("bad", Quantity="1,5"), "Quantity row_not_quantity"),
        (package("bad", Quantity="-1"), "Quantity row_not_quantity"),
        (line("bad", Quantity="NaN"), "Quantity row_not_quantity"),
        (line("bad", Quantity="INF"), "Quantity row_not_quantity"),
        (line("bad", Quantity=None), "Quantity row_empty"),
        (line("bad", Price="9" * 20), "Price row_not_money"),
        (line("bad", WarrantyUntil="2026-02-29T00:00:00"), "WarrantyUntil row_not_date"),
        (line("bad", WarrantyUntil="31.01.2026 12:00:00"), "WarrantyUntil row_not_date"),
        (line("bad", WarrantyUntil="today"), "WarrantyUntil row_not_date"),
        (line("bad", ItemRef=ref("nothing")), "ItemRef row_unknown"),
        (line("bad", ShipmentRef="УТ-000117"), "ShipmentRef row_not_reference"),
        (line("bad", Ref=None), "Ref row_empty"),
        (line("bad", Ref="00000000-0000-0000-0000-000000000000"), "Ref row_not_reference"),
        (line("bad", Unit="x" * 65), "Unit row_not_code"),
        (shipment("bad", DealerRef=ref("nobody")), "DealerRef row_unknown"),
        (shipment("bad", PlantCode="ZZ"), "PlantCode row_unknown"),
        (shipment("bad", Date="0001-01-01T00:00:00"), "Date row_not_date"),
        (shipment("bad", Date="1066-10-14T00:00:00"), "Date row_not_date"),
        (dealer("bad", Code="D02", Name="  "), "Name row_empty"),
        (dealer("bad", Code="D02", TimeZone="Europe/Atlantis"), "TimeZone row_not_zone"),
        (dealer("bad", Code="D02", Language="xx"), "Language row_not_language"),
        (dealer("bad"), "Code row_other_dealer"),
        (item("bad", Tracking="colour"), "Tracking row_not_tracking"),
        (unit("1", LineRef=ref("nowhere")), "LineRef row_unknown"),
        (package(""), "Code row_empty"),
        (deleted("Planet", "Pluto"), "row_unknown_kind"),
    ],
)
def test_a_bad_row_is_put_aside_with_its_reason_and_the_good_go_on(
    session: Db, pulled: Pulled, bad: Change, reason: str
) -> None:
    report = pulled([*WHOLE_DELIVERY, bad, unit("good"), package("good")])

    assert (report.read, report.published, report.rejected) == (7, 6, 1)
    (rejected,) = session.scalars(select(RejectedRow))
    assert told(rejected.reasons).startswith(reason)
    assert rejected.kind == bad[0]
    assert (rejected.connection, rejected.message_no, rejected.rejected_at) == (ONLY_ERP, 1, FRIDAY)
    content = json.loads(rejected.content)
    assert set(content.values()) >= {value for value in bad[1] if value and value.strip()}


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [
        (dealer("odd", Code="D9", Country="UK"), "Country row_not_country"),
        (item("odd", Currency="ABC"), "Currency row_not_currency"),
        (item("odd", VatRate="БезНДС"), "VatRate row_not_rate"),
        (item("odd", Tracking="pieces"), "Tracking row_not_tracking"),
        (item("odd", IsFolder="maybe"), "IsFolder row_not_flag"),
        (dealer("odd", Code="D9", Language="de"), "Language row_not_language"),
        (contract(Currency="руб."), "Currency row_not_currency"),
        (shipment("odd", Currency="XXX"), "Currency row_not_currency"),
    ],
)
def test_a_code_that_nobody_knows_is_put_aside_and_never_taken_for_another(
    session: Db, pulled: Pulled, unknown: Change, reason: str
) -> None:
    pulled([*WHOLE_DELIVERY, unknown])

    assert reasons(session) == [reason]


def test_all_that_is_wrong_with_a_row_is_said_at_once(session: Db, pulled: Pulled) -> None:
    pulled([*WHOLE_DELIVERY, line("bad", Quantity="many", Price="dear", ItemRef=ref("nothing"))])

    assert reasons(session) == [
        "ItemRef row_unknown; Quantity row_not_quantity; Price row_not_money"
    ]


def test_rows_without_a_key_are_each_put_aside(session: Db, pulled: Pulled) -> None:
    pulled([*WHOLE_DELIVERY, line(Ref=None, Lot="A"), line(Ref=None, Lot="B")])

    assert reasons(session) == ["Ref row_empty", "Ref row_empty"]


def test_the_empty_date_of_the_erp_means_no_date(session: Db, pulled: Pulled) -> None:
    pulled(
        [dealer(ContractDate="0001-01-01T00:00:00"), *WHOLE_DELIVERY[1:3], line(WarrantyUntil=None)]
    )

    assert session.scalars(select(Dealer.contract_date)).one() is None
    assert session.scalars(select(ShipmentLine.warranty_until)).one() is None


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("УПД", "UPD"),
        ("счет-фактура", "INVOICE"),
        ("Faktura VAT", "INVOICE"),
        ("WZ", "DELIVERY_NOTE"),
        ("INVOICE", "INVOICE"),
        ("Z-4", "Z-4"),
        (None, ""),
    ],
)
def test_a_shipment_has_its_base_document_and_an_unknown_kind_stays_as_it_is(
    session: Db, pulled: Pulled, told: str | None, kept: str
) -> None:
    facts = {"BaseNo": "77", "BaseDate": "2026-03-02T00:00:00", "ContractDate": "2026-01-15"}

    pulled([dealer(), item(), shipment(BaseKind=told, **facts), line()])

    shipped = session.scalars(select(Shipment)).one()
    assert (shipped.base_kind, shipped.base_number) == (kept, "77")
    assert (shipped.base_on, shipped.contract_date) == (date(2026, 3, 2), date(2026, 1, 15))


def test_a_dealer_has_who_signs_in_which_position_and_on_what_authority(
    session: Db, pulled: Pulled
) -> None:
    basis = {"SignerBasis": "доверенности", "SignerBasisNo": "17", "SignerBasisDate": "2026-01-12"}

    pulled([dealer(Signer="Сафин Т. М.", SignerPosition="Директор по продажам", **basis)])

    known = session.scalars(select(Dealer)).one()
    assert (known.signer, known.signer_position) == ("Сафин Т. М.", "Директор по продажам")
    assert (known.signer_basis, known.signer_basis_number, known.signer_basis_on) == (
        "доверенности",
        "17",
        date(2026, 1, 12),
    )


@pytest.mark.parametrize(
    ("zone", "told", "day"),
    [
        ("Asia/Yekaterinburg", "2026-10-31T20:30:00Z", date(2026, 11, 1)),
        ("Asia/Yekaterinburg", "2026-10-31T18:30:00.123Z", date(2026, 10, 31)),
        ("Asia/Yekaterinburg", "2026-10-31T23:30:00+03:00", date(2026, 11, 1)),
        ("Europe/Warsaw", "2026-11-01T00:30:00+05:00", date(2026, 10, 31)),
        # Without an offset it is the infobase's own time, and a day is a day everywhere.
        ("Asia/Yekaterinburg", "2026-10-31T20:30:00", date(2026, 10, 31)),
        ("Asia/Yekaterinburg", "2026-10-31", date(2026, 10, 31)),
        ("Asia/Yekaterinburg", "2026-10-31Z", date(2026, 10, 31)),
        ("Asia/Yekaterinburg", "2026-10-31-11:00", date(2026, 10, 31)),
    ],
)
@pytest.mark.parametrize("extra", [(), (line("bad", Quantity="many"),)])
def test_a_date_with_an_offset_is_a_moment_in_the_zone_of_the_erp(
    session: Db,
    erp: RememberingErp,
    pulled: Pulled,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    told: str,
    day: date,
    extra: tuple[Change, ...],
) -> None:
    """Also when a bad row has every one looked at by itself."""
    there = replace(outside(), erps={ONLY_ERP: KnownErp(erp, zone=zone)})
    monkeypatch.setattr("app.core.outside._present", [there])
    pulled([*WHOLE_DELIVERY[:2], shipment(Date=told), line(WarrantyUntil=told), *extra])

    assert session.scalars(select(Shipment.shipped_on)).one() == day
    assert session.scalars(select(ShipmentLine.warranty_until)).one() == day


def test_the_empty_date_is_empty_in_every_zone(session: Db, pulled: Pulled) -> None:
    pulled([*WHOLE_DELIVERY[:3], line(WarrantyUntil="0001-01-01T00:00:00+03:00")])

    assert session.scalars(select(ShipmentLine.warranty_until)).one() is None


def test_dealers_without_a_code_and_items_without_an_article_are_taken(
    session: Db, pulled: Pulled
) -> None:
    others = [dealer("other", Code=None), item("other", Sku="  ")]

    report = pulled([dealer(Code=None), item(Sku=None), shipment(), line(), *others])

    assert report.rejected == 0
    assert session.scalars(select(Dealer.code)).all() == ["", ""]
    assert {found.series for found in session.scalars(select(Dealer))} == {
        ref(name)[:8].upper() for name in ("dealer", "other")
    }
    assert session.scalars(select(Item.sku)).all() == ["", ""]
    assert pulled([dealer(Code="D07")]).published == 1


@pytest.mark.parametrize(
    ("told", "kept"),
    [("796", "H87"), ("006", "MTR"), ("6", "MTR"), ("166", "KGM"), ("Шт.", "H87"), ("XYZ", "XYZ")],
)
def test_a_unit_is_kept_in_one_form(session: Db, pulled: Pulled, told: str, kept: str) -> None:
    pulled([*WHOLE_DELIVERY[:1], item(Unit=told), shipment(), line(Unit=told)])

    assert session.scalars(select(Item.unit)).one() == kept
    assert session.scalars(select(ShipmentLine.unit)).one() == kept


def test_poison_in_texts_is_cleaned_on_the_way(session: Db, pulled: Pulled) -> None:
    pulled(
        [
            dealer(Name=" C:\\temp\tООО\r\n«Ромашка»\u202e\u00a0 ", City="Пермь\\"),
            *WHOLE_DELIVERY[1:],
            unit(r"a\nb"),
            unit("й"),  # in two characters
        ]
    )

    found = session.scalars(select(Dealer)).one()
    assert (found.name, found.city) == ("C:\\temp ООО «Ромашка»", "Пермь\\")
    serials = session.scalars(select(ShippedUnit.serial).order_by(ShippedUnit.id)).all()
    assert sorted(serials) == sorted([r"a\nb", "й"])


def test_parts_that_are_not_sold_apart_need_no_reference(session: Db, pulled: Pulled) -> None:
    parts = [component("Дверца"), component("Решётка"), component("Решётка", Quantity="2")]

    pulled([*WHOLE_DELIVERY, *parts])
    pulled(parts)

    found = session.execute(select(Component.name, Component.quantity).order_by(Component.name))
    assert [tuple(part) for part in found] == [("Дверца", 1), ("Решётка", 2)]


@pytest.fixture
def claimed(session: Db, pulled: Pulled) -> ShipmentLine:
    """A line of ten pieces of which four are claimed."""
    pulled(WHOLE_DELIVERY)
    found = session.scalars(select(ShipmentLine)).one()
    found.claimed_quantity = Decimal(4)
    session.commit()
    return found


def test_what_was_claimed_of_a_line_is_never_touched(
    session: Db, pulled: Pulled, claimed: ShipmentLine
) -> None:
    pulled([line(Quantity="5")])

    assert (claimed.quantity, claimed.claimed_quantity) == (Decimal(5), Decimal(4))


def test_a_line_that_shrinks_below_what_was_claimed_is_taken_as_it_is(
    session: Db, pulled: Pulled, claimed: ShipmentLine
) -> None:
    report = pulled([line(Quantity="3.999"), line("other")])

    assert (report.published, report.rejected) == (2, 0)
    assert (claimed.quantity, claimed.claimed_quantity, claimed.left) == (
        Decimal("3.999"),
        Decimal(4),
        Decimal(0),
    )


BACK = (
    shipment("back", Date="2026-04-01T00:00:00"),
    line("back", ShipmentRef=ref("back"), Quantity="-3"),
)


def returned(session: Db) -> dict[str, int]:
    query = select(ShipmentLine.ref, ShipmentLine.returned_quantity)
    names = {ref(name): name for name in ("line", "newer", "back")}
    return {names[str(key)]: int(quantity) for key, quantity in session.execute(query)}


def test_a_negative_quantity_is_a_return_and_takes_from_what_can_be_claimed(
    session: Db, pulled: Pulled
) -> None:
    report = pulled([*WHOLE_DELIVERY, *BACK])

    assert report.rejected == 0
    assert returned(session) == {"line": 3, "back": 0}
    sent = session.scalars(select(ShipmentLine).where(ShipmentLine.quantity > 0)).one()
    assert sent.left == Decimal(7)


def test_what_comes_later_spreads_a_return_anew(session: Db, pulled: Pulled) -> None:
    pulled([*WHOLE_DELIVERY[:3], *BACK])
    assert returned(session) == {"back": 0}
    pulled([line(Quantity="2")])
    assert returned(session) == {"line": 2, "back": 0}
    newer = [shipment("newer", Date="2026-03-20T00:00:00"), line("newer", ShipmentRef=ref("newer"))]

    pulled(newer)
    assert returned(session) == {"line": 0, "newer": 3, "back": 0}
    pulled([unit("S-1"), unit("S-1", LineRef=ref("back"))])
    assert returned(session) == {"line": 1, "newer": 2, "back": 0}
    pulled([deleted(RowKind.LINE, ref("back"))])
    assert returned(session) == {"line": 0, "newer": 0, "back": 0}


def test_a_piece_that_came_back_is_no_more_the_dealers_to_claim(
    session: Db, pulled: Pulled
) -> None:
    pulled([*WHOLE_DELIVERY, unit("S-1"), *BACK, unit("S-1", LineRef=ref("back"))])

    (found,) = find_by_code(SYSTEM, parse_code("S-1"))

    assert (found.came_back, found.shipped_again, found.can_be_claimed) == (True, False, False)
    pulled([shipment("again", Date="2026-05-01"), line("again", ShipmentRef=ref("again"))])
    pulled([unit("S-1", LineRef=ref("again"))])
    new, old = find_by_code(SYSTEM, parse_code("S-1"))
    assert (new.can_be_claimed, old.can_be_claimed) == (True, False)


def test_a_deleted_shipment_is_withdrawn_and_comes_back_when_posted_again(
    session: Db, pulled: Pulled
) -> None:
    pulled([*WHOLE_DELIVERY, shipment("other")])

    pulled([deleted(RowKind.SHIPMENT, ref("shipment").upper())])
    withdrawn = session.scalars(select(Shipment).where(Shipment.withdrawn_at.is_not(None))).all()
    assert [(found.ref.hex, found.withdrawn_at) for found in withdrawn] == [
        (ref("shipment").replace("-", ""), FRIDAY)
    ]

    pulled([shipment()])
    assert session.scalars(select(Shipment.withdrawn_at).distinct()).all() == [None]


def test_deletions_leave_everything_that_claims_point_to(
    session: Db, pulled: Pulled, claimed: ShipmentLine
) -> None:
    pulled([unit("1"), unit("2"), package("00346"), component("Дверца", ComponentRef=ref("door"))])

    pulled(
        [
            deleted(RowKind.DEALER, ref("dealer")),
            deleted(RowKind.ITEM, ref("item")),
            deleted(RowKind.LINE, ref("line")),
            deleted(RowKind.UNIT, f"{ref('line')}/1"),
            deleted(RowKind.PACKAGE, "00346"),
            deleted(RowKind.COMPONENT, f"{ref('item')}/{ref('door')}/Дверца"),
            deleted(RowKind.SHIPMENT, "never heard of it"),
        ]
    )

    assert session.scalars(select(Dealer.is_active)).one() is False
    assert session.scalars(select(Item.withdrawn_at)).one() == FRIDAY
    assert claimed.withdrawn_at == FRIDAY
    assert (claimed.quantity, claimed.claimed_quantity) == (Decimal(10), Decimal(4))
    assert session.scalars(select(ShippedUnit.serial)).all() == ["2"]
    assert session.scalar(select(func.count()).select_from(Package)) == 0
    assert session.scalar(select(func.count()).select_from(Component)) == 0


def test_lines_follow_their_shipment_to_another_dealer(session: Db, pulled: Pulled) -> None:
    pulled([*WHOLE_DELIVERY, dealer("heir", Code="D02")])

    pulled([shipment(DealerRef=ref("heir"))])

    found = session.scalars(select(ShipmentLine)).one()
    assert found.shipment.dealer.code == "D02"


def cut(rows: Iterable[Change], error: Exception) -> Callable[..., Iterator[tuple[RowKind, Row]]]:
    """Make the iteration of a stream that breaks after these rows."""

    def iterate(_: RememberedChanges) -> Iterator[tuple[RowKind, Row]]:
        yield from rows
        raise error

    return iterate


@pytest.mark.parametrize(
    "error",
    [
        Rejected(ErpReason.SAYS, words="cut off"),
        Unavailable(ErpReason.SAYS, words="connection reset"),
    ],
)
def test_nothing_of_a_stream_that_breaks_is_published(
    session: Db,
    erp: RememberingErp,
    plant: Plant,
    monkeypatch: pytest.MonkeyPatch,
    error: OutsideError,
) -> None:
    erp.serve(WHOLE_DELIVERY)
    with monkeypatch.context() as patch:
        patch.setattr(RememberedChanges, "__iter__", cut(WHOLE_DELIVERY, error))
        with pytest.raises(type(error)):
            pull_now(ONLY_ERP)

    assert session.scalar(select(func.count()).select_from(Dealer)) == 0
    assert erp.confirmed == []
    feed = session.get_one(Feed, ONLY_ERP)
    assert (feed.message_no, feed.pulled_at) == (0, None)
    assert feed.last_error == error.reason
    assert feed.failed_at is not None


def test_a_message_shorter_than_declared_is_refused(
    session: Db, erp: RememberingErp, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.serve([*WHOLE_DELIVERY, line("lost")])
    monkeypatch.setattr(RememberedChanges, "__iter__", lambda _: iter(WHOLE_DELIVERY))

    with pytest.raises(Rejected, match="declared 5 rows and sent 4"):
        pull(ONLY_ERP, at=FRIDAY)


def test_message_after_message_is_committed_before_it_is_confirmed(
    session: Db, erp: RememberingErp, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.serve(WHOLE_DELIVERY)
    erp.serve([line("second")])
    seen: list[tuple[int, bool]] = []

    def confirm(message_no: int) -> None:
        seen.append((message_no, session().in_transaction()))

    monkeypatch.setattr(erp, "confirm", confirm)

    reports = pull_now(ONLY_ERP)

    assert [report.published for report in reports] == [4, 1]
    assert seen == [(1, False), (2, False)]
    assert session.get_one(Feed, ONLY_ERP).message_no == 2


def test_an_acknowledgement_that_got_lost_loses_nothing(
    session: Db, erp: RememberingErp, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    erp.serve(WHOLE_DELIVERY)

    def confirm(message_no: int) -> None:
        raise Unavailable(ErpReason.SAYS, words="down", outcome_unknown=True)

    with monkeypatch.context() as patch:
        patch.setattr(erp, "confirm", confirm)
        with pytest.raises(Unavailable):
            pull_now(ONLY_ERP)

    assert freshness(ONLY_ERP).message_no == 1
    assert freshness(ONLY_ERP).failed_at is not None
    pull_now(ONLY_ERP)
    assert freshness(ONLY_ERP).failed_at is None


def test_an_erp_that_counts_backwards_is_not_believed(
    session: Db, erp: RememberingErp, pulled: Pulled, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled(WHOLE_DELIVERY)
    session.get_one(Feed, ONLY_ERP).message_no = 17
    session.commit()
    changes = erp.changes
    monkeypatch.setattr(erp, "changes", lambda after: changes(after=0))

    with pytest.raises(Restored, match="message 1 after 17"):
        pull(ONLY_ERP, at=FRIDAY)


def test_two_pulls_at_once_are_kept_apart(committed_database: str, erp: RememberingErp) -> None:
    with own_session() as other:
        lock = f"pg_advisory_xact_lock({PULLING}, hashtext('{ONLY_ERP}'))"
        other.execute(text(f"SELECT {lock}"))
        with pytest.raises(PullIsRunning):
            pull_now(ONLY_ERP)
    db.remove()

    assert erp.calls == []


def test_a_large_message_goes_through_in_windows(
    session: Db, pulled: Pulled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.erp.staging.WINDOW", 7)
    mixed = [
        change
        for number in range(50)
        for change in (line(f"line {number}", Position=str(number)), unit(f"s{number}"))
    ]

    report = pulled([*WHOLE_DELIVERY, *mixed])

    assert (report.read, report.published) == (104, 104)
