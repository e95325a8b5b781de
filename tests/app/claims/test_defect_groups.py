"""For which product groups a defect is offered: screen, history, and what a draft offers."""

from http import HTTPStatus

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app.accounts.table_history import ManagedTable, TableEvent
from app.catalog.models import DefectCode
from app.core.db import db
from tests.app.conftest import SignIn
from tests.app.world import World


def groups() -> list[str]:
    db.expire_all()
    return db.get_one(DefectCode, "GLS").product_groups


def events(table: ManagedTable) -> list[tuple[str, object, object]]:
    query = select(TableEvent).filter_by(changed_table=table).order_by(TableEvent.id)
    return [(event.actor_name, event.before, event.after) for event in db.scalars(query)]


@pytest.fixture
def other_group(world: World) -> str:
    """A second group that no item of the world has."""
    db.add(
        DefectCode(
            code="CHM",
            names={"en": "Chimney"},
            severity=db.get_one(DefectCode, "GLS").severity,
            product_groups=["chimney"],
            position=9,
        )
    )
    db.commit()
    return "chimney"


def test_a_defect_is_offered_for_the_groups_that_were_chosen(
    world: World, sign_in: SignIn, other_group: str
) -> None:
    draft = world.draft()
    draft.lines[0].defect_code = None
    item_group = world.item.product_group
    db.commit()
    admin, place = sign_in(world.admin), "/defects/GLS"
    assert "Chimneys" in admin.get(place).text

    answer = admin.post(place, data={"groups": [other_group]})

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert groups() == [other_group]
    assert item_group != other_group
    offered = '<option value="GLS">'
    edit = f"/claims/{draft.id}/edit"
    assert offered not in sign_in(world.ann).get(edit).text
    admin = sign_in(world.admin)
    admin.post(place, data={})
    assert groups() == []
    assert offered in sign_in(world.ann).get(edit).text


def test_each_change_stays_in_the_history_with_before_and_after(
    world: World, sign_in: SignIn, other_group: str
) -> None:
    client = sign_in(world.admin)

    for _ in range(2):  # saving again changes nothing
        client.post("/defects/GLS", data={"groups": [other_group]})

    ((who, before, after),) = events(ManagedTable.DEFECT_GROUPS)
    glass = {"code": "GLS", "names": {"en": "Glass"}}
    assert before == glass | {"groups": []}
    assert after == glass | {"groups": [other_group]}
    page = client.get("/defects").text
    assert "Glass: All groups →\nGlass: Chimneys" in page
    assert who in page


def test_the_history_of_a_table_is_never_changed(
    world: World, sign_in: SignIn, other_group: str
) -> None:
    sign_in(world.admin).post("/defects/GLS", data={"groups": [other_group]})

    with pytest.raises(ProgrammingError, match="never changed"), db.begin_nested():
        db.execute(text("DELETE FROM table_event"))


def test_an_unknown_group_or_defect_is_refused(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.admin)

    refused = client.post("/defects/GLS", data={"groups": ["nonsense"]})

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert groups() == []
    assert client.get("/defects/NONE").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("who", ["ann", "cleo", "dora"])
def test_others_do_not_keep_the_list(world: World, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(world, who))

    assert client.get("/defects").status_code == HTTPStatus.FORBIDDEN
    assert client.post("/defects/GLS").status_code == HTTPStatus.FORBIDDEN


def test_the_routing_table_and_the_required_attachments_keep_their_changes(
    world: World, sign_in: SignIn
) -> None:
    client = sign_in(world.admin)
    route = {
        "remedy": "repair", "way": "", "plant": "", "department": str(world.fay.department_id),
        "position": "2", "waits": "y",
    }  # fmt: skip
    rule = {
        "defect": "GLS", "demand": "", "level": "mandatory", "kind": "photo", "count": "2",
        "en": "The damage", "ru": "", "pl": "", "cs": "",
    }  # fmt: skip

    client.post("/routing", data=route)
    client.post("/attachment-rules", data=rule)

    ((_, before, after),) = events(ManagedTable.ROUTING)
    assert before is None
    assert isinstance(after, dict)
    assert after["department"] == {"en": "Finance"}
    said = "Repair · Usual procedure · Every plant · 2 · Finance · waits for lower positions"
    assert said in client.get("/routing").text
    assert (
        "Glass · Any · Mandatory · Photo × 2 · The damage" in client.get("/attachment-rules").text
    )
