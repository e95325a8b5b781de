"""Rows that are brought in while the message is still being read, and rows that have to wait."""

import threading
from collections.abc import Callable, Iterable, Iterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Dealer
from app.catalog.models import Item, ItemGroup
from app.core.db import db, own_session
from app.core.outside import ONLY_ERP
from app.erp import ahead
from app.erp.fields import Merge
from app.erp.intake import pull_all
from app.erp.merge import bring_new
from app.erp.models import RejectedRow
from app.erp.pull import PullReport, pull
from app.erp.staging import Batch, Window, copy
from app.shipments.models import Shipment, ShipmentLine
from connectors.erp.memory import RememberedChanges, RememberingErp
from connectors.erp.port import Row, RowKind
from connectors.errors import Unavailable
from connectors.reasons import ErpReason
from tests.app.erp.conftest import FRIDAY, add_plant
from tests.app.erp.rows import WHOLE_DELIVERY, Change, dealer, item, line, ref, shipment, told, unit

Pulled = Callable[[Iterable[Change]], PullReport]
Db = scoped_session[Session]
PARENTS = (dealer(), item(), shipment())
SERIAL = [unit("S-1", LineRef=ref("line 11"))]


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.erp.staging.WINDOW", 4)
    monkeypatch.setattr("app.erp.ahead.AHEAD", 4)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> dict[RowKind, list[int | None]]:
    """What became of each attempt to bring a kind ahead: how many rows were new, or None."""
    found: dict[RowKind, list[int | None]] = {}

    def bring(merge: Merge, batch: Batch) -> int | None:
        published = bring_new(merge, batch)
        found.setdefault(merge.kind, []).append(published)
        return published

    monkeypatch.setattr(ahead, "bring_new", bring)
    return found


def lines(numbers: Iterable[int], **values: str) -> list[Change]:
    return [line(f"line {number}", Position=str(number), **values) for number in numbers]


def serve_by(
    monkeypatch: pytest.MonkeyPatch, rows: Callable[[], Iterator[tuple[RowKind, Row]]]
) -> None:
    monkeypatch.setattr(RememberedChanges, "__iter__", lambda _: rows())


def test_what_is_new_is_brought_in_before_the_message_ends(
    session: Db, pulled: Pulled, ways: dict[RowKind, list[int | None]]
) -> None:
    report = pulled([*PARENTS, *lines(range(10))])

    assert ways == {
        RowKind.DEALER: [1],
        RowKind.ITEM: [1],
        RowKind.SHIPMENT: [1],
        RowKind.LINE: [4, 4],
    }
    assert (report.read, report.published, report.rejected) == (13, 13, 0)
    assert session.query(ShipmentLine).count() == 10


def test_lines_that_come_before_their_shipment_wait_for_it(
    session: Db, pulled: Pulled, ways: dict[RowKind, list[int | None]]
) -> None:
    report = pulled([dealer(), item(), *lines(range(10)), shipment()])

    assert ways[RowKind.LINE] == [None]
    assert (report.read, report.published, report.rejected) == (13, 13, 0)


def test_the_last_version_wins_when_an_older_one_was_brought_ahead(
    session: Db, pulled: Pulled, ways: dict[RowKind, list[int | None]]
) -> None:
    pulled([*PARENTS, *lines(range(4), Lot="old"), *lines(range(4), Lot="new"), *lines([1])])

    assert ways[RowKind.LINE] == [4, None]
    found = session.execute(select(ShipmentLine.position, ShipmentLine.lot))
    assert dict(found.all()) == {0: "new", 1: "L2602", 2: "new", 3: "new"}


def test_nothing_is_brought_ahead_after_a_version_that_waits(
    session: Db, pulled: Pulled, ways: dict[RowKind, list[int | None]]
) -> None:
    """The row that waits is older than the one that comes later under the same key."""
    waits = [line("bad", Price="-1"), *lines(range(3), Lot="old")]

    report = pulled([*PARENTS, *waits, *lines(range(4), Lot="new")])

    assert ways[RowKind.LINE] == [None]
    assert set(session.scalars(select(ShipmentLine.lot))) == {"new"}
    assert report.rejected == 1
    (reasons,) = session.scalars(select(RejectedRow.reasons))
    assert told(reasons) == "Price row_not_money"


