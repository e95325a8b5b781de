"""Old messages that are done are removed, what somebody may still ask for stays."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, scoped_session

from app.outbox import pruning
from app.outbox.delivery import drain
from app.outbox.models import ExchangeRecord, MessageState, OutboxMessage
from app.outbox.rules import KEPT_FOR
from connectors.errors import Rejected
from connectors.reasons import ErpReason
from tests.app.outbox.conftest import FRIDAY, Neighbour

Promised = Callable[..., UUID]
LONG_AFTER = FRIDAY + KEPT_FOR + timedelta(hours=1)


def left(session: scoped_session[Session]) -> set[UUID]:
    return set(session.scalars(select(OutboxMessage.subject_id)))


def test_only_what_is_done_and_old_and_not_the_erps_is_removed(
    promised: Promised, session: scoped_session[Session], neighbour: Neighbour
) -> None:
    old, read, told = promised(), promised("erp.job"), promised("erp.push_claim")
    refused = promised()
    neighbour.trouble = lambda subject: _refuse(subject, refused)
    keepers = dict.fromkeys(("tell", "erp.job", "erp.push_claim"), neighbour.keeper)
    drain(keepers, at=FRIDAY)
    young, waiting = promised(at=LONG_AFTER - timedelta(days=1)), promised("later")
    drain(keepers, at=LONG_AFTER - timedelta(days=1))
    assert left(session) == {old, read, told, refused, young, waiting}

    removed = pruning.prune_portion(at=LONG_AFTER)

    assert removed == 2
    assert left(session) == {told, refused, young, waiting}


def test_a_message_to_the_erp_loses_its_transcript_and_stays(
    promised: Promised, session: scoped_session[Session], neighbour: Neighbour
) -> None:
    subject = promised("erp.push_claim")
    drain({"erp.push_claim": neighbour.keeper}, at=FRIDAY)
    message = session.query(OutboxMessage).one()
    spoken = {"operation": "PutClaim", "request": "<a/>", "reply": "<b/>", "milliseconds": 1}
    session.execute(insert(ExchangeRecord).values(message_id=message.id, at=FRIDAY, **spoken))

    assert pruning.prune_portion(at=LONG_AFTER) == 1

    assert session.scalars(select(ExchangeRecord.message_id)).all() == []
    assert session.query(OutboxMessage).one().subject_id == subject
    assert message.state is MessageState.DONE


def test_portions_go_on_until_nothing_is_left(
    promised: Promised,
    session: scoped_session[Session],
    neighbour: Neighbour,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pruning, "PORTION", 2)
    for _ in range(3):
        promised()
    drain({"tell": neighbour.keeper}, at=FRIDAY)

    portions = [pruning.prune_portion(at=LONG_AFTER) for _ in range(3)]

    assert portions == [2, 1, 0]
    assert left(session) == set()


def _refuse(subject: UUID, refused: UUID) -> None:
    if subject == refused:
        raise Rejected(ErpReason.SAYS, words="no")
