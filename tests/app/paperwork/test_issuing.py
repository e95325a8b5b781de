"""Acts are rendered and stored outside of any transaction, and no number is lost or held."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from acts.facts import ActFacts, ActKind, ActLanguage
from acts.render import render
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.outside import Outside
from app.outbox.delivery import drain
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import promise
from app.paperwork import service
from app.paperwork.models import Act
from app.paperwork.tasks import KEEPERS
from app.vocabulary import Remedy
from connectors.errors import Unavailable
from connectors.reasons import StorageReason
from tests.app.paperwork.test_acts import claim_of
from tests.app.world import World

HOUR = timedelta(hours=1)


def owe(claim: Claim) -> None:
    """Owe the acts of a claim, and nothing else."""
    db.query(OutboxMessage).delete()
    promise("act.issue_filed", claim.id, at=now(), claim_id=claim.id)
    db.commit()


def numbers() -> list[str]:
    return list(db.scalars(select(Act.number).order_by(Act.number)))


def test_no_transaction_is_open_while_an_act_is_rendered_and_stored(
    world: World, neighbours: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claim_of(world, Remedy.REPAIR, Remedy.REFUND)
    owe(claim)
    open_in: list[bool] = []
    put = neighbours.storage.put

    def render_and_look(kind: ActKind, language: ActLanguage, facts: ActFacts) -> bytes:
        open_in.append(db().in_transaction())
        return render(kind, language, facts)

    def put_and_look(key: str, content: bytes) -> None:
        open_in.append(db().in_transaction())
        put(key, content)

    monkeypatch.setattr(service, "render", render_and_look)
    monkeypatch.setattr(neighbours.storage, "put", put_and_look)

    drain(KEEPERS)

    assert open_in == [False] * 4
    assert len(numbers()) == 2


def test_a_number_stays_with_its_act_when_storing_fails_and_the_series_has_no_gap(
    world: World, neighbours: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (claim_of(world, Remedy.REPAIR) for _ in range(2))
    put = neighbours.storage.put
    failures = [Unavailable(StorageReason.UNUSABLE)]

    def put_if_there(key: str, content: bytes) -> None:
        if failures:
            raise failures.pop()
        put(key, content)

    monkeypatch.setattr(neighbours.storage, "put", put_if_there)
    owe(first)
    drain(KEEPERS)
    promise("act.issue_filed", second.id, at=now(), claim_id=second.id)
    db.commit()
    drain(KEEPERS)
    of_the_second = numbers()
    drain(KEEPERS, at=now() + HOUR)

    assert [number[-6:] for number in of_the_second] == ["000002"]
    assert [number[-6:] for number in numbers()] == ["000001", "000002"]
    kept = db.get_one(Act, service.act_id(first.id, ActKind.RECLAMATION, 1))
    assert kept.number.endswith("000001")


def test_an_act_that_is_issued_already_is_not_rendered_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claim_of(world, Remedy.REPAIR)
    owe(claim)
    drain(KEEPERS)
    monkeypatch.setattr(service, "render", lambda *_: pytest.fail("rendered twice"))
    promise("act.issue_filed", claim.id, at=now(), claim_id=claim.id)
    db.commit()

    drain(KEEPERS)

    assert len(numbers()) == 1
    states = set(db.scalars(select(OutboxMessage.state).where(OutboxMessage.kind.like("act.%"))))
    assert states == {MessageState.DONE}
