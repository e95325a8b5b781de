"""Finding claims, and keeping others away from one."""

from threading import Thread

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.accounts.policy import User
from app.claims.queries import get_claim, lock_claim
from app.core.db import db
from app.core.outside import Outside
from tests.app.world import World, make_world


def test_a_claim_is_found_by_its_dealer_and_by_managers_only(world: World) -> None:
    claim = world.filed()

    finders = {user.name for user in _everybody(world) if get_claim(user, claim.id)}

    assert finders == {"Ann", "Cleo"}


def test_a_draft_is_found_by_its_dealer_only(world: World) -> None:
    claim = world.draft()

    finders = {user.name for user in _everybody(world) if get_claim(user, claim.id)}

    assert finders == {"Ann"}


def test_nobody_changes_a_draft_while_it_is_being_filed(
    committed_database: str, neighbours: Outside
) -> None:
    world = make_world()
    claim_id = world.draft().id
    db.commit()
    outcomes: list[str] = []

    def change_it() -> None:
        try:
            db.execute(text("SET LOCAL lock_timeout = '200ms'"))
            lock_claim(world.ann, claim_id)
            outcomes.append("changed")
        except OperationalError:
            outcomes.append("waited")
        finally:
            db.remove()

    lock_claim(world.ann, claim_id)
    other = Thread(target=change_it)
    other.start()
    other.join()

    assert outcomes == ["waited"]


def _everybody(world: World) -> list[User]:
    return [world.ann, world.ben, world.cleo, world.dora, world.fay, world.admin]
