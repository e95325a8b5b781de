"""The page on which a decision is revised, and what is read of its versions afterwards."""

import re
from datetime import timedelta
from html import unescape
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from app.claims import confirming
from app.claims.decided import versions_of
from app.claims.decision_inputs import Decision
from app.claims.models import Claim
from app.claims.pending_models import PendingDecision
from app.claims.pending_queries import open_decision
from app.core.clock import now
from app.core.db import db
from app.vocabulary import Remedy, Role
from app.work import service as work
from app.work.models import WorkOrder
from tests.app.accounts.hiring import hire
from tests.app.claims.deciding import post_confirmed
from tests.app.claims.revisions import TUESDAY, WHY, accepting, decided, refusing, revised
from tests.app.conftest import SignIn
from tests.app.statements import statements
from tests.app.world import World

REPAIR, REFUND = Remedy.REPAIR, Remedy.REFUND


def read(page: Any) -> str:
    """Return the words of a page."""
    return read_text(page.text)


def read_text(page: str) -> str:
    """Return the words of a part of a page."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).replace("\xa0", " ").split())


def sent(page: Any) -> dict[str, str]:
    """Return what the form of the page would send as it is."""
    form = page.text.partition('id="decision"')[2].partition("</form>")[0]
    inputs = [one for one in re.findall(r"<input[^>]*>", form) if _is_sent(one)]
    values = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', "\n".join(inputs)))
    values |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        values[name] = chosen[1] if chosen else ""
    return {name: unescape(value).strip() for name, value in values.items()}


def _is_sent(field: str) -> bool:
    """Tell whether a browser sends a field: boxes only when they are ticked."""
    return 'type="checkbox"' not in field or " checked" in field


def place_of(claim: Claim) -> str:
    return f"/claims/{claim.id}/revise"


def begin(claim: Claim, world: World) -> None:
    """Let production begin with the first line."""
    work.open_orders(claim.id, at=TUESDAY)
    query = select(WorkOrder).where(WorkOrder.claim_line_id == claim.lines[0].id)
    order = db.scalars(query).one()
    work.start(order, version=order.version, by=world.dora, at=TUESDAY)
    db.commit()


def test_the_form_begins_with_the_present_decision_and_confirms_before_and_after(
    world: World, sign_in: SignIn
) -> None:
    claim = decided(world, REPAIR, None)
    claim_id, line = claim.id, claim.lines[1].id
    client = sign_in(world.cleo)
    form = sent(client.get(place_of(claim)))
    assert form[f"line-{claim.lines[0].id}-remedy"] == "repair"
    assert form[f"line-{line}-accepted"] == "0"
    assert form[f"line-{line}-reason_text"] == "Dropped"
    form |= {"reason": WHY, f"line-{line}-accepted": "2", f"line-{line}-remedy": "refund"}

    asked = client.post(place_of(claim), data=form)
    answer = post_confirmed(client, place_of(claim), form)

    words = read(asked).partition("Revise the decision in this way?")[2]
    assert "Before: Rejected: 2 pcs" in words
    assert "Accepted: 2 pcs, Refund: 125,800.00 RUB will be paid" in words
    assert f"Reason: {WHY}" in words
    assert "The dealer gets an e-mail that says what has changed and why" in words
    assert answer.status_code == HTTPStatus.SEE_OTHER
    db.expire_all()
    assert [one.number for one in versions_of(db.get_one(Claim, claim_id))] == [1, 2]


def test_both_sides_read_the_versions_and_the_history_with_before_and_after(
    world: World, sign_in: SignIn
) -> None:
    claim = decided(world, REFUND, REPAIR)
    revised(claim, {1: accepting(claim.lines[0], REFUND, 1)}, by=world.cleo)
    db.commit()
    page = f"/claims/{claim.id}"

    for reader in (world.ann, world.cleo):
        words = read(sign_in(reader).get(page))
        card = words.partition("Version 2")[2]
        assert WHY in card
        assert "Before: Accepted: 2 pcs, Refund, 125,800.00 RUB" in card
        assert "Accepted: 1 pcs, Refund, 62,900.00 RUB. Rejected: 1 pcs" in card
        assert "unchanged" in card
        assert "Version 1" in card
        history = words.partition("History")[2]
        assert "Revised the decision" in history
        assert "Line 1: Accepted: 2 pcs, Refund, 125,800.00 RUB → Accepted: 1 pcs" in history


def test_a_decision_that_was_never_revised_has_no_versions_to_read(
    world: World, sign_in: SignIn
) -> None:
    claim = decided(world, REPAIR)

    words = read(sign_in(world.ann).get(f"/claims/{claim.id}"))

    assert "Version 1" not in words


def test_only_who_may_decide_is_offered_a_revision_or_can_make_one(
    world: World, sign_in: SignIn
) -> None:
    claim = decided(world, REPAIR)
    page, form = f"/claims/{claim.id}", {"version": str(claim.version), "reason": WHY}
    form |= {f"line-{claim.lines[0].id}-{name}": value for name, value in
             {"accepted": "0", "reason_code": "R03", "reason_text": "No"}.items()}  # fmt: skip
    others = [
        world.ann,
        world.ben,
        world.dora,
        world.admin,
        hire(Role.DEALER_ADMIN, dealer=world.dealer),
    ]
    db.commit()

    for other in others:
        client = sign_in(other)
        for answer in (client.get(place_of(claim)), client.post(place_of(claim), data=form)):
            assert answer.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND), other.role
    assert "Revise the decision" not in sign_in(world.ann).get(page).text
    for manager in (world.cleo, hire(Role.HEAD_OF_CLAIMS)):
        db.commit()
        assert f'href="{place_of(claim)}"' in sign_in(manager).get(page).text


def test_the_page_gives_the_reasons_where_nothing_can_be_revised_any_more(
    world: World, sign_in: SignIn
) -> None:
    claim = decided(world, REPAIR)
    page, place = f"/claims/{claim.id}", place_of(claim)
    client = sign_in(world.cleo)
    form = sent(client.get(place)) | {"reason": WHY}
    form |= {
        f"line-{claim.lines[0].id}-{name}": value
        for name, value in {"accepted": "0", "reason_code": "R03", "reason_text": "No"}.items()
    }
    begin(claim, world)
    form["version"] = str(claim.version)
    sentence = "Line 1: Production started the work order on 17 Nov 2026."

    shown = client.get(page)
    refused = client.post(place, data=form)

    assert sentence in read(shown)
    assert f'href="{place}"' not in shown.text
    assert sentence not in read(sign_in(world.ann).get(page))
    assert client.get(place).status_code == HTTPStatus.FOUND
    assert refused.status_code == HTTPStatus.CONFLICT
    assert sentence in read(refused)


def test_a_line_that_is_under_way_is_shown_and_sent_as_it_was_decided(
    world: World, sign_in: SignIn
) -> None:
    claim = decided(world, REPAIR, REPAIR)
    begin(claim, world)
    claim_id, line = claim.id, claim.lines[1].id
    client, place = sign_in(world.cleo), place_of(claim)

    page = client.get(place)
    form = sent(page) | {"reason": WHY, f"line-{line}-remedy": "refund"}
    answer = post_confirmed(client, place, form)

    assert "Line 1: Production started the work order on 17 Nov 2026." in read(page)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    db.expire_all()
    lines = db.get_one(Claim, claim_id).lines
    assert [one.remedy for one in lines] == [REPAIR, REFUND]


@pytest.mark.parametrize("lacks", ["reason", "change"])
def test_what_a_revision_lacks_is_said_and_nothing_is_lost(
    world: World, sign_in: SignIn, lacks: str
) -> None:
    claim = decided(world, None)
    client, line = sign_in(world.cleo), claim.lines[0].id
    form = sent(client.get(place_of(claim)))
    form |= {"reason": WHY} if lacks == "change" else {f"line-{line}-reason_text": "Bent"}

    answer = client.post(place_of(claim), data=form)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sent(answer)[f"line-{line}-reason_text"] == form[f"line-{line}-reason_text"]


def test_an_undone_revision_leads_back_to_the_filled_form(
    portal: Flask, world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(portal.config, "UNDO_FOR", timedelta(seconds=30))
    claim = decided(world, REPAIR)
    client, claim_id = sign_in(world.cleo), claim.id
    form = sent(client.get(place_of(claim))) | {"reason": WHY}
    form[f"line-{claim.lines[0].id}-remedy"] = "refund"
    post_confirmed(client, place_of(claim), form)
    pending = open_decision(claim_id)
    assert pending is not None

    answer = client.post(f"/claims/{claim_id}/pending/{pending.id}/undo", data={})
    again = sent(client.get(answer.location))

    assert answer.location.startswith(place_of(claim))
    assert again["reason"] == WHY
    assert again[f"line-{claim.lines[0].id}-remedy"] == "refund"


def test_a_revision_that_somebody_was_faster_than_is_kept_and_told_on_the_page(
    world: World, sign_in: SignIn
) -> None:
    claim = decided(world, REPAIR)
    decision = Decision(
        (refusing(claim.lines[0]),), reason=WHY, choice=Decision.present(claim).choice
    )
    pending = confirming.confirm(
        claim, decision, version=claim.version, by=world.cleo, at=now(),
        wait=timedelta(seconds=30),
    )  # fmt: skip
    pending_id = pending.id
    work.open_orders(claim.id, at=now())  # the claim moves on
    db.commit()
    db.expire_all()
    confirming.make_pending(pending_id, at=now() + timedelta(minutes=1))
    db.commit()

    page = sign_in(world.cleo).get(f"/claims/{claim.id}")

    assert db.get_one(PendingDecision, pending_id).refusal in unescape(page.text)
    assert f"{place_of(claim)}?kept={pending_id}" in page.text


def test_many_versions_cost_as_many_statements_as_two(
    world: World, sign_in: SignIn, engine: Engine
) -> None:
    claim = decided(world, REPAIR)
    claim_id, page, client = claim.id, f"/claims/{claim.id}", sign_in(world.cleo)

    def count() -> int:
        db.commit()
        with statements(engine) as seen:
            assert client.get(page).status_code == HTTPStatus.OK
        return len(seen)

    def revise(remedy: Remedy | None, days: int) -> None:
        known = db.get_one(Claim, claim_id)
        (line,) = known.lines
        other = accepting(line, remedy) if remedy else refusing(line)
        revised(known, {1: other}, by=world.cleo, at=TUESDAY + timedelta(days=days))

    revise(REFUND, 1)
    two = count()
    for days, remedy in enumerate((REPAIR, None, REPAIR, None, REFUND), start=2):
        revise(remedy, days)

    assert count() <= two


def test_departments_are_asked_for_work_that_is_routed_anew_only(
    world: World, sign_in: SignIn
) -> None:
    claim = decided(world, REPAIR, REPAIR)
    client, (first, second) = sign_in(world.cleo), claim.lines

    page = client.get(place_of(claim))
    form = sent(page) | {"reason": WHY, f"line-{second.id}-remedy": "refund"}
    plan = client.get(f"/claims/{claim.id}/plan", query_string=form).text

    assert f'id="line-{first.id}-departments' not in page.text
    assert f'name="line-{second.id}-departments"' not in page.text
    assert f'id="departments-{first.id}"' not in plan
    assert "Work goes to: Finance" in read_text(plan)
