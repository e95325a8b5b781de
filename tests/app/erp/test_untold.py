"""What was filed here and never told there is found by the comparison and told."""

from io import BytesIO

import pytest
from sqlalchemy import delete, select

from app.claims import attachments, service
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP, Outside
from app.erp import push
from app.erp.models import DocumentKind
from app.erp.reconcile import Outcome, reconcile
from app.outbox.delivery import drain
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.service import done_by_hand
from connectors.erp.memory import RememberingErp
from tests.app.world import World


@pytest.fixture
def erp(neighbours: Outside) -> RememberingErp:
    found = neighbours.erp(ONLY_ERP)
    assert isinstance(found, RememberingErp)
    return found


@pytest.fixture
def lost(world: World) -> Claim:
    """A filed claim whose message somebody has deleted; beside it one that is on its way."""
    claim, _ = world.filed(), world.filed()
    db.execute(delete(OutboxMessage).where(OutboxMessage.claim_id == claim.id))
    db.commit()
    return claim


def compared() -> Outcome:
    outcome = reconcile(ONLY_ERP, by=None, at=now())
    db.commit()
    return outcome


def test_a_claim_with_neither_receipt_nor_message_is_told(lost: Claim, erp: RememberingErp) -> None:
    key, number = lost.id, lost.number

    first, second = compared(), compared()
    drain(push.KEEPERS, at=now())

    assert (first.untold, second.untold) == ({DocumentKind.CLAIM: 1}, {})
    assert (key, 1) in erp.claims
    assert erp.claims[key, 1].number == number


def test_what_a_person_has_left_out_on_purpose_is_not_told(
    world: World, erp: RememberingErp
) -> None:
    claim = world.filed()
    owed = select(OutboxMessage.id).where(OutboxMessage.claim_id == claim.id)
    for message_id in db.scalars(owed.where(OutboxMessage.state == MessageState.WAITING)).all():
        done_by_hand(message_id, "Entered in the ERP by hand", by="Admin", at=now())
    db.commit()

    assert compared().untold == {}


def test_a_photo_that_nobody_told_is_told_after_its_claim(
    world: World, erp: RememberingErp
) -> None:
    draft = world.draft()
    kept = attachments.attach(draft, None, "a.txt", BytesIO(b"Invoice"), by=world.ann, at=now())
    service.file_claim(draft, by=world.ann, at=now())
    db.execute(delete(OutboxMessage))
    db.commit()
    photo_id = kept.file_id

    outcome = compared()
    drain(push.KEEPERS, at=now())

    assert outcome.untold == {DocumentKind.CLAIM: 1, DocumentKind.EVIDENCE: 1}
    assert erp.files[photo_id, 1].content == b"Invoice"


def test_photos_for_an_answer_that_is_being_written_are_told_at_once(world: World) -> None:
    claim = world.filed()
    service.ask(claim, ["A photo of the plate?"], version=claim.version, by=world.cleo, at=now())
    attachments.attach(claim, None, "a.txt", BytesIO(b"Plate"), by=world.ann, at=now())
    db.commit()

    assert compared().untold == {}


def test_another_erp_s_claims_are_none_of_its_business(lost: Claim, world: World) -> None:
    db.merge(world.plant).home = "north"
    db.commit()

    assert compared().untold == {}
