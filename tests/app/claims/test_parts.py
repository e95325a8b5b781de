"""Down to the part: the defective component of an item is named, and found on other claims."""

import json
from decimal import Decimal
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from acts.facts import ActKind, ActPart
from app.catalog.models import Component
from app.claims import parts
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim, ClaimLine
from app.claims.parts import PartEntry
from app.claims.queries import list_claims
from app.claims.triage import Filter, evidence_for, list_worklist
from app.core.db import db
from app.erp.push import known_of
from app.erp.translate import claim_message
from app.outbox.models import OutboxMessage
from app.paperwork.facts import gather
from app.vocabulary import Remedy
from app.work.models import WorkOrder
from connectors.erp.port import PartMessage
from tests.app.claims.drafting import typed
from tests.app.conftest import SignIn
from tests.app.plans import plans
from tests.app.statements import statements
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
    """Name the one part of a line."""
    parts.name_parts(line, {1: PartEntry(name, lot)}, by=world.dora, at=MONDAY)


def parts_on(line_id: UUID) -> list[tuple[str, str, str, Decimal]]:
    db.expire_all()
    on_line = parts.named_parts([line_id]).get(line_id, [])
    return [(part.name, part.lot, part.serial, part.quantity) for part in on_line]


def test_a_dealer_names_several_parts_each_with_its_lot_and_quantity(
    world: World, sign_in: SignIn, glass: UUID
) -> None:
    draft = world.draft()
    line_id = draft.lines[0].id
    db.commit()
    client, url = sign_in(world.ann), f"/claims/{draft.id}"
    assert DOOR in client.get(f"{url}/edit").text
    place = f"line-{line_id}-part"
    form = typed(draft) | {
        f"{place}-1-name": DOOR,
        f"{place}-1-lot": " GL-2026-07 ",
        f"{place}-1-quantity": "2",
        f"{place}-2-name": "Grate",
        f"{place}-2-serial": "G-15",
        f"{place}-2-quantity": "1",
        f"{place}-3-name": "",
        f"{place}-3-quantity": "1",
    }

    for _ in range(2):  # saving again changes nothing
        client.post(f"{url}/autosave", data=form)

    both = [(DOOR, "GL-2026-07", "", Decimal(2)), ("Grate", "", "G-15", Decimal(1))]
    assert parts_on(line_id) == both
    (first, _) = parts.named_parts([line_id])[line_id]
    assert (first.component_ref, first.person.name, first.department) == (glass, "Ann", None)
    page = client.get(f"{url}/edit").text
    assert f"{place}-5-name" in page  # there is always room for more

    client.post(f"{url}/autosave", data=form | {f"{place}-1-name": "", f"{place}-1-lot": ""})
    assert parts_on(line_id) == both[1:]


