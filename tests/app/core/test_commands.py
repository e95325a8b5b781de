"""A form may be sent twice; two people may press at once."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from http import HTTPStatus
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.models import Person
from app.accounts.policy import User
from app.claims import drafts, service
from app.claims.models import Claim, ClaimEvent
from app.claims.service import LineDecision, decide
from app.core.clock import now
from app.core.db import connect_database, db
from app.core.errors import SomebodyWasFaster
from app.core.outside import Outside, connect_outside
from app.outbox.models import OutboxMessage
from app.shipments.models import ShipmentLine
from app.shipments.service import NotEnoughLeft
from app.vocabulary import Remedy, Role
from tests.app.accounts.hiring import hire
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World, make_world


def how_many(table: type) -> int:
    return db.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def crowd(portal: Flask, committed_database: str, neighbours: Outside) -> Iterator[World]:
    """The small world in a database where many threads may commit."""
    connect_outside(neighbours)
    engine = connect_database(committed_database, pool_size=40)
    yield make_world()
    db.remove()
    engine.dispose()


@pytest.fixture
def signed_in(portal: Flask) -> Callable[[User], FlaskClient]:
    """Give a signed-in browser that a thread of its own can use."""

    def open_browser(user: User) -> FlaskClient:
        token = accounts.sign_in(db.get_one(Person, user.id), at=now())
        db.commit()
        client = portal.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return open_browser


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do things in threads that begin together; return what came of each."""
    barrier = Barrier(len(acts))

    def act(one: Callable[[], Any]) -> Any:
        try:
            barrier.wait(60)
            return one()
        except Exception as error:
            return error
        finally:
            db.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_the_same_form_sent_twice_starts_one_draft(sign_in: SignIn, world: World) -> None:
    client = sign_in(world.ann)
    form = {"command_key": "once"}

    first, second = (
        client.post("/claims/drafts", data=form),
        client.post("/claims/drafts", data=form),
    )

    assert first.status_code == second.status_code == HTTPStatus.SEE_OTHER
    assert first.location == second.location
    assert how_many(Claim) == 1


def test_the_same_key_with_another_body_is_refused(sign_in: SignIn, world: World) -> None:
    client = sign_in(world.ann)
    client.post("/claims/drafts", data={"command_key": "once"})

    answer = client.post("/claims/drafts", data={"command_key": "once", "unlisted": "Stove"})

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "already sent with other content" in answer.text
    assert how_many(Claim) == 1


def test_a_key_belongs_to_one_person(sign_in: SignIn, world: World) -> None:
    form = {"command_key": "once"}

    anns = sign_in(world.ann).post("/claims/drafts", data=form)
    bens = sign_in(world.ben).post("/claims/drafts", data=form)

    assert anns.location != bens.location
    assert how_many(Claim) == 2


def test_a_refused_command_may_be_sent_again_with_its_key(sign_in: SignIn, world: World) -> None:
    claim = world.filed()
    client = sign_in(world.cleo)
    stale = {"command_key": "again", "version": "1"}

    assert client.post(f"/claims/{claim.id}/take", data=stale).status_code == HTTPStatus.CONFLICT

    good = stale | {"version": str(claim.version)}
    assert client.post(f"/claims/{claim.id}/take", data=good).status_code == HTTPStatus.SEE_OTHER


