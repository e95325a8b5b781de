"""Removing what nobody asks for any more: old messages that are done, and old transcripts."""

from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import db
from app.outbox.models import ExchangeRecord, MessageState, OutboxMessage
from app.outbox.rules import KEPT_FOR

PORTION = 5_000  # rows a transaction, so that no lock is held for long
# That a message to the ERP exists is the proof that it was told, or left out by a person's word.
KEPT_FOR_EVER = "erp.push_"


def prune_portion(*, at: datetime) -> int:
    """Remove some messages that were done and transcripts that were written before `KEPT_FOR`.

    Return how many rows there were; 0 when nothing is left to remove. Messages to an ERP stay,
    without their transcripts; what waits, is in doubt or is a dead letter is never touched.
    """
    before = at - KEPT_FOR
    messages = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == MessageState.DONE, OutboxMessage.done_at < before)
        .where(~OutboxMessage.kind.startswith(KEPT_FOR_EVER))
        .order_by(OutboxMessage.id)
        .limit(PORTION)
    )
    transcripts = (
        select(ExchangeRecord.message_id)
        .join(OutboxMessage, OutboxMessage.id == ExchangeRecord.message_id)
        .where(OutboxMessage.state == MessageState.DONE, ExchangeRecord.at < before)
        .order_by(ExchangeRecord.at)
        .limit(PORTION)
    )
    return _remove(OutboxMessage.id, messages) + _remove(ExchangeRecord.message_id, transcripts)


def _remove(key: InstrumentedAttribute[int], which: Select[int]) -> int:
    query = delete(key.class_).where(key.in_(which)).returning(key)
    return len(db.execute(query.execution_options(synchronize_session=False)).all())
