"""Taking in the rows of a message: the database works on some while the next ones are being read.

What nobody here knows yet is brought into our tables as soon as it has come: until the commit
nobody sees it, and nobody waits for it. What is here already may be needed by somebody who files a
claim at this moment; it waits for the end of the message, so that it is held for seconds only,
however slow the ERP is.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future

from app.core.db import lend_session
from app.erp.fields import MERGES, Merge
from app.erp.merge import bring_new, move_folders
from app.erp.staging import Batch, Window, copy, empty, make_tables, windows
from connectors.erp.port import Row, RowKind

# Rows of a kind that are worth the statements, one of them a savepoint. Not many windows: whoever
# reads would wait for whoever writes.
AHEAD = 5_000

Note = Callable[[RowKind], None]
Saw = Callable[[RowKind, int], None]


class Arrivals:
    """The rows of a message as far as they have come.

    `read` counts them all, `waiting` those in the staging tables, and `published` is how many of
    the others are new here. Of a kind with a row that is known here or has a fault nothing more is
    brought ahead: a row that comes later must be the one that counts.
    """

    def __init__(self, batch: Batch, note: Note, saw: Saw) -> None:
        self.read = dict.fromkeys(RowKind, 0)
        self.waiting = dict.fromkeys(RowKind, 0)
        self.published = 0
        self._batch = batch
        self._note = note
        self._saw = saw
        self._all_new = {merge.kind for merge in MERGES}

    def take(self, window: Window) -> None:
        """Copy a window; when many rows of its kind are waiting, bring ahead all up to it."""
        copy(window)
        self.read[window.kind] += window.rows
        self._saw(window.kind, window.rows)
        self.waiting[window.kind] += window.rows
        if window.kind is RowKind.ITEM:
            folders = move_folders()
            self.waiting[RowKind.ITEM] -= folders
            self.waiting[RowKind.GROUP] += folders
        if window.kind in self._all_new and self.waiting[window.kind] >= AHEAD:
            for merge in _up_to(window.kind):
                self._bring(merge)

    def _bring(self, merge: Merge) -> None:
        """Bring the rows of a kind ahead, all or none."""
        if merge.kind not in self._all_new or not self.waiting[merge.kind]:
            return
        published = bring_new(merge, self._batch)
        if published is None:
            self._all_new.remove(merge.kind)
            return
        self._note(merge.kind)
        empty(merge.kind)
        self.waiting[merge.kind] = 0
        self.published += published


def take_in(rows: Iterable[tuple[RowKind, Row]], batch: Batch, note: Note, saw: Saw) -> Arrivals:
    """Take in all rows of a message; `note` is told of a kind whose judged rows are in our tables,
    `saw` of the rows of a kind as they come.

    Nothing is committed. What is waiting has to be merged.
    """
    make_tables()
    arrivals = Arrivals(batch, note, saw)
    with lend_session() as beside:
        work: Future[None] | None = None
        for window in windows(rows):
            if work:
                work.result()
            work = beside.submit(arrivals.take, window)
        if work:
            work.result()
    return arrivals


def _up_to(kind: RowKind) -> tuple[Merge, ...]:
    kinds = [merge.kind for merge in MERGES]
    return MERGES[: kinds.index(kind) + 1]
