"""The history of a claim: whatever anybody did, for ever, and for a dealer what is theirs."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from app.claims import attachments, drafts, service
from app.claims.history import entries_of
from app.claims.history_models import HistoryEntry, HistoryKind
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.outside import Outside
from app.core.reasons import words
from app.erp import push
from app.notifications.service import keepers as mail_keepers
from app.outbox.delivery import drain
from app.outbox.history import note
from app.outbox.models import OutboxMessage
from app.outbox.rules import Happening
from app.vocabulary import Remedy, Visibility
from app.work import service as work
from app.work.models import WorkOrder
from tests.app.conftest import SignIn
from tests.app.world import MONDAY, World

LATER = MONDAY + timedelta(minutes=2)


def kinds(claim: Claim) -> list[HistoryKind]:
    query = select(HistoryEntry.kind).where(HistoryEntry.claim_id == claim.id)
    return list(db.scalars(query.order_by(HistoryEntry.id)))


def typed(claim: Claim, **changes: object) -> drafts.DraftChange:
    line = claim.lines[0]
    facts = {
        "quantity": line.quantity,
        "defect_code": line.defect_code,
        "description": line.description,
        "demand": line.demand,
    } | {name: changes.pop(name) for name in ("quantity", "demand") if name in changes}
    whole = {
        "demand_presented_on": None, "dealer_reference": "", "end_customer": "", "sold_on": None,
        "text": "",
    } | changes  # fmt: skip
    return drafts.DraftChange(lines={line.id: drafts.LineChange(**facts)}, **whole)  # type: ignore[arg-type]


def test_what_is_typed_in_one_sitting_is_one_entry_from_before_to_after(world: World) -> None:
    claim = world.draft()
    drafts.save_draft(claim, typed(claim, text="Ple"), by=world.ann, at=MONDAY)
    drafts.save_draft(
        claim, typed(claim, text="Please", demand=Remedy.REFUND), by=world.ann, at=LATER
    )

    last = entries_of(world.ann, claim)[0]
    assert kinds(claim) == [HistoryKind.LINE_ADDED, HistoryKind.DATA_CHANGED]
    assert last.facts["changed"]["text"] == ["", "Please"]
    assert last.facts["changed"]["1/demand"] == ["repair", "refund"]


def test_what_was_typed_on_another_day_is_another_entry(world: World) -> None:
    claim = world.draft()
    drafts.save_draft(claim, typed(claim, text="Ple"), by=world.ann, at=MONDAY)
    drafts.save_draft(
        claim, typed(claim, text="Please"), by=world.ann, at=MONDAY + timedelta(days=1)
    )

    assert kinds(claim)[1:] == [HistoryKind.DATA_CHANGED] * 2


@pytest.mark.parametrize(
    "change", [update(HistoryEntry).values(actor_name="Ben"), delete(HistoryEntry)]
)
def test_the_database_refuses_to_change_the_history_of_a_filed_claim(
    world: World, change: object
) -> None:
    world.filed()

    with pytest.raises(DatabaseError, match="never changed"):
        db.execute(change)  # type: ignore[call-overload]


def test_a_draft_goes_with_its_history(world: World) -> None:
    claim = world.draft()
    db.commit()

    drafts.delete_draft(claim)
    db.commit()

    assert db.scalars(select(HistoryEntry)).all() == []


def test_what_was_done_to_a_draft_is_its_dealers_alone(world: World, sign_in: SignIn) -> None:
    claim = world.draft()
    drafts.save_draft(claim, typed(claim, text="A lie"), by=world.ann, at=MONDAY)
    drafts.save_draft(claim, typed(claim), by=world.ben, at=LATER)
    service.file_claim(claim, by=world.ann, at=MONDAY + timedelta(hours=1))
    db.commit()

    assert "A lie" in sign_in(world.ann).get(f"/claims/{claim.id}").text
    assert "A lie" not in sign_in(world.cleo).get(f"/claims/{claim.id}").text


def test_what_was_typed_in_the_moment_of_filing_is_the_dealers_too(world: World) -> None:
    claim = world.draft()
    drafts.save_draft(claim, typed(claim, text="A lie"), by=world.ann, at=MONDAY)

    service.file_claim(claim, by=world.ann, at=MONDAY)

    told = {entry.kind for entry in entries_of(world.cleo, claim)}
    assert not told & {HistoryKind.DATA_CHANGED, HistoryKind.LINE_ADDED}


def test_added_and_removed_files_stand_in_the_history(world: World) -> None:
    claim = world.draft()
    kept = attachments.attach(claim, None, "a.txt", BytesIO(b"a"), by=world.ann, at=MONDAY)
    attachments.detach(claim, kept, by=world.ann, at=MONDAY)

    assert kinds(claim)[-2:] == [HistoryKind.FILE_ADDED, HistoryKind.FILE_REMOVED]


def test_each_department_tells_its_steps_by_name_and_a_dealer_not_why_it_waits(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()
    world.accepted(claim)
    work.open_orders(claim.id, at=MONDAY)
    order = db.scalars(select(WorkOrder)).one()
    work.start(order, version=order.version, by=world.dora, at=LATER)
    work.block(order, "No glass", version=order.version, by=world.dora, at=LATER)
    work.resume(order, version=order.version, by=world.dora, at=LATER)
    work.finish(order, "New glass", version=order.version, by=world.dora, at=LATER)
    db.commit()

    dealers = sign_in(world.ann).get(f"/claims/{claim.id}/history?show=work").text
    managers = sign_in(world.cleo).get(f"/claims/{claim.id}/history?show=work").text

    for page in (dealers, managers):
        assert "Production" in page
        assert "Dora" in page
        assert "New glass" in page
    assert "No glass" in managers
    assert "No glass" not in dealers


def test_what_the_erp_and_the_mail_were_told_stands_in_the_history(
    world: World, neighbours: Outside, sign_in: SignIn
) -> None:
    claim = world.filed()

    drain({**push.KEEPERS, **mail_keepers("http://portal.test")}, at=now())

    page = sign_in(world.ann).get(f"/claims/{claim.id}/history").text
    assert kinds(claim).count(HistoryKind.LETTER_SENT) == 2  # to the dealer and to the manager
    assert kinds(claim).count(HistoryKind.ERP_RECEIVED) == 1
    assert f"Claim {claim.number} has been filed" in page
    assert "waits for a decision" not in page
    assert "The ERP confirmed the receipt" in page


def test_a_letter_to_the_factory_is_not_in_the_dealers_history(
    world: World, neighbours: Outside, sign_in: SignIn
) -> None:
    claim = world.filed()
    service.ask(claim, ["When?"], version=claim.version, by=world.cleo, at=MONDAY)
    db.flush()
    answers = {claim.questions[0].id: "Today"}
    service.answer(claim, answers, version=claim.version, by=world.ann, at=MONDAY)
    db.commit()
    drain(mail_keepers("http://portal.test"), at=now())

    dealers = sign_in(world.ann).get(f"/claims/{claim.id}/history?show=messages").text
    managers = sign_in(world.cleo).get(f"/claims/{claim.id}/history?show=messages").text

    assert "the dealer has answered" in managers
    assert "the dealer has answered" not in dealers


def test_what_went_wrong_with_the_erp_is_told_to_managers_only(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()
    message = db.scalars(select(OutboxMessage).filter_by(kind="erp.push_claim")).one()
    note(message.id, Happening.PARKED, words("Контрагент не найден"), at=LATER)
    db.commit()

    dealers = sign_in(world.ann).get(f"/claims/{claim.id}/history?show=erp").text
    managers = sign_in(world.cleo).get(f"/claims/{claim.id}/history?show=erp").text

    assert "Контрагент не найден" in managers
    assert "Контрагент не найден" not in dealers


def test_a_filter_leaves_one_kind_and_an_unknown_one_everything(
    world: World, sign_in: SignIn
) -> None:
    claim = world.filed()
    attachments.attach(claim, None, "a.txt", BytesIO(b"a"), by=world.ann, at=LATER)
    db.commit()
    client = sign_in(world.ann)

    files = client.get(f"/claims/{claim.id}/history?show=files").text
    everything = client.get(f"/claims/{claim.id}/history?show=nonsense").text

    assert "a.txt" in files
    assert "Filed the claim" not in files
    assert "Filed the claim" in everything


def test_a_moment_is_said_as_everywhere_in_english(world: World, sign_in: SignIn) -> None:
    claim = world.filed()

    assert "16 Nov 2026, 06:00" in sign_in(world.ann).get(f"/claims/{claim.id}/history").text


def test_another_dealers_history_is_not_found(world: World, sign_in: SignIn) -> None:
    claim = world.filed()

    assert sign_in(world.ben).get(f"/claims/{claim.id}/history").status_code == 404


def test_internal_entries_are_not_for_dealers(world: World) -> None:
    claim = world.filed()
    attachments.attach(
        claim, None, "secret.txt", BytesIO(b"a"),
        by=world.cleo, at=LATER, visibility=Visibility.INTERNAL,
    )  # fmt: skip

    assert "secret.txt" in str([one.facts for one in entries_of(world.cleo, claim)])
    assert "secret.txt" not in str([one.facts for one in entries_of(world.ann, claim)])