@pytest.mark.parametrize(
    "bad",
    [
        line("bad", Quantity="1,5"),
        line("bad", ItemRef=ref("nothing")),
        line("bad", Price="-1"),
        line("bad", Unit=None),
    ],
)
def test_a_bad_row_is_put_aside_once_and_the_others_go_on(
    session: Db, pulled: Pulled, bad: Change
) -> None:
    report = pulled([*PARENTS, *lines(range(4)), bad, *lines(range(4, 12)), *SERIAL])

    assert (report.read, report.published, report.rejected) == (17, 16, 1)
    assert session.query(RejectedRow).count() == 1
    assert session.query(ShipmentLine).count() == 12


def test_a_message_that_breaks_off_leaves_nothing_of_what_was_brought_ahead(
    session: Db, erp: RememberingErp, pulled: Pulled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Iterator[tuple[RowKind, Row]]:
        yield from [*PARENTS, *lines(range(10))]
        raise Unavailable(ErpReason.SAYS, words="cut off", outcome_unknown=True)

    with monkeypatch.context() as patch:
        serve_by(patch, broken)
        with pytest.raises(Unavailable):
            pull(ONLY_ERP, at=FRIDAY)
    session.rollback()

    assert session.query(ShipmentLine).count() == 0
    assert session.query(Dealer).count() == 0
    assert pulled([*PARENTS, *lines(range(10))]).published == 13


def test_a_line_that_is_known_is_not_held_while_the_erp_goes_on_telling(
    committed_database: str, erp: RememberingErp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever files a claim of it locks it, and need not wait for a slow ERP."""
    add_plant(db)
    erp.serve([*PARENTS, *lines(range(4))])
    pull(ONLY_ERP, at=FRIDAY)
    db.commit()
    changed = lines(range(4), Quantity="1.000")
    free: list[int] = []

    def slow() -> Iterator[tuple[RowKind, Row]]:
        yield from changed
        yield from lines(range(10, 14))  # the window before this one is done with
        yield from lines(range(20, 24))
        with own_session() as other:
            held = other.execute(text("SELECT id FROM shipment_line FOR UPDATE SKIP LOCKED"))
            free.extend(held.scalars())

    erp.serve([*changed, *lines(range(10, 14)), *lines(range(20, 24))])
    serve_by(monkeypatch, slow)
    report = pull(ONLY_ERP, at=FRIDAY)
    db.commit()

    assert len(free) == 4
    assert (report.published, report.rejected) == (12, 0)


def test_groups_among_the_items_are_brought_ahead_as_groups(
    session: Db, pulled: Pulled, ways: dict[RowKind, list[int | None]]
) -> None:
    folders = [item(f"folder {n}", Sku=f"F{n}", Name=f"Group {n}", IsFolder="true") for n in "12"]
    items = [item(f"item {n}", Sku=f"I{n}", GroupRef=ref("folder 1")) for n in "123456"]

    report = pulled([dealer(), folders[0], *items, folders[1]])

    assert ways[RowKind.GROUP] == [2]
    assert ways[RowKind.ITEM] == [6]
    assert (report.read, report.published, report.rejected) == (9, 9, 0)
    assert session.query(Item).count() == 6
    assert session.query(ItemGroup).count() == 2


def test_a_full_load_does_not_miss_what_it_has_brought_ahead(
    session: Db, erp: RememberingErp, pulled: Pulled, ways: dict[RowKind, list[int | None]]
) -> None:
    folder = item("folder", Sku="F", Name="Group", IsFolder="true")
    pulled([*WHOLE_DELIVERY, folder])
    erp.serve_anew([shipment("new", Number="2"), *lines(range(9)), *WHOLE_DELIVERY, folder])

    pull_all(ONLY_ERP)

    assert ways[RowKind.LINE] == [4, 4]
    session.expire_all()
    for model in (Item, ItemGroup, Shipment, ShipmentLine):
        withdrawn = select(func.count()).where(model.withdrawn_at.is_not(None))
        assert session.scalar(withdrawn.select_from(model)) == 0
    assert session.query(ShipmentLine).count() == 10


def test_a_database_that_goes_away_meanwhile_is_an_error_and_no_standstill(
    session: Db, pulled: Pulled, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[Window] = []

    def away(window: Window) -> None:
        if len(copied) == 4:
            raise OperationalError("COPY", {}, Exception("server closed the connection"))
        copied.append(window)
        copy(window)

    monkeypatch.setattr(ahead, "copy", away)
    with pytest.raises(OperationalError, match="server closed"):
        pulled([*PARENTS, *lines(range(40))])

    assert len(copied) == 4
    assert [thread for thread in threading.enumerate() if "ThreadPool" in thread.name] == []
