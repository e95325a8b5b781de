"""Those who look after people."""

import pytest

from app.accounts.policy import User
from app.vocabulary import Role
from tests.app.accounts.hiring import hire
from tests.app.world import World


@pytest.fixture
def alma(world: World) -> User:
    """The administrator of Ann's company."""
    return hire(Role.DEALER_ADMIN, dealer=world.dealer, name="Alma")
