"""The loop that reads the feed; like the delivery it commits, message by message, then confirms."""

import logging

from app.core.clock import now
from app.core.db import db
from app.core.outside import outside
from app.erp.pull import PullIsRunning, PullReport, answer_restored, note_failure, pull
from connectors.errors import Restored

log = logging.getLogger(__name__)


def pull_now(node: str) -> list[PullReport]:
    """Read message after message, each committed before it is confirmed.

    It commits by itself: the ERP may forget a message only when we cannot lose it any more. A
    failure is noted at the feed and raised; what was read before it stays. An ERP that was
    restored from an older copy is read anew from its beginning.
    """
    reports: list[PullReport] = []
    while not reports or reports[-1].more:
        try:
            reports.append(_pull_one(node))
        except Restored as error:
            if not _start_over(node, error):
                raise
    return reports


def _start_over(node: str, error: Restored) -> bool:
    """Let the next message be everything there is; False when that was tried a moment ago."""
    is_answered = answer_restored(node, error, at=now())
    db.commit()
    log.error("erp.restored", extra={"node": node, "reason": str(error), "reread": is_answered})
    return is_answered


def _pull_one(node: str) -> PullReport:
    try:
        report = pull(node, at=now())
        db.commit()
        outside().erp.confirm(report.message_no)
    except PullIsRunning:
        db.rollback()
        raise
    except Exception as error:
        db.rollback()
        note_failure(node, error, at=now())
        db.commit()
        raise
    log.info("erp.pulled", extra={"node": node, **vars(report)})
    return report
