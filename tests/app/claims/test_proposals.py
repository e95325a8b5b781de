"""A promise that only the head of claims may give is handed on with all that was typed."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from app.accounts.policy import User
from app.claims import confirming, proposals, service
from app.claims.decision_inputs import Decision
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.pending_queries import kept_decision, shown_decision
from app.claims.promise_rules import Wish
from app.claims.proposals import AlreadyHandedOn, HandBackWordsMissing, HeadNotNeeded, ProposalEnded
from app.claims.triage import Filter, count_filters, list_worklist
from app.core.clock import now
from app.core.db import db
from app.core.errors import SomebodyWasFaster
from app.core.outside import Outside
from app.notifications.service import keepers
from app.outbox.delivery import drain
from app.outbox.models import OutboxMessage
from app.vocabulary import Remedy, Role, Visibility
from connectors.mail.memory import RememberingMail
from tests.app.accounts.hiring import hire
from tests.app.claims.deciding import post_confirmed
from tests.app.claims.revisions import TUESDAY, WEDNESDAY, WHY, accepting, decided
from tests.app.claims.test_revising_screens import read, sent
from tests.app.conftest import SignIn
from tests.app.statements import statements
from tests.app.world import MONDAY, World

EARLY = date(2026, 11, 19)  # before the goods can be back
NOTE = "The dealer is an old friend"
AT_ONCE = timedelta(0)


@pytest.fixture
def head(world: World) -> User:
    """Hedda, who may promise any day."""
    user = hire(Role.HEAD_OF_CLAIMS)
    db.commit()
    return user


def early(claim: Claim, reason: str = "") -> Decision:
    """Accept a claim by a day that only the head may promise."""
    lines = tuple(accepting(line, Remedy.REPAIR) for line in claim.lines)
    return Decision(lines, Wish(EARLY, "A lorry goes today"), reason=reason)


def handed_on(world: World, claim: Claim, reason: str = "") -> PendingDecision:
    proposal = proposals.hand_on(
        claim, early(claim, reason), NOTE, version=claim.version, by=world.cleo, at=TUESDAY
    )
    db.commit()
    return proposal


def kinds(claim: Claim) -> list[HistoryKind]:
    query = select(HistoryEntry.kind).filter_by(claim_id=claim.id, visibility=Visibility.INTERNAL)
    return list(db.scalars(query.order_by(HistoryEntry.id)))


def owed(claim: Claim) -> set[str]:
    query = select(OutboxMessage.kind).where(OutboxMessage.claim_id == claim.id)
    return set(db.scalars(query))


def post(world: World, neighbours: Outside, subject: str) -> list[Any]:
    """Send all mail and return the letters with this subject."""
    assert isinstance(neighbours.mail, RememberingMail)
    db.commit()
    drain(keepers("https://claims.example"), at=now())
    return [one for one in neighbours.mail.letters if subject in one.subject]


def typed(client: Any, claim: Claim, page: str = "decide", **fields: str) -> dict[str, str]:
    form = sent(client.get(f"/claims/{claim.id}/{page}"))
    return form | {"promise_on": str(EARLY), "promise_reason": "A lorry goes today"} | fields


def test_what_was_typed_is_kept_for_the_head_and_nothing_is_decided(world: World) -> None:
    claim = world.filed()

    proposal = handed_on(world, claim)

    assert claim.decided_at is None
    assert (proposal.state, proposal.note) == (PendingState.HANDED_ON, NOTE)
    assert Decision.from_dict(proposal.inputs) == early(claim)
    assert kinds(claim)[-1] is HistoryKind.DECISION_HANDED_ON
    assert "mail.decision_handed_on" in owed(claim)
    assert "decision.make" not in owed(claim)


def test_only_a_promise_that_needs_the_head_is_handed_on_and_only_once(
    world: World, head: User
) -> None:
    claim = world.filed()
    usual = replace(early(claim), wish=Wish())
    step: dict[str, Any] = {"version": claim.version, "at": TUESDAY}

    with pytest.raises(HeadNotNeeded):
        proposals.hand_on(claim, usual, "", by=world.cleo, **step)
    with pytest.raises(HeadNotNeeded):
        proposals.hand_on(claim, early(claim), "", by=head, **step)
    with pytest.raises(SomebodyWasFaster):
        proposals.hand_on(claim, early(claim), "", by=world.cleo, version=1, at=TUESDAY)
    handed_on(world, claim)
    with pytest.raises(AlreadyHandedOn, match="Cleo"):
        proposals.hand_on(claim, early(claim), "", by=world.cleo, **step)


def test_the_heads_decision_is_theirs_and_the_history_names_who_proposed_it(
    world: World, head: User, neighbours: Outside
) -> None:
    claim = world.filed()
    proposal = handed_on(world, claim)

    confirming.confirm(
        claim, early(claim), version=claim.version, by=head, at=WEDNESDAY, wait=AT_ONCE
    )
    db.flush()

    assert claim.decided_by == head.id
    assert claim.promise_on == EARLY
    assert (proposal.state, proposal.ended_by) == (PendingState.MADE, head.id)
    entry = db.scalars(select(HistoryEntry).filter_by(kind=HistoryKind.PROPOSAL_DECIDED)).one()
    assert (entry.actor_name, entry.facts["proposed_by"]) == (head.name, "Cleo")
    [letter] = post(world, neighbours, "the head of claims has decided")
    assert letter.to == "cleo@example.test"


def test_a_decision_of_the_head_that_is_undone_leaves_the_proposal_waiting(
    world: World, head: User
) -> None:
    claim = world.filed()
    proposal = handed_on(world, claim)
    pending = confirming.confirm(
        claim, early(claim), version=claim.version, by=head, at=WEDNESDAY,
        wait=timedelta(seconds=30),
    )  # fmt: skip
    assert shown_decision(claim.id) == pending

    confirming.undo(pending.id, claim, by=head, at=WEDNESDAY)

    assert proposal.state is PendingState.HANDED_ON
    assert shown_decision(claim.id) == proposal


def test_the_head_hands_back_with_a_word_and_what_was_typed_is_still_there(
    world: World, head: User, neighbours: Outside
) -> None:
    claim = world.filed()
    proposal = handed_on(world, claim)

    with pytest.raises(HandBackWordsMissing):
        proposals.hand_back(proposal.id, claim, "", by=head, at=WEDNESDAY)
    proposals.hand_back(proposal.id, claim, "Take the lorry of Thursday", by=head, at=WEDNESDAY)

    assert proposal.state is PendingState.HANDED_BACK
    assert kept_decision(claim, proposal.id) == early(claim)
    assert kinds(claim)[-1] is HistoryKind.DECISION_HANDED_BACK
    [letter] = post(world, neighbours, "was handed back to you")
    assert letter.to == "cleo@example.test"
    assert "Reason: Take the lorry of Thursday" in letter.text
    assert head.name in letter.text


def test_the_manager_withdraws_and_nobody_can_end_a_proposal_twice(
    world: World, head: User
) -> None:
    claim = world.filed()
    proposal = handed_on(world, claim)

    proposals.withdraw(proposal.id, claim, by=world.cleo, at=WEDNESDAY)

    assert proposal.state is PendingState.WITHDRAWN
    assert kinds(claim)[-1] is HistoryKind.PROPOSAL_WITHDRAWN
    with pytest.raises(ProposalEnded):
        proposals.hand_back(proposal.id, claim, "No", by=head, at=WEDNESDAY)
    handed_on(world, claim)


def test_a_proposal_ends_when_the_claim_moves_on_and_its_author_is_told(
    world: World, neighbours: Outside
) -> None:
    claim = world.filed()
    proposal = handed_on(world, claim)

    service.ask(claim, ["Since when?"], version=claim.version, by=world.cleo, at=WEDNESDAY)
    db.refresh(proposal)

    assert (proposal.state, proposal.ended_at) == (PendingState.OBSOLETE, WEDNESDAY)
    assert HistoryKind.PROPOSAL_OBSOLETE in kinds(claim)
    [letter] = post(world, neighbours, "no longer waits for the head of claims")
    assert "What you typed is kept" in letter.text


def test_who_takes_the_claim_leaves_the_proposal_waiting(world: World, head: User) -> None:
    claim = world.filed()
    proposal = handed_on(world, claim)

    service.take(claim, version=claim.version, by=head, at=WEDNESDAY)
    db.refresh(proposal)

    assert proposal.state is PendingState.HANDED_ON


def test_a_revision_is_handed_on_as_well(world: World, head: User) -> None:
    claim = decided(world, None)
    proposal = handed_on(world, claim, WHY)

    confirming.confirm(
        claim, early(claim, WHY), version=claim.version, by=head, at=WEDNESDAY, wait=AT_ONCE
    )
    db.flush()

    assert proposal.is_revision
    assert proposal.state is PendingState.MADE
    assert (claim.promise_on, claim.decided_by) == (EARLY, head.id)


def test_all_heads_are_asked_by_mail(world: World, head: User, neighbours: Outside) -> None:
    other = hire(Role.HEAD_OF_CLAIMS)
    claim = world.filed()
    handed_on(world, claim)

    letters = post(world, neighbours, "waits for your decision")

    assert {letter.to for letter in letters} == {head.email, other.email}
    assert all(f"Note: {NOTE}" in letter.text and "Cleo" in letter.text for letter in letters)


def test_heads_find_what_waits_for_them_in_the_worklist_at_no_further_statement(
    world: World, head: User, engine: Engine
) -> None:
    claim, other = world.filed(), world.filed()
    today = MONDAY.date()

    def asked() -> tuple[list[str], int]:
        with statements(engine) as seen:
            page = list_worklist(head, chosen=Filter.FOR_HEAD, today=today)
        return [row.number for row in page.rows if row.waits_for_head], len(seen)

    none, before = asked()
    handed_on(world, claim)
    found, after = asked()

    assert (none, found) == ([], [claim.number])
    assert after <= before + 1  # the worth of the claims on the page
    assert count_filters(head, today=today)[Filter.FOR_HEAD] == 1
    rows = list_worklist(head, chosen=Filter.ALL, today=today).rows
    assert {row.number: row.waits_for_head for row in rows} == {
        claim.number: True, other.number: False,
    }  # fmt: skip


def test_the_page_offers_to_hand_on_beside_the_refusal_and_the_head_finds_it_filled(
    world: World, head: User, sign_in: SignIn
) -> None:
    claim = world.filed()
    claim_id, page = claim.id, f"/claims/{claim.id}"
    manager = sign_in(world.cleo)
    form = typed(manager, claim)

    refused = manager.post(f"{page}/decide", data=form)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Hand on to the head of claims" in read(refused)
    answer = manager.post(f"{page}/decide", data=form | {"hand_on": "yes", "hand_on_note": NOTE})
    assert answer.status_code == HTTPStatus.SEE_OTHER

    for reader in (world.cleo, head):
        words = read(sign_in(reader).get(page))
        assert "Waits for the head of claims: handed on by Cleo" in words
        assert NOTE in words
        holder = "You" if reader is head else "Head of claims"
        assert f"Next action: {holder}" in words
        assert f'class="btn btn-primary" href="{page}/decide"' not in sign_in(reader).get(page).text
    hidden = read(sign_in(world.ann).get(page))
    assert NOTE not in hidden
    assert "Waits for the head" not in hidden
    client = sign_in(head)
    filled = sent(client.get(f"{page}/decide"))
    assert filled["promise_on"] == str(EARLY)
    assert post_confirmed(client, f"{page}/decide", filled).status_code == HTTPStatus.SEE_OTHER
    db.expire_all()
    assert db.get_one(Claim, claim_id).decided_by == head.id


def test_a_promise_that_needs_nobody_is_not_offered_to_the_head(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()
    client = sign_in(world.cleo)
    form = typed(client, claim, promise_on="2027-03-01", promise_reason="")

    refused = client.post(f"/claims/{claim.id}/decide", data=form)

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Hand on to the head of claims" not in read(refused)


def test_handing_back_and_withdrawing_on_the_page(
    portal: Flask, world: World, head: User, sign_in: SignIn
) -> None:
    claim = world.filed()
    page, proposal_id = f"/claims/{claim.id}", handed_on(world, claim).id
    place = f"{page}/pending/{proposal_id}"

    for stranger in (world.cleo, world.ann, world.dora, world.admin):
        answer = sign_in(stranger).post(f"{place}/hand-back", data={"words": "No"})
        assert answer.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    lost = sign_in(head).post(f"{place}/hand-back", data={"words": ""})
    assert lost.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    back = sign_in(head).post(f"{place}/hand-back", data={"words": "Take Thursday"})
    assert back.status_code == HTTPStatus.SEE_OTHER
    shown = sign_in(world.cleo).get(page)
    assert "Take Thursday" in read(shown)
    assert f"{page}/decide?kept={proposal_id}" in unescape(shown.text)

    db.expire_all()
    again = handed_on(world, db.get_one(Claim, claim.id)).id
    for stranger in (world.ann, world.dora, world.admin):
        answer = sign_in(stranger).post(f"{page}/pending/{again}/withdraw", data={})
        assert answer.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    client = sign_in(world.cleo)
    answer = client.post(f"{page}/pending/{again}/withdraw", data={})
    assert answer.location.endswith(f"{page}/decide?kept={again}")
    form = client.get(answer.location).text
    assert re.search(rf'name="promise_on"[^>]*value="{EARLY}"', form)