def test_a_refused_filing_sent_again_under_its_key_is_refused_or_filed(
    sign_in: SignIn, world: World
) -> None:
    last = world.shipped(quantity=1)
    other = world.filed(last)
    draft = world.draft(last)
    db.commit()
    client = sign_in(world.ann)
    url, form = f"/claims/{draft.id}/submit", {"command_key": "once"}

    answers = [client.post(url, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [HTTPStatus.CONFLICT] * 2

    other = db.get_one(Claim, other.id)
    service.cancel(other, version=other.version, by=world.ann, at=MONDAY)
    db.commit()
    assert client.post(url, data=form).location == f"/claims/{draft.id}"
    db.expire_all()
    assert db.get_one(Claim, draft.id).number


def test_a_repeat_of_an_incomplete_filing_is_refused_again(sign_in: SignIn, world: World) -> None:
    draft = world.draft()
    draft.lines[0].description = ""
    db.commit()
    client = sign_in(world.ann)
    url, form = f"/claims/{draft.id}/submit", {"command_key": "once"}

    statuses = [client.post(url, data=form).status_code for _ in range(2)]

    assert statuses == [HTTPStatus.UNPROCESSABLE_ENTITY] * 2


def test_a_line_that_was_not_added_is_not_remembered_as_added(
    sign_in: SignIn, world: World
) -> None:
    found = world.shipped()
    draft = drafts.start_draft(by=world.ann, at=MONDAY)
    db.commit()
    client = sign_in(world.ann)
    url, form = f"/claims/{draft.id}/lines", {"ref": str(found.ref)}
    client.post(url, data=form | {"command_key": "first"})
    client.post(url, data=form | {"command_key": "once"})

    draft = db.get_one(Claim, draft.id)
    drafts.remove_line(draft, draft.lines[0], by=world.ann, at=MONDAY)
    db.commit()
    client.post(url, data=form | {"command_key": "once"})

    db.expire_all()
    assert len(db.get_one(Claim, draft.id).lines) == 1


def test_a_refused_file_may_be_sent_again_with_its_key(sign_in: SignIn, world: World) -> None:
    draft = world.draft()
    db.commit()
    client = sign_in(world.ann)
    url = f"/claims/{draft.id}/files"

    def send(content: bytes) -> int:
        file = (io.BytesIO(content), "note.txt")
        form = {"command_key": "once", "file": file}
        client.post(url, data=form, content_type="multipart/form-data")
        db.expire_all()
        return len(db.get_one(Claim, draft.id).files)

    assert [send(b"a\x00b"), send(b"readable"), send(b"readable")] == [0, 1, 1]


def test_the_same_key_with_another_file_of_the_same_name_is_refused(
    sign_in: SignIn, world: World
) -> None:
    draft = world.draft()
    db.commit()
    client = sign_in(world.ann)

    def send(content: bytes) -> int:
        form = {"command_key": "once", "file": (io.BytesIO(content), "image.txt")}
        url = f"/claims/{draft.id}/files"
        return client.post(url, data=form, content_type="multipart/form-data").status_code

    assert send(b"one") == HTTPStatus.SEE_OTHER
    assert send(b"two") == HTTPStatus.CONFLICT


def test_of_twenty_equal_posts_at_once_one_files_the_claim(
    crowd: World, signed_in: Callable[[User], FlaskClient]
) -> None:
    draft = crowd.draft()
    db.commit()
    clients = [signed_in(crowd.ann) for _ in range(20)]
    url, form = f"/claims/{draft.id}/submit", {"command_key": "once"}
    db.remove()

    answers = at_once(*((lambda client=client: client.post(url, data=form)) for client in clients))

    assert {(answer.status_code, answer.location) for answer in answers} == {
        (HTTPStatus.SEE_OTHER, f"/claims/{draft.id}")
    }
    assert how_many(ClaimEvent) == 1
    numbers = list(db.scalars(select(Claim.number)))
    assert numbers == ["D01-2026-000001"]
    kinds = list(db.scalars(select(OutboxMessage.kind)))
    assert len(kinds) == len(set(kinds))


def test_of_two_clerks_one_gets_the_last_piece(
    crowd: World, signed_in: Callable[[User], FlaskClient]
) -> None:
    last = crowd.shipped(quantity=1)
    anton = hire(Role.DEALER_USER, dealer=crowd.dealer)
    claims = [crowd.draft(last, by=crowd.ann).id, crowd.draft(last, by=anton).id]
    db.commit()
    clients = [signed_in(crowd.ann), signed_in(anton)]
    db.remove()

    answers = at_once(
        *(
            (lambda client=client, claim=claim: client.post(f"/claims/{claim}/submit"))
            for client, claim in zip(clients, claims, strict=True)
        )
    )

    statuses = {answer.status_code: answer for answer in answers}
    assert set(statuses) == {HTTPStatus.SEE_OTHER, HTTPStatus.CONFLICT}
    assert "only 0 pcs of 1 pcs can still be claimed" in statuses[HTTPStatus.CONFLICT].text
    held = db.execute(select(ShipmentLine.claimed_quantity)).scalar_one()
    assert held == 1


def test_many_clerks_never_claim_more_than_was_shipped(crowd: World) -> None:
    shipped = crowd.shipped(quantity=3)
    drafts = [crowd.draft(shipped).id for _ in range(8)]
    db.commit()
    db.remove()

    def file(claim_id: object) -> None:
        claim = db.get_one(Claim, claim_id)
        service.file_claim(claim, by=crowd.ann, at=MONDAY)
        db.commit()

    results = at_once(*((lambda draft=draft: file(draft)) for draft in drafts))

    assert sum(result is None for result in results) == 3
    assert sum(isinstance(result, NotEnoughLeft) for result in results) == 5
    numbers = sorted(number for number in db.scalars(select(Claim.number)) if number)
    assert numbers == [f"D01-2026-{count:06}" for count in (1, 2, 3)], "no number is lost"


def test_of_two_managers_who_decide_at_once_one_learns_who_was_faster(crowd: World) -> None:
    claim = crowd.filed()
    carl = hire(Role.CLAIM_MANAGER, name="Carl")
    claim_id, version, line_id = claim.id, claim.version, claim.lines[0].id
    both_looked = Barrier(2)
    db.remove()

    def decide_as(manager: User) -> str:
        seen = db.get_one(Claim, claim_id)
        assert len(seen.lines) == 1
        both_looked.wait(60)
        decision = LineDecision(line_id, Decimal(1), Remedy.REPAIR, None, "")
        decide(seen, [decision], promise_on=None, version=version, by=manager, at=now())
        db.commit()
        return manager.name

    results = at_once(lambda: decide_as(crowd.cleo), lambda: decide_as(carl))

    winner = next(result for result in results if isinstance(result, str))
    loser = next(result for result in results if isinstance(result, SomebodyWasFaster))
    assert loser.values["who"] == winner
    kinds = [event.action.value for event in db.scalars(select(ClaimEvent))]
    assert sorted(kinds) == ["accept", "submit"]


def test_a_manager_with_an_old_page_reads_who_was_faster(sign_in: SignIn, world: World) -> None:
    claim = world.filed()
    seen = claim.version
    service.take(claim, version=seen, by=world.cleo, at=MONDAY)
    db.commit()
    carl = hire(Role.CLAIM_MANAGER, name="Carl")

    answer = sign_in(carl).post(f"/claims/{claim.id}/take", data={"version": str(seen)})

    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Cleo" in answer.text


def test_a_request_needs_one_connection(
    crowd: World, signed_in: Callable[[User], FlaskClient], committed_database: str
) -> None:
    client = signed_in(crowd.ann)
    db.remove()
    engine = connect_database(committed_database, pool_size=1, max_overflow=0, pool_timeout=10)

    answer = client.get("/home")

    engine.dispose()
    assert answer.status_code == HTTPStatus.OK
