"""Down to the part: the defective component of an item is named, and found on other claims."""

from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.catalog.models import Component
from app.claims import parts
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.triage import evidence_for
from app.core.db import db
from app.vocabulary import Remedy
from app.work.models import WorkOrder
from tests.app.claims.drafting import typed
from tests.app.conftest import SignIn
from tests.app.work.test_work import opened, orders_of
from tests.app.world import MONDAY, World

DOOR = "Door glass 410 x 270"


@pytest.fixture
def glass(world: World) -> UUID:
    """The bill of materials of the world's stove holds a door glass and a grate."""
    ref = uuid4()
    for component_ref, name in ((ref, DOOR), (uuid4(), "Grate")):
        db.add(Component(item_id=world.item.id, component_ref=component_ref, name=name, quantity=1))
    db.commit()
    return ref


def named(line: ClaimLine, lot: str, world: World, name: str = DOOR) -> None:
    """Name the part of a line."""
    parts.name_part(line, name, lot, by=world.dora, at=MONDAY)
    db.flush()


def test_a_dealer_names_the_part_and_its_lot_in_the_draft(
    world: World, sign_in: SignIn, glass: UUID
) -> None:
    draft = world.draft()
    line_id = draft.lines[0].id
    db.commit()
    client, url = sign_in(world.ann), f"/claims/{draft.id}"
    assert DOOR in client.get(f"{url}/edit").text
    form = typed(draft) | {
        f"line-{line_id}-part_name": DOOR,
        f"line-{line_id}-part_lot": " GL-2026-07 ",
    }

    client.post(f"{url}/autosave", data=form)

    line = db.get_one(ClaimLine, line_id, populate_existing=True)
    assert (line.part_name, line.part_lot, line.part_ref) == (DOOR, "GL-2026-07", glass)


def test_an_item_without_components_asks_for_no_part(world: World, sign_in: SignIn) -> None:
    draft = world.draft()
    db.commit()

    assert "part_name" not in sign_in(world.ann).get(f"/claims/{draft.id}/edit").text


def test_a_part_that_the_item_does_not_have_is_refused(world: World, glass: UUID) -> None:
    line = world.filed().lines[0]

    with pytest.raises(parts.NoSuchPart):
        named(line, "", world, "Flux capacitor")


def test_a_department_names_the_part_on_its_work_order(
    world: World, sign_in: SignIn, glass: UUID
) -> None:
    claim = opened(world, Remedy.REPAIR)
    (order,) = orders_of(claim)
    order_id, line_id, url = order.id, order.claim_line_id, f"/work/{order.id}"
    client = sign_in(world.dora)
    assert DOOR in client.get(url).text

    form = {"version": "1", "part_name": DOOR, "part_lot": "GL-2026-07"}
    assert client.post(f"{url}/part", data=form).status_code == HTTPStatus.SEE_OTHER

    line = db.get_one(ClaimLine, line_id, populate_existing=True)
    assert (line.part_name, line.part_lot, line.part_ref) == (DOOR, "GL-2026-07", glass)
    kept = select(HistoryEntry).filter_by(claim_id=claim.id, kind=HistoryKind.DATA_CHANGED)
    (entry,) = db.scalars(kept)
    assert entry.actor_name == "Dora"
    assert entry.facts["changed"] == {
        "1/part_name": ["", DOOR],
        "1/part_lot": ["", "GL-2026-07"],
    }
    assert "GL-2026-07" in sign_in(world.cleo).get(f"/claims/{claim.id}").text
    assert db.get_one(WorkOrder, order_id, populate_existing=True).version == 2
    answer = sign_in(world.dora).post(f"{url}/part", data=form)
    assert answer.status_code == HTTPStatus.CONFLICT  # an old page


def others_of(claim: Claim) -> list[str]:
    (known,) = evidence_for(claim).values()
    return [f"{other.number}/{other.same_part}" for other in known.others]


def test_the_evidence_shows_other_claims_on_that_part_and_lot(world: World, glass: UUID) -> None:
    mine, same, other_lot, other_part = (
        world.filed(world.shipped(lot=f"L-{number}")) for number in range(4)
    )
    named(mine.lines[0], "GL-2026-07", world)
    named(same.lines[0], "gl-2026-07", world)  # codes are compared in one normal form
    named(other_lot.lines[0], "GL-2026-08", world)
    named(other_part.lines[0], "GL-2026-07", world, "Grate")

    assert others_of(mine) == [f"{same.number}/True"]

    named(mine.lines[0], "", world)  # nobody knows the lot: every claim on the part counts
    assert set(others_of(mine)) == {f"{same.number}/True", f"{other_lot.number}/True"}
