"""Everything read anew: what is missing there is gone here, if the load can be believed."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Dealer
from app.catalog.models import Component, Item
from app.core.outside import ONLY_ERP, MostGone, Outside, connect_outside
from app.erp.intake import pull_all, pull_now
from app.erp.models import Feed, SeenRow
from app.erp.pull import PullReport
from app.erp.queries import KindFreshness, list_freshness
from app.shipments.models import Contract, Package, Shipment, ShipmentLine, ShippedLot, ShippedUnit
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.memory import RememberingErp
from connectors.erp.port import RowKind
from connectors.errors import Rejected, Restored, Unavailable
from connectors.mail.memory import RememberingMail
from connectors.reasons import ErpReason
from connectors.storage.memory import MemoryStorage
from tests.app.conftest import SignIn
from tests.app.erp.rows import (
    WHOLE_DELIVERY,
    Change,
    component,
    contract,
    dealer,
    group,
    item,
    line,
    lot,
    package,
    ref,
    shipment,
    unit,
)
from tests.app.erp.simulated import add_plants, connect_simulator
from tests.app.erp.working import do_jobs
from tests.app.neighbours import one_erp
from tests.app.world import World
from tests.connectors.erp.running import RunningSimulator, running

Pulled = Callable[[Iterable[Change]], PullReport]
Db = scoped_session[Session]

SECOND = (
    dealer("gone", Code="D02"),
    contract(),
    group("gone"),
    item("gone", Sku="ST-91"),
    component("Дверца"),
    shipment("gone", Number="УТ-2"),
    line("gone", ShipmentRef=ref("gone")),
    line("short", Position="2"),
    unit("SN-1"),
    lot("L1"),
    package("BOX"),
    package("PALLET", LineRef=None),
)


def fresh(kind: RowKind) -> KindFreshness:
    return next(one for one in list_freshness(ONLY_ERP) if one.kind == kind)


def count(session: Db, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def gone(session: Db, model: type[Item | Shipment | ShipmentLine | Contract]) -> set[str]:
    """Return the references of what is withdrawn."""
    session.expire_all()
    return set(map(str, session.scalars(select(model.ref).where(model.withdrawn_at.is_not(None)))))


def test_what_a_complete_load_does_not_bring_is_gone_here(
    session: Db, erp: RememberingErp, pulled: Pulled
) -> None:
    pulled([*WHOLE_DELIVERY, *SECOND])
    erp.serve_anew(WHOLE_DELIVERY)

    pull_all(ONLY_ERP)

    session.expire_all()
    active = session.execute(select(Dealer.code, Dealer.is_active).order_by(Dealer.code)).all()
    assert active == [("D01", True), ("D02", False)]
    assert gone(session, Item) == {ref("gone")}
    assert gone(session, Shipment) == {ref("gone")}
    assert gone(session, Contract) == {ref("contract")}
    # The line of a shipment that is gone stays as it was, as history.
    assert gone(session, ShipmentLine) == {ref("short")}
    for model in (Component, ShippedUnit, ShippedLot, Package, SeenRow):
        assert count(session, model) == 0
    feed = session.get_one(Feed, ONLY_ERP)
    assert feed.full_at is not None
    assert feed.full_since is None
    assert (fresh(RowKind.SHIPMENT).full_rows, fresh(RowKind.SHIPMENT).full_missing) == (2, 1)


def test_nothing_is_gone_when_too_much_of_a_kind_is_missing(
    session: Db, erp: RememberingErp, pulled: Pulled, caplog: pytest.LogCaptureFixture
) -> None:
    most = MostGone(percent=5, rows=1)
    connect_outside(
        Outside(one_erp(erp), MemoryStorage(), RememberingMail(), SilentDoorbell(), most)
    )
    pulled([*WHOLE_DELIVERY, *SECOND])
    erp.serve_anew([dealer(), item()])

    pull_all(ONLY_ERP)

    assert gone(session, Shipment) == set()
    assert gone(session, Item) == set()
    assert count(session, ShippedUnit) == 1
    lines = fresh(RowKind.LINE)
    assert (lines.full_rows, lines.full_missing, lines.full_believed) == (3, 3, False)
    assert "erp.full_load" in [record.message for record in caplog.records]
    assert "too many" in lines.words()


@pytest.mark.parametrize(
    "error",
    [Unavailable(ErpReason.SAYS, words="broken off"), Rejected(ErpReason.SAYS, words="cut off")],
)
def test_a_load_that_breaks_off_goes_on_later_and_deletes_nothing_meanwhile(
    session: Db,
    erp: RememberingErp,
    pulled: Pulled,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    pulled([*WHOLE_DELIVERY, *SECOND])
    erp.serve_anew(WHOLE_DELIVERY[:2], WHOLE_DELIVERY[2:])
    changes = erp.changes

    def broken(*, after: int) -> object:
        if after == 1:
            raise error
        return changes(after=after)

    with monkeypatch.context() as patch:
        patch.setattr(erp, "changes", broken)
        with pytest.raises(type(error)):
            pull_all(ONLY_ERP)
    assert gone(session, Shipment) == set()
    assert count(session, SeenRow) == 2

    pull_now(ONLY_ERP)

    assert gone(session, Shipment) == {ref("gone")}
    assert count(session, SeenRow) == 0


def test_an_infobase_restored_in_the_middle_is_no_reason_to_delete(
    session: Db, erp: RememberingErp, pulled: Pulled, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled([*WHOLE_DELIVERY, *SECOND])
    erp.serve_anew(WHOLE_DELIVERY[:2], WHOLE_DELIVERY[2:])
    changes = erp.changes
    lost = [Restored(ErpReason.SAYS, words="Message 1 to node portal was not sent")]

    def restored(*, after: int) -> object:
        if after == 1 and lost:
            raise lost.pop()
        return changes(after=after)

    monkeypatch.setattr(erp, "changes", restored)

    pull_all(ONLY_ERP)

    assert gone(session, Shipment) == set()
    assert session.get_one(Feed, ONLY_ERP).full_at is None


def test_a_row_with_a_fault_is_there_all_the_same(
    session: Db, erp: RememberingErp, pulled: Pulled
) -> None:
    pulled(WHOLE_DELIVERY)
    erp.serve_anew([*WHOLE_DELIVERY[:3], line(Quantity="many")])

    reports = pull_all(ONLY_ERP)

    assert reports[-1].rejected == 1
    assert gone(session, ShipmentLine) == set()


def test_each_kind_is_known_to_be_up_to_date_when_the_feed_was_read_to_its_end(
    session: Db, erp: RememberingErp, pulled: Pulled
) -> None:
    erp.serve(WHOLE_DELIVERY[:2])
    pulled(WHOLE_DELIVERY[2:])  # which reads the first of the two only

    assert list_freshness(ONLY_ERP) == []

    pull_now(ONLY_ERP)

    kinds = list_freshness(ONLY_ERP)
    assert len(kinds) == 10
    assert all(one.confirmed_at is not None and one.full_at is None for one in kinds)


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    monkeypatch.setattr("app.core.outside._present", [])
    with running(tmp_path / "erp", shipments=20, lines=60) as started:
        connect_simulator(started, max_items=100)
        yield started


def test_rows_lost_by_a_real_feed_without_a_word_are_found_by_the_full_load(
    session: Db, simulator: RunningSimulator
) -> None:
    add_plants()
    pull_now(ONLY_ERP)
    with sqlite3.connect(simulator.data / "erp.sqlite") as store:  # behind the feed's back
        (gone,) = store.execute("SELECT key FROM item_row WHERE kind = 'Unit' LIMIT 1").fetchone()
        store.execute("DELETE FROM item_row WHERE kind = 'Unit' AND key = ?", (gone,))
    store.close()
    before = count(session, ShippedUnit)
    pull_now(ONLY_ERP)
    assert count(session, ShippedUnit) == before

    reports = pull_all(ONLY_ERP)

    assert len(reports) > 2
    assert sum(report.published for report in reports) == 0
    assert count(session, ShippedUnit) == before - 1
    assert fresh(RowKind.UNIT).full_missing == 1
    assert fresh(RowKind.SHIPMENT).full_missing == 0


def test_the_administrator_has_everything_read_and_sees_what_is_missing(
    sign_in: SignIn, world: World, neighbours: Outside
) -> None:
    world.shipped()
    admin: FlaskClient = sign_in(world.admin)

    admin.post(f"/exchange/connection/{ONLY_ERP}/pull", data={"full": "1"})
    do_jobs()

    page = admin.get("/exchange").text
    assert "Read all data of the ERP anew" in page
    assert "Freshness of each kind" in page
    assert "Shipment lines" in page


def test_shipments_say_as_of_when_they_are_known(sign_in: SignIn, world: World) -> None:
    ann = sign_in(world.ann)
    code = world.packed(world.shipped(), "BOX-7")
    assert "data has not been read yet" in ann.get("/shipments").text

    pull_now(ONLY_ERP)

    for address in ("/shipments", f"/shipments/lookup?code={code}"):
        assert "ERP data as of" in ann.get(address).text
