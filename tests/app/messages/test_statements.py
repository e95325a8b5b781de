"""How much the pages with a thread ask of the database."""

from io import BytesIO

import pytest
from sqlalchemy.engine import Engine

from app.accounts.policy import User
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.files.service import take_in
from app.messages import service
from app.messages.queries import count_unread, unread_by_claim
from app.vocabulary import Visibility
from app.work import service as work
from tests.app.conftest import SignIn
from tests.app.plans import plans, scanned
from tests.app.statements import statements
from tests.app.world import MONDAY, World

MOST = 64  # with signing in, the frame, every panel, and the network from which days are forecast


def told(claim: Claim, world: World, times: int) -> None:
    """Write messages, notes and files about a claim."""
    for number in range(times):
        file = take_in(
            f"{number}.txt", BytesIO(b"x"), dealer_id=claim.dealer_id, by=world.ann.id, at=now()
        )
        public, internal = Visibility.PUBLIC, Visibility.INTERNAL
        service.write(claim, "When?", visibility=public, by=world.ann, at=now(), files=[file])
        service.write(claim, "Note", visibility=internal, by=world.cleo, at=now())
    db.commit()


def asked(engine: Engine, sign_in: SignIn, user: User, address: str) -> list[str]:
    client = sign_in(user)
    client.get(address)
    db.expire_all()
    with statements(engine) as seen:
        assert client.get(address).status_code == 200
    return [one for one in seen if "SAVEPOINT" not in one]


@pytest.mark.parametrize("who", ["ann", "cleo"])
def test_the_page_of_a_claim_asks_as_much_for_many_messages_as_for_one(
    world: World, sign_in: SignIn, engine: Engine, who: str
) -> None:
    claims = [world.filed(), world.filed()]
    for claim, times in zip(claims, (1, 6), strict=True):
        world.accepted(claim)
        work.open_orders(claim.id, at=MONDAY)
        told(claim, world, times)

    few, many = (asked(engine, sign_in, getattr(world, who), f"/claims/{one.id}") for one in claims)

    assert len(many) <= len(few)
    assert len(many) <= MOST
    assert len([one for one in many if "claim_message" in one]) <= 4
    assert len([one for one in many if "claim_history" in one]) == 1


def test_the_threads_page_and_the_list_ask_little(
    world: World, sign_in: SignIn, engine: Engine
) -> None:
    claim = world.filed()
    told(claim, world, 4)

    assert len(asked(engine, sign_in, world.cleo, f"/messages/{claim.id}")) <= 16
    assert len(asked(engine, sign_in, world.cleo, "/messages")) <= 8


@pytest.mark.parametrize(
    ("who", "address"), [("ann", "/claims"), ("ann", "/home"), ("cleo", "/worklist?filter=all")]
)
def test_a_list_of_claims_marks_what_is_unread_in_one_statement(
    world: World, sign_in: SignIn, engine: Engine, who: str, address: str
) -> None:
    told(world.filed(), world, 1)
    few = asked(engine, sign_in, getattr(world, who), address)
    for _ in range(4):
        told(world.filed(), world, 3)

    many = asked(engine, sign_in, getattr(world, who), address)

    assert len(many) == len(few)
    # One is of the menu's count.
    assert len([one for one in many if "claim_message" in one]) == 2


def test_the_marks_read_no_thread_that_is_not_listed(world: World, engine: Engine) -> None:
    claim = world.filed()
    told(claim, world, 1)

    with plans(engine) as seen:
        unread_by_claim(world.ann, [claim.id], at=now())

    assert [scanned(plan) for plan in seen] == [set()]
    assert "ix_claim_message_claim_id_number" in seen[0]


@pytest.mark.parametrize("who", ["ann", "cleo", "dora"])
def test_the_count_of_the_menu_reads_no_large_table_whole(
    world: World, engine: Engine, who: str
) -> None:
    claim = world.filed()
    world.accepted(claim)
    work.open_orders(claim.id, at=MONDAY)
    told(claim, world, 1)

    with plans(engine) as seen:
        count_unread(getattr(world, who), at=now())

    large = {"claim", "claim_message", "work_order"}
    assert [scanned(plan) & large for plan in seen] == [set() for _ in seen]
