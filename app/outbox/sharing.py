"""Small changes of our own kept together: most of what one of them costs is its commit.

A batch is leased like any message, and as much of it as fits is kept in each transaction. A worker
that dies in one of them has done nothing: the leases run out, and then each goes alone, so that a
change which kills its worker takes no other with it for long.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from app.core.db import db
from app.outbox import leases
from app.outbox.leases import Leased

BATCH = 100
MOST_SECONDS = 0.1  # that a transaction may take before it takes in another change
MOST_HELD = 10.0  # seconds; whatever has not begun by then is better left to whoever is idle

log = logging.getLogger(__name__)

Do = Callable[[Leased], None]
DoAt = Callable[[Leased, datetime], None]
IsOver = Callable[[], bool]


class _Failed(Exception):
    """The change with this place in the batch could not be made."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def keep_all(
    messages: Sequence[Leased], record: Do, alone: DoAt, *, at: datetime, is_over: IsOver
) -> Sequence[Leased]:
    """Keep a batch, what can be together and the rest alone; return what was not begun."""
    started = time.monotonic()
    fresh = [message for message in messages if message.attempts == 1]
    suspects = [message for message in messages if message.attempts > 1]
    random.shuffle(suspects)  # so that a crashing message is not always retried first
    while fresh or suspects:
        passed = time.monotonic() - started
        if passed > MOST_HELD or is_over():
            break
        moment = at + timedelta(seconds=passed)
        if kept := keep_together(fresh, record, at=moment):
            fresh = fresh[kept:]
        else:
            alone((fresh or suspects).pop(0), moment)
    return [*fresh, *suspects]


def keep_together(messages: Sequence[Leased], record: Do, *, at: datetime) -> int:
    """Keep the first of these in one transaction; return how many of them were kept.

    A change that takes long ends the sharing; so does one that fails, which goes alone then and
    shows its own fault. The lease is proven last: where it is not ours any more nothing has
    happened.
    """
    if not messages:
        return 0
    try:
        kept = _record_some(messages, record)
        leases.write_all(kept, **leases.done(at))
        db.commit()
    except _Failed as failed:
        db.rollback()
        return keep_together(messages[: failed.place], record, at=at)
    except Exception as error:
        db.rollback()
        log.info("outbox.not_shared", extra={"reason": f"{type(error).__name__}: {error}"})
        return 0
    finally:
        db.remove()
    return len(kept)


def _record_some(messages: Sequence[Leased], record: Do) -> Sequence[Leased]:
    started = time.monotonic()
    for place, message in enumerate(messages):
        if time.monotonic() - started > MOST_SECONDS:
            return messages[:place]
        try:
            record(message)
            db.flush()
        except Exception as error:
            raise _Failed(place) from error
        db.expunge_all()  # the next one looks for itself, as if it were alone
    return messages
