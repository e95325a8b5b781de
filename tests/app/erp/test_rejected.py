"""Rows that could not be used have a page: by their fault, with all that they said."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core.clock import now
from app.core.db import db
from app.core.lists import PAGE_SIZE
from app.core.outside import ONLY_ERP
from app.erp.models import Feed, RejectedRow
from app.erp.rejected import Faulty, list_reasons, list_rejected
from tests.app.conftest import SignIn
from tests.app.world import World

PRICE = [{"code": "row_not_money", "values": {"name": {"label": "Price"}, "field": "Price"}}]
DATE = [{"code": "row_not_date", "values": {"name": {"label": "Date"}, "field": "Date"}}]


@pytest.fixture
def admin(sign_in: SignIn, world: World) -> FlaskClient:
    return sign_in(world.admin)


def put_aside(
    count: int,
    *,
    kind: str = "Item",
    reasons: list[dict[str, Any]] = PRICE,
    home: str = ONLY_ERP,
) -> None:
    for number in range(count):
        fields = {"Ref": f"ref-{home}-{kind}-{number}", "Price": "12,50", "Gtin": ""}
        db.add(
            RejectedRow(
                connection=home, message_no=7, kind=kind, reasons=reasons,
                content=json.dumps(fields), rejected_at=now(),
            )
        )  # fmt: skip
    db.commit()


def test_the_exchange_screen_leads_to_the_rows_with_their_fault_and_their_words(
    admin: FlaskClient,
) -> None:
    db.merge(Feed(connection=ONLY_ERP, message_no=7, pulled_at=now()))
    put_aside(1)
    put_aside(1, home="another")

    screen = admin.get("/exchange").text
    page = admin.get("/exchange/rejected/erp").text

    assert 'href="/exchange/rejected/erp"' in screen
    assert "Price (Price) is not an amount of money" in page
    assert "Key in the ERP (Ref): ref-erp-Item-0\nPrice (Price): 12,50</pre>" in page
    assert "ref-another" not in page


def test_long_lists_come_page_by_page_and_each_row_once(admin: FlaskClient) -> None:
    put_aside(PAGE_SIZE + 3)

    first = list_rejected(ONLY_ERP)
    second = list_rejected(ONLY_ERP, after=first.after)
    page = admin.get(f"/exchange/rejected/erp?after={first.after}").text

    assert len({row.id for row in (*first.rows, *second.rows)}) == PAGE_SIZE + 3
    assert (len(second.rows), second.after) == (3, "")
    assert page.count("<summary>") == 3
    assert (
        admin.get("/exchange/rejected/erp?after=WyI5OTk5OTk5OTk5OTk5OTk5OTk5OSJd").status_code
        == 200
    )


def test_one_cause_is_counted_once_and_its_rows_are_listed_alone(admin: FlaskClient) -> None:
    put_aside(3)
    put_aside(1, kind="Shipment", reasons=DATE)

    found = list_reasons(ONLY_ERP)
    reasons = [(one.kind, one.reasons, one.count) for one in found]
    alone = list_rejected(ONLY_ERP, Faulty("Shipment", found[1].fault))

    assert reasons == [("Item", PRICE, 3), ("Shipment", DATE, 1)]
    assert [row.kind for row in alone.rows] == ["Shipment"]
    assert "Shipments: Date (Date) is not a date" in admin.get("/exchange/rejected/erp").text


def test_an_erp_without_faulty_rows_says_so_and_a_stranger_is_not_found(
    admin: FlaskClient,
) -> None:
    assert (
        "Everything that this ERP has sent could be used." in admin.get("/exchange/rejected").text
    )
    assert admin.get("/exchange/rejected/minsk").status_code == 404


def test_only_administrators_see_the_rows(sign_in: SignIn, world: World) -> None:
    for person in (world.ann, world.cleo):
        assert sign_in(person).get("/exchange/rejected").status_code in {403, 404}
