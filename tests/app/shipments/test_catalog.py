"""Without a code a dealer finds an item in the catalogue, and then the shipment it came with."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.engine import Engine

from app.catalog.models import Item, ItemGroup
from app.catalog.tree import Branch, Tree, list_items, tree_of
from app.core.db import db
from app.core.outside import ONLY_ERP
from app.shipments.bought import shipped_of
from app.shipments.queries import list_lines
from tests.app.conftest import SignIn
from tests.app.plans import plans, scanned
from tests.app.statements import statements
from tests.app.world import World

STOVES, BATH = UUID(int=11), UUID(int=12)
LARGE = {"item", "shipment_line", "shipment"}


@pytest.fixture
def other(world: World) -> Item:
    """A second item beside the world's own, both bath stoves."""
    db.add_all(
        [
            ItemGroup(ref=STOVES, name="Stoves"),
            ItemGroup(ref=BATH, parent_ref=STOVES, name="Bath stoves"),
        ]
    )
    columns = ("unit", "price", "currency", "vat_rate", "warranty_months", "tracking", "plant_id")
    item = Item(
        ref=uuid4(),
        sku="OG-K12",
        name="Fireplace K-12",
        product_group="fireplace",
        group_ref=BATH,
        **{name: getattr(world.item, name) for name in columns},
    )
    world.item.group_ref = BATH
    db.add(item)
    db.commit()
    return item


def test_the_tree_leads_from_the_top_down_and_never_round(other: Item) -> None:
    tree = tree_of(ONLY_ERP)
    lost = Branch(UUID(int=13), UUID(int=99), "Lost")
    round_and_round = Tree([Branch(STOVES, BATH, "Stoves"), Branch(BATH, STOVES, "Bath stoves")])

    assert [branch.name for branch in tree.below(None)] == ["Stoves"]
    assert [branch.name for branch in tree.below(STOVES)] == ["Bath stoves"]
    assert [branch.name for branch in tree.way_to(BATH)] == ["Stoves", "Bath stoves"]
    assert [branch.name for branch in tree.named("BATH")] == ["Bath stoves"]
    assert Tree([*tree.branches, lost]).below(None)[-1] is lost
    assert len(round_and_round.way_to(BATH)) < 20


def test_a_dealer_goes_from_the_group_to_the_item_to_the_shipment(
    world: World, other: Item, sign_in: SignIn
) -> None:
    line = world.shipped(serial="OG26-1")
    ann = sign_in(world.ann)
    claim = world.draft()
    db.commit()

    draft = ann.get(f"/claims/{claim.id}/edit").text
    top = ann.get(f"/catalog?claim={claim.id}").text
    group = ann.get(f"/catalog?group={BATH}&claim={claim.id}").text
    lines = ann.get(f"/shipments?item={world.item.id}&claim={claim.id}").text

    assert f"/catalog?claim={claim.id}" in draft
    assert f"/catalog?group={STOVES}&amp;claim={claim.id}" in top
    assert f"/shipments?item={world.item.id}&amp;claim={claim.id}" in group
    assert line.shipment_number in lines
    assert f"/shipments/lines/{line.ref}?claim={claim.id}" in lines


def test_what_others_bought_is_a_name_without_a_price_or_shipment(
    world: World, other: Item, sign_in: SignIn
) -> None:
    line = world.shipped(to=world.other_dealer, item_id=other.id)
    ann = sign_in(world.ann)

    page = ann.get(f"/catalog?group={BATH}").text
    lines = ann.get(f"/shipments?item={other.id}").text

    assert "Fireplace K-12" in page
    assert "62,900" not in page
    assert f"/shipments?item={other.id}" not in page
    assert "Claim without a shipment" in page
    assert line.shipment_number not in lines
    assert "Nothing of this item was shipped to you." in lines
    assert not shipped_of(world.ann, [other.id])
    assert shipped_of(world.ben, [other.id])[other.id].count == 1


def test_items_and_groups_of_another_erp_are_not_found(
    world: World, other: Item, sign_in: SignIn
) -> None:
    other.home = "elsewhere"
    db.commit()
    ann = sign_in(world.ann)

    assert "Fireplace K-12" not in ann.get("/catalog?q=fire").text
    assert ann.get(f"/shipments?item={other.id}").status_code == 404
    assert ann.get(f"/catalog?group={uuid4()}").status_code == 404
    assert sign_in(world.dora).get("/catalog").status_code == 403


def test_a_page_of_the_catalogue_goes_on_where_it_ended(world: World, other: Item) -> None:
    first = list_items(ONLY_ERP, group=BATH)
    assert [item.name for item in first.rows] == ["Bath stove with water circuit", other.name]

    for text, name in (("og-k", other.name), ("WATER", world.item.name)):
        assert [item.name for item in list_items(ONLY_ERP, search=text).rows] == [name]
    assert list_items(ONLY_ERP, group=BATH, after="no key").rows == first.rows


def test_the_catalogue_reads_no_large_table_whole(
    world: World, other: Item, engine: Engine
) -> None:
    world.shipped()

    with plans(engine) as seen:
        page = list_items(ONLY_ERP, group=BATH)
        list_items(ONLY_ERP, search="K-12")
        shipped_of(world.ann, [item.id for item in page.rows])
        list_lines(world.ann, item_id=world.item.id)

    assert not any(scanned(plan) & LARGE for plan in seen)


def test_the_page_asks_the_same_number_of_statements_for_many_items(
    world: World, other: Item, sign_in: SignIn, engine: Engine
) -> None:
    ann = sign_in(world.ann)
    counted = []
    for _ in range(2):
        ann.get("/catalog")
        with statements(engine) as seen:
            ann.get(f"/catalog?group={BATH}")
        counted.append(len(seen))
        world.shipped(item_id=other.id)
        world.shipped()
        db.commit()

    assert counted[0] == counted[1] <= 20
