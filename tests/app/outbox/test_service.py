"""What an administrator may do with a message that got stuck."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.outbox.delivery import deliver_due, drain, take_due
from app.outbox.models import MessageState, OutboxMessage
from app.outbox.queries import count_by_state, last_runs, waiting_for
from app.outbox.reasons import OutboxReason
from app.outbox.service import MessageInWork, done_by_hand, note_run, promise, retry
from connectors.doorbell.silent import SilentDoorbell
from connectors.errors import Rejected
from connectors.reasons import ErpReason, Reason
from tests.app.outbox.conftest import FRIDAY, Neighbour

Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]


@pytest.fixture
def parked(promised: Promised, found: Found, neighbour: Neighbour) -> OutboxMessage:
    """A message that the neighbour refused, and another that waits behind it."""
    refused = promised(queue="claim/1")
    promised(queue="claim/1")

    def trouble(_: UUID) -> None:
        raise Rejected(ErpReason.SAYS, words="no")

    neighbour.trouble = trouble
    drain({"tell": neighbour.keeper}, at=FRIDAY)
    neighbour.trouble = lambda _: None
    return found(refused)


def test_a_parked_message_is_sent_after_a_person_asks_for_it(
    parked: OutboxMessage,
    session: scoped_session[Session],
    neighbour: Neighbour,
) -> None:
    assert retry(parked.id, at=FRIDAY)
    session.commit()

    drain({"tell": neighbour.keeper}, at=FRIDAY)

    assert len(neighbour.told) == 2
    assert neighbour.told[0] == parked.subject_id


def test_what_was_done_by_hand_lets_the_next_pass(
    parked: OutboxMessage, session: scoped_session[Session], neighbour: Neighbour, found: Found
) -> None:
    assert done_by_hand(parked.id, "Entered in the ERP by the accountant", by="Admin", at=FRIDAY)
    session.commit()

    drain({"tell": neighbour.keeper}, at=FRIDAY)

    assert parked.subject_id not in neighbour.told
    assert len(neighbour.told) == 1
    assert found(parked.subject_id).last_error == Reason(
        OutboxReason.DONE_BY_HAND,
        {"name": "Admin", "words": "Entered in the ERP by the accountant"},
    )


def test_nobody_meddles_with_a_message_that_is_being_sent(
    promised: Promised, session: scoped_session[Session]
) -> None:
    promised()
    (leased,) = take_due(FRIDAY)

    with pytest.raises(MessageInWork):
        retry(leased.id, at=FRIDAY)
    with pytest.raises(MessageInWork):
        done_by_hand(leased.id, "impatience", by="Admin", at=FRIDAY)
    assert not retry(leased.id + 1, at=FRIDAY)


def test_promises_are_counted_by_state(promised: Promised, neighbour: Neighbour) -> None:
    for _ in range(5):
        promised()
    deliver_due({"tell": neighbour.keeper}, at=FRIDAY, limit=2)

    assert count_by_state() == {
        MessageState.WAITING: 3,
        MessageState.LEASED: 0,
        MessageState.DONE: 2,
        MessageState.PARKED: 0,
    }


def test_the_last_good_run_of_a_job_is_known(session: scoped_session[Session]) -> None:
    note_run("erp.pull", at=FRIDAY)
    note_run("erp.pull", at=FRIDAY + timedelta(minutes=1))
    note_run("outbox.deliver", at=FRIDAY)

    assert last_runs() == {"erp.pull": FRIDAY + timedelta(minutes=1), "outbox.deliver": FRIDAY}


def test_a_claim_knows_what_is_still_owed_for_it(
    session: scoped_session[Session], doorbell: SilentDoorbell, neighbour: Neighbour
) -> None:
    claim_id, other = UUID(int=1), UUID(int=2)
    for subject, at in (
        (claim_id, FRIDAY),
        (claim_id, FRIDAY + timedelta(days=1)),
        (other, FRIDAY),
    ):
        promise("tell", subject, at=at, claim_id=subject)
    session.commit()
    drain({"tell": neighbour.keeper}, at=FRIDAY)

    (owed,) = waiting_for(claim_id)

    assert owed.due_at == FRIDAY + timedelta(days=1)
