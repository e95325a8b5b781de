"""Claims filed while the ERP was away are checked by themselves when it is back."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from acts.facts import ActLanguage
from acts.wording import NBSP, date_text
from app.claims import attachments, drafts, service
from app.claims.models import Claim, ClaimEvent
from app.claims.provisional import BEHIND
from app.claims.rules import Action, ShipmentCheck
from app.core.clock import local_day, now
from app.core.db import db
from app.core.money import Money
from app.core.outside import ONLY_ERP
from app.erp.intake import pull_now
from app.files.rules import Variant
from app.files.service import read
from app.outbox import connections
from app.outbox.models import OutboxMessage
from app.outbox.rules import ConnectionState
from app.paperwork.models import Act
from app.paperwork.service import issue_filed
from app.shipments.models import ShipmentLine
from app.shipments.service import note_confirmed
from app.vocabulary import Remedy
from connectors.erp.port import RowKind
from connectors.reasons import ErpReason, Reason
from tests.acts.test_render import text_of
from tests.app.conftest import SignIn
from tests.app.world import World, fill

Db = scoped_session[Session]


def filed(world: World, *serials: str) -> Claim:
    """File a claim over things that are in no shipment yet."""
    at = now()
    claim = drafts.start_draft(by=world.ann, at=at)
    for serial in serials or ("OG26-1",):
        line = drafts.add_unlisted_line(claim, "Stove as its plate says", by=world.ann, at=at)
        fill(line, serial=serial)
        attachments.attach(claim, line, "proof.txt", io.BytesIO(b"bought"), by=world.ann, at=at)
    service.file_claim(claim, by=world.ann, at=at)
    db.commit()
    return claim


def checks(claim: Claim) -> list[ShipmentCheck | None]:
    db.expire_all()
    return [line.shipment_check for line in claim.lines]


def history(claim: Claim) -> list[dict[str, object]]:
    query = select(ClaimEvent.facts).where(
        ClaimEvent.claim_id == claim.id, ClaimEvent.action == Action.CHECK_SHIPMENT
    )
    return [line for facts in db.scalars(query) for line in facts["checked"]]


def pushes(claim: Claim) -> int:
    kinds = db.scalars(select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id))
    return list(kinds).count("erp.push_claim")


def test_what_is_not_found_in_fresh_data_is_not_provisional(session: Db, world: World) -> None:
    note_confirmed(ONLY_ERP, RowKind, at=now())

    assert checks(filed(world)) == [None]


@pytest.mark.parametrize("reason", ["never read", "long ago", "stopped"])
def test_a_claim_filed_while_the_erp_is_away_is_provisional(
    session: Db, world: World, reason: str
) -> None:
    if reason == "long ago":
        note_confirmed(ONLY_ERP, RowKind, at=now() - BEHIND - timedelta(seconds=1))
    if reason == "stopped":
        note_confirmed(ONLY_ERP, RowKind, at=now())
        connections.stop(ONLY_ERP, ConnectionState.CLOSED, Reason(ErpReason.CLOSED), at=now())

    assert checks(filed(world)) == [ShipmentCheck.PROVISIONAL]


def test_a_shipped_line_is_never_provisional(session: Db, world: World) -> None:
    assert checks(world.filed(world.shipped())) == [None]


def test_the_shipment_found_later_is_tied_to_the_line_and_held(session: Db, world: World) -> None:
    claim = filed(world)
    told = pushes(claim)
    shipped = world.shipped(serial="OG26-1", lot="2636-B-077")
    session.commit()

    pull_now(ONLY_ERP)

    assert checks(claim) == [ShipmentCheck.FOUND]
    line = claim.lines[0]
    assert (line.shipment_line_id, line.lot, line.sku) == (shipped.line_id, "2636-B-077", "OG-B18W")
    assert (line.reserved_quantity, line.price) == (Decimal(1), Decimal("62900.00"))
    assert session.get_one(ShipmentLine, shipped.line_id).claimed_quantity == 1
    assert [one["outcome"] for one in history(claim)] == ["found"]
    assert claim.revision == 2
    assert pushes(claim) == told + 1

    pull_now(ONLY_ERP)  # looked up once, not for ever

    assert len(history(claim)) == 1
    assert session.get_one(ShipmentLine, shipped.line_id).claimed_quantity == 1


@pytest.mark.parametrize(
    ("currency", "outcome"), [("EUR", ShipmentCheck.FOUND), ("RUB", ShipmentCheck.ELSEWHERE)]
)
def test_a_demanded_sum_stays_in_the_currency_in_which_the_dealer_said_it(
    session: Db, world: World, currency: str, outcome: ShipmentCheck
) -> None:
    at = now()
    claim = drafts.start_draft(by=world.ann, at=at)
    line = drafts.add_unlisted_line(claim, "Stove as its plate says", by=world.ann, at=at)
    refund = {"demand": Remedy.REFUND, "demand_amount": Decimal(100), "currency": "EUR"}
    fill(line, serial="OG26-1", **refund)
    attachments.attach(claim, line, "proof.txt", io.BytesIO(b"bought"), by=world.ann, at=at)
    service.file_claim(claim, by=world.ann, at=at)
    world.shipped(serial="OG26-1", currency=currency)
    session.commit()

    pull_now(ONLY_ERP)

    assert checks(claim) == [outcome]
    assert claim.lines[0].demanded == Money(Decimal(100), "EUR")


def test_what_is_not_there_when_the_erp_is_back_is_confirmed_as_not_found(
    session: Db, world: World
) -> None:
    claim = filed(world)
    world.shipped(serial="OG26-1", to=world.other_dealer)  # another dealer's is none of ours
    session.commit()

    pull_now(ONLY_ERP)

    assert checks(claim) == [ShipmentCheck.NOT_FOUND]
    assert [one["outcome"] for one in history(claim)] == ["not_found"]
    assert claim.revision == 1


def test_a_piece_that_is_in_another_claim_is_not_counted_twice(session: Db, world: World) -> None:
    claim = filed(world, "OG26-1", "OG26-2")
    taken = world.shipped(quantity=1, serial="OG26-1")
    free = world.shipped(quantity=1, serial="OG26-2")
    other = world.filed(taken)

    pull_now(ONLY_ERP)

    assert checks(claim) == [ShipmentCheck.TAKEN, ShipmentCheck.FOUND]
    assert [line.shipment_line_id for line in claim.lines] == [None, free.line_id]
    assert session.get_one(ShipmentLine, taken.line_id).claimed_quantity == 1
    assert str(other.number) in str(history(claim)[0]["reason"])


def test_nothing_is_concluded_before_newer_data_is_here(session: Db, world: World) -> None:
    claim = filed(world)
    claim.filed_at = now() + timedelta(hours=1)
    session.commit()

    pull_now(ONLY_ERP)

    assert checks(claim) == [ShipmentCheck.PROVISIONAL]


def test_a_withdrawn_claim_is_left_alone(session: Db, world: World) -> None:
    claim = filed(world)
    service.cancel(claim, version=claim.version, by=world.ann, at=now())
    world.shipped(serial="OG26-1")
    session.commit()

    pull_now(ONLY_ERP)

    assert checks(claim) == [ShipmentCheck.PROVISIONAL]


def test_both_sides_see_that_a_claim_is_provisional_and_what_came_of_it(
    session: Db, world: World, sign_in: SignIn
) -> None:
    claim = filed(world)
    ann, cleo = sign_in(world.ann), sign_in(world.cleo)

    assert "it will be checked later" in ann.get(f"/claims/{claim.id}").text
    assert "Provisional" in cleo.get("/worklist").text

    world.shipped(serial="OG26-1", shipped_on=date(2026, 9, 2))
    session.commit()
    pull_now(ONLY_ERP)

    assert (
        "Found in the shipments once the ERP was available again"
        in cleo.get(f"/claims/{claim.id}").text
    )
    assert "Provisional" not in cleo.get("/worklist").text


def test_the_act_says_that_the_shipment_could_not_be_checked_and_will_be(world: World) -> None:
    claim = filed(world)
    issue_filed(claim.id, at=now())
    db.commit()
    act = db.scalars(select(Act).where(Act.claim_id == claim.id)).one()

    text = text_of(read(act.file, Variant.ORIGINAL)).replace(NBSP, " ")

    day = date_text(local_day(now(), claim.plant.time_zone), ActLanguage(claim.dealer.language))
    assert f"could not be checked on {day.replace(NBSP, ' ')}" in text
    assert "The manufacturer will check it as soon as the data are available" in text
    assert "not in the shipments" not in text
