"""Small changes of our own kept together: most of what one of them costs is its commit."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from app.core.db import db
from app.outbox import leases
from app.outbox.leases import Leased

MOST_SECONDS = 0.1  # that a transaction may take before it takes in another change

log = logging.getLogger(__name__)


def keep_together(
    messages: Sequence[Leased], record: Callable[[Leased], None], *, at: datetime
) -> int:
    """Keep the first of these in one transaction; return how many of them were kept.

    A change that takes long ends the sharing. When one fails, none was kept: each goes alone then
    and shows its own fault.
    """
    if len(messages) < 2:
        return 0
    try:
        # First the rows that prove our lease: nobody else records what we record.
        leases.hold(messages)
        kept = _record_some(messages, record)
        leases.write_all(kept, **leases.done(at))
        db.commit()
    except Exception as error:
        db.rollback()
        log.info("outbox.not_shared", extra={"reason": f"{type(error).__name__}: {error}"})
        return 0
    finally:
        db.remove()
    return len(kept)


def _record_some(messages: Sequence[Leased], record: Callable[[Leased], None]) -> Sequence[Leased]:
    started = time.monotonic()
    for number, message in enumerate(messages):
        if time.monotonic() - started > MOST_SECONDS:
            return messages[:number]
        record(message)
        db.flush()
        db.expunge_all()  # the next one looks for itself, as if it were alone
    return messages
