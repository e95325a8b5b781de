"""Two plants, each with an ERP of its own: no ERP touches what the other has told."""

from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Dealer, Plant
from app.catalog.models import Item
from app.core.outside import ONLY_ERP, KnownErp, Outside, connect_outside
from app.erp.models import Feed, RejectedRow
from app.erp.pull import PullReport, pull
from app.shipments.models import Shipment, ShipmentLine, ShippedUnit
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.memory import RememberingErp
from connectors.erp.port import RowKind
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage
from tests.app.erp.conftest import FRIDAY
from tests.app.erp.rows import (
    WHOLE_DELIVERY,
    Change,
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

LODZ = "lodz"
Db = scoped_session[Session]
Pulled = Callable[[str, Iterable[Change]], PullReport]


@pytest.fixture
def pulled(session: Db, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> Pulled:
    """Let one of two ERPs serve these rows, each to the plant that has its home there."""
    words = {"city": "", "address": "", "tax_id": "", "signer": "", "signer_basis": ""}
    place = {"country": "PL", "time_zone": "Europe/Warsaw", "language": plant.language}
    session.add(Plant(code="PL1", name="Zakład", home=LODZ, **words, **place))
    session.commit()
    erps = {ONLY_ERP: RememberingErp(), LODZ: RememberingErp()}
    monkeypatch.setattr("app.core.outside._present", [])
    known = {name: KnownErp(erp) for name, erp in erps.items()}
    connect_outside(Outside(known, MemoryStorage(), RememberingMail(), SilentDoorbell()))

    def serve_and_pull(connection: str, rows: Iterable[Change]) -> PullReport:
        erps[connection].serve(rows)
        report = pull(connection, at=FRIDAY)
        session.commit()
        session.expire_all()
        return report

    return serve_and_pull


# The same references and code as in the other ERP, as after one was made from a copy of the other.
POLISH = (
    dealer(PlantCode="PL1", Name="Romaszka Sp. z o.o."),
    item(PlantCode="PL1", Price="2100.00", Currency="PLN"),
)


def test_each_dealer_and_item_knows_its_home(session: Db, pulled: Pulled) -> None:
    pulled(ONLY_ERP, WHOLE_DELIVERY)
    report = pulled(LODZ, POLISH)

    assert (report.published, report.rejected) == (2, 0)
    dealers = session.execute(select(Dealer.home, Dealer.name).order_by(Dealer.home)).all()
    assert dealers == [(ONLY_ERP, "ООО «Ромашка»"), (LODZ, "Romaszka Sp. z o.o.")]
    items = session.execute(select(Item.home, Item.currency).order_by(Item.home)).all()
    assert items == [(ONLY_ERP, "RUB"), (LODZ, "PLN")]


def test_each_feed_counts_for_itself(session: Db, pulled: Pulled) -> None:
    pulled(ONLY_ERP, WHOLE_DELIVERY)
    pulled(ONLY_ERP, [item(Name="Печь")])
    pulled(LODZ, POLISH)

    assert session.get_one(Feed, ONLY_ERP).message_no == 2
    assert session.get_one(Feed, LODZ).message_no == 1


def test_a_shipment_finds_the_dealer_and_the_items_of_its_own_erp(
    session: Db, pulled: Pulled
) -> None:
    pulled(ONLY_ERP, WHOLE_DELIVERY)
    goods = [shipment("polish", PlantCode="PL1"), line("polish", ShipmentRef=ref("polish"))]
    pulled(LODZ, [*POLISH, *goods])

    shipped = session.scalars(select(ShipmentLine).where(ShipmentLine.lot != "")).all()
    homes = [(one.shipment.home, one.shipment.dealer.home, one.item.home) for one in shipped]
    assert sorted(homes) == [(ONLY_ERP,) * 3, (LODZ,) * 3]


@pytest.mark.parametrize(
    ("foreign", "reason"),
    [
        (dealer("other", Code="D02"), "PlantCode row_unknown"),
        (item("other"), "PlantCode row_unknown"),
        (line(ItemRef=ref("item"), ShipmentRef=ref("polish")), "Ref row_other_erp"),
        (line("new", ItemRef=ref("item")), "ShipmentRef row_unknown"),
        (unit("77"), "LineRef row_other_erp"),
        (package("00346"), "LineRef row_other_erp"),
    ],
)
def test_what_belongs_to_the_other_erp_is_put_aside(
    session: Db, pulled: Pulled, foreign: Change, reason: str
) -> None:
    pulled(ONLY_ERP, WHOLE_DELIVERY)
    report = pulled(LODZ, [*POLISH, shipment("polish", PlantCode="PL1"), foreign])

    assert report.rejected == 1
    (rejected,) = session.scalars(select(RejectedRow))
    assert (rejected.connection, told(rejected.reasons)) == (LODZ, reason)
    (kept,) = session.scalars(select(ShipmentLine))
    assert kept.shipment.home == ONLY_ERP
    assert session.scalars(select(ShippedUnit)).all() == []


def test_one_erp_deletes_nothing_of_the_other(session: Db, pulled: Pulled) -> None:
    pulled(ONLY_ERP, [*WHOLE_DELIVERY, unit("1"), package("00346")])
    gone = [
        deleted(RowKind.DEALER, ref("dealer")),
        deleted(RowKind.SHIPMENT, ref("shipment")),
        deleted(RowKind.LINE, ref("line")),
        deleted(RowKind.UNIT, f"{ref('line')}/1"),
        deleted(RowKind.PACKAGE, "00346"),
    ]

    assert pulled(LODZ, gone).published == 0
    assert session.scalars(select(Shipment.withdrawn_at)).one() is None
    assert session.scalars(select(Dealer.is_active)).one()
    assert pulled(ONLY_ERP, gone).published == len(gone)
