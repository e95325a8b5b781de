"""Reading one message of an ERP's change feed into our tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.outside import outside
from app.core.reasons import reason_of
from app.erp.ahead import Note, take_in
from app.erp.deletions import apply_deletions, put_strangers_aside
from app.erp.echoes import put_unreadable_aside, refresh_documents
from app.erp.full import begin_full, finish_full, give_up_full, note_seen
from app.erp.merge import merge_all
from app.erp.models import Feed
from app.erp.returns import begin_returns, finish_returns, note_touched
from app.erp.staging import Batch
from app.shipments.service import note_confirmed
from connectors.erp.port import RowKind
from connectors.errors import Rejected, Restored
from connectors.reasons import ErpReason

PULLING = 20_261_122  # the first half of the advisory locks' keys
# An ERP that goes back in time again and again is not answered by reading all of it every minute.
RELOAD_REST = timedelta(hours=1)


class PullIsRunning(Refusal):
    """Somebody else is reading the feed at this moment."""

    message = N_("The ERP's data is being read already")


@dataclass(frozen=True)
class PullReport:
    """What one message brought. `published` counts the rows that are different now."""

    message_no: int
    more: bool
    read: int
    published: int
    rejected: int

    def words(self) -> str:
        """Return a line for a terminal."""
        return (
            f"Message {self.message_no}: {self.read} rows read, {self.published} changed here, "
            f"{self.rejected} put aside"
        )


class Watcher(Protocol):
    """Whoever wants to know how far a reading got."""

    def saw(self, kind: RowKind, rows: int) -> None:
        """Rows of a kind have come."""

    def took(self, report: PullReport) -> None:
        """A message was committed."""


class Unwatched:
    """Nobody wants to know."""

    def saw(self, kind: RowKind, rows: int) -> None:
        """Let it be."""

    def took(self, report: PullReport) -> None:
        """Let it be."""


UNWATCHED: Watcher = Unwatched()


def pull(connection: str, *, at: datetime, watcher: Watcher = UNWATCHED) -> PullReport:
    """Read the next message and publish it, all or nothing; commit it before confirming it.

    Nothing is published unless the stream came to its proper end with as many rows as it had
    declared. A row that cannot be used is put aside with its reason, the others go on. Raise
    `PullIsRunning` when this feed is being read already; it ends with the transaction.
    """
    _keep_others_out(connection)
    feed = _feed(connection)
    with outside().erp(connection).changes(after=feed.message_no) as stream:
        _check_number(stream.message_no, feed.message_no)
        zone = outside().erps[connection].zone
        batch, more = Batch(connection, stream.message_no, at, zone), stream.more
        note = partial(_note, batch, is_full=feed.full_since is not None)
        begin_returns()
        arrivals = take_in(stream, batch, note, watcher.saw)
        read = sum(arrivals.read.values())
        if read != stream.count:
            raise Rejected(ErpReason.OTHER_COUNT, declared=stream.count, sent=read)
    published, rejected = _publish(batch, arrivals.waiting, note)
    published += arrivals.published
    feed.message_no = batch.message_no
    feed.pulled_at = at
    feed.failed_at = None
    feed.last_error = None
    if not more:
        note_confirmed(connection, RowKind, at=at)
    if not more and feed.full_since is not None:
        finish_full(feed, at=at)
    finish_returns(batch)
    db.flush()  # a caller that looks at the feed sees this message
    return PullReport(batch.message_no, more, read, published, rejected)


def note_failure(connection: str, error: Exception, *, at: datetime) -> None:
    """Write down why the feed could not be read; its place stays where it was."""
    feed = _feed(connection)
    feed.failed_at = at
    feed.last_error = reason_of(error)


def start_over(connection: str) -> None:
    """Ask for everything again at the next pull; what does not come stays as it is."""
    feed = _feed(connection)
    feed.message_no = 0
    give_up_full(feed)


def ask_for_all(connection: str, *, at: datetime) -> None:
    """Ask for everything again at the next pull; what does not come is gone over there.

    Raise `PullIsRunning` when the feed is being read at this moment.
    """
    _keep_others_out(connection)
    begin_full(_feed(connection), at=at)


def answer_restored(connection: str, error: Restored, *, at: datetime) -> bool:
    """Start over with an ERP that has lost our place, and write it down.

    Return False when nothing of the kind can help: everything was asked for already, or a moment
    ago for the same reason. A person must look then.
    """
    feed = _feed(connection)
    just_done = feed.restored_at is not None and at - feed.restored_at < RELOAD_REST
    if feed.message_no == 0 or just_done:
        return False
    feed.restored_at = at
    feed.restored_after = feed.message_no
    feed.restored_reason = error.reason
    start_over(connection)
    return True


def _publish(batch: Batch, counts: Mapping[RowKind, int], note: Note) -> tuple[int, int]:
    merged = merge_all(batch, counts)
    for kind in merged:
        note(kind)
    changed = sum(one.changed for one in merged.values())
    rejected = sum(one.rejected for one in merged.values())
    if counts[RowKind.DOCUMENT]:
        changed += refresh_documents(batch)
        rejected += put_unreadable_aside(batch)
    if counts[RowKind.DELETED]:
        changed += apply_deletions(batch)
        rejected += put_strangers_aside(batch)
    return changed, rejected


def _note(batch: Batch, kind: RowKind, *, is_full: bool) -> None:
    """Note what rows of a kind, now in our tables, mean for what is worked out at the end."""
    note_touched(kind)
    if is_full:
        note_seen(batch, kind)


def _keep_others_out(connection: str) -> None:
    lock = func.pg_try_advisory_xact_lock(PULLING, func.hashtext(connection))
    if not db.scalar(select(lock)):
        raise PullIsRunning


def _feed(connection: str) -> Feed:
    feed = db.get(Feed, connection, populate_existing=True)
    if feed is None:
        feed = Feed(connection=connection, message_no=0)
        db.add(feed)
    return feed


def _check_number(number: int, last: int) -> None:
    """A number that we have confirmed cannot come again, unless the ERP has forgotten it."""
    if number <= last:
        raise Restored(ErpReason.COUNTS_BACKWARDS, number=number, last=last)
