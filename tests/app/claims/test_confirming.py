"""A decision is confirmed after its sum was read, can be undone, and is made once."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.queries import as_user
from app.claims import confirming, judging, service, tasks
from app.claims.confirming import AlreadyConfirmed, TooLateToUndo
from app.claims.decision_inputs import Decision
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim, ClaimEvent
from app.claims.outcomes import CONSEQUENCES
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.pending_queries import kept_decision, open_decision
from app.core.db import db
from app.core.errors import SomebodyWasFaster
from app.outbox.delivery import take_due
from app.outbox.models import OutboxMessage
from app.vocabulary import Remedy, Role
from tests.app.claims.deciding import post_confirmed, seal_of
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World, new_person

HALF_A_MINUTE = timedelta(seconds=30)
LATER = MONDAY + HALF_A_MINUTE
OF_REVISIONS = {"work.follow", "mail.decision_revised"}


@pytest.fixture
def undoable(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Confirmed decisions wait half a minute, as they do in production."""
    monkeypatch.setitem(portal.config, "UNDO_FOR", HALF_A_MINUTE)


def accepting(claim: Claim, remedy: Remedy = Remedy.REPAIR) -> Decision:
    lines = (service.LineDecision(one.id, one.quantity, remedy, None, "") for one in claim.lines)
    return Decision(tuple(lines))


def confirmed(world: World, claim: Claim) -> PendingDecision:
    pending = confirming.confirm(
        claim,
        accepting(claim),
        version=claim.version,
        by=world.cleo,
        at=MONDAY,
        wait=HALF_A_MINUTE,
    )
    db.commit()
    return pending


def make(pending: PendingDecision) -> None:
    """Do what the worker does when the message is due."""
    pending_id = pending.id
    db.commit()
    db.expire_all()
    confirming.make_pending(pending_id, at=LATER)
    db.commit()
    db.expire_all()


def owed(claim: Claim) -> list[str]:
    query = select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id)
    return sorted(db.scalars(query))


def decisions(claim: Claim) -> int:
    query = select(func.count()).select_from(ClaimEvent)
    of_claim = query.where(ClaimEvent.claim_id == claim.id, ClaimEvent.action == "accept")
    return db.scalar(of_claim) or 0


def typed(claim: Claim, **fields: str) -> dict[str, str]:
    values = {"version": str(claim.version)}
    for line in claim.lines:
        own = {"accepted": "1", "remedy": "repair", "reason_code": ""} | fields
        values |= {f"line-{line.id}-{name}": value for name, value in own.items()}
    return values


def test_the_first_post_decides_nothing_and_sums_up_what_will_happen(
    world: World, sign_in: SignIn, undoable: None
) -> None:
    claim = world.filed(world.shipped(), world.shipped())
    rejected = {
        f"line-{claim.lines[1].id}-accepted": "0",
        f"line-{claim.lines[1].id}-reason_code": "R03",
        f"line-{claim.lines[1].id}-reason_text": "It was dropped",
    }
    place, data = f"/claims/{claim.id}/decide", typed(claim, remedy="refund") | rejected
    claim_id, before = claim.id, owed(claim)

    page = sign_in(world.cleo).post(place, data=data)
    words = " ".join(
        re.sub("<[^>]+>", " ", page.text.partition("Confirm this decision?")[2]).split()
    )

    assert page.status_code == 200
    assert "Accepted: 1 pcs, Refund: 62,900.00 RUB will be paid" in words
    assert "Rejected: 1 pcs, R03 Physical damage: It was dropped" in words
    assert "Promised by" in words
    for kind, consequence in CONSEQUENCES.items():
        assert (consequence in unescape(words)) == (kind not in OF_REVISIONS)
    assert db.get_one(Claim, claim_id).decided_at is None
    assert owed(db.get_one(Claim, claim_id)) == before


def test_a_seal_of_another_sum_is_asked_again(world: World, sign_in: SignIn) -> None:
    """Without scripts the fields can be changed beside the question."""
    claim = world.filed()
    place, claim_id, data = f"/claims/{claim.id}/decide", claim.id, typed(claim)
    other = typed(claim, remedy="replacement")
    client = sign_in(world.cleo)
    seal = seal_of(client.post(place, data=data).text)

    answer = client.post(place, data=other | {"confirmed": seal})

    assert answer.status_code == 200
    assert db.get_one(Claim, claim_id).decided_at is None
    assert client.post(place, data=data | {"confirmed": seal}).status_code == 303
    db.expire_all()
    assert db.get_one(Claim, claim_id).decided_at is not None


def test_until_it_takes_effect_nothing_leaves_and_no_dealer_sees_it(
    world: World, sign_in: SignIn, undoable: None
) -> None:
    claim = world.filed()
    claim_id, before, page, data = claim.id, owed(claim), f"/claims/{claim.id}", typed(claim)

    answer = post_confirmed(sign_in(world.cleo), f"{page}/decide", data)

    assert answer.status_code == 303
    assert owed(db.get_one(Claim, claim_id)) == sorted([*before, "decision.make"])
    assert "The decision takes effect at" in sign_in(world.cleo).get(page).text
    assert "The decision takes effect at" not in sign_in(world.ann).get(page).text
    pending = open_decision(claim_id)
    assert pending is not None
    due = db.scalar(select(OutboxMessage.due_at).filter_by(kind="decision.make"))
    assert due == pending.effective_at == pending.confirmed_at + HALF_A_MINUTE


