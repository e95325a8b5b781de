import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Department, Plant
from app.routing.models import Route
from app.routing.queries import desks_for
from app.routing.rules import NoRoute
from app.vocabulary import Language, Remedy

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def plants(session: scoped_session[Session]) -> tuple[int, int]:
    """Two plants; documents are routed at the second one only."""
    plants = [_plant(code) for code in ("ONE", "TWO")]
    departments = [Department(code=code, names={"en": code}) for code in ("logistics", "repairs")]
    session.add_all([*plants, *departments])
    session.flush()  # the routes need the ids
    logistics, repairs = departments
    session.add_all(
        [
            Route(remedy=Remedy.REPAIR, department_id=repairs.id, position=1),
            Route(remedy=Remedy.REPAIR, department_id=logistics.id, position=2),
            Route(remedy=Remedy.DOCUMENTS, plant_id=plants[1].id, department_id=repairs.id),
        ]
    )
    session.flush()
    return plants[0].id, plants[1].id


def test_a_repair_is_routed_at_every_plant(plants: tuple[int, int]) -> None:
    for plant_id in plants:
        codes = [department.code for department in desks_for(Remedy.REPAIR, plant_id)]
        assert codes == ["repairs", "logistics"]


def test_another_plants_route_is_not_found(
    session: scoped_session[Session], plants: tuple[int, int]
) -> None:
    one, two = plants
    repairs_id = session.scalars(select(Department.id).filter_by(code="repairs")).one()

    assert [department.id for department in desks_for(Remedy.DOCUMENTS, two)] == [repairs_id]
    with pytest.raises(NoRoute):
        desks_for(Remedy.DOCUMENTS, one)


def _plant(code: str) -> Plant:
    return Plant(
        code=code,
        name=code,
        city="",
        address="",
        country="PL",
        time_zone="Europe/Warsaw",
        language=Language.PL,
        tax_id="",
        signer="",
        signer_basis="",
    )
