"""What the ERP changes after a claim was filed is shown to whoever decides, and orphans nobody."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select

from app.claims import triage
from app.claims.following import claims_to_follow, follow_claim
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim
from app.core.db import db
from app.core.outside import ONLY_ERP
from app.shipments.models import Shipment, ShipmentLine, ShippedUnit
from app.shipments.queries import FoundLine
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World


def shipped(found: FoundLine) -> ShipmentLine:
    return db.get_one(ShipmentLine, found.line_id)


def told(claim: Claim, world: World, sign_in: SignIn) -> str:
    db.commit()
    return " ".join(sign_in(world.cleo).get(f"/claims/{claim.id}/decide").text.split())


def entered_anew(old: ShipmentLine, serial: str = "", **changes: Any) -> ShipmentLine:
    """Do what an infobase does that posts a document anew: other keys, the same goods."""
    same = ("number", "shipped_on", "dealer_id", "plant_id", "currency")
    shipment = Shipment(ref=uuid4(), **{name: getattr(old.shipment, name) for name in same})
    db.add(shipment)
    db.flush()
    names = ("position", "item_id", "lot", "quantity", "unit", "price", "vat_rate")
    facts = {name: getattr(old, name) for name in names} | changes
    new = ShipmentLine(ref=uuid4(), shipment_id=shipment.id, **facts)
    db.add(new)
    db.flush()
    if serial:
        db.add(ShippedUnit(line_id=new.id, serial=serial))
    old.shipment.withdrawn_at = MONDAY
    db.commit()
    return new


def test_nothing_is_said_of_what_has_not_changed(world: World, sign_in: SignIn) -> None:
    claim = world.filed(world.shipped(serial="S-1"))

    assert [one.changes for one in triage.evidence_for(claim).values()] == [()]
    assert "Changed in the ERP" not in told(claim, world, sign_in)


def test_evidence_speaks_of_the_present_row_beside_the_snapshot(
    world: World, sign_in: SignIn
) -> None:
    found = world.shipped(quantity=10, warranty_until=date(2028, 9, 1))
    claim = world.filed(found)
    line = shipped(found)
    line.quantity, line.warranty_until, line.unit = Decimal(4), date(2026, 9, 1), "MTR"
    line.item.name, line.shipment.number = "Another stove", "SH-NEW"

    page = told(claim, world, sign_in)

    assert "Shipped to this dealer: 4 m" in page
    for words in (
        "Shipped: 10 pcs → <strong>4 m</strong>",
        "Unit: pcs → <strong>m</strong>",
        "Warranty until: 1 Sep 2028 → <strong>1 Sep 2026</strong>",
        "→ <strong>Another stove</strong>",
        "→ <strong>SH-NEW</strong>",
    ):
        assert words in page
    assert db.get_one(Claim, claim.id).lines[0].shipped_quantity == Decimal(10)


def test_a_changed_price_is_shown_with_all_its_places(world: World, sign_in: SignIn) -> None:
    found = world.shipped(price=Decimal("0.0125"))
    claim = world.filed(found)
    shipped(found).price = Decimal("0.0131")

    assert "0.0125 RUB → <strong>0.0131 RUB</strong>" in told(claim, world, sign_in)


def test_what_was_withdrawn_given_to_others_or_lost_its_piece_is_said(
    world: World, sign_in: SignIn
) -> None:
    found = world.shipped(serial="S-1", lot="L-1")
    claim = world.filed(found)
    line = shipped(found)
    line.shipment.dealer_id, line.lot = world.other_dealer.id, "L-2"
    line.withdrawn_at = datetime(2026, 11, 15, 20, tzinfo=UTC)  # at the plant it is the 16th
    db.execute(delete(ShippedUnit))

    page = told(claim, world, sign_in)

    assert "withdrawn in the ERP on 16 Nov 2026" in page
    assert "Shipped to: North Stoves → <strong>South Stoves</strong>" in page
    assert "S-1 → <strong>no longer on this shipment line</strong>" in page
    assert "L-1 → <strong>no longer on this shipment line</strong>" in page


def test_a_claim_follows_a_line_that_the_erp_has_entered_anew(world: World) -> None:
    found = world.shipped(quantity=10)
    claim, version = world.filed(found), 0
    version = claim.version
    old = shipped(found)
    new = entered_anew(old)
    entered_anew(shipped(world.shipped()))  # another shipment that nobody has claimed

    assert claims_to_follow(ONLY_ERP) == [claim.id]
    follow_claim(claim.id, at=MONDAY)
    db.commit()

    assert claims_to_follow(ONLY_ERP) == []
    db.expire_all()
    assert claim.lines[0].shipment_line_id == new.id
    assert (old.claimed_quantity, new.claimed_quantity) == (Decimal(0), Decimal(1))
    assert claim.version == version + 1
    (entry,) = db.scalars(
        select(HistoryEntry).where(HistoryEntry.kind == HistoryKind.SHIPMENT_CHANGED)
    )
    assert entry.claim_id == claim.id


def test_a_claimed_piece_is_followed_to_the_line_that_has_it(world: World) -> None:
    found = world.shipped(serial="s-1")
    claim = world.filed(found)
    without = entered_anew(shipped(found))
    assert claims_to_follow(ONLY_ERP) == []
    db.add(ShippedUnit(line_id=without.id, serial="S-1"))
    db.commit()

    follow_claim(claim.id, at=MONDAY)

    assert claim.lines[0].shipment_line_id == without.id


def test_of_two_candidates_the_one_at_the_same_place_is_followed_or_none(world: World) -> None:
    found = world.shipped()
    claim = world.filed(found)
    old = shipped(found)
    entered_anew(old, position=7)
    other = entered_anew(old, position=8)
    follow_claim(claim.id, at=MONDAY)
    assert claim.lines[0].shipment_line_id == old.id

    other.position = old.position
    db.commit()
    follow_claim(claim.id, at=MONDAY)

    assert claim.lines[0].shipment_line_id == other.id