def test_an_undone_decision_leads_back_to_the_filled_form(
    world: World, sign_in: SignIn, undoable: None
) -> None:
    claim = world.filed()
    data = typed(claim, accepted="0", reason_code="R03", reason_text="It was dropped")
    client, claim_id = sign_in(world.cleo), claim.id
    post_confirmed(client, f"/claims/{claim_id}/decide", data)
    pending = open_decision(claim_id)
    assert pending is not None
    pending_id = pending.id

    answer = client.post(f"/claims/{claim_id}/pending/{pending_id}/undo", data={})
    form = client.get(answer.location).text

    assert "It was dropped" in form
    assert re.search(r'name="line-[^"]+-accepted"[^>]* value="0"', form)
    db.expire_all()
    assert db.get_one(PendingDecision, pending_id).state is PendingState.UNDONE
    make(db.get_one(PendingDecision, pending_id))
    assert db.get_one(Claim, claim_id).decided_at is None


def test_what_was_kept_is_decided_as_it_was_confirmed(world: World) -> None:
    claim = world.filed()
    pending = confirmed(world, claim)

    make(pending)
    make(pending)  # the worker may have died before it could say that it was done

    assert decisions(claim) == 1
    assert claim.decided_at == MONDAY
    assert claim.decided_by == world.cleo.id
    assert pending.state is PendingState.MADE
    with pytest.raises(TooLateToUndo):
        confirming.undo(pending.id, claim, by=world.cleo, at=LATER)


def test_a_worker_that_was_away_makes_what_came_due_meanwhile_and_nothing_earlier(
    world: World,
) -> None:
    claim = world.filed()
    claim_id = claim.id
    confirmed(world, claim)
    ours = ["decision.make"]

    assert take_due(LATER - timedelta(seconds=1), only=ours) == []
    (message,) = take_due(LATER + timedelta(hours=2), only=ours)
    tasks.make_pending_decision(message.subject_id)
    db.commit()

    db.expire_all()
    assert db.get_one(Claim, claim_id).decided_at == MONDAY


def test_of_two_managers_the_second_is_told_who_has_confirmed(world: World) -> None:
    claim = world.filed()
    other = new_person("carl", Role.CLAIM_MANAGER)
    db.add(other)
    db.commit()
    pending = confirmed(world, claim)

    with pytest.raises(AlreadyConfirmed, match="Cleo has confirmed a decision"):
        confirming.confirm(
            claim,
            accepting(claim),
            version=claim.version,
            by=as_user(other),
            at=MONDAY,
            wait=HALF_A_MINUTE,
        )
    db.rollback()
    make(pending)

    assert decisions(claim) == 1


def test_two_clicks_keep_one_decision(world: World, sign_in: SignIn, undoable: None) -> None:
    claim = world.filed()
    data, place = typed(claim), f"/claims/{claim.id}/decide"
    client = sign_in(world.cleo)
    data |= {"confirmed": seal_of(client.post(place, data=data).text), "command_key": "k1"}

    answers = [client.post(place, data=data).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert db.scalar(select(func.count()).select_from(PendingDecision)) == 1


@pytest.mark.parametrize("act", ["ask", "cancel"])
def test_a_decision_that_somebody_was_faster_than_is_not_made_and_its_author_is_told(
    world: World, sign_in: SignIn, act: str
) -> None:
    claim = world.filed()
    pending = confirmed(world, claim)
    steps: dict[str, Callable[[], None]] = {
        "ask": lambda: service.ask(
            claim, ["Since when?"], version=claim.version, by=world.cleo, at=MONDAY
        ),
        "cancel": lambda: service.cancel(claim, version=claim.version, by=world.ann, at=MONDAY),
    }
    steps[act]()
    db.commit()

    make(pending)

    assert decisions(claim) == 0
    assert (pending.state, pending.ended_at) == (PendingState.REFUSED, LATER)
    assert "Changed in the meantime" in pending.refusal
    entry = db.scalars(select(HistoryEntry).filter_by(kind=HistoryKind.DECISION_NOT_MADE)).one()
    assert entry.facts["reason"] == pending.refusal
    assert "mail.decision_not_made" in owed(claim)
    kept = kept_decision(claim, pending.id)
    assert kept is not None
    assert kept.lines[0].remedy is Remedy.REPAIR


def test_what_cannot_be_decided_is_refused_before_it_is_kept(world: World) -> None:
    claim = world.filed()

    with pytest.raises(judging.RemedyMissing):
        confirming.confirm(
            claim,
            Decision(
                tuple(service.LineDecision(o.id, o.quantity, None, None, "") for o in claim.lines)
            ),
            version=claim.version,
            by=world.cleo,
            at=MONDAY,
            wait=HALF_A_MINUTE,
        )
    with pytest.raises(SomebodyWasFaster):
        confirming.confirm(
            claim,
            accepting(claim),
            version=claim.version - 1,
            by=world.cleo,
            at=MONDAY,
            wait=HALF_A_MINUTE,
        )
