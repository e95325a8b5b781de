"""What was said about a message: heard while it is sent, kept with the end of the attempt."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.outbox.models import ExchangeRecord
from connectors.erp.recording import Exchange

_heard: ContextVar[list[Exchange] | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[None]:
    """Hear what is said from here on, for one message."""
    token = _heard.set([])
    try:
        yield
    finally:
        _heard.reset(token)


@contextmanager
def aside() -> Iterator[None]:
    """Let what is said meanwhile be no evidence: the question after a message would cover it."""
    token = _heard.set(None)
    try:
        yield
    finally:
        _heard.reset(token)


def hear(exchange: Exchange) -> None:
    """Take a conversation; one that is about no message is nobody's evidence."""
    heard = _heard.get()
    if heard is not None:
        heard[:] = [exchange]  # of the parts of a file only the last says something


def keep(message_id: int, *, at: datetime) -> None:
    """Write down what was heard last about a message, in the transaction that ends its attempt."""
    heard = _heard.get()
    if not heard:
        return
    exchange = heard.pop()
    values = {
        "at": at,
        "operation": exchange.operation,
        "status": exchange.status,
        "request": exchange.request_text(),
        "reply": exchange.reply_text(),
        "milliseconds": round(exchange.seconds * 1000),
    }
    record = insert(ExchangeRecord).values(message_id=message_id, **values)
    db.execute(
        record.on_conflict_do_update(index_elements=[ExchangeRecord.message_id], set_=values)
    )
