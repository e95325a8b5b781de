"""What was said about a message is kept with it, however the attempt ended."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.outbox import connections, evidence
from app.outbox.delivery import Keeper, deliver_due
from app.outbox.models import ExchangeRecord, OutboxMessage
from app.outbox.queries import backlog
from connectors.erp.recording import Exchange
from connectors.errors import Closed, Rejected, Unavailable
from connectors.reasons import ErpReason
from tests.app.outbox.conftest import FRIDAY

Db = scoped_session[Session]
Promised = Callable[..., UUID]
Found = Callable[[UUID], OutboxMessage]


def said(reply: bytes, *, seconds: float = 0.25) -> Exchange:
    request = b"<Put><Password>hidden-word</Password></Put>"
    return Exchange("PutClaim", 200, seconds, request, reply)


def deliver(reply: bytes, error: Exception | None = None) -> None:
    """Tell the ERP, which answers so."""

    def send(_: UUID) -> None:
        evidence.hear(said(b"<Part/>", seconds=9))
        evidence.hear(said(reply))
        if error:
            raise error

    deliver_due({"tell": Keeper(lambda one, _: one, send, lambda *_: None)}, at=FRIDAY)


@pytest.mark.parametrize(
    "error",
    [
        None,
        Rejected(ErpReason.SAYS, words="no"),
        Unavailable(ErpReason.SAYS, words="cut"),
        Closed(ErpReason.SAYS, words="closed"),
        KeyError("ours"),
    ],
)
def test_the_last_conversation_is_kept_whatever_came_of_it(
    promised: Promised, found: Found, session: Db, error: Exception | None
) -> None:
    told = promised(connection="erp")

    deliver(b"<Receipt><Number>7</Number></Receipt>", error)

    record = session.get_one(ExchangeRecord, found(told).id)
    assert (record.operation, record.status, record.milliseconds) == ("PutClaim", 200, 250)
    assert "hidden-word" not in record.request
    assert "<Password>***</Password>" in record.request
    assert record.reply == "<Receipt>\n  <Number>7</Number>\n</Receipt>"
    assert backlog(FRIDAY).slowest_ms == 250


def test_a_later_attempt_replaces_what_was_kept(
    promised: Promised, found: Found, session: Db
) -> None:
    told = promised(connection="erp")
    deliver(b"<first/>", Closed(ErpReason.SAYS, words="closed"))
    connections.resume("erp")
    session.commit()

    deliver(b"<second/>")

    assert session.get_one(ExchangeRecord, found(told).id).reply == "<second/>"


def test_a_call_about_no_message_is_nobody_s_evidence(session: Db) -> None:
    evidence.hear(said(b"<pong/>"))

    assert session.query(ExchangeRecord).count() == 0
