"""Claims are found by a part of what stands in them, without reading all of them."""

import pytest
from sqlalchemy.engine import Engine

from app.claims.queries import list_claims
from app.claims.triage import Filter, list_worklist
from app.core.db import db
from tests.app.plans import plans, scanned
from tests.app.world import MONDAY, World

LARGE = {"claim", "claim_line", "dealer"}


@pytest.mark.parametrize("text", ["1-2026-0", "26-10", "b-77", "og-b1", "with water", "my-REF"])
def test_a_dealer_finds_a_claim_by_a_part_of_it(world: World, engine: Engine, text: str) -> None:
    claim = world.filed(world.shipped(serial="OG26-104", lot="2636-B-777"))
    claim.dealer_reference = "My-ref 1"
    db.flush()

    with plans(engine) as seen:
        assert [row.id for row in list_claims(world.ann, search=text).rows] == [claim.id]
    assert not list_claims(world.ben, search=text).rows

    assert not any(scanned(plan) & LARGE for plan in seen)
    assert "ix_claim_line_search" in seen[0]


def test_a_manager_finds_claims_by_their_dealer_too(world: World, engine: Engine) -> None:
    claim = world.filed()
    world.filed(world.shipped(to=world.other_dealer), by=world.ben)

    with plans(engine) as seen:
        page = list_worklist(world.cleo, chosen=Filter.ALL, search="north", today=MONDAY.date())

    assert [row.id for row in page.rows] == [claim.id]
    assert "ix_dealer_search" in seen[0]
    assert "ix_claim_search" in seen[0]
