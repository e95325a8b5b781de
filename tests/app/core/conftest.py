"""One person of every role."""

from collections.abc import Callable

import pytest

from app.accounts.models import Department
from app.accounts.policy import User
from app.core.db import db
from app.vocabulary import DEALERS, Role
from tests.app.accounts.hiring import hire
from tests.app.world import World

SomebodyWho = Callable[[Role], User]


@pytest.fixture
def somebody(world: World) -> SomebodyWho:
    """Give somebody of a role; dealers' people are of Ann's company."""

    def find(role: Role) -> User:
        return hire(
            role,
            dealer=world.dealer if role in DEALERS else None,
            department=db.get(Department, world.dora.department_id)
            if role is Role.DEPARTMENT_WORKER
            else None,
        )

    return find
