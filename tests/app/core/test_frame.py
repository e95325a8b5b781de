"""The frame around a page is made once, however many templates the page consists of."""

from sqlalchemy.engine import Engine

from tests.app.conftest import SignIn
from tests.app.statements import statements
from tests.app.world import World


def test_the_counts_of_the_menu_are_asked_once_a_page(
    world: World, sign_in: SignIn, engine: Engine
) -> None:
    claim = world.filed()
    world.accepted(claim)
    browser = sign_in(world.cleo)

    with statements(engine) as seen:
        assert browser.get(f"/claims/{claim.id}").status_code == 200

    counted = [one for one in seen if "GROUP BY claim.id, dealer.country" in one]
    assert len(counted) == 1
