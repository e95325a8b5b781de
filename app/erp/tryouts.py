"""Trying a mapping out on a reply, pasted or as it was recorded last; nobody is spoken to."""

from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.erp.installed import Fault, InstalledErps
from app.erp.sample import as_record, faults_of
from app.outbox.models import ExchangeRecord, OutboxMessage
from connectors.erp.mapping import Mapping
from connectors.erp.mapping.model import Asked
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.tryout import Heard, operations_of, try_out
from connectors.reasons import Reason


@dataclass(frozen=True)
class Trial:
    """What a text of a mapping makes of a reply: values, records of ours, faults with their lines.

    `is_recorded` says that the reply was the last one recorded.
    """

    operation: str
    heard: tuple[Heard, ...] = ()
    records: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    is_recorded: bool = False


def try_reply(erps: InstalledErps, connection: str, text: str, operation: str, reply: str) -> Trial:
    """Try a text out, whether it is in force or not; an empty reply stands for the last recorded.

    Faults of the text itself come back instead: then there is nothing to try.
    """
    reading = erps.read(connection, text)
    if reading.mapping is None or reading.faults:
        return Trial(operation, faults=reading.faults)
    mapping, is_recorded = reading.mapping, not reply.strip()
    if is_recorded:
        reply = last_reply(connection, _called(mapping, operation))
    if not reply:
        fault = Reason(MappingReason.NOT_RECORDED, {"operation": operation})
        return Trial(operation, faults=((1, fault),))
    tried = try_out(mapping, operation, reply.encode())
    unusable = [(1, fault) for kind, row in tried.rows for fault in faults_of(kind, row)]
    return Trial(
        operation,
        tried.heard,
        tuple(as_record(kind, row) for kind, row in tried.rows),
        (*tried.faults, *dict.fromkeys(unusable)),
        is_recorded=is_recorded,
    )


def choices(erps: InstalledErps, connection: str, text: str) -> list[str]:
    """Return the operations that a text uses; nothing while it has faults."""
    mapping = erps.read(connection, text).mapping
    return operations_of(mapping) if mapping else []


def last_reply(connection: str, operation: str) -> str:
    """Return the last recorded reply of an operation on a connection, "" when there is none."""
    query = (
        select(ExchangeRecord.reply)
        .join(OutboxMessage, OutboxMessage.id == ExchangeRecord.message_id)
        .where(OutboxMessage.connection == connection, ExchangeRecord.operation == operation)
        .where(ExchangeRecord.reply != "")
        .order_by(ExchangeRecord.at.desc())
        .limit(1)
    )
    return db.scalar(query) or ""


def _called(mapping: Mapping, operation: str) -> str:
    """Return what the service calls an operation that was named by our word."""
    calls = mapping.calls.get(Asked(operation), ()) if operation in set(Asked) else ()
    return calls[0].operation if calls else operation