def test_a_mark_without_its_part_is_asked_for_and_nothing_is_lost(
    world: World, sign_in: SignIn, glass: UUID
) -> None:
    draft = world.draft()
    place = f"line-{draft.lines[0].id}-part-1"
    db.commit()
    form = typed(draft) | {f"{place}-name": "", f"{place}-lot": "GL-9", f"{place}-quantity": "1"}

    answer = sign_in(world.ann).post(f"/claims/{draft.id}/edit", data=form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose the part that this is about." in answer.text
    assert "GL-9" in answer.text


def test_an_item_without_components_asks_for_no_part(world: World, sign_in: SignIn) -> None:
    draft = world.draft()
    db.commit()

    assert "part_name" not in sign_in(world.ann).get(f"/claims/{draft.id}/edit").text


def test_a_part_that_the_item_does_not_have_is_refused(world: World, glass: UUID) -> None:
    line = world.filed().lines[0]

    with pytest.raises(parts.NoSuchPart):
        named(line, "", world, "Flux capacitor")


def test_a_department_adds_a_part_on_its_work_order(
    world: World, sign_in: SignIn, glass: UUID
) -> None:
    claim = opened(world, Remedy.REPAIR)
    (order,) = orders_of(claim)
    order_id, line_id, url = order.id, order.claim_line_id, f"/work/{order.id}"
    first = {1: PartEntry(DOOR, "GL-2026-07")}
    parts.name_parts(order.line, first, by=world.ann, at=MONDAY)
    db.commit()
    client = sign_in(world.dora)
    assert DOOR in client.get(url).text

    form = {
        "version": "1",
        **{"part-1-name": DOOR, "part-1-lot": "GL-2026-07", "part-1-quantity": "1"},
        **{"part-2-name": "Grate", "part-2-serial": "G-15", "part-2-quantity": "3"},
    }
    assert client.post(f"{url}/parts", data=form).status_code == HTTPStatus.SEE_OTHER

    assert parts_on(line_id)[1:] == [("Grate", "", "G-15", Decimal(3))]
    named_by = [
        (part.person.name, part.department and part.department.code)
        for part in parts.named_parts([line_id])[line_id]
    ]
    assert named_by == [("Ann", None), ("Dora", "production")]  # what she left is still Ann's
    kept = select(HistoryEntry).filter_by(claim_id=claim.id, kind=HistoryKind.DATA_CHANGED)
    entry = db.scalars(kept).all()[-1]
    assert entry.actor_name == "Dora"
    door = f"{DOOR} (GL-2026-07)"
    assert entry.facts["changed"] == {"1/parts": [door, f"{door}; 3 × Grate (G-15)"]}
    for person in (world.cleo, world.ann):
        page = sign_in(person).get(f"/claims/{claim.id}").text
        assert "G-15" in page
        assert "named by Dora" in page
    assert db.get_one(WorkOrder, order_id, populate_existing=True).version == 2
    answer = sign_in(world.dora).post(f"{url}/parts", data=form)
    assert answer.status_code == HTTPStatus.CONFLICT  # an old page


def test_a_part_without_a_number_is_refused_on_the_order_with_words(
    world: World, sign_in: SignIn, glass: UUID
) -> None:
    claim = opened(world, Remedy.REPAIR)
    (order,) = orders_of(claim)
    form = {"version": "1", "part-1-name": DOOR, "part-1-quantity": "many"}

    answer = sign_in(world.dora).post(f"/work/{order.id}/parts", data=form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Write a number, for instance 2." in answer.text
    assert parts_on(order.claim_line_id) == []


def others_of(claim: Claim) -> list[str]:
    (known,) = evidence_for(claim).values()
    return [f"{other.number}/{other.parts}" for other in known.others]


def test_the_evidence_shows_other_claims_on_that_part_and_lot(world: World, glass: UUID) -> None:
    mine, same, other_lot, other_part = (
        world.filed(world.shipped(lot=f"L-{number}")) for number in range(4)
    )
    named(mine.lines[0], "GL-2026-07", world)
    named(same.lines[0], "gl-2026-07", world)  # codes are compared in one normal form
    named(other_lot.lines[0], "GL-2026-08", world)
    named(other_part.lines[0], "GL-2026-07", world, "Grate")

    assert others_of(mine) == [f"{same.number}/{DOOR}, GL-2026-07"]

    named(mine.lines[0], "", world)  # nobody knows the lot: every claim on the part counts
    assert set(others_of(mine)) == {f"{same.number}/{DOOR}", f"{other_lot.number}/{DOOR}"}


def test_a_claim_that_shares_several_things_is_shown_once(world: World, glass: UUID) -> None:
    mine, other = world.filed(world.shipped(lot="L-1")), world.filed(world.shipped(lot="L-1"))
    for claim in (mine, other):
        entries = {1: PartEntry(DOOR, "GL-1"), 2: PartEntry("Grate", serial="G-1")}
        parts.name_parts(claim.lines[0], entries, by=world.dora, at=MONDAY)

    assert others_of(mine) == [f"{other.number}/{DOOR}, GL-1; Grate, G-1"]


def test_evidence_takes_as_many_statements_for_many_parts_as_for_none(
    world: World, engine: Engine, glass: UUID
) -> None:
    claim = world.filed(world.shipped(lot="L-1"))
    evidence_for(claim)
    with statements(engine) as before:
        evidence_for(claim)
    for number in range(3):
        one = world.filed(world.shipped(lot=f"L-{number}"))
        named(one.lines[0], "GL-1", world)
    many = {number: PartEntry(DOOR, f"GL-{number}") for number in range(1, 11)}
    parts.name_parts(claim.lines[0], many, by=world.dora, at=MONDAY)
    db.flush()

    with statements(engine) as seen:
        assert len(others_of(claim)) == 3

    assert len(seen) == len(before)


@pytest.mark.parametrize("text", ["2026-07", "g-1", "door gl"])
def test_a_claim_is_found_by_the_lot_serial_or_name_of_a_part(
    world: World, engine: Engine, glass: UUID, text: str
) -> None:
    claim, _ = world.filed(world.shipped(lot="L-1")), world.filed(world.shipped(lot="L-2"))
    entries = {1: PartEntry(DOOR, "GL-2026-07"), 2: PartEntry("Grate", serial="SG-15")}
    parts.name_parts(claim.lines[0], entries, by=world.dora, at=MONDAY)
    db.flush()

    with plans(engine) as seen:
        mine = list_claims(world.ann, search=text)
    found = list_worklist(world.cleo, chosen=Filter.ALL, search=text, today=MONDAY.date())

    assert [row.id for row in mine.rows] == [claim.id]
    assert [row.id for row in found.rows] == [claim.id]
    assert not list_claims(world.ben, search=text).rows
    assert "ix_claim_line_part_search" in seen[0]


def test_two_windows_that_name_different_parts_keep_both(
    world: World, sign_in: SignIn, glass: UUID
) -> None:
    draft = world.draft()
    line_id = draft.lines[0].id
    db.commit()
    client, url = sign_in(world.ann), f"/claims/{draft.id}/autosave"
    place = f"line-{line_id}-part"
    start = typed(draft) | {f"{place}-1-name": "", f"{place}-1-quantity": "1"}
    seen = client.post(url, data=start).get_json()["seen"]
    first = {f"{place}-1-name": DOOR, f"{place}-1-quantity": "1"}
    second = {f"{place}-2-name": "Grate", f"{place}-2-quantity": "1"}

    client.post(url, data=start | first | {"seen": json.dumps(seen)})
    answer = client.post(url, data=start | second | {"seen": json.dumps(seen)})

    assert answer.get_json()["saved"]
    assert {name for name, *_ in parts_on(line_id)} == {DOOR, "Grate"}


def test_the_part_that_a_department_names_reaches_act_and_erp(world: World, glass: UUID) -> None:
    claim = world.filed()
    before = claim.revision

    named(claim.lines[0], "GL-2026-07", world)
    db.commit()

    db.refresh(claim)
    message = claim_message(claim, known_of(claim))
    assert message.revision == claim.revision == before + 1
    (part,) = message.lines[0].parts
    assert part == PartMessage(DOOR, "GL-2026-07", "", Decimal(1), glass)
    owed = select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id)
    assert list(db.scalars(owed)).count("erp.push_claim") == 2
    facts = gather(claim, ActKind.RECLAMATION, number="1", revision=1, decided=False, at=MONDAY)
    assert facts.lines[0].parts == (ActPart(DOOR, "GL-2026-07", "", Decimal(1)),)
